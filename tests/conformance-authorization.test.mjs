// The official conformance suite's authorization scenarios, against the built Worker and without a person:
// a client is registered, and a browser walks the pages of the address that the suite prints.
//
//  1. both scenarios run and pass: the server's metadata, and the authorization code grant

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { AGREE, Browser } from "./support/browser.mjs";
import { register } from "./support/sign-in.mjs";
import { freePort, startConnector } from "./support/worker.mjs";

const SUITE = fileURLToPath(import.meta.resolve("@modelcontextprotocol/conformance/dist/index.js"));

/// More steps than any sign-in takes.
const MAX_STEPS = 12;

let connector;
before(async () => {
  connector = await startConnector();
});
after(() => connector?.dispose());

test("the suite's authorization scenarios pass", async () => {
  const port = await freePort();
  const callback = `http://127.0.0.1:${port}/callback`;
  const client = await register(connector, { client_name: "Conformance suite", redirect_uris: [callback] });
  const wishes = { url: connector.origin, "client-id": client.client_id, resource: connector.mcp, port };
  const { status, printed } = await run(wishes, (address) => arrive(address, callback));
  assert.equal(status, 0, printed);
  for (const scenario of ["authorization-server-metadata-endpoint", "authorization-code-grant"])
    assert.ok(printed.includes(scenario), printed);
  assert.match(printed, /3 passed, 0 failed/, printed);
});

/// Runs the suite; `walk` gets the address that it asks a person to open.
async function run(wishes, walk) {
  const options = Object.entries(wishes).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const suite = spawn(process.execPath, [SUITE, "authorization", ...options], { stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  let walking;
  const hear = (piece) => {
    printed += piece;
    const address = /https?:\/\/\S+response_type=code\S*(?=\s)/.exec(printed)?.[0];
    if (address) walking ??= walk(address).catch((error) => suite.kill() && assert.fail(error));
  };
  suite.stdout.on("data", hear);
  suite.stderr.on("data", hear);
  const status = await new Promise((done) => suite.on("exit", done));
  await walking;
  return { status, printed };
}

/// Walks the pages as a person who agrees to everything, up to and into the suite's own callback.
async function arrive(address, callback) {
  const browser = new Browser();
  let page = await browser.open(address);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const form = page.forms[0];
    const answer = form && AGREE[new URL(form.action).pathname];
    if (page.location === undefined && !answer) break;
    const here = page.location ?? page.url;
    page = page.location ? await browser.open(here) : await browser.submit(page, form, answer.values, answer.button);
    if (here.startsWith(`${callback}?`)) return;
  }
  throw new Error(`The sign-in stopped at ${page.url} with status ${page.status}.`);
}
