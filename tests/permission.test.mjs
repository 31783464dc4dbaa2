// What somebody who is signed in may do.
//
//  1. the level that the person chose: reading does not write
//  2. a scope that is missing: 403 that a client can act on, and a result that a model can read
//  3. a grant that was revoked: writes end at once, other connections go on

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  assertToolError,
  bearer,
  CHALLENGE_KEY,
  callOf,
  connect,
  legacyClient,
  message,
  modernClient,
  modernMessage,
  post,
} from "./support/mcp-client.mjs";
import { claimsOf, refresh, revoke } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
let full;
let projectId;
before(async () => {
  connector = await startConnector();
  full = await connect(connector);
  const listed = await legacyClient(full.url, full.token).call("mittwald_project_list");
  projectId = listed.structuredContent.projects[0].id;
});
after(() => connector?.dispose());

const CHANGE = (description = "x") => callOf("mittwald_project_update", { projectId, description });

describe("the level that the person chose", () => {
  test("read does not write, in words that say what to do", async () => {
    const reader = await connect(connector, { level: "read" });
    for (const client of [legacyClient(reader.url, reader.token), modernClient(reader.url, reader.token)]) {
      const listed = await client.request("tools/list");
      assert.ok(listed.body.result.tools.some(({ name }) => name === "mittwald_project_update"));
      const before = connector.sandbox.requests.length;
      const answer = await client.request("tools/call", { name: "mittwald_project_update", arguments: { projectId, description: "x" } });
      const text = assertToolError(answer);
      assert.match(text, /Permission denied/);
      assert.match(text, /read only.*connects? .*again/s);
      assert.equal(answer.headers.get("www-authenticate"), null, "the person chose it: no client should nag");
      assert.equal(connector.sandbox.requests.length, before);
    }
  });

  test("read asks mittwald for no writing scope", async () => {
    const reader = await connect(connector, { level: "read" });
    assert.doesNotMatch(claimsOf(reader.token).scope, /:(write|delete)/);
  });

  test("is told before the arguments are: what may not be done need not be right", async () => {
    const reader = await connect(connector, { level: "read" });
    const answer = await post(reader.url, callOf("mittwald_project_update", { nonsense: 1 }), bearer(reader.token));
    assert.match(assertToolError(answer), /Permission denied/);
  });
});

describe("a scope that is missing", () => {
  let narrow;
  before(async () => {
    const connected = await connect(connector);
    const answer = await refresh(connector, connected.client, connected.tokens.refresh_token, { scope: "project:read" });
    assert.equal(answer.status, 200, answer.text);
    narrow = answer.body.access_token;
  });

  /// What both eras must answer.
  function assertStepUp(answer, scope) {
    const challenge = answer.headers.get("www-authenticate");
    const field = (name) => new RegExp(`[ ,]${name}="([^"]*)"`).exec(challenge)?.[1];
    assert.match(challenge, /^Bearer /);
    assert.equal(field("error"), "insufficient_scope");
    assert.ok(field("scope").split(" ").includes(scope), challenge);
    assert.ok(field("error_description").includes(scope));
    assert.equal(field("resource_metadata"), `${connector.origin}/.well-known/oauth-protected-resource/mcp`);
    const text = assertToolError(answer, 403);
    assert.match(text, /Permission denied/);
    assert.ok(text.includes(scope), text);
    assert.deepEqual(answer.body.result._meta[CHALLENGE_KEY], [challenge]);
  }

  test("is asked for, and the model is told", async () => {
    const before = connector.sandbox.requests.length;
    assertStepUp(await post(full.url, CHANGE(), bearer(narrow)), "project:write");
    assertStepUp(await post(full.url, callOf("mittwald_backup_list", { projectId }), bearer(narrow)), "backup:read");
    const modern = modernMessage("tools/call", CHANGE().params);
    assertStepUp(await modernClient(full.url, narrow).send(modern), "project:write");
    assert.equal(connector.sandbox.requests.length, before);
  });

  test("does not matter to what it is not needed for", async () => {
    const { status, body } = await post(full.url, callOf("mittwald_project_get", { projectId }), bearer(narrow));
    assert.equal(status, 200);
    assert.equal(body.result.isError, false);
  });

  test("does not matter to listing tools and to messages without tools", async () => {
    for (const method of ["tools/list", "ping"])
      assert.equal((await post(full.url, message(method), bearer(narrow))).status, 200);
  });
});

describe("a grant that was revoked", () => {
  test("does not write any more, though its token has not ended", async () => {
    const connected = await connect(connector);
    const client = legacyClient(connected.url, connected.token);
    assert.equal((await client.call("mittwald_project_update", { projectId, description: "before" })).isError, false);
    assert.equal((await revoke(connector, connected.client, connected.tokens.refresh_token)).status, 200);
    const before = connector.sandbox.requests.length;
    const answer = await client.send(CHANGE("after"));
    const text = assertToolError(answer, 401);
    assert.match(text, /revoked/);
    assert.match(text, /[Ss]ign in again/);
    assert.match(answer.headers.get("www-authenticate"), /^Bearer error="invalid_token"/);
    assert.deepEqual(answer.body.result._meta[CHALLENGE_KEY], [answer.headers.get("www-authenticate")]);
    assert.ok(!connector.sandbox.requests.slice(before).some(({ method }) => method === "PATCH"));
    const seen = await legacyClient(full.url, full.token).call("mittwald_project_get", { projectId });
    assert.equal(seen.structuredContent.description, "before");
  });

  test("leaves the person's other connections alone", async () => {
    const [one, two] = [await connect(connector), await connect(connector)];
    await revoke(connector, one.client, one.tokens.refresh_token);
    const { isError } = await legacyClient(two.url, two.token).call("mittwald_project_update", {
      projectId,
      description: "still here",
    });
    assert.equal(isError, false);
  });
});
