// The token endpoint: codes, refresh tokens, client authentication, revocation.
//
//  1. a code works once, and its second use ends the connection
//  2. a wrong verifier, return address, client or resource is refused and uses nothing up
//  3. what cannot be read is refused before anything is used
//  4. a refresh token rotates; a lost answer gets the same successor; an old one ends the connection
//  5. a refresh may narrow the scopes, never widen them
//  6. another client's refresh token is refused and nothing happens to it
//  7. the resource may be repeated or left out, never changed
//  8. confidential clients prove themselves by Basic or in the form, and only so
//  9. revoking ends the connection; a stranger cannot and is told so; unknown tokens are fine
// 10. every answer, also an error, is kept by nobody

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  challengeOf,
  claimsOf,
  exchange,
  obtainCode,
  postForm,
  refresh,
  register,
  revoke,
  signIn,
} from "./support/sign-in.mjs";
import { requestAs } from "./support/raw-http.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
let client;
before(async () => {
  connector = await startConnector();
  client = await register(connector);
});
after(() => connector?.dispose());

/// Asserts an OAuth error (RFC 6749 section 5.2).
function isError(answer, error, status = 400) {
  assert.equal(answer.body?.error, error, answer.text);
  assert.equal(answer.status, status);
  assert.ok(answer.body.error_description.length > 10);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.match(answer.headers.get("content-type"), /^application\/json/);
  assert.deepEqual(Object.keys(answer.body).sort(), ["error", "error_description"]);
}

function isGranted(answer) {
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  return answer.body;
}

const basic = (id, secret) => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString("base64")}`,
});

test("a code works once, and its second use ends the connection", async () => {
  const granted = await obtainCode(connector, client);
  const tokens = isGranted(await exchange(connector, client, granted));
  isError(await exchange(connector, client, granted), "invalid_grant");
  isError(await refresh(connector, client, tokens.refresh_token), "invalid_grant");
});

test("a thief who shows another client's used code does not end its connection", async () => {
  const granted = await obtainCode(connector, client);
  const tokens = isGranted(await exchange(connector, client, granted));
  const thief = await register(connector, { client_name: "Thief" });
  isError(await exchange(connector, thief, granted), "invalid_grant");
  isGranted(await refresh(connector, client, tokens.refresh_token));
});

test("a refused exchange uses nothing up", async () => {
  const granted = await obtainCode(connector, client);
  const other = await register(connector, { client_name: "Other" });
  const [account, grant, secret] = granted.code.split(".");
  for (const [what, error, parameters, by = client] of [
    ["wrong verifier", "invalid_grant", { code_verifier: "a".repeat(43) }],
    ["the challenge as verifier", "invalid_grant", { code_verifier: challengeOf(granted.verifier) }],
    ["no verifier", "invalid_request", { code_verifier: undefined }],
    ["empty verifier", "invalid_request", { code_verifier: "" }],
    ["two verifiers", "invalid_request", { code_verifier: [granted.verifier, granted.verifier] }],
    ["wrong return address", "invalid_grant", { redirect_uri: "http://127.0.0.1:7777/other" }],
    ["same return address, other port", "invalid_grant", { redirect_uri: "http://127.0.0.1:7778/callback" }],
    ["another client", "invalid_grant", {}, other],
    ["another surface", "invalid_target", { resource: `${connector.mcp}/readonly` }],
    ["a foreign resource", "invalid_target", { resource: "https://evil.example/mcp" }],
    ["a relative resource", "invalid_target", { resource: "/mcp" }],
    ["two resources", "invalid_request", { resource: [connector.mcp, connector.mcp] }],
    ["two codes", "invalid_request", { code: [granted.code, granted.code] }],
    ["no code", "invalid_request", { code: undefined }],
    ["another secret", "invalid_grant", { code: `${account}.${grant}.${"A".repeat(43)}` }],
    ["another grant", "invalid_grant", { code: `${account}.${"A".repeat(22)}.${secret}` }],
    ["another account", "invalid_grant", { code: `${"A".repeat(43)}.${grant}.${secret}` }],
    ["a longer code", "invalid_grant", { code: `${granted.code}.x` }],
    ["nonsense", "invalid_grant", { code: "nonsense" }],
    ["another grant type", "unsupported_grant_type", { grant_type: "password" }],
    ["no grant type", "invalid_request", { grant_type: undefined }],
    ["two grant types", "invalid_request", { grant_type: ["authorization_code", "refresh_token"] }],
    ["no client", "invalid_client", { client_id: undefined }],
    ["two clients", "invalid_request", { client_id: [client.client_id, client.client_id] }],
    ["an unknown client", "invalid_client", { client_id: "x" }],
  ]) {
    const answer = await exchange(connector, by, granted, parameters);
    assert.equal(answer.body?.error, error, `${what}: ${answer.text}`);
    isError(answer, error, error === "invalid_client" ? 401 : 400);
  }
  isGranted(await exchange(connector, client, granted));
});

test("the form's media type is read exactly", async () => {
  const granted = await obtainCode(connector, client);
  for (const type of [
    "application/json",
    "text/plain",
    "application/json, application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded, application/json",
    "application/x-www-form-urlencodedx",
    "",
  ]) {
    isError(await exchange(connector, client, granted, {}, { "content-type": type }), "invalid_request");
  }
  isGranted(
    await exchange(
      connector,
      client,
      granted,
      {},
      { "content-type": "Application/X-WWW-Form-Urlencoded; charset=UTF-8" },
    ),
  );
});

test("the token endpoint answers POST only, and not what is too large", async () => {
  for (const path of ["/token", "/revoke"]) {
    const got = await fetch(connector.origin + path);
    assert.equal(got.status, 405);
    assert.equal(got.headers.get("allow"), "POST");
    const large = await requestAs(`127.0.0.1:${connector.port}`, connector.port, path, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      announced: 1_100_000,
    });
    assert.equal(large.status, 400);
    assert.equal(JSON.parse(large.text).error, "invalid_request");
  }
  const query = new URLSearchParams({ grant_type: "refresh_token", client_id: client.client_id, refresh_token: "x" });
  isError(await postForm(`${connector.origin}/token?${query}`, {}), "invalid_client", 401);
});

test("spelling of the resource is forgiven, leaving it out is fine", async () => {
  for (const [asked, shown] of [
    [`${connector.mcp}/`, connector.mcp],
    [connector.mcp.replace("http:", "HTTP:"), `${connector.mcp}/`],
    [undefined, undefined],
    [undefined, connector.mcp],
    [connector.mcp, undefined],
  ]) {
    const granted = await obtainCode(connector, client, { parameters: { resource: asked } });
    const tokens = isGranted(await exchange(connector, client, granted, { resource: shown }));
    assert.equal(claimsOf(tokens.access_token).aud, connector.mcp);
  }
});

test("a token for the read-only address is for that address", async () => {
  const resource = `${connector.mcp}/readonly`;
  const { tokens } = await signIn(connector, { client, level: "read", parameters: { resource } });
  assert.equal(claimsOf(tokens.access_token).aud, resource);
  isError(await refresh(connector, client, tokens.refresh_token, { resource: connector.mcp }), "invalid_target");
  const renewed = isGranted(await refresh(connector, client, tokens.refresh_token));
  assert.equal(claimsOf(renewed.access_token).aud, resource);
});

test("refresh tokens rotate, and a lost answer gets the same successor", async () => {
  const { tokens } = await signIn(connector, { client });
  const second = isGranted(await refresh(connector, client, tokens.refresh_token));
  assert.notEqual(second.refresh_token, tokens.refresh_token);
  const retried = isGranted(await refresh(connector, client, tokens.refresh_token));
  assert.equal(retried.refresh_token, second.refresh_token);
  const third = isGranted(await refresh(connector, client, second.refresh_token));
  assert.notEqual(third.refresh_token, second.refresh_token);
  isGranted(await refresh(connector, client, third.refresh_token));
});

test("an old refresh token that comes back ends the connection", async () => {
  const { tokens } = await signIn(connector, { client });
  const second = isGranted(await refresh(connector, client, tokens.refresh_token));
  const third = isGranted(await refresh(connector, client, second.refresh_token));
  isError(await refresh(connector, client, tokens.refresh_token), "invalid_grant");
  for (const token of [third.refresh_token, second.refresh_token])
    isError(await refresh(connector, client, token), "invalid_grant");
});

test("a refused refresh rotates nothing", async () => {
  const { tokens } = await signIn(connector, { client });
  const other = await register(connector, { client_name: "Other" });
  const token = tokens.refresh_token;
  const parts = token.split(".");
  for (const [what, error, parameters, by = client] of [
    ["another client", "invalid_grant", {}, other],
    ["a foreign resource", "invalid_target", { resource: "https://evil.example/mcp" }],
    ["another surface", "invalid_target", { resource: `${connector.mcp}/readonly` }],
    ["no known scope", "invalid_scope", { scope: "openid" }],
    ["two scopes", "invalid_request", { scope: ["project:read", "project:read"] }],
    ["no token", "invalid_request", { refresh_token: undefined }],
    ["two tokens", "invalid_request", { refresh_token: [token, token] }],
    ["a raised generation", "invalid_grant", { refresh_token: [...parts.slice(0, 3), "2", parts[4]].join(".") }],
    ["a cut token", "invalid_grant", { refresh_token: token.slice(0, -1) }],
    ["an access token", "invalid_grant", { refresh_token: tokens.access_token }],
    ["nonsense", "invalid_grant", { refresh_token: "nonsense" }],
  ]) {
    const answer = await refresh(connector, by, token, parameters);
    assert.equal(answer.body?.error, error, `${what}: ${answer.text}`);
    isError(answer, error);
  }
  const next = isGranted(await refresh(connector, client, token));
  assert.equal(next.refresh_token.split(".")[3], "2", "exactly one rotation");
});

test("a refresh narrows scopes and never widens them", async () => {
  const { tokens } = await signIn(connector, { client, level: "read", parameters: { scope: "project:read app:read" } });
  assert.equal(tokens.scope, "app:read project:read user:read");
  const narrow = isGranted(await refresh(connector, client, tokens.refresh_token, { scope: "project:read" }));
  assert.equal(narrow.scope, "project:read");
  assert.equal(claimsOf(narrow.access_token).scope, "project:read");
  const wide = isGranted(
    await refresh(connector, client, narrow.refresh_token, { scope: "project:read project:write database:read" }),
  );
  assert.equal(wide.scope, "project:read");
  const full = isGranted(await refresh(connector, client, wide.refresh_token));
  assert.equal(full.scope, "app:read project:read user:read", "without a wish, what was granted");
});

test("a refresh that asks only for what was not granted gives no token without scopes", async () => {
  const { tokens } = await signIn(connector, { client, level: "read", parameters: { scope: "project:read" } });
  const answer = await refresh(connector, client, tokens.refresh_token, { scope: "database:read" });
  isError(answer, "invalid_scope");
  isGranted(await refresh(connector, client, tokens.refresh_token));
});

test("a confidential client proves itself by Basic or in the form", async () => {
  for (const method of ["client_secret_basic", "client_secret_post"]) {
    const confidential = await register(connector, { token_endpoint_auth_method: method });
    const { client_id: id, client_secret: secret } = confidential;
    const inForm = { client_id: id, client_secret: secret };
    const none = { client_id: undefined, client_secret: undefined };
    const granted = await obtainCode(connector, confidential);
    for (const [what, parameters, headers, challenged] of [
      ["no secret", { ...inForm, client_secret: undefined }, {}, false],
      ["a wrong secret in the form", { ...inForm, client_secret: `${secret}x` }, {}, false],
      ["an empty secret", { ...inForm, client_secret: "" }, {}, false],
      ["a wrong secret in Basic", none, basic(id, `${secret}x`), true],
      ["an empty secret in Basic", none, basic(id, ""), true],
      ["an empty id in Basic", none, basic("", secret), true],
      ["an unknown id in Basic", none, basic("x", secret), true],
      ["no colon", none, { authorization: `Basic ${Buffer.from(id).toString("base64")}` }, true],
      ["no base64", none, { authorization: "Basic !!!" }, true],
      [
        "bad percent-encoding",
        none,
        { authorization: `Basic ${Buffer.from(`${id}%zz:${secret}`).toString("base64")}` },
        true,
      ],
      ["two different ids", { ...none, client_id: client.client_id }, basic(id, secret), true],
    ]) {
      const answer = await exchange(connector, confidential, granted, parameters, headers);
      assert.equal(answer.body?.error, "invalid_client", `${what}: ${answer.text}`);
      isError(answer, "invalid_client", 401);
      assert.equal(/^Basic /.test(answer.headers.get("www-authenticate") ?? ""), challenged, what);
    }
    const lower = basic(id, secret).authorization.replace("Basic", "bAsIc");
    const tokens = isGranted(await exchange(connector, confidential, granted, none, { authorization: lower }));
    const second = isGranted(
      await refresh(connector, confidential, tokens.refresh_token, { ...none, client_id: id }, basic(id, secret)),
    );
    isGranted(await refresh(connector, confidential, second.refresh_token, inForm));
  }
});

test("a public client needs no secret and is not stopped by one", async () => {
  const granted = await obtainCode(connector, client);
  const tokens = isGranted(await exchange(connector, client, granted, { client_secret: "superfluous" }));
  isGranted(
    await refresh(connector, client, tokens.refresh_token, { client_id: undefined }, basic(client.client_id, "")),
  );
});

test("revoking either token ends the connection", async () => {
  for (const kind of ["refresh_token", "access_token"]) {
    for (const hint of [undefined, "refresh_token", "access_token", "nonsense"]) {
      const { tokens } = await signIn(connector, { client });
      const answer = await revoke(connector, client, tokens[kind], { token_type_hint: hint });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("cache-control"), "no-store");
      isError(await refresh(connector, client, tokens.refresh_token), "invalid_grant");
    }
  }
});

test("revoking an earlier refresh token ends the connection, too", async () => {
  const { tokens } = await signIn(connector, { client });
  const next = isGranted(await refresh(connector, client, tokens.refresh_token));
  assert.equal((await revoke(connector, client, tokens.refresh_token)).status, 200);
  isError(await refresh(connector, client, next.refresh_token), "invalid_grant");
});

test("a stranger cannot revoke, and unknown tokens are fine", async () => {
  const { tokens } = await signIn(connector, { client });
  const stranger = await register(connector, { client_name: "Stranger" });
  for (const kind of ["refresh_token", "access_token"])
    isError(await revoke(connector, stranger, tokens[kind]), "invalid_grant");
  for (const token of ["nonsense", "a.b.c", `${tokens.refresh_token}x`])
    assert.equal((await revoke(connector, client, token)).status, 200);
  isError(await revoke(connector, client, undefined), "invalid_request");
  isError(await revoke(connector, client, ["a", "b"]), "invalid_request");
  isError(await revoke(connector, { client_id: "x" }, tokens.refresh_token), "invalid_client", 401);
  const confidential = await register(connector, { token_endpoint_auth_method: "client_secret_post" });
  isError(await revoke(connector, { client_id: confidential.client_id }, tokens.refresh_token), "invalid_client", 401);
  isGranted(await refresh(connector, client, tokens.refresh_token));
});

test("ending one connection leaves the person's others alone", async () => {
  const [first, second] = [await signIn(connector, { client }), await signIn(connector, { client })];
  await revoke(connector, client, first.tokens.refresh_token);
  isGranted(await refresh(connector, client, second.tokens.refresh_token));
});
