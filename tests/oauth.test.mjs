// Signing in, from the first 401 to a token, and what the documents on the way say.
//
//  1. a client without a token is told where the metadata is, on POST and on GET
//  2. both forms of the protected-resource document name the address that was typed, byte for byte
//  3. the read-only address asks for reading rights alone
//  4. the authorization server's document offers what the endpoints do, and nothing else
//  5. addresses that clients probe in vain are 404
//  6. documents and endpoints answer pages of any origin, human pages do not
//  7. /mcp answers pages of known and local origins only
//  8. the whole way: consent, sign-in at mittwald, code, tokens, refresh
//  9. the level chosen on the consent page bounds the token, and mittwald is asked for no more
// 10. what the client asks for bounds the token, too
// 11. a token is for one address: no other surface, no other host spelling, not changed, not unsigned
// 12. two people have two accounts
// 13. without PUBLIC_URL the three loopback spellings are answered, each as itself; other hosts are not
// 14. health and version need no sign-in
// 15. a missing or malformed setting is one clear line
// 16. a blocked redirect host is blocked

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { requestAs } from "./support/raw-http.mjs";
import { claimsOf, postForm, postJson, read, refresh, signIn } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
before(async () => {
  connector = await startConnector();
});
after(() => connector?.dispose());

const get = async (path, headers = {}) => read(await fetch(`${connector.origin}${path}`, { headers }));
const bearer = (token) => ({ authorization: `Bearer ${token}` });
const PING = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });

function mcp(path, headers = {}) {
  return fetch(`${connector.origin}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
    body: PING,
  });
}

test("a client without a token learns where to sign in", async () => {
  for (const path of ["/mcp", "/mcp/readonly"]) {
    const metadata = `${connector.origin}/.well-known/oauth-protected-resource${path}`;
    const document = (await get(new URL(metadata).pathname)).body;
    for (const answer of [
      await mcp(path),
      await fetch(`${connector.origin}${path}`),
      await fetch(`${connector.origin}${path}`, { method: "DELETE" }),
    ]) {
      assert.equal(answer.status, 401);
      assert.equal(answer.headers.get("cache-control"), "no-store");
      const challenge = answer.headers.get("www-authenticate");
      assert.equal(challenge, `Bearer resource_metadata="${metadata}", scope="${document.scopes_supported.join(" ")}"`);
      await answer.body.cancel();
    }
  }
});

test("the resource document names the address as typed", async () => {
  for (const [path, resource] of [
    ["", "/mcp"],
    ["/mcp", "/mcp"],
    ["/mcp/readonly", "/mcp/readonly"],
  ]) {
    const { status, body } = await get(`/.well-known/oauth-protected-resource${path}`);
    assert.equal(status, 200);
    assert.equal(body.resource, `${connector.origin}${resource}`);
    assert.deepEqual(body.authorization_servers, [connector.origin]);
    assert.deepEqual(body.bearer_methods_supported, ["header"]);
    assert.ok(body.scopes_supported.includes("project:read"));
    assert.ok(!body.scopes_supported.includes("offline_access"), "offline_access says nothing about a resource");
    assert.ok(body.resource_name && body.resource_documentation);
  }
});

test("the read-only address asks for reading rights alone", async () => {
  const { body } = await get("/.well-known/oauth-protected-resource/mcp/readonly");
  assert.deepEqual(
    body.scopes_supported.filter((scope) => !scope.endsWith(":read")),
    [],
  );
});

test("the authorization server's document says what the endpoints do", async () => {
  const { status, headers, body } = await get("/.well-known/oauth-authorization-server");
  assert.equal(status, 200);
  assert.match(headers.get("content-type"), /^application\/json/);
  const { origin } = connector;
  assert.equal(body.issuer, origin);
  for (const [member, path] of [
    ["authorization_endpoint", "/authorize"],
    ["token_endpoint", "/token"],
    ["registration_endpoint", "/register"],
    ["revocation_endpoint", "/revoke"],
  ])
    assert.equal(body[member], origin + path);
  assert.deepEqual(body.response_types_supported, ["code"]);
  assert.deepEqual(body.grant_types_supported, ["authorization_code", "refresh_token"]);
  assert.deepEqual(body.code_challenge_methods_supported, ["S256"]);
  assert.deepEqual(body.token_endpoint_auth_methods_supported, ["none", "client_secret_basic", "client_secret_post"]);
  assert.equal(body.authorization_response_iss_parameter_supported, true);
  assert.ok(body.scopes_supported.includes("offline_access"));
  for (const implicit of ["jwks_uri", "userinfo_endpoint", "introspection_endpoint"])
    assert.equal(body[implicit], undefined);
});

test("addresses that clients probe in vain are 404", async () => {
  for (const path of [
    "/.well-known/oauth-authorization-server/mcp",
    "/.well-known/openid-configuration",
    "/mcp/.well-known/openid-configuration",
    "/.well-known/oauth-protected-resource/",
    "/.well-known/oauth-protected-resource/mcp/",
    "/.well-known/oauth-protected-resource/nothing",
    "/mcp/",
    "/mcp/readonly/",
    "/MCP",
  ])
    assert.equal((await get(path)).status, 404, path);
});

test("browser clients of any origin may use the documents and endpoints", async () => {
  const origin = { origin: "https://inspector.example" };
  const preflight = {
    ...origin,
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type, mcp-protocol-version",
  };
  for (const path of [
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-protected-resource/mcp",
    "/register",
    "/token",
    "/revoke",
  ]) {
    const answer = await fetch(connector.origin + path, { method: "OPTIONS", headers: preflight });
    assert.equal(answer.status, 204, path);
    assert.equal(answer.headers.get("access-control-allow-origin"), "*", path);
    assert.match(answer.headers.get("access-control-allow-headers"), /MCP-Protocol-Version/i);
    assert.match(answer.headers.get("access-control-allow-methods"), /POST/);
  }
  assert.equal(
    (await get("/.well-known/oauth-protected-resource/mcp", origin)).headers.get("access-control-allow-origin"),
    "*",
  );
  for (const path of ["/register", "/token", "/revoke"]) {
    const refused = await postForm(connector.origin + path, {}, origin);
    assert.ok(refused.status >= 400);
    assert.equal(refused.headers.get("access-control-allow-origin"), "*", `errors of ${path} can be read, too`);
    assert.equal(refused.headers.get("access-control-allow-credentials"), null);
  }
  assert.equal((await get("/.well-known/oauth-authorization-server")).headers.get("access-control-allow-origin"), null);
  for (const page of ["/", "/authorize"])
    assert.equal((await get(page, origin)).headers.get("access-control-allow-origin"), null, page);
});

test("pages of foreign origins may not call the connector, known and local ones may", async () => {
  for (const origin of [
    "https://evil.example",
    "null",
    "http://localhost.evil.example",
    "https://claude.ai.evil.example",
  ]) {
    const answer = await mcp("/mcp", { origin });
    assert.equal(answer.status, 403, origin);
    assert.equal(answer.headers.get("access-control-allow-origin"), null);
  }
  for (const origin of ["https://claude.ai", "https://chatgpt.com", "http://localhost:6274", connector.origin]) {
    const answer = await mcp("/mcp", { origin });
    assert.equal(answer.status, 401, origin);
    assert.equal(answer.headers.get("access-control-allow-origin"), origin);
    assert.match(answer.headers.get("access-control-expose-headers"), /WWW-Authenticate/i);
    const preflight = await fetch(connector.mcp, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });
    assert.equal(preflight.status, 204);
  }
});

test("a person signs in and the client gets tokens", async () => {
  const { client, granted, tokens } = await signIn(connector);
  assert.equal(granted.answer.get("state"), granted.state);
  assert.deepEqual(granted.answer.getAll("iss"), [connector.origin]);
  assert.deepEqual([...granted.answer.keys()].sort(), ["code", "iss", "state"]);
  assert.equal(tokens.token_type, "Bearer");
  assert.equal(tokens.expires_in, 900);
  const claims = claimsOf(tokens.access_token);
  assert.equal(claims.iss, connector.origin);
  assert.equal(claims.aud, connector.mcp);
  assert.equal(claims.client_id, client.client_id);
  assert.equal(claims.exp - claims.iat, 900);
  assert.equal(claims.scope, tokens.scope);
  assert.notEqual((await mcp("/mcp", bearer(tokens.access_token))).status, 401);

  const renewed = await refresh(connector, client, tokens.refresh_token);
  assert.equal(renewed.status, 200);
  assert.equal(renewed.headers.get("cache-control"), "no-store");
  assert.notEqual(renewed.body.refresh_token, tokens.refresh_token);
  assert.equal(renewed.body.scope, tokens.scope);
  assert.notEqual((await mcp("/mcp", bearer(renewed.body.access_token))).status, 401);
});

test("the level that the person chooses bounds the token and what mittwald is asked for", async () => {
  const asked = [];
  const begin = connector.sandbox.state.oauth.begin.bind(connector.sandbox.state.oauth);
  connector.sandbox.state.oauth.begin = (query) => {
    asked.push(query.get("scope").split(" "));
    return begin(query);
  };
  const reading = (await signIn(connector, { level: "read" })).tokens;
  const managing = (await signIn(connector, { level: "manage" })).tokens;
  connector.sandbox.state.oauth.begin = begin;

  assert.deepEqual(
    reading.scope.split(" ").filter((scope) => !scope.endsWith(":read")),
    [],
  );
  assert.equal(claimsOf(reading.access_token).level, "read");
  assert.ok(managing.scope.split(" ").includes("project:write"));
  assert.equal(claimsOf(managing.access_token).level, "manage");
  assert.deepEqual(
    asked.map((scopes) => scopes.sort().join(" ")),
    [reading.scope, managing.scope],
  );
});

test("a client gets no more scopes than it asked for, and foreign ones are left out", async () => {
  const { tokens } = await signIn(connector, {
    parameters: { scope: "openid project:read offline_access" },
    level: "read",
  });
  assert.equal(tokens.scope, "project:read user:read", "user:read tells us who signed in");
  assert.ok(tokens.refresh_token);
});

test("a token is good for one address only", async () => {
  const { tokens } = await signIn(connector);
  const [header, payload, signature] = tokens.access_token.split(".");
  const altered = Buffer.from(JSON.stringify({ ...claimsOf(tokens.access_token), level: "delete" })).toString(
    "base64url",
  );
  const unsigned = Buffer.from(JSON.stringify({ alg: "none", typ: "at+jwt" })).toString("base64url");
  for (const [what, path, token] of [
    ["another surface", "/mcp/readonly", tokens.access_token],
    ["a refresh token", "/mcp", tokens.refresh_token],
    ["an altered token", "/mcp", `${header}.${altered}.${signature}`],
    ["a cut token", "/mcp", `${header}.${payload}.`],
    ["an unsigned token", "/mcp", `${unsigned}.${payload}.`],
    ["nothing like a token", "/mcp", "nonsense"],
  ]) {
    const answer = await mcp(path, bearer(token));
    assert.equal(answer.status, 401, what);
    assert.match(
      answer.headers.get("www-authenticate"),
      /^Bearer error="invalid_token", error_description="[^"]+", resource_metadata=/,
      what,
    );
  }
  for (const headers of [{ authorization: tokens.access_token }, { authorization: `Basic ${tokens.access_token}` }]) {
    assert.equal((await mcp("/mcp", headers)).status, 401);
  }
  assert.equal(
    (await mcp(`/mcp?access_token=${tokens.access_token}`)).status,
    401,
    "a token in the address counts for nothing",
  );
});

test("a token of one host spelling is not good for another", async () => {
  const { tokens } = await signIn(connector);
  const answer = await requestAs(`localhost:${connector.port}`, connector.port, "/mcp", {
    method: "POST",
    headers: { ...bearer(tokens.access_token), "content-type": "application/json" },
    body: PING,
  });
  assert.equal(answer.status, 401);
});

test("two people have two accounts", async () => {
  const other = {
    "/sign-in": { values: { email: "other@example.com", password: "sandbox" }, button: { decision: "allow" } },
  };
  const [first, again, second] = [
    await signIn(connector),
    await signIn(connector),
    await signIn(connector, { answers: other }),
  ].map(({ tokens }) => claimsOf(tokens.access_token).sub);
  assert.equal(first, again);
  assert.notEqual(first, second);
});

test("on loopback every spelling is answered as itself, and no other host is", async () => {
  for (const host of ["localhost", "127.0.0.1", "[::1]"]) {
    const answer = await requestAs(
      `${host}:${connector.port}`,
      connector.port,
      "/.well-known/oauth-protected-resource/mcp",
    );
    assert.equal(JSON.parse(answer.text).resource, `http://${host}:${connector.port}/mcp`);
  }
  for (const host of ["evil.example", "localhost.evil.example", "127.0.0.2"]) {
    for (const path of ["/mcp", "/.well-known/oauth-authorization-server", "/authorize", "/"]) {
      assert.equal((await requestAs(host, connector.port, path)).status, 421, `${host}${path}`);
    }
  }
});

test("health and version answer without a sign-in", async () => {
  assert.deepEqual((await get("/healthz")).body, { ok: true });
  assert.match((await get("/version")).body.version, /^\d+\.\d+\.\d+/);
});

test("a missing or malformed setting is one clear line", async () => {
  for (const [settings, expected] of [
    [{ secrets: { MASTER_KEY: "" } }, /MASTER_KEY/],
    [{ secrets: { MASTER_KEY: "short" } }, /MASTER_KEY/],
    [{ vars: { PUBLIC_URL: "http://mcp.example" } }, /PUBLIC_URL/],
    [{ vars: { MITTWALD_OAUTH_TOKEN_URL: "nonsense" } }, /MITTWALD_OAUTH_TOKEN_URL/],
  ]) {
    const broken = await startConnector(settings);
    const answer = await read(await fetch(`${broken.origin}/healthz`));
    await broken.dispose();
    assert.equal(answer.status, 500);
    assert.match(answer.text.trim(), expected);
    assert.equal(answer.text.trim().split("\n").length, 1);
    assert.ok(
      broken.logs.some(({ message }) => expected.test(message)),
      "the log says it, too",
    );
  }
});

test("a blocked client or redirect host cannot register or sign in again", async () => {
  const blocked = await startConnector({ vars: { BLOCKED_CLIENTS: "blocked.example" } });
  const answer = await postJson(`${blocked.origin}/register`, {
    redirect_uris: ["https://blocked.example/cb"],
    token_endpoint_auth_method: "none",
  });
  const client = answer.body?.client_id;
  const page =
    client &&
    (await fetch(`${blocked.origin}/authorize?client_id=${client}&response_type=code`, { redirect: "manual" }));
  await blocked.dispose();
  if (client) assert.equal(page.status, 400);
  else assert.equal(answer.status, 400);
});
