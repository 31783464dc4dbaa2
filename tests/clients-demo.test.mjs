// `make demo`, as a person runs it.
//
//  1. it answers the five requests of the user guide, readably, and ends well
//  2. where no connector runs it says so, and what to do, and ends badly
//  3. where the sandbox fails it says which request failed

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort, startConnector } from "./support/worker.mjs";

const DEMO = fileURLToPath(new URL("../scripts/demo.mjs", import.meta.url));

let connector;
before(async () => {
  connector = await startConnector();
});
after(() => connector?.dispose());

function demo(port) {
  return new Promise((resolve) => {
    const env = { ...process.env, PORT: String(port) };
    execFile(process.execPath, [DEMO], { env, timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

test("answers the five requests of the user guide", async () => {
  const { code, stdout, stderr } = await demo(connector.port);
  assert.equal(code, 0, stderr);
  const asked = stdout.split("\n").filter((line) => line.startsWith("\u201c"));
  assert.equal(asked.length, 5);
  for (const word of ["Kontor Nord Website", "WordPress", "3306", "Systembackup", "CONV-48213"])
    assert.match(stdout, new RegExp(word));
  assert.doesNotMatch(stdout, /undefined|null|\[object|NaN|Invalid Date/);
  assert.doesNotMatch(stdout, /CONV-\d+ .*closed/);
  assert.equal(
    connector.sandbox.requests.some(({ headers }) => headers["x-access-token"]?.startsWith("sandbox-token")),
    false,
  );
});

test("says so where no connector runs", async () => {
  const { code, stderr } = await demo(await freePort());
  assert.equal(code, 1);
  assert.match(stderr, /no connector answers.*make dev/);
  assert.doesNotMatch(stderr, /\n\s+at /, "no stack trace");
});

test("says which request failed", async () => {
  await connector.control({ fail: { match: "/conversations", status: 500, count: 5 } });
  const { code, stdout, stderr } = await demo(connector.port);
  assert.equal(code, 1);
  assert.match(stdout, /Kontor Nord Website/);
  assert.match(stderr, /mittwald_conversation_list/);
});
