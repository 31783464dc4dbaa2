// Several messages in one array: in 2025-03-26 and nowhere later.
//
//  1. answered in order, each with its id; notifications and responses alone get no answer
//  2. a change and the read behind it happen in order
//  3. initialize, elements that are no messages, and unknown methods are errors inside the answer
//  4. empty and too large ones are refused whole
//  5. refused under later revisions, unknown ones, and where an element claims the modern era

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  assertError,
  bearer,
  CAPABILITIES_KEY,
  callOf,
  connect,
  legacyClient,
  MODERN,
  message,
  notification,
  post,
  VERSION_KEY,
} from "./support/mcp-client.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
let client;
let url;
let token;
before(async () => {
  connector = await startConnector();
  ({ url, token } = await connect(connector));
  client = legacyClient(url, token);
});
after(() => connector?.dispose());

const initialize = (protocolVersion, id = 1) =>
  message("initialize", { protocolVersion, capabilities: {}, clientInfo: { name: "test", version: "1" } }, id);
const plain = (body, headers = {}) => post(url, body, { ...bearer(token), ...headers });

describe("batches", () => {
  const march = (body, headers = {}) => legacyClient(url, token, "2025-03-26").send(body, headers);
  /// As clients of March 2025 did it: they knew no version header.
  const bare = (body) => plain(body);

  test("are answered in 2025-03-26, in order, each with its id", async () => {
    for (const send of [march, bare]) {
      const { status, body } = await send([
        message("ping", undefined, "a"),
        notification("notifications/initialized"),
        callOf("mittwald_project_list", {}, 2),
        { jsonrpc: "2.0", id: 9, result: {} },
        message("nonsense", undefined, "c"),
      ]);
      assert.equal(status, 200);
      assert.deepEqual(
        body.map(({ id }) => id),
        ["a", 2, "c"],
      );
      assert.deepEqual(body[0].result, {});
      assert.ok(body[1].result.structuredContent.projects.length);
      assert.equal(body[2].error.code, -32601);
    }
  });

  test("of notifications and responses alone are accepted without a word", async () => {
    const { status, text } = await march([
      notification("notifications/initialized"),
      { jsonrpc: "2.0", id: 1, result: {} },
      notification("notifications/cancelled", { requestId: 1 }),
    ]);
    assert.equal(status, 202);
    assert.equal(text, "");
  });

  test("of one message are answered with an array of one", async () => {
    const { body } = await march([message("ping")]);
    assert.deepEqual(body, [{ jsonrpc: "2.0", id: 1, result: {} }]);
  });

  test("keep a change and the read behind it in order", async () => {
    const [{ id, description }] = (await client.call("mittwald_project_list")).structuredContent.projects;
    const { body } = await march([
      callOf("mittwald_project_update", { projectId: id, description: "In a batch" }, 1),
      callOf("mittwald_project_get", { projectId: id }, 2),
      callOf("mittwald_project_update", { projectId: id, description }, 3),
    ]);
    assert.equal(body[1].result.structuredContent.description, "In a batch");
    assert.equal(body[2].result.isError, false);
  });

  test("may not hold initialize", async () => {
    const { status, body } = await march([initialize("2025-03-26", 1), message("ping", undefined, 2)]);
    assert.equal(status, 200);
    assert.equal(body[0].error.code, -32600);
    assert.match(body[0].error.message, /initialize/);
    assert.deepEqual(body[1].result, {});
  });

  test("carry errors for elements that are no messages", async () => {
    const { status, body } = await march([1, "x", null, [], {}, { jsonrpc: "1.0", id: 5, method: "ping" }, message("ping")]);
    assert.equal(status, 200);
    assert.equal(body.length, 7);
    for (const answer of body.slice(0, 6)) assert.equal(answer.error.code, -32600, JSON.stringify(answer));
    assert.equal(body[5].id, 5);
    assert.deepEqual(body[6].result, {});
    for (const answer of body) assert.ok(answer.id !== null);
  });

  test("that are empty or too large are refused whole", async () => {
    assertError(await march([]), 400, -32600);
    const before = connector.sandbox.requests.length;
    const many = Array.from({ length: 21 }, (_, id) => callOf("mittwald_project_list", {}, id));
    assert.match(assertError(await march(many), 400, -32600).message, /20/);
    assert.equal(connector.sandbox.requests.length, before);
    const { body } = await march(Array.from({ length: 20 }, (_, id) => message("ping", undefined, id)));
    assert.equal(body.length, 20);
  });

  for (const version of ["2025-06-18", "2025-11-25", MODERN]) {
    test(`are refused in ${version}`, async () => {
      const before = connector.sandbox.requests.length;
      for (const body of [[message("ping")], [callOf("mittwald_project_list")], [notification("x")], []])
        assertError(await plain(body, { "mcp-protocol-version": version }), 400, -32600);
      assert.equal(connector.sandbox.requests.length, before);
    });
  }

  test("are refused where an element claims the modern era", async () => {
    const claim = { [VERSION_KEY]: MODERN, [CAPABILITIES_KEY]: {} };
    for (const send of [march, bare])
      assertError(await send([message("ping"), message("tools/list", { _meta: claim }, 2)]), 400, -32600);
  });

  test("under an unknown version are refused for the version", async () => {
    assertError(await plain([message("ping")], { "mcp-protocol-version": "2020-01-01" }), 400, -32022);
  });
});
