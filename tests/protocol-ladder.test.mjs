// What a request of the modern era must bring, rung by rung: the first that breaks gives the answer, and
// none lets a call through to mittwald.
//
//  1. `_meta` with version and capabilities: 400, -32602
//  2. MCP-Protocol-Version, equal to it: 400, -32020
//  3. a version that is supported: 400, -32022 with the supported ones
//  4. Mcp-Method and Mcp-Name, equal to the body, in their spelling, case and base64: 400, -32020
//  5. a method that exists: 404, -32601, also for those that this era removed, initialize among them

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  assertError,
  bearer,
  CAPABILITIES_KEY,
  connect,
  message,
  messageRefused,
  MODERN,
  modernClient,
  modernHeaders,
  modernMessage,
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
  client = modernClient(url, token);
});
after(() => connector?.dispose());

const LIST = () => modernMessage("tools/list");
const CALL = (args = {}) => modernMessage("tools/call", { name: "mittwald_project_list", arguments: args });
/// Without any header but those that it is given.
const plain = (body, headers = {}) => post(url, body, { ...bearer(token), ...headers });
const base64 = (text) => `=?base64?${Buffer.from(text).toString("base64")}?=`;

const refused = (...what) => messageRefused(connector, ...what);

describe("the ladder, rung 1: _meta", () => {
  const withHeaders = (params) => plain({ ...message("tools/list", params) }, modernHeaders(LIST()));

  test("must be there", async () => {
    for (const params of [undefined, {}, { _meta: null }, { _meta: "x" }, { _meta: [] }]) {
      const error = await refused(() => withHeaders(params), 400, -32602, JSON.stringify(params));
      assert.match(error.message, /_meta/);
      assert.equal(error.id, 1);
    }
  });

  test("must name the version as a string", async () => {
    for (const version of [undefined, null, 20260728, {}, ["2026-07-28"]]) {
      const send = () => client.request("tools/list", {}, { meta: { [VERSION_KEY]: version } });
      const error = await refused(send, 400, -32602, JSON.stringify(version));
      assert.match(error.message, /protocolVersion/);
    }
  });

  test("must say what the client can do, as an object", async () => {
    for (const capabilities of [undefined, null, "all", [], 1, true]) {
      const send = () => client.request("tools/list", {}, { meta: { [CAPABILITIES_KEY]: capabilities } });
      const error = await refused(send, 400, -32602, JSON.stringify(capabilities));
      assert.match(error.message, /clientCapabilities/);
    }
  });

  test("comes before every other rung", async () => {
    const everythingWrong = { "mcp-protocol-version": "2099-01-01", "mcp-method": "other", "mcp-name": "other" };
    const incomplete = modernMessage("nonsense", {}, { meta: { [CAPABILITIES_KEY]: undefined } });
    await refused(() => client.send(incomplete, everythingWrong), 400, -32602);
    await refused(() => plain(message("nonsense"), { "mcp-protocol-version": MODERN }), 400, -32602);
  });
});

describe("the ladder, rung 2: MCP-Protocol-Version", () => {
  test("must be there and equal _meta", async () => {
    for (const version of [undefined, "2025-11-25", "2026-07-29", "nonsense", `${MODERN}, ${MODERN}`]) {
      const send = () => client.send(LIST(), { "mcp-protocol-version": version });
      const error = await refused(send, 400, -32020, version);
      assert.match(error.message, /MCP-Protocol-Version/i);
      assert.equal(error.id, 1);
    }
  });

  test("comes before the version itself and the other headers", async () => {
    const old = modernMessage("tools/list", {}, { meta: { [VERSION_KEY]: "2099-01-01" } });
    await refused(() => client.send(old, { "mcp-method": "other" }), 400, -32020);
  });
});

describe("the ladder, rung 3: the version", () => {
  test("must be one that server/discover names", async () => {
    const { supportedVersions } = (await client.request("server/discover")).body.result;
    for (const version of ["2099-01-01", "2026-07-29", "2025-11-25", "2024-11-05", "nonsense", ""]) {
      const body = modernMessage("tools/list", {}, { meta: { [VERSION_KEY]: version } });
      const send = () => client.send(body, { "mcp-protocol-version": version });
      const { data, message: said } = await refused(send, 400, -32022, version);
      assert.equal(data.requested, version);
      assert.ok(data.supported.length > 0);
      for (const one of data.supported) assert.ok(supportedVersions.includes(one), one);
      assert.ok(said.includes(version));
    }
  });

  test("comes before the other headers and the method", async () => {
    const body = modernMessage("nonsense", {}, { meta: { [VERSION_KEY]: "2099-01-01" } });
    const headers = { "mcp-protocol-version": "2099-01-01", "mcp-method": undefined };
    await refused(() => client.send(body, headers), 400, -32022);
  });

  test("is not repeated at any length", async () => {
    const version = "v".repeat(4000);
    const body = modernMessage("tools/list", {}, { meta: { [VERSION_KEY]: version } });
    const { text } = await refused(() => client.send(body, { "mcp-protocol-version": version }), 400, -32022);
    assert.ok(text.length < 600);
  });
});

describe("the ladder, rung 4: Mcp-Method and Mcp-Name", () => {
  test("Mcp-Method must be there and equal the body, also in case", async () => {
    for (const method of [undefined, "", "tools/call", "Tools/List", "TOOLS/LIST", "tools/list, tools/list"]) {
      const error = await refused(() => client.send(LIST(), { "mcp-method": method }), 400, -32020, method);
      assert.match(error.message, /Mcp-Method/);
    }
  });

  test("Mcp-Name must be there and equal the body, also in case", async () => {
    for (const name of [undefined, "", "mittwald_app_list", "Mittwald_Project_List", "mittwald_project_lis"]) {
      const error = await refused(() => client.send(CALL(), { "mcp-name": name }), 400, -32020, name);
      assert.match(error.message, /Mcp-Name/);
    }
  });

  test("Mcp-Name cannot equal a name that is not there", async () => {
    for (const params of [{}, { name: null }, { name: 7 }, { name: ["x"] }]) {
      const body = modernMessage("tools/call", params);
      const headers = { "mcp-name": String(params.name) };
      await refused(() => client.send(body, headers), 400, -32020, JSON.stringify(params));
    }
  });

  test("space around a header value does not belong to it, and names of headers have no case", async () => {
    const headers = {
      "mcp-method": undefined,
      "mcp-name": undefined,
      "MCP-METHOD": "  tools/call\t",
      "mCp-NaMe": " mittwald_project_list ",
    };
    assert.equal((await client.send(CALL(), headers)).status, 200);
  });

  test("Mcp-Name may come in base64, for names that no header carries", async () => {
    assert.equal((await client.send(CALL(), { "mcp-name": base64("mittwald_project_list") })).status, 200);
    const name = "wetter_für_köln ☂";
    const body = modernMessage("tools/call", { name, arguments: {} });
    const error = assertError(await client.send(body, { "mcp-name": base64(name) }), 200, -32602);
    assert.ok(error.message.includes(name));
  });

  test("base64 that is broken or says something else is refused", async () => {
    for (const name of [
      base64("mittwald_app_list"),
      base64("Mittwald_Project_List"),
      "=?base64??=",
      "=?base64?%%%?=",
      "=?base64?bWl0dHdhbGRfcHJvamVjdF9saXN0",
      "=?base64?/w==?=",
      "=?base64?bWl0dHdhbGRfcHJvamVjdF9saXN?=",
      `${base64("mittwald_project_list")} `.repeat(2).trim(),
    ]) {
      const error = await refused(() => client.send(CALL(), { "mcp-name": name }), 400, -32020, name);
      assert.match(error.message, /Mcp-Name/);
    }
  });

  test("Mcp-Name is asked for by every method that has one", async () => {
    for (const [method, params, status, code] of [
      ["prompts/get", { name: "x" }, 200, -32602],
      ["resources/read", { uri: "mittwald://x" }, 200, -32602],
      ["tasks/get", { taskId: "t" }, 404, -32601],
      ["tasks/update", { taskId: "t" }, 404, -32601],
      ["tasks/cancel", { taskId: "t" }, 404, -32601],
    ]) {
      const body = modernMessage(method, params);
      await refused(() => client.send(body, { "mcp-name": undefined }), 400, -32020, method);
      await refused(() => client.send(body, { "mcp-name": "other" }), 400, -32020, method);
      await refused(() => client.send(body), status, code, method);
    }
  });

  test("Mcp-Name is not asked for where there is none", async () => {
    assert.equal((await client.send(LIST(), { "mcp-name": undefined })).status, 200);
  });

  test("comes before the method", async () => {
    await refused(() => client.send(modernMessage("nonsense"), { "mcp-method": "other" }), 400, -32020);
  });
});

describe("the ladder, rung 5: the method", () => {
  for (const method of [
    "initialize",
    "ping",
    "logging/setLevel",
    "resources/subscribe",
    "resources/unsubscribe",
    "tasks/list",
    "tasks/result",
    "subscriptions/listen",
    "prompts/lists",
    "resources/lists",
    "skills/read",
    "Tools/List",
    "nonsense",
  ]) {
    test(`${method} does not exist here`, async () => {
      const params = method === "initialize" ? { protocolVersion: MODERN, capabilities: {}, clientInfo: {} } : {};
      const headers = method.startsWith("tasks/") ? { "mcp-name": "x" } : {};
      const send = () => client.send(modernMessage(method, params, { id: "m" }), headers);
      const error = await refused(send, 404, -32601, method);
      assert.equal(error.id, "m");
      assert.ok(error.message.includes(method));
    });
  }
});
