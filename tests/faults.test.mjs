// mittwald misbehaving: every way in which it can fail to answer, seen by a client that called a tool.
//
//  1. error answers: 401, 403, 404, 409, 412, 429 (with the wait), 500, 503
//  2. answers that are none: HTML, nothing, broken JSON, far too much
//  3. redirects: elsewhere is not followed, within the host (308) is
//  4. a connection that breaks off midway; nothing listening at all
//  5. silence for longer than 25 s
//  6. the same for a write: it may have taken effect, and the answer says so
//  7. after each, the next call works; no token and none of mittwald's own words get out

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertToolError, callOf, connect, legacyClient } from "./support/mcp-client.mjs";
import { startConnector } from "./support/worker.mjs";

const CANARY = "canary-from-inside-mittwald";

let connector;
let client;
let token;
let projectId;

before(async () => {
  connector = await startConnector();
  ({ token } = await connect(connector));
  client = legacyClient(connector.mcp, token);
  projectId = (await client.call("mittwald_project_list")).structuredContent.projects[0].id;
});
after(() => connector.dispose());

const read = () => client.send(callOf("mittwald_project_get", { projectId }));
const write = () => client.send(callOf("mittwald_project_update", { projectId, description: "Neu" }));

/// Makes the next upstream request fail, calls, and checks that the call after it works again.
async function during(fault, call = read) {
  await connector.control(fault);
  const sentence = assertToolError(await call());
  assert.ok(!sentence.includes(CANARY), sentence);
  assert.ok(!sentence.includes(token), "no token in the answer");
  const next = await read();
  assert.equal(next.body.result.isError ?? false, false, `the next call works: ${next.text}`);
  return sentence;
}

const failWith = (status, body, contentType = "application/json") => ({ fail: { count: 1, status, body, contentType } });
const problem = (status, type = "Problem") => failWith(status, JSON.stringify({ type, message: "No." }));

describe("error answers", () => {
  for (const [status, says] of [
    [401, /sign in again/i],
    [403, /right|role|access|allowed/i],
    [404, /mittwald_project_list/],
    [409, /state|again|conflict/i],
    [412, /again|moment/i],
    [429, /wait|again/i],
    [500, /again|later|moment/i],
    [503, /again|later|moment/i],
  ])
    test(`${status} says what to do next`, async () => {
      assert.match(await during(problem(status)), says);
    });
});

describe("answers that are none", () => {
  for (const [what, fault] of [
    ["HTML with 200", failWith(200, `<html>${CANARY}</html>`, "text/html")],
    ["an empty 200", failWith(200, "")],
    ["broken JSON", failWith(200, `{"id": ${CANARY}`)],
    ["an HTML error page", failWith(502, `<html>${CANARY}</html>`, "text/html")],
    ["more than 8 MiB", { huge: { count: 1, bytes: 9 * 1024 * 1024 } }],
  ])
    test(`${what} is told as mittwald's fault, without repeating it`, async () => {
      assert.match(await during(fault), /mittwald/);
    });
});

describe("redirects", () => {
  test("to another host are not followed", async () => {
    const location = "http://127.0.0.1:9/stolen";
    await during({ redirect: { count: 1, location, status: 308 } });
  });

  test("within the host are followed, with method and body", async () => {
    const location = `${connector.sandbox.origin}/v2/projects/${projectId}`;
    await connector.control({ redirect: { count: 1, location, status: 308 } });
    const answer = await write();
    assert.equal(answer.body.result.isError ?? false, false, answer.text);
    const project = await client.call("mittwald_project_get", { projectId });
    assert.equal(project.structuredContent.description, "Neu");
  });
});

describe("connections", () => {
  test("one that breaks off midway loses nothing but the call", async () => {
    assert.match(await during({ breakOff: { count: 1, afterBytes: 20 } }), /again/);
  });

  test("a write that mittwald failed at with 500 says what to check", async () => {
    assert.match(await during({ fail: { ...problem(500).fail, method: "PATCH" } }, write), /may have|whether|check/i);
  });

  test("silence ends after 25 s, long before a client gives up", { timeout: 40_000 }, async () => {
    const started = Date.now();
    const sentence = await during({ stall: { count: 1, ms: 60_000 } });
    const seconds = (Date.now() - started) / 1000;
    assert.ok(seconds > 20 && seconds < 30, `${seconds} s`);
    assert.match(sentence, /25|time|long/i);
  });
});

test("nothing listening is told as such, and a write may have taken effect", async () => {
  const lost = await startConnector({ persist: true });
  try {
    const { token: own } = await connect(lost);
    await lost.restart({ MITTWALD_API_URL: "http://127.0.0.1:9" });
    const stranded = legacyClient(lost.mcp, own);
    assert.match(assertToolError(await stranded.send(callOf("mittwald_project_list"))), /connection to mittwald/);
    // Nobody can know how far a write got, so the answer must not say that nothing happened.
    const write = await stranded.send(callOf("mittwald_project_update", { projectId, description: "x" }));
    assert.match(assertToolError(write), /may have/);
  } finally {
    await lost.dispose();
  }
});

test("no log line carries the token", () => {
  for (const { message } of connector.logs) assert.ok(!String(message).includes(token));
});
