// Dynamic client registration (RFC 7591).
//
//  1. a client is told what was registered; unknown members are ignored
//  2. every way of authenticating that clients ask for ends in one that both can do
//  3. redirect URIs of real clients are accepted
//  4. redirect URIs that could run, mislead or leak are refused, however they are spelled
//  5. one platform's unknown scheme does not spoil the others
//  6. metadata that asks for another flow, or is no metadata, is refused
//  7. the client's name is cleaned before anybody sees it
//  8. a client id is self-contained: it outlives a restart, and a changed one is unknown
//  9. the longest registration still gives tokens that fit into a header

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { authorizationRequest, obtainCode, exchange, postForm, postJson, register } from "./support/sign-in.mjs";
import { requestAs } from "./support/raw-http.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
before(async () => {
  connector = await startConnector();
});
after(() => connector?.dispose());

const REDIRECTS = ["https://client.example/cb"];
const ask = (metadata, headers) => postJson(`${connector.origin}/register`, metadata, headers);

test("a client is told what was registered", async () => {
  const before = Math.floor(Date.now() / 1000);
  const { status, headers, body } = await ask({
    client_name: "Example",
    redirect_uris: REDIRECTS,
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code", "refresh_token", "urn:example:other"],
    response_types: ["code", "token"],
    application_type: "native",
    logo_uri: "https://client.example/logo.png",
    "client_name#de": "Beispiel",
    something_new: { a: 1 },
  });
  assert.equal(status, 201);
  assert.match(headers.get("content-type"), /^application\/json/);
  assert.equal(headers.get("cache-control"), "no-store");
  assert.ok(body.client_id_issued_at >= before && body.client_id_issued_at <= Date.now() / 1000 + 1);
  const { client_id: id, client_id_issued_at: issued, ...rest } = body;
  assert.match(id, /^[\w.-]+$/);
  assert.ok(issued);
  assert.deepEqual(rest, {
    client_name: "Example",
    redirect_uris: REDIRECTS,
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    application_type: "native",
  });
});

test("authentication methods are negotiated, not refused", async () => {
  for (const [asked, got] of [
    [undefined, "client_secret_basic"],
    ["none", "none"],
    ["client_secret_basic", "client_secret_basic"],
    ["client_secret_post", "client_secret_post"],
    ["private_key_jwt", "none"],
  ]) {
    const { status, body } = await ask({ redirect_uris: REDIRECTS, token_endpoint_auth_method: asked });
    assert.equal(status, 201, asked);
    assert.equal(body.token_endpoint_auth_method, got);
    if (got === "none") {
      assert.equal(body.client_secret, undefined);
    } else {
      assert.ok(body.client_secret.length >= 43);
      assert.equal(body.client_secret_expires_at, 0);
    }
  }
});

test("redirect URIs of real clients are accepted", async () => {
  const uris = [
    "https://chatgpt.com/connector_platform_oauth_redirect",
    "https://chatgpt.com/connector/oauth/abc-123",
    "https://claude.ai/api/mcp/auth_callback",
    "https://claude.com/api/mcp/auth_callback",
    "https://vscode.dev/redirect",
    "http://127.0.0.1:33418/",
    "http://127.0.0.1/",
    "http://localhost:6274/oauth/callback",
    "http://[::1]:9000/cb",
    "cursor://anysphere.cursor-mcp/oauth/callback",
  ];
  for (const uri of uris) assert.equal((await ask({ redirect_uris: [uri] })).status, 201, uri);
  const { status, body } = await ask({ redirect_uris: uris });
  assert.equal(status, 201);
  assert.deepEqual(body.redirect_uris, uris);
});

test("redirect URIs that could run, mislead or leak are refused", async () => {
  const dangerous = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "\u0000javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "DATA:text/html;base64,PHNjcmlwdD4=",
    "vbscript:x",
    "file:///etc/passwd",
    "about:blank",
    "blob:https://client.example/1",
    "http://client.example/cb",
    "http://localhost.evil.example/cb",
    "http://127.0.0.2/cb",
    "http://0.0.0.0/cb",
    "https://client.example/cb#fragment",
    "https://client.example/cb#",
    "https://user:secret@client.example/cb",
    "https://claude.ai@evil.example/cb",
    "https://client.example/a/../b",
    "https://client.example\\@evil.example/cb",
    "https://CLIENT.example/cb",
    "https://*.example.com/cb",
    "https://client.example/\ncb",
    "https://client.example/ü",
    "//client.example/cb",
    "/cb",
    "client.example/cb",
    "https:/client.example/cb",
    "https://",
    "",
    "*",
  ];
  const answers = await Promise.all(dangerous.map((uri) => ask({ redirect_uris: [uri] })));
  const accepted = dangerous.filter((_, index) => answers[index].status !== 400);
  assert.deepEqual(accepted, []);
  for (const { body } of answers) {
    assert.equal(body.error, "invalid_redirect_uri");
    assert.match(body.error_description, /redirect_uris\[0\]/);
  }
});

test("one unknown scheme does not spoil the others, one dangerous address does", async () => {
  const { status, body } = await ask({ redirect_uris: ["com.example.app:/cb", ...REDIRECTS] });
  assert.equal(status, 201);
  assert.deepEqual(body.redirect_uris, REDIRECTS, "what is left out is not in the answer");
  assert.equal((await ask({ redirect_uris: ["http://evil.example/", ...REDIRECTS] })).status, 400);
});

test("too much, too little and other flows are refused", async () => {
  for (const [metadata, error] of [
    [{}, "invalid_redirect_uri"],
    [{ redirect_uris: [] }, "invalid_redirect_uri"],
    [{ redirect_uris: Array.from({ length: 11 }, (_, i) => `https://client.example/${i}`) }, "invalid_redirect_uri"],
    [{ redirect_uris: [`https://client.example/${"a".repeat(2100)}`] }, "invalid_redirect_uri"],
    [{ redirect_uris: "https://client.example/cb" }, "invalid_client_metadata"],
    [{ redirect_uris: [1] }, "invalid_client_metadata"],
    [{ redirect_uris: REDIRECTS, client_name: 7 }, "invalid_client_metadata"],
    [{ redirect_uris: REDIRECTS, response_types: ["token"] }, "invalid_client_metadata"],
    [{ redirect_uris: REDIRECTS, grant_types: ["client_credentials"] }, "invalid_client_metadata"],
    [{ redirect_uris: REDIRECTS, grant_types: ["refresh_token"] }, "invalid_client_metadata"],
    ["[]", "invalid_client_metadata"],
    ['[["https://client.example/cb"],null,null,null,null,null]', "invalid_client_metadata"],
    ["null", "invalid_client_metadata"],
    ['"text"', "invalid_client_metadata"],
    ["{", "invalid_client_metadata"],
    ["", "invalid_client_metadata"],
    ["[".repeat(100_000), "invalid_client_metadata"],
  ]) {
    const { status, headers, body } = await ask(metadata);
    const what = JSON.stringify(metadata).slice(0, 80);
    assert.equal(status, 400, what);
    assert.equal(body.error, error, what);
    assert.ok(body.error_description.length > 10);
    assert.equal(headers.get("cache-control"), "no-store");
  }
  const large = await requestAs(`127.0.0.1:${connector.port}`, connector.port, "/register", {
    method: "POST",
    headers: { "content-type": "application/json" },
    announced: 1_100_000,
  });
  assert.equal(large.status, 400);
  assert.equal(JSON.parse(large.text).error, "invalid_client_metadata");
  for (const type of ["text/plain", "application/json, application/x-www-form-urlencoded", "application/jsonp"]) {
    const { status, body } = await ask({ redirect_uris: REDIRECTS }, { "content-type": type });
    assert.equal(status, 400, type);
    assert.equal(body.error, "invalid_client_metadata");
  }
  assert.equal(
    (await ask({ redirect_uris: REDIRECTS }, { "content-type": "Application/JSON; charset=utf-8" })).status,
    201,
  );
  assert.equal((await postForm(`${connector.origin}/register`, { redirect_uris: REDIRECTS[0] })).status, 400);
  const got = await fetch(`${connector.origin}/register`);
  assert.equal(got.status, 405);
  assert.equal(got.headers.get("allow"), "POST");
});

test("a client's name is one clean line", async () => {
  for (const [asked, got] of [
    ["  Claude\u202E\n ", "Claude"],
    ["\u200B", "MCP client"],
    [undefined, "MCP client"],
    ["a".repeat(200), "a".repeat(80)],
    ["Zo\u00EB <b>", "Zo\u00EB <b>"],
  ])
    assert.equal((await ask({ redirect_uris: REDIRECTS, client_name: asked })).body.client_name, got);
});

test("a client id lasts, and a changed one is unknown", async () => {
  const client = await register(connector);
  await connector.restart();
  const granted = await obtainCode(connector, client);
  assert.equal((await exchange(connector, client, granted)).status, 200);

  const other = await register(connector, { redirect_uris: ["https://evil.example/cb"] });
  const [kid, , signature] = client.client_id.split(".");
  const metadata = other.client_id.split(".")[1];
  for (const id of [
    `${kid}.${metadata}.${signature}`,
    `${client.client_id}x`,
    client.client_id.slice(0, -1),
    `${client.client_id}.`,
    "x",
    "..",
  ]) {
    const { url } = authorizationRequest(connector, client, { client_id: id });
    const page = await fetch(url, { redirect: "manual" });
    assert.equal(page.status, 400, id);
    assert.equal(page.headers.get("location"), null);
    const refused = await exchange(connector, { client_id: id }, granted);
    assert.equal(refused.status, 401, id);
    assert.equal(refused.body.error, "invalid_client");
  }
});

test("a client with as many addresses as are allowed can sign in and use its token", async () => {
  // 2048 bytes together is the limit: the token that carries them must fit a header of 8 KB.
  const long = [1, 2].map((number) => `https://client.example/${"a".repeat(1000)}${number}`);
  const client = await register(connector, { redirect_uris: long });
  const granted = await obtainCode(connector, client);
  const { body } = await exchange(connector, client, granted);
  assert.ok(body.access_token.length < 6000, `${body.access_token.length} bytes`);
  const headers = { authorization: `Bearer ${body.access_token}`, "content-type": "application/json" };
  const ping = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
  assert.equal((await fetch(connector.mcp, { method: "POST", headers, body: ping })).status, 200);
});
