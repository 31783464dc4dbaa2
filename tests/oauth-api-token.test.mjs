// mittwald API tokens, for scripts that cannot walk through a sign-in.
//
//  1. accepted in their own header, and as bearer only where that is switched on
//  2. what does not look like an API token goes nowhere
//  3. verified with mittwald before any answer, remembered for a minute
//  4. mittwald's 401 is ours; mittwald out of reach is 503, not 401
//  5. a read-only token is limited by mittwald, and the answer says so

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { read, signIn } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
before(async () => {
  connector = await startConnector();
});
after(() => connector?.dispose());

async function post(where, headers, message = { jsonrpc: "2.0", id: 1, method: "ping" }) {
  const type = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const init = { method: "POST", headers: { ...type, ...headers }, body: JSON.stringify(message) };
  return read(await fetch(where.mcp, init));
}
const call = (name, args) => ({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } });
const bearer = (token) => ({ authorization: `Bearer ${token}` });
const ownHeader = (token) => ({ "x-mittwald-api-token": token });

test("a script uses an API token in either header", async () => {
  for (const headers of [bearer("sandbox-token"), ownHeader("sandbox-token")]) {
    const answer = await post(connector, headers, call("mittwald_project_list", {}));
    assert.equal(answer.status, 200);
    assert.ok(answer.body.result.structuredContent.projects.length >= 3);
  }
});

test("as shipped an API token is no bearer, but has its own header", async () => {
  const shipped = await startConnector({ vars: { ALLOW_API_TOKENS: "false" } });
  try {
    assert.equal((await post(shipped, bearer("sandbox-token"))).status, 401);
    assert.equal(shipped.counters().apiRequests, 0, "and it goes nowhere");
    assert.equal((await post(shipped, ownHeader("sandbox-token"))).status, 200);
  } finally {
    await shipped.dispose();
  }
});

test("what does not look like an API token goes nowhere", async () => {
  const { tokens } = await signIn(connector);
  const before = connector.counters().apiRequests;
  for (const token of ["uuid:other", "sandbox", "a.b.c", "", tokens.refresh_token, `sandbox-token${"x".repeat(600)}`])
    for (const headers of [bearer(token), ownHeader(token)])
      assert.equal((await post(connector, headers)).status, 401, JSON.stringify(headers));
  assert.equal((await post(connector, ownHeader(tokens.access_token))).status, 401, "our own token is not mittwald's");
  assert.equal(connector.counters().apiRequests, before);
});

test("mittwald's 401 is ours, with a challenge, and is asked for anew", async () => {
  for (let round = 1; round <= 2; round += 1) {
    const before = connector.counters().apiRequests;
    const answer = await post(connector, bearer("sandbox-token-unknown"));
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get("www-authenticate"), /^Bearer error="invalid_token"/);
    assert.equal(connector.counters().apiRequests, before + 1);
  }
});

test("a verified token is not verified again at once", async () => {
  await post(connector, bearer("sandbox-token"));
  const before = connector.counters().apiRequests;
  for (let round = 1; round <= 5; round += 1)
    assert.equal((await post(connector, bearer("sandbox-token"))).status, 200);
  assert.equal(connector.counters().apiRequests, before);
});

test("mittwald out of reach is 503, and the token works afterwards", async () => {
  const fresh = await startConnector();
  try {
    await fresh.control({ fail: { match: "/v2/users/self", status: 503 } });
    const answer = await post(fresh, bearer("sandbox-token"));
    assert.equal(answer.status, 503);
    assert.ok(Number(answer.headers.get("retry-after")) > 0);
    assert.equal((await post(fresh, bearer("sandbox-token"))).status, 200);
  } finally {
    await fresh.dispose();
  }
});

test("a read-only token is limited by mittwald, and the answer says so", async () => {
  const listed = await post(connector, bearer("sandbox-token-readonly"), call("mittwald_project_list", {}));
  const [{ id }] = listed.body.result.structuredContent.projects;
  const change = call("mittwald_project_update", { projectId: id, description: "x" });
  const { body } = await post(connector, bearer("sandbox-token-readonly"), change);
  assert.equal(body.result.isError, true);
  assert.match(body.result.content[0].text, /permission|right|denied/i);
});
