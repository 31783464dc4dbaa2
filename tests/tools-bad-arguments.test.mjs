// Arguments that are wrong: each mistake named with what was expected, and nothing sent to mittwald.
//
//  1. unknown, missing, of the wrong type, out of range, outside a list, of the wrong format, given twice
//  2. several at once are told at once; long ones do not come back at length
//  3. ids that try to leave their place in the path
//  4. texts that try to leave theirs in the query

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  argumentsRefused,
  askingNothing,
  assertToolError,
  callOf,
  connect,
  legacyClient,
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

const send = (body, headers) => client.send(body, headers);

const unsent = (ask, about) => askingNothing(connector, ask, about);

const refusedArguments = (name, args) => argumentsRefused(connector, client, name, args);

describe("arguments", () => {
  test("that nobody knows are named, with what is meant", async () => {
    assert.match(await refusedArguments("mittwald_project_get", { project_id: "p" }), /"project_id".*projectId is probably meant/);
    const text = await refusedArguments("mittwald_project_list", { weather: true });
    assert.match(text, /"weather" is unknown/);
    for (const name of ["customerId", "searchTerm", "limit", "page"]) assert.ok(text.includes(name));
    for (const name of ["__proto__", "constructor", "toString"])
      assert.ok((await refusedArguments("mittwald_project_list", `{"${name}":1}`)).includes(name));
  });

  test("that are missing are named, with what they must be", async () => {
    assert.match(await refusedArguments("mittwald_project_get", {}), /projectId is missing.*text/);
    const text = await refusedArguments("mittwald_project_update", {});
    assert.match(text, /projectId is missing/);
    assert.match(text, /description is missing/);
    assert.match(text, /2 problems/);
    assert.match(await refusedArguments("mittwald_project_get", { projectId: null }), /projectId is missing/);
  });

  test("of the wrong type are named, with what came and what was expected", async () => {
    for (const [value, came] of [
      [1, "number 1"],
      [true, "true"],
      [["a"], "a list"],
      [{ a: 1 }, "an object"],
    ]) {
      const text = await refusedArguments("mittwald_project_get", { projectId: value });
      assert.match(text, /projectId must be a text/);
      assert.ok(text.includes(came), text);
    }
    for (const value of ["10", true, [], {}, 1.5, "1e1"])
      assert.match(await refusedArguments("mittwald_project_list", { limit: value }), /limit must be a whole number from 1 to 100/);
    for (const value of ["true", 1, "yes", []])
      assert.match(
        await refusedArguments("mittwald_backup_list", { projectId: "p", runningBackupsOnly: value }),
        /runningBackupsOnly must be true or false/,
      );
    for (const value of ["open", { 0: "open" }, 1])
      assert.match(await refusedArguments("mittwald_conversation_list", { status: value }), /status must be a list/);
  });

  test("out of range are named, with the range", async () => {
    for (const limit of [0, -1, 101, 1e9, 1e300, -1e300])
      assert.match(await refusedArguments("mittwald_project_list", { limit }), /limit must be a whole number from 1 to 100/);
    for (const page of [0, -3]) assert.match(await refusedArguments("mittwald_project_list", { page }), /page/);
    assert.match(await refusedArguments("mittwald_project_list", '{"limit":99999999999999999999999}'), /limit/);
  });

  test("outside a closed list are named, with the list", async () => {
    const sort = await refusedArguments("mittwald_project_list", { sort: "name" });
    assert.match(sort, /sort must be one of "createdAt", "description"; it is the text "name"/);
    const status = await refusedArguments("mittwald_conversation_list", { status: ["open", "closed", "urgent"] });
    assert.match(status, /status\[2\] must be one of/);
    assert.doesNotMatch(status, /status\[[01]\]/);
  });

  test("of the wrong format are named, with an example", async () => {
    const text = await refusedArguments("mittwald_app_list", { projectId: "p", appIds: ["wordpress"] });
    assert.match(text, /appIds\[0\] must be a UUID such as [0-9a-f-]{36}/);
  });

  test("with several mistakes are told all at once", async () => {
    const text = await refusedArguments("mittwald_project_list", {
      limit: 0,
      page: "two",
      customerId: 5,
      sort: "name",
      order: "up",
      nonsense: 1,
    });
    for (const name of ["limit", "page", "customerId", "sort", "order", "nonsense"])
      assert.match(text, new RegExp(`^- .*\\b${name}\\b`, "m"), name);
    assert.match(text, /6 problems/);
  });

  test("given twice are refused", async () => {
    assert.match(await refusedArguments("mittwald_project_list", '{"limit":1,"limit":2}'), /limit.*twice/);
    assert.match(await refusedArguments("mittwald_project_list", '{"limit":1,"l\\u0069mit":2}'), /limit.*twice/);
  });

  test("in great number or length do not come back at length", async () => {
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`argument${index}`, index]));
    assert.ok((await refusedArguments("mittwald_project_list", many)).length < 6000);
    const long = await refusedArguments("mittwald_project_list", { sort: "x".repeat(50_000), ["y".repeat(50_000)]: 1 });
    assert.ok(long.length < 1500);
    assert.ok((await refusedArguments("mittwald_project_get", { projectId: "z".repeat(10_000) })).length < 1500);
  });

  test("that are null count as left out, and whole numbers may be written with a point", async () => {
    const { structuredContent } = await client.call("mittwald_project_list", { limit: null, searchTerm: null });
    assert.equal(structuredContent.limit, 50);
    const { body } = await send(JSON.stringify(callOf("mittwald_project_list", { limit: 2 })).replace(":2}", ":2.0}"));
    assert.equal(body.result.structuredContent.limit, 2);
  });
});

describe("an id", () => {
  const TRICKS = [
    "",
    ".",
    "..",
    "../users",
    "..\\users",
    "a/b",
    "a/../../users/self",
    "/",
    "//evil.example",
    "%2e%2e",
    "%2E%2E%2Fusers",
    "a%2fb",
    "%252e%252e",
    "?x=1",
    "a?x=1",
    "a#b",
    "a;b=1",
    "\\",
    "a\u0000",
    "a\nb",
    "a\r\nx-access-token: stolen",
    "\u007f",
    "x".repeat(301),
  ];
  const TOOLS = {
    mittwald_project_get: "projectId",
    mittwald_project_update: "projectId",
    mittwald_app_list: "projectId",
    mittwald_app_get: "appInstallationId",
    mittwald_database_mysql_get: "mysqlDatabaseId",
    mittwald_domain_get: "domainId",
    mittwald_user_get: "userId",
  };
  for (const [tool, argument] of Object.entries(TOOLS)) {
    test(`of ${tool} never leaves its place`, async () => {
      const rest = tool === "mittwald_project_update" ? { description: "x" } : {};
      for (const trick of TRICKS) {
        const text = await refusedArguments(tool, { [argument]: trick, ...rest });
        assert.ok(text.includes(argument), `${JSON.stringify(trick)}: ${text}`);
        assert.ok(text.length < 600);
      }
    });
  }

  test("of unusual but harmless letters is one segment, encoded", async () => {
    for (const id of ["p-ü x", "a..b", "...", "a:b@c", "a&b=c", "a+b", "‮evil", "．．／users", "👋", "<b>", "'\"", "{projectId}"]) {
      const before = connector.sandbox.requests.length;
      const answer = await send(callOf("mittwald_project_get", { projectId: id }));
      assertToolError(answer);
      const sent = connector.sandbox.requests.slice(before);
      assert.equal(sent.length, 1, id);
      assert.equal(sent[0].method, "GET");
      assert.match(sent[0].path, /^\/v2\/projects\/[^/?#]+$/);
      assert.equal(decodeURIComponent(sent[0].path.slice("/v2/projects/".length)), id);
      assert.deepEqual(sent[0].query, {});
    }
  });
});

describe("a text for the query", () => {
  test("stays in its parameter", async () => {
    for (const searchTerm of ["a&limit=100&skip=3", "x#y", "?", "a=b", "a b+c", "%26", "ü👋", "\r\nx: y", "&", "\u0000"]) {
      const before = connector.sandbox.requests.length;
      await send(callOf("mittwald_project_list", { searchTerm, limit: 2 }));
      const sent = connector.sandbox.requests.slice(before);
      assert.equal(sent.length, 1);
      assert.equal(sent[0].path, "/v2/projects");
      assert.deepEqual(sent[0].query, { searchTerm, limit: "2" });
    }
  });
});
