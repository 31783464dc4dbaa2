// The legacy era of MCP: `initialize` first, then requests whose revision a header names.
//
//  1. initialize agrees on each legacy revision, and on 2025-11-25 for anything else
//  2. no session: none is given out, one that a client makes up does not matter
//  3. ping, notifications and posted responses
//  4. ids come back as they were sent
//  5. a notification asks for nothing, so it does nothing
//  6. tools/list: the core set, described for people and programs, the same every time
//  7. tools/call: structured content and the same JSON as text
//  8. what a client accepts is read liberally
//  9. what a request without, or with an unknown, version header means

import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { after, before, describe, test } from "node:test";
import {
  assertError,
  bearer,
  CHALLENGE_KEY,
  callOf,
  connect,
  LEGACY,
  legacyClient,
  MODERN,
  message,
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
  client = legacyClient(url, token);
});
after(() => connector?.dispose());

const HINTS = ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"];
const initialize = (protocolVersion, id = 1) =>
  message("initialize", { protocolVersion, capabilities: {}, clientInfo: { name: "test", version: "1" } }, id);
const plain = (body, headers = {}) => post(url, body, { ...bearer(token), ...headers });

describe("initialize", () => {
  for (const version of LEGACY) {
    test(`agrees on ${version}`, async () => {
      const { status, body, headers } = await plain(initialize(version));
      assert.equal(status, 200);
      assert.match(headers.get("content-type"), /^application\/json/);
      assert.equal(body.id, 1);
      const { result } = body;
      assert.equal(result.protocolVersion, version);
      assert.ok(result.capabilities.tools, "tools are offered");
      assert.equal(result.serverInfo.name, "mittwald");
      assert.match(result.serverInfo.version, /^\d+\.\d+\.\d+/);
      assert.ok(result.instructions.length > 100);
      for (const modern of ["resultType", "ttlMs", "cacheScope", "_meta"]) assert.ok(!(modern in result), modern);
    });
  }

  for (const version of [MODERN, "2027-01-01", "2020-01-01", "1.0", ""]) {
    test(`answers ${JSON.stringify(version)} with its newest handshake`, async () => {
      const { status, body } = await plain(initialize(version));
      assert.equal(status, 200);
      assert.equal(body.result.protocolVersion, "2025-11-25");
    });
  }

  test("is the handshake of the legacy era whatever the header says", async () => {
    for (const header of [MODERN, "2025-06-18", "nonsense"]) {
      const { status, body } = await plain(initialize("2025-06-18"), { "mcp-protocol-version": header });
      assert.equal(status, 200, header);
      assert.equal(body.result.protocolVersion, "2025-06-18", header);
    }
  });

  test("wants to know the version", async () => {
    for (const params of [undefined, {}, { protocolVersion: 3 }, { protocolVersion: null }]) {
      const error = assertError(await plain(message("initialize", params)), 200, -32602);
      assert.match(error.message, /protocolVersion/);
    }
  });

  test("offers no capability that it does not have", async () => {
    const { capabilities } = (await plain(initialize("2025-11-25"))).body.result;
    assert.deepEqual(capabilities, { completions: {}, prompts: {}, resources: {}, tools: {} });
    const oldest = (await plain(initialize("2024-11-05"))).body.result;
    assert.deepEqual(oldest.capabilities, { prompts: {}, resources: {}, tools: {} });
  });
});

describe("sessions", () => {
  test("are not given out", async () => {
    for (const body of [
      initialize("2025-11-25"),
      notification("notifications/initialized"),
      message("ping"),
      message("tools/list"),
      callOf("mittwald_project_list"),
    ]) {
      const { headers } = await plain(body);
      assert.equal(headers.get("mcp-session-id"), null, body.method);
    }
  });

  test("that a client makes up do not matter", async () => {
    for (const session of ["unknown", "550e8400-e29b-41d4-a716-446655440000", "x".repeat(2000)]) {
      const { status, body } = await client.send(message("tools/list"), { "mcp-session-id": session });
      assert.equal(status, 200);
      assert.equal(body.result.tools[0].name, "mittwald_project_list");
    }
  });
});

describe("simple messages", () => {
  for (const version of LEGACY) {
    test(`ping is answered in ${version}`, async () => {
      const { status, text } = await legacyClient(url, token, version).request("ping");
      assert.equal(status, 200);
      assert.equal(text, '{"jsonrpc":"2.0","id":1,"result":{}}');
    });
  }

  test("notifications are accepted without a word", async () => {
    for (const method of [
      "notifications/initialized",
      "notifications/cancelled",
      "notifications/progress",
      "notifications/roots/list_changed",
      "notifications/that-nobody-knows",
    ]) {
      for (const params of [undefined, { requestId: 7, reason: "changed my mind" }]) {
        const { status, text } = await client.send(notification(method, params));
        assert.equal(status, 202, method);
        assert.equal(text, "", method);
      }
    }
  });

  test("posted responses are accepted and dropped", async () => {
    for (const answer of [
      { jsonrpc: "2.0", id: 1, result: {} },
      { jsonrpc: "2.0", id: "x", error: { code: -32601, message: "no" } },
    ]) {
      const { status, text } = await client.send(answer);
      assert.equal(status, 202);
      assert.equal(text, "");
    }
  });

  test("a call without an id does nothing", async () => {
    const before = connector.sandbox.requests.length;
    for (const { params, method } of [
      callOf("mittwald_project_list"),
      callOf("mittwald_project_update", { projectId: "p-x", description: "unseen" }),
    ]) {
      const { status, text } = await client.send(notification(method, params));
      assert.equal(status, 202);
      assert.equal(text, "");
    }
    assert.equal(connector.sandbox.requests.length, before);
  });

  test("methods of the other era and unknown ones are told apart from tools", async () => {
    for (const method of ["server/discover", "resources/lists", "prompts/lists", "logging/setLevel", "nonsense", ""]) {
      const error = assertError(await client.request(method), 200, -32601, method);
      assert.ok(error.message.includes(method), error.message);
    }
  });

  test("ids come back as they were sent", async () => {
    for (const id of [
      "0",
      "7",
      "-1",
      "9007199254740993",
      "123456789012345678901234567890",
      '""',
      '"abc"',
      '"7"',
      '"\\u0041\\n\\"\\\\"',
      '"Grüße 👋"',
      `"${"x".repeat(5000)}"`,
    ]) {
      const ok = await client.send(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`);
      assert.equal(ok.text, `{"jsonrpc":"2.0","id":${id},"result":{}}`);
      const refused = await client.send(`{"method":"nonsense","id": ${id} ,"jsonrpc":"2.0"}`);
      assert.ok(refused.text.startsWith(`{"jsonrpc":"2.0","id":${id},"error":`), refused.text.slice(0, 100));
    }
  });
});

describe("tools/list", () => {
  let tools;
  before(async () => {
    tools = (await client.request("tools/list")).body.result.tools;
  });

  test("lists the core set, the projects first", () => {
    assert.ok(tools.length > 40 && tools.length <= 60, String(tools.length));
    assert.equal(tools[0].name, "mittwald_project_list");
    assert.equal(new Set(tools.map(({ name }) => name)).size, tools.length);
    // OpenAI's contract gives two of them their names.
    for (const { name } of tools) assert.match(name, /^(mittwald_[a-z0-9_]{1,55}|search|fetch)$/);
  });

  test("describes each for people and programs", () => {
    for (const tool of tools) {
      assert.ok(tool.title?.length > 3, tool.name);
      assert.ok(tool.description?.length > 20, tool.name);
      assert.equal(tool.inputSchema.type, "object", tool.name);
      assert.equal(tool.outputSchema.type, "object", tool.name);
      for (const hint of HINTS) assert.equal(typeof tool.annotations[hint], "boolean", `${tool.name} ${hint}`);
      for (const [name, schema] of Object.entries(tool.inputSchema.properties ?? {})) {
        // What a preview brings is described there.
        assert.ok(schema.description || name === "confirmation_token", `${tool.name}: ${name} is described`);
        assert.ok(schema.type, `${tool.name}: ${name} has a type`);
      }
      for (const name of tool.inputSchema.required ?? []) assert.ok(name in tool.inputSchema.properties, name);
    }
  });

  test("tells reading from writing", () => {
    const writing = tools.filter(({ annotations }) => !annotations.readOnlyHint);
    const destructive = Object.fromEntries(writing.map(({ name, annotations }) => [name, annotations.destructiveHint]));
    assert.equal(destructive.mittwald_project_update, true, "the previous text is lost");
    assert.equal(destructive.mittwald_backup_create, false, "nothing is lost");
    for (const { annotations } of tools) if (annotations.readOnlyHint) assert.equal(annotations.destructiveHint, false);
  });

  test("is byte-equal every time, for everybody and in every legacy revision", async () => {
    const first = (await client.request("tools/list")).text;
    const other = await connect(connector, { level: "read" });
    assert.equal((await client.request("tools/list", {})).text, first);
    assert.equal((await legacyClient(other.url, other.token).request("tools/list")).text, first);
    for (const version of LEGACY)
      assert.equal((await legacyClient(url, token, version).request("tools/list")).text, first, version);
  });

  test("has one page, so every cursor is wrong", async () => {
    assertError(await client.request("tools/list", { cursor: "abc" }), 200, -32602);
    assert.ok(!("nextCursor" in (await client.request("tools/list")).body.result));
  });
});

describe("tools/call", () => {
  for (const version of LEGACY) {
    test(`answers with structure and the same JSON as text in ${version}`, async () => {
      const { status, body, text } = await legacyClient(url, token, version).send(callOf("mittwald_project_list"));
      assert.equal(status, 200);
      const { result } = body;
      assert.equal(result.isError ?? false, false);
      assert.equal(result.content.length, 1);
      assert.equal(result.content[0].type, "text");
      assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
      assert.ok(text.includes(`"structuredContent":${result.content[0].text}`), "byte for byte");
      assert.ok(result.structuredContent.projects.length >= 3);
      for (const modern of ["resultType", CHALLENGE_KEY, "_meta"]) assert.ok(!(modern in result), modern);
    });
  }

  test("does without arguments where a tool needs none", async () => {
    for (const params of [{ name: "mittwald_project_list" }, { name: "mittwald_project_list", arguments: null }]) {
      const { body } = await client.request("tools/call", params);
      assert.ok(body.result.structuredContent.projects, JSON.stringify(params));
    }
  });

  test("takes what hosts add to a request", async () => {
    const params = { name: "mittwald_project_list", arguments: {}, _meta: { progressToken: 1, "x.y/z": {} }, task: {} };
    const { body } = await client.request("tools/call", params);
    assert.ok(body.result.structuredContent.projects);
    assert.ok(!("task" in body.result));
  });
});

describe("Accept", () => {
  for (const accept of [
    "application/json, text/event-stream",
    "application/json",
    "*/*",
    "application/*;q=0.9",
    "text/event-stream, application/json;q=0.1",
  ]) {
    test(`${accept} is answered with JSON`, async () => {
      const { status, headers } = await client.send(message("ping"), { accept });
      assert.equal(status, 200);
      assert.match(headers.get("content-type"), /^application\/json/);
    });
  }

  test("may be missing", async () => {
    const { status, type } = await new Promise((resolve, reject) => {
      const headers = { ...bearer(token), "content-type": "application/json" };
      const sent = httpRequest(url, { method: "POST", headers }, (answer) => {
        answer.resume();
        answer.on("end", () => resolve({ status: answer.statusCode, type: answer.headers["content-type"] }));
      });
      sent.on("error", reject);
      sent.end(JSON.stringify(message("ping")));
    });
    assert.equal(status, 200);
    assert.match(type, /^application\/json/);
  });
});

describe("the version header", () => {
  test("may be missing: then it is 2025-03-26", async () => {
    assert.equal((await plain(message("tools/list"))).body.result.tools[0].name, "mittwald_project_list");
    assert.equal((await plain([message("ping")])).status, 200);
  });

  test("that nobody knows is refused with what is known", async () => {
    for (const version of ["2020-01-01", "banana", "2025-11-2", "2025-11-25, 2025-06-18", "latest"]) {
      const answer = await plain(message("ping", undefined, "q"), { "mcp-protocol-version": version });
      const error = assertError(answer, 400, -32022, version);
      assert.equal(answer.body.id, "q");
      assert.ok(Array.isArray(error.data.supported) && error.data.supported.length);
      assert.equal(error.data.requested, version);
    }
  });

  test("may have space around it", async () => {
    const { status } = await plain(message("ping"), { "mcp-protocol-version": "\t2025-11-25 " });
    assert.equal(status, 200);
  });

  test("is not answered with anything of the modern era", async () => {
    for (const version of LEGACY) {
      const { body } = await legacyClient(url, token, version).request("tools/list");
      assert.ok(!JSON.stringify(body.result).includes(SERVER_INFO_KEY));
      assert.deepEqual(Object.keys(body.result), ["tools"]);
    }
  });
});
