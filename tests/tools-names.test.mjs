// Names under which tools were known before keep working.
//
//  1. every older name does what its tool does: the same requests, the same answer
//  2. it is served where its tool is, and nowhere else, and stands in no list
//  3. every tool of the former server that was not left out works under its name at /mcp/x/all
//  4. what was left out is not there, and no other name either that only resembles one

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { AGENCY } from "../sandbox/seed/projects.mjs";
import { belongingsOf } from "./support/belongings.mjs";
import { assertError, bearer, callOf, connect, legacyClient, post, textOf } from "./support/mcp-client.mjs";
import { refresh } from "./support/sign-in.mjs";
import { formerTools, olderNames } from "./support/tool-names.mjs";
import { filled, waysToCall } from "./support/valid-arguments.mjs";
import { startConnector } from "./support/worker.mjs";

const FORMER = formerTools();
const OLDER = olderNames();

let connector;
let client;
let tools;
let idOf;
before(async () => {
  connector = await startConnector();
  client = clientAt("/mcp/x/all");
  tools = await toolsAt("/mcp/x/all");
  const [own, person] = [await belongingsOf(connector.sandbox, AGENCY), await belongingsOf(connector.sandbox)];
  idOf = (name) => (own.of(name) ?? person.of(name))?.id ?? AGENCY;
});
after(() => connector?.dispose());

const clientAt = (path) => legacyClient(connector.origin + path, "sandbox-token");
const toolsAt = async (path) =>
  new Map((await clientAt(path).request("tools/list")).body.result.tools.map((tool) => [tool.name, tool]));
const callsOf = (name) => waysToCall(tools.get(name)).map((way) => filled(way, idOf));

/// A call on data that no call before it changed; gives what was sent and what came back.
async function call(name, args) {
  connector.sandbox.reset();
  const result = await client.call(name, args);
  const requests = connector.sandbox.requests.map(({ method, path, query, body, violations, status }) => {
    assert.deepEqual(violations, [], `${name}: ${method} ${path}`);
    return { method, path, query, body, status };
  });
  return { result, requests };
}

/// What was sent, but for generated passwords.
const sent = ({ requests }) => JSON.parse(JSON.stringify(requests).replace(/"password":"[^"]+"/g, '"password":""'));

/// What was answered, but for what was made up in the run: ids, marks, numbers, times.
function answered({ result }) {
  const ids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|\b[0-9a-f]{16}\b|\b[a-z]+[-_][a-z0-9]{6}\b/g;
  const times = /\d{4}-\d\d-\d\dT[\d:.]+Z|\d{5,}/g;
  return JSON.stringify(result).replace(ids, "<id>").replace(times, "<time>");
}

describe("an older name", () => {
  for (const [name, { tool, fix }] of OLDER) {
    test(`${name} does what ${tool} does`, async () => {
      for (const args of callsOf(tool)) {
        const older = await call(name, args);
        const today = await call(tool, { ...args, ...fix });
        assert.equal(today.result.isError, false, textOf(today.result));
        assert.ok(today.requests.length > 0);
        assert.deepEqual(sent(older), sent(today));
        assert.equal(answered(older), answered(today));
      }
    });
  }

  test("stands in no list", () => {
    for (const name of OLDER.keys()) assert.ok(!tools.has(name), name);
  });

  test("is served where its tool is, and nowhere else", async () => {
    for (const path of ["/mcp", "/mcp/readonly", "/mcp/x/app", "/mcp/x/all/readonly", `/mcp/p/${AGENCY}/x/all`]) {
      const served = await toolsAt(path);
      for (const [name, { tool }] of OLDER) {
        const answer = await clientAt(path).request("tools/call", { name, arguments: { nonsense: 1 } });
        if (served.has(tool)) assert.match(textOf(answer.body.result), /"nonsense" is unknown/, `${name} at ${path}`);
        else assert.match(assertError(answer, 200, -32602).message, /^Tool not found/, `${name} at ${path}`);
      }
    }
  });

  test("needs the scope of its tool and the level of its tool", async () => {
    const name = "mittwald_volume_create";
    const args = callsOf(OLDER.get(name).tool)[0];
    const connected = await connect(connector, { path: "/mcp/x/all" });
    const renewal = { scope: "project:read", resource: connected.url };
    const renewed = await refresh(connector, connected.client, connected.tokens.refresh_token, renewal);
    const reader = await connect(connector, { path: "/mcp/x/all", level: "read" });
    const before = connector.sandbox.requests.length;
    const scoped = await post(connected.url, callOf(name, args), bearer(renewed.body.access_token));
    assert.equal(scoped.status, 403, scoped.text);
    assert.match(scoped.headers.get("www-authenticate"), /insufficient_scope.*stack:write/);
    const reading = await post(connected.url, callOf(name, args), bearer(reader.token));
    assert.match(textOf(reading.body.result), /Permission denied.*read only/s);
    assert.equal(connector.sandbox.requests.length, before);
  });
});

describe("a tool of the former server", () => {
  const kept = [...FORMER].filter(([, { leftOut }]) => !leftOut);

  for (const [name, { tool, args }] of kept) {
    test(`${name} works`, async () => {
      const named = tools.has(name) ? name : OLDER.get(name)?.tool;
      assert.equal(named, tool, "the name leads to the tool that does its job");
      for (const given of callsOf(tool)) {
        const { result, requests } = await call(name, given);
        assert.equal(result.isError, false, `${JSON.stringify(given)}: ${textOf(result)}`);
        assert.ok(requests.length > 0);
      }
      const known = tools.get(tool).inputSchema.properties ?? {};
      for (const [former, ours] of Object.entries(args))
        assert.ok(ours in known, `${former} is ${ours}, which ${tool} does not take`);
    });
  }

  test("is one of the 161, with five of them left out", () => {
    assert.equal(FORMER.size, 161);
    assert.equal(FORMER.size - kept.length, 5);
  });

  test("that was left out is not there", async () => {
    for (const [name] of [...FORMER].filter(([, { leftOut }]) => leftOut)) {
      assert.ok(!tools.has(name) && !OLDER.has(name), name);
      const before = connector.sandbox.requests.length;
      const error = assertError(await client.request("tools/call", { name, arguments: {} }), 200, -32602, name);
      assert.match(error.message, /Tool not found/);
      assert.equal(connector.sandbox.requests.length, before);
    }
  });
});

describe("names", () => {
  test("that were ever given are still callable", async () => {
    const text = readFileSync(new URL("snapshots/names.txt", import.meta.url), "utf8");
    const ever = text.split("\n").filter((line) => /^\w+$/.test(line));
    assert.ok(ever.length >= tools.size);
    for (const name of ever) {
      const { body } = await client.request("tools/call", { name, arguments: { nonsense: 1 } });
      assert.match(textOf(body.result ?? { content: [] }), /"nonsense" is unknown/, name);
    }
  });

  test("that only resemble one are not, but are set right", async () => {
    for (const name of ["mittwald_project_lists", "MITTWALD_PROJECT_LIST", " mittwald_project_list", "project_list"]) {
      const error = assertError(await client.request("tools/call", { name, arguments: {} }), 200, -32602, name);
      assert.match(error.message, /Tool not found/);
    }
  });
});
