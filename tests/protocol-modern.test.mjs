// The modern era of MCP (2026-07-28): no handshake, every request says all about itself.
//
//  1. server/discover says what is spoken and offered
//  2. tools/list and tools/call carry resultType and who answered; lists say how long they keep
//  3. which era a request belongs to: what it claims decides, then what its header says
//  4. unknown tools and wrong parameters are answers (200), with what to do
//  5. notifications are accepted, responses and batches are not

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  assertError,
  assertToolError,
  bearer,
  callOf,
  CAPABILITIES_KEY,
  connect,
  legacyClient,
  message,
  messageRefused,
  MODERN,
  modernClient,
  modernHeaders,
  modernMessage,
  notification,
  post,
  SERVER_INFO_KEY,
} from "./support/mcp-client.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
let client;
let url;
let token;
before(async () => {
  connector = await startConnector();
  ({ url, token } = await connect(connector));
  client = modernClient(url, token);
});
after(() => connector?.dispose());

const LIST = () => modernMessage("tools/list");
const CALL = (args = {}) => modernMessage("tools/call", { name: "mittwald_project_list", arguments: args });
/// Without any header but those that it is given.
const plain = (body, headers = {}) => post(url, body, { ...bearer(token), ...headers });
const base64 = (text) => `=?base64?${Buffer.from(text).toString("base64")}?=`;

const refused = (...what) => messageRefused(connector, ...what);

/// What every result of this era has.
function assertModernResult(result) {
  assert.equal(result.resultType, "complete");
  assert.equal(result._meta[SERVER_INFO_KEY].name, "mittwald");
  assert.match(result._meta[SERVER_INFO_KEY].version, /^\d+\.\d+\.\d+/);
}

function assertCacheable(result) {
  assert.ok(Number.isInteger(result.ttlMs) && result.ttlMs >= 0);
  assert.ok(["public", "private"].includes(result.cacheScope));
}

describe("answers", () => {
  test("server/discover says what is spoken and offered", async () => {
    const { status, body } = await client.request("server/discover");
    assert.equal(status, 200);
    const { result } = body;
    assertModernResult(result);
    assertCacheable(result);
    assert.deepEqual(result.supportedVersions, [MODERN]);
    assert.ok(result.capabilities.tools);
    assert.ok(!result.capabilities.tools.listChanged && !result.capabilities.tasks);
    assert.ok(result.instructions.includes("mittwald_project_list"));
  });

  test("tools/list is the list of the legacy era, with how long it keeps, and with what stands in headers", async () => {
    const { status, body } = await client.send(LIST());
    assert.equal(status, 200);
    assertModernResult(body.result);
    assertCacheable(body.result);
    const legacy = await legacyClient(url, token).request("tools/list");
    const withoutHeaders = body.result.tools.map((tool) => {
      const copy = structuredClone(tool);
      for (const argument of Object.values(copy.inputSchema.properties ?? {})) delete argument["x-mcp-header"];
      return copy;
    });
    assert.deepEqual(withoutHeaders, legacy.body.result.tools);
    assert.ok(!JSON.stringify(legacy.body.result.tools).includes("x-mcp-header"));
    assert.equal((await client.send(LIST())).text, (await client.send(LIST())).text);
  });

  test("tools/call answers with structure, text and who answered, and is not to be kept", async () => {
    const { status, body } = await client.send(CALL());
    assert.equal(status, 200);
    assertModernResult(body.result);
    assert.deepEqual(JSON.parse(body.result.content[0].text), body.result.structuredContent);
    assert.ok(body.result.structuredContent.projects.length >= 3);
    assert.ok(!("ttlMs" in body.result) && !("cacheScope" in body.result));
  });

  test("an error inside a tool is a result of this era, too", async () => {
    const answer = await client.send(CALL({ limit: 0 }));
    assert.match(assertToolError(answer), /limit/);
    assertModernResult(answer.body.result);
  });

  test("every answer forbids to be kept by caches on the way", async () => {
    for (const body of [LIST(), CALL(), modernMessage("nonsense")])
      assert.equal((await client.send(body)).headers.get("cache-control"), "no-store");
  });

  test("no session is given out, one that comes along does not matter", async () => {
    const { status, headers } = await client.send(LIST(), { "mcp-session-id": "made-up" });
    assert.equal(status, 200);
    assert.equal(headers.get("mcp-session-id"), null);
  });

  test("ids come back as they were sent", async () => {
    for (const id of ["0", "-7", "9007199254740993", '"a\\u0062"', '""']) {
      const body = JSON.stringify(LIST()).replace('"id":1', `"id":${id}`);
      const { text } = await plain(body, modernHeaders(LIST()));
      assert.ok(text.startsWith(`{"jsonrpc":"2.0","id":${id},"result"`), text.slice(0, 80));
    }
  });

  test("clientInfo is not asked for, and does not matter", async () => {
    for (const info of [undefined, { name: "x", version: "1" }, "nonsense", null]) {
      const meta = { "io.modelcontextprotocol/clientInfo": info, traceparent: "00-0-0-00" };
      assert.equal((await client.request("tools/list", {}, { meta })).status, 200, JSON.stringify(info));
    }
  });
});

describe("the era of a request", () => {
  test("is modern by its claim alone, so that the missing header is what is wrong", async () => {
    await refused(() => plain(LIST()), 400, -32020);
    await refused(() => plain(modernMessage("initialize", { protocolVersion: "2025-11-25" })), 400, -32020);
  });

  test("is modern by its header alone, so that the missing _meta is what is wrong", async () => {
    for (const version of [MODERN, "2026-07-29", "2099-12-31"])
      await refused(() => plain(message("tools/list"), { "mcp-protocol-version": version }), 400, -32602, version);
  });

  test("is legacy without claim and header, whatever else _meta says", async () => {
    const { status, body } = await plain(message("tools/list", { _meta: { progressToken: 1, [CAPABILITIES_KEY]: {} } }));
    assert.equal(status, 200);
    assert.ok(!("resultType" in body.result));
  });

  test("is chosen per request: the two mix freely", async () => {
    const legacy = legacyClient(url, token);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? client.send(CALL()) : legacy.send(callOf("mittwald_project_list")))),
    );
    answers.forEach(({ body }, index) => assert.equal("resultType" in body.result, index % 2 === 1));
  });
});

describe("what is wrong inside a request that was let in", () => {
  test("an unknown tool names itself and its remedy", async () => {
    for (const name of ["mittwald_nothing", "weather", "", "x".repeat(3000)]) {
      const error = assertError(await client.request("tools/call", { name, arguments: {} }), 200, -32602, name);
      assert.match(error.message, /Tool not found/);
      assert.match(error.message, /Refresh/);
      assert.ok(error.message.length < 600);
    }
  });

  test("an unknown tool that is nearly a known one is told the right name", async () => {
    const error = assertError(await client.request("tools/call", { name: "mittwald_list_projects" }), 200, -32602);
    assert.match(error.message, /mittwald_project_list is probably meant/);
  });

  test("arguments that are no object are wrong parameters", async () => {
    for (const args of ["{}", [], 1, true]) {
      const send = () => client.request("tools/call", { name: "mittwald_project_list", arguments: args });
      assert.match((await refused(send, 200, -32602, JSON.stringify(args))).message, /arguments/);
    }
  });

  test("a cursor is a wrong parameter", async () => {
    for (const cursor of ["abc", "", 3]) await refused(() => client.request("tools/list", { cursor }), 200, -32602);
  });
});

describe("messages that want no answer", () => {
  test("notifications are accepted without a word", async () => {
    for (const body of [
      notification("notifications/cancelled", { requestId: 1 }),
      { ...modernMessage("notifications/cancelled", { requestId: 1 }), id: undefined },
    ]) {
      const { status, text } = await client.send(body);
      assert.equal(status, 202);
      assert.equal(text, "");
    }
  });

  test("notifications under an unknown version are refused", async () => {
    const send = () => client.send(notification("notifications/cancelled"), { "mcp-protocol-version": "2099-01-01" });
    await refused(send, 400, -32022);
  });

  test("a call without an id does nothing", async () => {
    const before = connector.sandbox.requests.length;
    const { status, text } = await client.send({ ...CALL(), id: undefined });
    assert.equal(status, 202);
    assert.equal(text, "");
    assert.equal(connector.sandbox.requests.length, before);
  });

  test("responses are refused: this era asks clients nothing", async () => {
    for (const body of [
      { jsonrpc: "2.0", id: 1, result: {} },
      { jsonrpc: "2.0", id: 1, error: { code: 1, message: "x" } },
    ])
      await refused(() => plain(body, { "mcp-protocol-version": MODERN }), 400, -32600);
  });

  test("batches are refused", async () => {
    await refused(() => plain([LIST()], modernHeaders(LIST())), 400, -32600);
    await refused(() => plain([LIST()]), 400, -32600);
  });
});
