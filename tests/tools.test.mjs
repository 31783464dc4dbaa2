// Every tool against the sandbox, which checks each request against the API's facts.
//
//  1. each tool can be called, and its answer is what its outputSchema promises
//  2. a read makes one request to mittwald; every request is valid
//  3. paging, filtering and sorting reach mittwald
//  4. the one write changes what it says, and the read-only address does not have it

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { callOf, connect, legacyClient, message } from "./support/mcp-client.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
let client;
let token;
let tools;
let ids;

before(async () => {
  connector = await startConnector();
  ({ token } = await connect(connector));
  client = legacyClient(connector.mcp, token);
  tools = (await client.request("tools/list")).body.result.tools;
  const first = async (name, args, key) => (await client.call(name, args)).structuredContent[key][0];
  const projectId = (await first("mittwald_project_list", {}, "projects")).id;
  ids = {
    projectId,
    appInstallationId: (await first("mittwald_app_list", { projectId }, "apps")).id,
    mysqlDatabaseId: (await first("mittwald_database_mysql_list", { projectId }, "databases")).id,
    conversationId: (await first("mittwald_conversation_list", {}, "conversations")).conversationId,
    description: "Neuer Name",
  };
});
after(() => connector.dispose());

const required = (tool) => Object.fromEntries((tool.inputSchema.required ?? []).map((name) => [name, ids[name]]));
const upstream = () => connector.sandbox.requests.filter(({ path }) => path.startsWith("/v2/"));

test("every tool answers what its outputSchema promises, with one valid request", async () => {
  const ajv = new Ajv({ strict: false });
  addFormats(ajv);
  for (const tool of tools) {
    const args = required(tool);
    assert.ok(Object.values(args).every(Boolean), `${tool.name} needs ${Object.keys(args)}`);
    const before = upstream().length;
    const result = await client.call(tool.name, { ...args, ...(tool.name.endsWith("update") ? { description: ids.description } : {}) });
    assert.ok(!result.isError, `${tool.name}: ${result.content[0].text}`);
    assert.ok(ajv.validate(tool.outputSchema, result.structuredContent), `${tool.name}: ${ajv.errorsText()}`);
    assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent, tool.name);
    assert.equal(upstream().length - before, 1, `${tool.name}: one request`);
  }
  for (const { method, path, violations } of upstream()) assert.deepEqual(violations ?? [], [], `${method} ${path}`);
});

test("paging, search and order reach mittwald and change the answer", async () => {
  const two = (await client.call("mittwald_project_list", { limit: 2 })).structuredContent;
  assert.deepEqual([two.projects.length, two.total, two.limit], [2, 3, 2]);
  const last = (await client.call("mittwald_project_list", { limit: 2, page: 2 })).structuredContent;
  assert.equal(last.projects.length, 1);
  assert.ok(!two.projects.some(({ id }) => id === last.projects[0].id));
  const found = (await client.call("mittwald_project_list", { searchTerm: "Ruder" })).structuredContent;
  assert.equal(found.total, 1);
  const open = (await client.call("mittwald_conversation_list", { status: ["open"] })).structuredContent;
  const closed = (await client.call("mittwald_conversation_list", { status: ["closed"] })).structuredContent;
  assert.deepEqual([open.total, closed.total], [2, 1]);
});

test("a change can be seen at once", async () => {
  const description = `Umbenannt ${Date.now()}`;
  const { projectId } = ids;
  await client.call("mittwald_project_update", { projectId, description });
  const shown = (await client.call("mittwald_project_get", { projectId })).structuredContent;
  assert.equal(shown.description, description);
});

test("no password can be seen in connection information", async () => {
  const { mysqlDatabaseId } = ids;
  const { structuredContent } = await client.call("mittwald_database_mysql_get", { mysqlDatabaseId });
  for (const key of ["host", "port", "name"]) assert.ok(structuredContent[key], key);
  assert.ok(structuredContent.mainUser.name);
  assert.ok(!/password/i.test(JSON.stringify(structuredContent)));
});

test("the read-only address has no tool that changes anything, and refuses it by name", async () => {
  const reading = await connect(connector, { path: "/mcp/readonly" });
  const readonly = legacyClient(reading.url, reading.token);
  const { tools: listed } = (await readonly.send(message("tools/list"))).body.result;
  assert.equal(listed.length, tools.length - 1);
  assert.ok(listed.every(({ annotations }) => annotations.readOnlyHint === true));
  const { projectId } = ids;
  const before = upstream().length;
  const answer = await readonly.send(callOf("mittwald_project_update", { projectId, description: "x" }));
  assert.equal(answer.body.error.code, -32602, answer.text);
  assert.match(answer.body.error.message, /reading tools only/);
  assert.equal(upstream().length, before);
});
