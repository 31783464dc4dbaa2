// The official client package of the second generation, which real hosts are built with, in each of its
// three modes. Every sign-in walks the pages; no sandbox token is used.
//
//  1. turned away, registers, signs in, connects, speaks the revision of its mode
//  2. lists tools, and validates what they answer against their output schemas
//  3. answers the five requests of the user guide
//  4. changes something and sees the change
//  5. an expired token is refreshed without the person
//  6. a revoked connection leads to a new sign-in, and then works again
//  7. a right that the client did not ask for is asked for when a tool needs it (403, step-up)
//  8. what the person did not allow is said to the model, without asking again
//  9. the read-only address serves reading tools only
// 10. a person who says no leaves the client unconnected, with a clear error

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from "@modelcontextprotocol/client";
import { AGREE } from "./support/browser.mjs";
import { expiredToken, refresh, revoke } from "./support/sign-in.mjs";
import { WalkingProvider } from "./support/walking-provider.mjs";
import { startConnector } from "./support/worker.mjs";

const MODES = [
  { name: "auto", mode: "auto", speaks: "2026-07-28" },
  { name: "legacy", mode: "legacy", speaks: "2025-11-25" },
  { name: "pinned to 2026-07-28", mode: { pin: "2026-07-28" }, speaks: "2026-07-28" },
];

let connector;
let expired;
before(async () => {
  connector = await startConnector();
  expired = await expiredToken(connector);
});
after(() => connector?.dispose());

/// A connected client; signs in if the connector asks for it.
async function connect(provider, mode, address = connector.mcp) {
  const attempt = async () => {
    const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
    const transport = new StreamableHTTPClientTransport(new URL(address), { authProvider: provider });
    try {
      await client.connect(transport);
    } catch (error) {
      error.transport = transport;
      throw error;
    }
    return client;
  };
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    await error.transport.finishAuth(provider.arrived);
    return attempt();
  }
}

async function call(client, name, args = {}) {
  const result = await client.callTool({ name, arguments: args });
  assert.ok(!result.isError, JSON.stringify(result.content));
  // What third parties wrote stands between two lines that say so.
  const { text } = result.content.length === 3 ? result.content[1] : result.content[0];
  assert.deepEqual(JSON.parse(text), result.structuredContent, "the text is the same JSON");
  return result.structuredContent;
}

for (const { name, mode, speaks } of MODES) {
  describe(name, () => {
    let provider;
    let client;
    before(async () => {
      provider = new WalkingProvider();
      client = await connect(provider, mode);
    });
    after(() => client?.close());

    test("signs in and connects", () => {
      assert.equal(provider.walks, 1);
      assert.equal(client.getNegotiatedProtocolVersion(), speaks);
      assert.ok(client.getServerVersion().name);
      assert.ok(client.getServerCapabilities().tools);
    });

    test("lists tools that are told apart by their hints", async () => {
      const { tools } = await client.listTools();
      assert.ok(tools.length >= 13);
      for (const tool of tools) {
        for (const hint of ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"])
          assert.equal(typeof tool.annotations[hint], "boolean", `${tool.name}: ${hint}`);
        assert.ok(tool.title && tool.description && tool.outputSchema);
      }
      assert.equal(tools.find((tool) => tool.name === "mittwald_project_list").annotations.readOnlyHint, true);
    });

    test("answers the five requests of the user guide", async () => {
      const { projects } = await call(client, "mittwald_project_list");
      const projectId = projects.find((project) => project.description === "Kontor Nord Website").id;
      assert.ok((await call(client, "mittwald_app_list", { projectId })).apps.length > 0);
      const { databases } = await call(client, "mittwald_database_mysql_list", { projectId });
      const database = await call(client, "mittwald_database_mysql_get", { mysqlDatabaseId: databases[0].id });
      assert.ok(database.host && database.port && database.name && database.mainUser.name);
      assert.ok((await call(client, "mittwald_backup_schedule_list", { projectId })).schedules.length > 0);
      const { conversations } = await call(client, "mittwald_conversation_list", { status: ["open"] });
      assert.deepEqual([...new Set(conversations.map(({ status }) => status))], ["open"]);
    });

    test("changes something and sees the change", async () => {
      const { projects } = await call(client, "mittwald_project_list");
      const { id, description } = projects.at(-1);
      const changed = `${description} (${name})`;
      await call(client, "mittwald_project_update", { projectId: id, description: changed });
      assert.equal((await call(client, "mittwald_project_get", { projectId: id })).description, changed);
      await call(client, "mittwald_project_update", { projectId: id, description });
    });

    test("is told of a tool that does not exist", async () => {
      const outcome = await client.callTool({ name: "mittwald_nothing", arguments: {} }).then(
        (result) => JSON.stringify(result),
        (error) => error.message,
      );
      assert.match(outcome, /mittwald_nothing/);
    });

    test("refreshes an expired token without the person", async () => {
      provider.replaceAccessToken(expired);
      await call(client, "mittwald_project_list");
      assert.equal(provider.walks, 1);
      assert.equal(provider.saved, 2);
      assert.notEqual(provider.tokens().access_token, expired);
    });

    test("signs in anew after a revocation", async () => {
      await revoke(connector, provider.clientInformation(), provider.tokens().refresh_token);
      provider.replaceAccessToken(expired);
      await assert.rejects(client.callTool({ name: "mittwald_project_list", arguments: {} }), UnauthorizedError);
      assert.equal(provider.walks, 2);
      await client.transport.finishAuth(provider.arrived);
      const again = await connect(provider, mode);
      await call(again, "mittwald_project_list");
      assert.equal(provider.walks, 2);
      await again.close();
    });
  });
}

test("a right that the client did not ask for is asked for when a tool needs it", async () => {
  const provider = new WalkingProvider();
  const client = await connect(provider, "auto");
  const narrow = await refresh(connector, provider.clientInformation(), provider.tokens().refresh_token, {
    scope: "project:read",
  });
  provider.saveTokens({ ...provider.tokens(), ...narrow.body });
  const [{ id, description }] = (await call(client, "mittwald_project_list")).projects;
  const change = { name: "mittwald_project_update", arguments: { projectId: id, description } };
  await assert.rejects(client.callTool(change), UnauthorizedError);
  assert.equal(provider.walks, 2);
  await client.transport.finishAuth(provider.arrived);
  assert.ok(provider.tokens().scope.split(" ").includes("project:write"));
  const again = await connect(provider, "auto");
  await call(again, change.name, change.arguments);
  await again.close();
});

test("what the person did not allow is said to the model", async () => {
  const reading = { ...AGREE, "/consent": { values: { level: "read" }, button: { decision: "allow" } } };
  const provider = new WalkingProvider({ answers: reading });
  const client = await connect(provider, "auto");
  const [{ id }] = (await call(client, "mittwald_project_list")).projects;
  const result = await client.callTool({
    name: "mittwald_project_update",
    arguments: { projectId: id, description: "x" },
  });
  assert.equal(result.isError, true);
  assert.match(result.content[0].text, /permission denied/i);
  assert.equal(provider.walks, 1);
  await client.close();
});

test("the read-only address serves reading tools only", async () => {
  const provider = new WalkingProvider();
  const client = await connect(provider, "auto", `${connector.mcp}/readonly`);
  const { tools } = await client.listTools();
  assert.ok(tools.length >= 12);
  assert.deepEqual(
    tools.filter(({ annotations }) => !annotations.readOnlyHint).map(({ name }) => name),
    [],
  );
  assert.ok(!provider.tokens().scope.includes(":write"));
  await call(client, "mittwald_project_list");
  await client.close();
});

test("a person who says no leaves the client unconnected", async () => {
  const provider = new WalkingProvider({
    answers: { ...AGREE, "/consent": { values: {}, button: { decision: "deny" } } },
  });
  await assert.rejects(connect(provider, "auto"), /access_denied|did not agree/i);
  assert.equal(provider.tokens(), undefined);
});
