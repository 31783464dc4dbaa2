// The official client package of the first generation (`@modelcontextprotocol/sdk`), which most hosts
// still ship. It knows `initialize` only. Every sign-in walks the pages.
//
//  1. turned away, registers, signs in, connects with 2025-11-25
//  2. an older client gets the revision it asks for
//  3. lists and calls tools, validating what they answer
//  4. an expired token is refreshed without the person
//  5. a revoked connection leads to a new sign-in, and then works again

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { expiredToken, revoke } from "./support/sign-in.mjs";
import { WalkingProvider } from "./support/walking-provider.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
let provider;
let client;
let expired;
before(async () => {
  connector = await startConnector();
  provider = new WalkingProvider();
  client = await connect(provider);
  expired = await expiredToken(connector);
});
after(async () => {
  await client?.close();
  await connector.dispose();
});

async function connect(person) {
  const attempt = async () => {
    const one = new Client({ name: "test", version: "1" });
    const transport = new StreamableHTTPClientTransport(new URL(connector.mcp), { authProvider: person });
    try {
      await one.connect(transport);
    } catch (error) {
      error.transport = transport;
      throw error;
    }
    return one;
  };
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    await error.transport.finishAuth(person.arrived.get("code"), person.arrived.get("iss"));
    return attempt();
  }
}

async function call(one, name, args = {}) {
  const result = await one.callTool({ name, arguments: args });
  assert.ok(!result.isError, JSON.stringify(result.content));
  return result.structuredContent;
}

test("signs in and connects", () => {
  assert.equal(provider.walks, 1);
  assert.equal(client.transport.protocolVersion, "2025-11-25");
  assert.equal(client.transport.sessionId, undefined);
  assert.ok(client.getServerVersion().name);
});

test("an older client gets the revision it asks for", async () => {
  for (const revision of ["2025-06-18", "2025-03-26", "2024-11-05"]) {
    const answer = await fetch(connector.mcp, {
      method: "POST",
      headers: {
        authorization: `Bearer ${provider.tokens().access_token}`,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "initialize",
        params: { protocolVersion: revision, capabilities: {}, clientInfo: { name: "old", version: "1" } },
      }),
    });
    assert.equal((await answer.json()).result.protocolVersion, revision);
  }
});

test("pings, lists and calls tools", async () => {
  await client.ping();
  const { tools } = await client.listTools();
  assert.ok(tools.length >= 13);
  const { projects } = await call(client, "mittwald_project_list");
  assert.ok(projects.length >= 3);
  const { apps } = await call(client, "mittwald_app_list", { projectId: projects[0].id });
  assert.ok(apps.length > 0);
});

test("is told what was wrong with the arguments", async () => {
  const result = await client.callTool({ name: "mittwald_app_list", arguments: {} });
  assert.equal(result.isError, true);
  assert.match(result.content[0].text, /projectId/);
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
  await client.transport.finishAuth(provider.arrived.get("code"), provider.arrived.get("iss"));
  const again = await connect(provider);
  await call(again, "mittwald_project_list");
  assert.equal(provider.walks, 2);
  await again.close();
});
