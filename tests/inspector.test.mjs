// The MCP Inspector's command line, the tool that people check a server with, in its three eras.
//
//  1. lists tools without complaint, also about the portability of their schemas (--strict)
//  2. calls a tool
//  3. shows a tool's error as an error
//  4. without a token it says that a sign-in is needed

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { signIn } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

const INSPECTOR = fileURLToPath(new URL("../node_modules/.bin/mcp-inspector", import.meta.url));

let connector;
let token;
before(async () => {
  connector = await startConnector();
  token = (await signIn(connector)).tokens.access_token;
});
after(() => connector?.dispose());

/// Runs the inspector; `json` is what it printed.
function inspect(...args) {
  const connection = ["--cli", "--server-url", connector.mcp, "--transport", "http", "--format", "json"];
  return new Promise((resolve) => {
    execFile(INSPECTOR, [...connection, ...args], { timeout: 60_000 }, (error, stdout, stderr) => {
      let json;
      try {
        json = JSON.parse(stdout);
      } catch {
        json = undefined;
      }
      resolve({ code: error ? error.code : 0, json, stdout, stderr });
    });
  });
}

const signedIn = () => ["--header", `Authorization: Bearer ${token}`];

for (const era of ["legacy", "auto", "modern"]) {
  test(`lists and calls tools (${era})`, async () => {
    const listed = await inspect(...signedIn(), "--protocol-era", era, "--method", "tools/list", "--strict");
    assert.equal(listed.code, 0, listed.stdout + listed.stderr);
    const { tools } = listed.json.result ?? listed.json;
    assert.ok(tools.some(({ name }) => name === "mittwald_project_list"));

    const called = await inspect(
      ...signedIn(),
      "--protocol-era",
      era,
      "--method",
      "tools/call",
      "--tool-name",
      "mittwald_project_list",
      "--tool-args-json",
      "{}",
    );
    assert.equal(called.code, 0, called.stdout + called.stderr);
    const { structuredContent } = called.json.result ?? called.json;
    assert.ok(structuredContent.projects.length >= 3);
  });
}

test("shows a tool's error as an error", async () => {
  const failed = await inspect(
    ...signedIn(),
    "--method",
    "tools/call",
    "--tool-name",
    "mittwald_app_list",
    "--tool-args-json",
    "{}",
  );
  assert.match(failed.stdout + failed.stderr, /projectId/);
});

test("says that a sign-in is needed", async () => {
  const refused = await inspect("--method", "tools/list");
  assert.notEqual(refused.code, 0);
  assert.match(refused.stdout + refused.stderr, /auth_required|unauthorized/i);
});
