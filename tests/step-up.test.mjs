// A tool needs a right that the connection does not have: what the wire says, and what real clients make of it.
//
//  1. the answer is 403 with a challenge and a JSON-RPC result, in both eras, for every user agent
//  2. the challenge names what the tool needs and what the connection has: nobody loses anything by following it
//  3. every tool declares the scope that it is refused for
//  4. the second generation of the client package signs in again by itself, and keeps what it had
//  5. without a sign-in of its own it throws, with what the challenge said
//  6. the first generation refreshes; where that is not enough it gives up without reading the body
//  7. a new sign-in with it brings the right, and keeps what it had
//  8. a person who was shown the choice and chose less is not asked again
//  9. a wider sign-in leaves the connection of another installation of the same client alone

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  Client as SecondClient,
  StreamableHTTPClientTransport as SecondTransport,
  UnauthorizedError as SecondUnauthorized,
} from "@modelcontextprotocol/client";
import { UnauthorizedError as FirstUnauthorized } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client as FirstClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as FirstTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  assertToolError,
  bearer,
  CHALLENGE_KEY,
  callOf,
  connect,
  legacyClient,
  modernHeaders,
  modernMessage,
  post,
} from "./support/mcp-client.mjs";
import { claimsOf, exchange, obtainCode, refresh, register, signIn } from "./support/sign-in.mjs";
import { WalkingProvider } from "./support/walking-provider.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
let projectId;
before(async () => {
  connector = await startConnector();
  const full = await connect(connector);
  const listed = await legacyClient(full.url, full.token).call("mittwald_project_list");
  projectId = listed.structuredContent.projects[0].id;
});
after(() => connector?.dispose());

const scopesIn = (challenge) => /scope="([^"]*)"/.exec(challenge)[1].split(" ");
/// A client that asks for reading only, and a person who agrees to all of it.
const READING = { level: "read", parameters: { scope: "project:read" } };
const change = () => ({ name: "mittwald_project_update", arguments: { projectId, description: "x" } });

describe("the answer", () => {
  const AGENTS = [undefined, "openai-mcp/1.0.0", "openai-mcp/1.0.0 (Codex)", "Claude-User", "node"];

  test("is a 403 with a challenge, and a result with the same one, for every user agent and both eras", async () => {
    const { token } = await connect(connector, READING);
    const modern = modernMessage("tools/call", change());
    const requests = [
      [callOf(change().name, change().arguments), {}],
      [modern, modernHeaders(modern)],
    ];
    const texts = new Set();
    for (const [body, headers] of requests) {
      for (const agent of AGENTS) {
        const answer = await post(connector.mcp, body, { ...bearer(token), ...headers, "user-agent": agent });
        const challenge = answer.headers.get("www-authenticate");
        texts.add(assertToolError(answer, 403));
        assert.match(answer.headers.get("content-type"), /^application\/json/);
        assert.match(challenge, /^Bearer error="insufficient_scope", error_description="[^"]+", resource_metadata="[^"]+", /);
        assert.deepEqual(answer.body.result._meta[CHALLENGE_KEY], [challenge], `${agent}`);
        assert.equal(answer.body.id, 1);
      }
    }
    assert.equal(texts.size, 1, "the same words for everybody");
  });

  test("names what the tool needs and what the connection has", async () => {
    const scope = "app:read project:read";
    const { token } = await connect(connector, { level: "read", parameters: { scope } });
    const answer = await post(connector.mcp, callOf(change().name, change().arguments), bearer(token));
    const asked = scopesIn(answer.headers.get("www-authenticate"));
    assert.deepEqual(asked, ["app:read", "project:read", "project:write", "user:read"]);
  });
});

test("every tool declares the scope that it is refused for", async () => {
  const url = `${connector.mcp}/x/all`;
  const signedIn = await connect(connector, { path: "/mcp/x/all", level: "delete" });
  const narrow = await refresh(connector, signedIn.client, signedIn.tokens.refresh_token, { scope: "user:read" });
  const token = narrow.body.access_token;
  let cursor;
  let seen = 0;
  do {
    const { body } = await legacyClient(url, token).request("tools/list", cursor && { cursor });
    for (const tool of body.result.tools) {
      const [scheme] = tool.securitySchemes;
      assert.equal(scheme.type, "oauth2", tool.name);
      assert.deepEqual(tool._meta.securitySchemes, tool.securitySchemes, tool.name);
      const needed = scheme.scopes.filter((scope) => scope !== "user:read");
      if (needed.length === 0) continue;
      const answer = await post(url, callOf(tool.name), bearer(token));
      assert.equal(answer.status, 403, `${tool.name}: ${answer.text}`);
      assert.deepEqual(scopesIn(answer.headers.get("www-authenticate")), [...needed, "user:read"].sort(), tool.name);
      seen += 1;
    }
    cursor = body.result.nextCursor;
  } while (cursor);
  assert.ok(seen > 200, `${seen} tools`);
});

/// A connection whose grant covers reading projects only, in a provider's memory.
async function narrowProvider() {
  const provider = new WalkingProvider();
  provider.saveClientInformation(await register(connector, provider.clientMetadata));
  const { tokens } = await signIn(connector, { client: provider.clientInformation(), ...READING });
  provider.saveTokens(tokens);
  return provider;
}

test("a person who was shown the choice and chose less is not asked again", async () => {
  const scope = "project:read project:write";
  const { token } = await connect(connector, { level: "read", parameters: { scope } });
  const answer = await post(connector.mcp, callOf(change().name, change().arguments), bearer(token));
  assert.match(assertToolError(answer, 200), /allowed to read only/);
  assert.equal(answer.headers.get("www-authenticate"), null);
});

describe("the second generation of the client package", () => {
  const connected = async (options) => {
    const client = new SecondClient({ name: "test", version: "1" }, { versionNegotiation: { mode: options.mode } });
    const transport = new SecondTransport(new URL(connector.mcp), options);
    await client.connect(transport);
    return client;
  };

  for (const mode of ["auto", "legacy"]) {
    test(`signs in again by itself, and keeps what it had (${mode})`, async () => {
      const provider = await narrowProvider();
      const client = await connected({ authProvider: provider, mode });
      await assert.rejects(client.callTool(change()), SecondUnauthorized);
      assert.equal(provider.walks, 1, "it went to the consent page by itself");
      await client.transport.finishAuth(provider.arrived);
      const granted = provider.tokens().scope.split(" ");
      assert.ok(granted.includes("project:write") && granted.includes("project:read"), granted.join(" "));
      const again = await connected({ authProvider: provider, mode });
      assert.ok(!(await again.callTool(change())).isError);
      assert.ok(!(await again.callTool({ name: "mittwald_project_list", arguments: {} })).isError);
      assert.equal(provider.walks, 1);
      await again.close();
    });
  }

  test("without a sign-in of its own it throws, with what the challenge said and not what the body says", async () => {
    const { token } = await connect(connector, READING);
    const client = await connected({ requestInit: { headers: bearer(token) }, mode: "auto" });
    const error = await client.callTool(change()).then(
      () => assert.fail("it went through"),
      (error) => error,
    );
    assert.equal(error.constructor.name, "InsufficientScopeError");
    assert.ok(error.requiredScope.split(" ").includes("project:write"));
    assert.match(error.errorDescription, /mittwald_project_update needs project:write/);
    assert.doesNotMatch(String(error), /Permission denied/);
    await client.close();
  });
});

describe("the first generation of the client package", () => {
  const connected = async (provider) => {
    const client = new FirstClient({ name: "test", version: "1" });
    await client.connect(new FirstTransport(new URL(connector.mcp), { authProvider: provider }));
    return client;
  };

  test("refreshes, which helps a token that was narrowed", async () => {
    const provider = new WalkingProvider();
    provider.saveClientInformation(await register(connector, provider.clientMetadata));
    const { client: registered, tokens } = await signIn(connector, { client: provider.clientInformation() });
    const narrow = await refresh(connector, registered, tokens.refresh_token, READING.parameters);
    provider.saveTokens(narrow.body);
    const client = await connected(provider);
    assert.ok(!(await client.callTool(change())).isError);
    assert.equal(provider.walks, 0);
    await client.close();
  });

  test("gives up where the refresh is not enough, without reading the body", async () => {
    const provider = await narrowProvider();
    const client = await connected(provider);
    const before = connector.sandbox.requests.length;
    await assert.rejects(client.callTool(change()), (error) => {
      assert.equal(error.code, 403);
      assert.match(error.message, /403 after trying upscoping/);
      assert.doesNotMatch(error.message, /Permission denied/);
      return true;
    });
    assert.equal(provider.walks, 0);
    assert.equal(connector.sandbox.requests.length, before);
    assert.ok(!(await client.callTool({ name: "mittwald_project_list", arguments: {} })).isError, "and goes on working");
    await client.close();
  });

  test("steps up by a new sign-in where it has nothing to refresh with, and keeps what it had", async () => {
    const provider = await narrowProvider();
    const { refresh_token: _, ...tokens } = provider.tokens();
    provider.saveTokens(tokens);
    const client = await connected(provider);
    await assert.rejects(client.callTool(change()), FirstUnauthorized);
    assert.equal(provider.walks, 1);
    await client.transport.finishAuth(provider.arrived.get("code"), provider.arrived.get("iss"));
    assert.deepEqual(provider.tokens().scope.split(" "), ["project:read", "project:write", "user:read"]);
    const again = await connected(provider);
    assert.ok(!(await again.callTool(change())).isError);
    assert.ok(!(await again.callTool({ name: "mittwald_project_list", arguments: {} })).isError);
    assert.equal(provider.walks, 1);
    await again.close();
  });

  test("without a sign-in of its own the error carries the body", async () => {
    const { token } = await connect(connector, READING);
    const client = new FirstClient({ name: "test", version: "1" });
    await client.connect(new FirstTransport(new URL(connector.mcp), { requestInit: { headers: bearer(token) } }));
    await assert.rejects(client.callTool(change()), /403|Permission denied.*project:write/s);
    await client.close();
  });
});

test("a wider sign-in leaves another installation of the same client alone", async () => {
  const client = await register(connector);
  const there = await signIn(connector, { client, ...READING });
  const here = await signIn(connector, { client, ...READING });
  const wider = await signIn(connector, { client, parameters: { scope: "project:read project:write" } });
  assert.equal(wider.tokens.scope, "project:read project:write user:read");
  assert.notEqual(claimsOf(wider.tokens.access_token).grant, claimsOf(here.tokens.access_token).grant);
  for (const old of [there, here]) {
    const answer = await refresh(connector, client, old.tokens.refresh_token);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.body.scope, "project:read user:read", "no wider than its own person agreed to");
    const listed = await post(connector.mcp, callOf("mittwald_project_list"), bearer(answer.body.access_token));
    assert.equal(listed.body.result.isError, false);
  }
  const changed = await post(connector.mcp, callOf(change().name, change().arguments), bearer(wider.tokens.access_token));
  assert.equal(changed.body.result.isError, false);
});

test("a code for a wider grant does not reach the narrower one", async () => {
  const client = await register(connector);
  const narrow = await signIn(connector, { client, ...READING });
  const wide = await obtainCode(connector, client, { parameters: { scope: "project:read project:write" } });
  assert.equal((await exchange(connector, client, wide)).status, 200);
  assert.equal((await exchange(connector, client, wide)).body.error, "invalid_grant", "used twice");
  const answer = await refresh(connector, client, narrow.tokens.refresh_token);
  assert.equal(answer.status, 200, "only the wide grant ends");
});
