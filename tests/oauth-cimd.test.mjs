// Client ID Metadata Documents: a client whose id is the address of a document about it.
//
//  1. it is advertised, and only where requests stay on the public internet
//  2. the documents that ChatGPT, Claude and Claude Code publish lead to a whole sign-in
//  3. the consent page names the host that vouches for the client, and where the answer goes
//  4. ids that are no acceptable address are refused without a request, and generically at /token
//  5. documents that are wrong, unsafe or hold secrets are refused
//  6. answers that are no document are refused: status, type, redirect, broken line
//  7. size is measured while the body arrives, whatever Content-Length says
//  8. the time limit covers the body
//  9. a document is cached as Cache-Control says; errors and refused documents never are
// 10. a redirect URI that the document does not list ends on a page
// 11. blocked ids and hosts are refused, at every endpoint
// 12. installations that share a client id do not touch each other's connections
// 13. at /token, a document out of reach consumes nothing
// 14. a request for a document carries nothing, and nothing that it links to is fetched
// 15. our own address is no document
// 16. refreshing in parallel asks for no document

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser } from "./support/browser.mjs";
import { DocumentWeb, metadata } from "./support/documents.mjs";
import { authorizationRequest, exchange, obtainCode, postForm, refresh, revoke, signIn } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

/// Most bytes of a document (src/ports/documents.rs).
const MAX_DOCUMENT = 5 * 1024;

const web = new DocumentWeb();
let connector;
before(async () => {
  connector = await startConnector({
    outbound: web.outbound,
    vars: { BLOCKED_CLIENTS: "blocked.example,https://half.example/blocked.json,blocked-target.example" },
  });
});
after(() => connector?.dispose());

let count = 0;
/// An address that nothing was served at yet.
const fresh = (host = "client.example") => `https://${host}/oauth/${(count += 1)}.json`;

const open = (client, parameters) => new Browser().open(authorizationRequest(connector, client, parameters).url);

function isConsent(page) {
  assert.equal(page.status, 200, page.text);
  assert.ok(page.forms.some((form) => new URL(form.action).pathname === "/consent"));
}

function isPage(page) {
  assert.equal(page.status, 400);
  assert.equal(page.location, undefined);
  assert.equal(page.forms.length, 0);
  assert.ok(page.text.length > 40);
}

function isInvalidClient({ status, headers, body }) {
  assert.equal(status, 401);
  assert.deepEqual(body, {
    error: "invalid_client",
    error_description: "The client is unknown here. Register it again.",
  });
  assert.equal(headers.get("cache-control"), "no-store");
}

/// Asks /token as this client, with a code that cannot be.
const askToken = (id, headers) => {
  const fields = { grant_type: "authorization_code", code: "x", code_verifier: "x", client_id: id };
  return postForm(`${connector.origin}/token`, fields, headers);
};

const serverMetadata = async (origin) => (await fetch(`${origin}/.well-known/oauth-authorization-server`)).json();

test("it is advertised, and only where requests stay on the public internet", async () => {
  const advertised = await serverMetadata(connector.origin);
  assert.equal(advertised.client_id_metadata_document_supported, true);
  assert.ok(advertised.registration_endpoint);
  assert.ok(advertised.token_endpoint_auth_methods_supported.includes("none"));

  const elsewhere = new DocumentWeb();
  const exposed = await startConnector({ outbound: elsewhere.outbound, flags: [] });
  try {
    assert.equal((await serverMetadata(exposed.origin)).client_id_metadata_document_supported, false);
    const client = elsewhere.publish(fresh());
    isPage(await new Browser().open(authorizationRequest(exposed, client).url));
    assert.equal(elsewhere.requests.length, 0);
    // Registered clients do not depend on it.
    await signIn(exposed);
  } finally {
    await exposed.dispose();
  }
});

test("documents of real clients lead to a whole sign-in", async () => {
  const chatgpt = {
    client_id: "https://chatgpt.com/oauth/client.json",
    client_uri: "https://chatgpt.com/",
    redirect_uris: ["https://chatgpt.com/connector_platform_oauth_redirect"],
    token_endpoint_auth_method: "private_key_jwt",
    token_endpoint_auth_methods_supported: ["none", "private_key_jwt"],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    client_name: "ChatGPT",
    logo_uri: "https://persistent.oaistatic.com/sonic/misc/openai-logo.png",
    token_endpoint_auth_signing_alg: "RS256",
    jwks_uri: "https://chatgpt.com/oauth/jwks.json",
  };
  const claude = {
    client_id: "https://claude.ai/oauth/mcp-oauth-client-metadata",
    client_name: "Claude",
    client_uri: "https://claude.ai",
    redirect_uris: ["https://claude.ai/api/mcp/auth_callback", "https://claude.com/api/mcp/auth_callback"],
    grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
  };
  const claudeCode = {
    client_id: "https://claude.ai/oauth/claude-code-client-metadata",
    client_name: "Claude Code",
    redirect_uris: ["http://localhost/callback", "http://127.0.0.1/callback"],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
  };
  for (const [client, redirectUri] of [
    [chatgpt, chatgpt.redirect_uris[0]],
    [claude, claude.redirect_uris[1]],
    [claudeCode, "http://localhost:54321/callback"],
  ]) {
    web.serve(client.client_id, client);
    const { tokens } = await signIn(connector, { client, parameters: { redirect_uri: redirectUri } });
    const renewed = await refresh(connector, client, tokens.refresh_token);
    assert.equal(renewed.status, 200, client.client_name);
    assert.equal((await revoke(connector, client, renewed.body.refresh_token)).status, 200);
    const ended = await refresh(connector, client, renewed.body.refresh_token);
    assert.equal(ended.body.error, "invalid_grant", client.client_name);
  }
});

test("the consent page names who vouches for the client, and where the answer goes", async () => {
  const client = web.publish(fresh("vouching.example"), {
    client_name: "ChatGPT <b>",
    redirect_uris: ["https://answers.example/cb"],
  });
  const page = await open(client);
  isConsent(page);
  assert.ok(page.text.includes("ChatGPT <b>"));
  assert.ok(page.html.includes(">vouching.example<"));
  assert.ok(page.text.includes("answers.example"));
  assert.match(page.headers.get("content-security-policy"), /form-action [^;]*https:\/\/answers\.example[ ;]/);
});

test("ids that are no acceptable address are refused without a request", async () => {
  const before = web.requests.length;
  for (const id of [
    "http://client.example/c",
    "https://client.example",
    "https://client.example/",
    "https://client.example?x=/c",
    "https://client.example/a/../c",
    "https://client.example/%2e%2e/c",
    "https://client.example/c#f",
    "https://user@client.example/c",
    "https://user:secret@client.example/c",
    "https://client.example:443/c",
    "https://localhost/c",
    "https://intranet/c",
    "https://metadata.google.internal/c",
    "https://127.0.0.1/c",
    "https://10.0.0.1/c",
    "https://169.254.169.254/c",
    "https://0x7f.1/c",
    "https://2130706433/c",
    "https://[::1]/c",
    "https://[fd00::1]/c",
    "https://[::ffff:127.0.0.1]/c",
    "https://CLIENT.example/c",
    "ftp://client.example/c",
    "javascript://client.example/%0aalert(1)",
  ]) {
    web.publish(id);
    isPage(await open(metadata(id)));
    isInvalidClient(await askToken(id));
  }
  assert.equal(web.requests.length, before);
});

test("at /token every refusal is the same, and Basic is challenged", async () => {
  const mismatched = fresh();
  web.publish(mismatched, { client_id: fresh() });
  for (const id of [fresh(), mismatched, "https://10.0.0.1/c"]) {
    const plain = await askToken(id);
    isInvalidClient(plain);
    assert.equal(plain.headers.get("www-authenticate"), null);
    const credentials = Buffer.from(`${encodeURIComponent(id)}:secret`).toString("base64");
    const basic = await askToken(undefined, { authorization: `Basic ${credentials}` });
    isInvalidClient(basic);
    assert.match(basic.headers.get("www-authenticate"), /^Basic realm=/);
  }
});

test("documents that are wrong, unsafe or hold secrets are refused", async () => {
  const refused = {
    "another client's id": { client_id: "https://client.example/other.json" },
    "an id that differs in case": { client_id: "https://client.example/OAUTH" },
    "no id": { client_id: undefined },
    "no name": { client_name: undefined },
    "an empty name": { client_name: " \u200b" },
    "no redirect URIs": { redirect_uris: undefined },
    "an empty list of redirect URIs": { redirect_uris: [] },
    "a redirect URI that is no list": { redirect_uris: "https://client.example/cb" },
    "a script": { redirect_uris: ["javascript:alert(1)"] },
    "plain http": { redirect_uris: ["https://client.example/cb", "http://client.example/cb"] },
    "a fragment": { redirect_uris: ["https://client.example/cb#f"] },
    "a user name": { redirect_uris: ["https://claude.ai@client.example/cb"] },
    "a wildcard": { redirect_uris: ["https://*.client.example/cb"] },
    "client_secret_basic": { token_endpoint_auth_method: "client_secret_basic" },
    "client_secret_post": { token_endpoint_auth_method: "client_secret_post" },
    "client_secret_jwt": { token_endpoint_auth_method: "client_secret_jwt" },
    "nothing but private_key_jwt": { token_endpoint_auth_method: "private_key_jwt" },
    "a secret": { client_secret: "s3cret" },
    "a secret's expiry": { client_secret_expires_at: 0 },
    "a private key": { jwks: { keys: [{ kty: "EC", crv: "P-256", x: "x", y: "y", d: "d" }] } },
    "a symmetric key": { jwks: { keys: [{ kty: "oct", k: "k" }] } },
    "another flow": { grant_types: ["client_credentials"] },
  };
  for (const [what, changes] of Object.entries(refused)) {
    const id = fresh();
    web.publish(id, changes);
    const page = await open(metadata(id));
    assert.equal(page.status, 400, what);
    assert.equal(page.location, undefined, what);
    isInvalidClient(await askToken(id));
  }
});

test("answers that are no document are refused", async () => {
  const text = (id) => JSON.stringify(metadata(id));
  for (const [what, serve] of [
    ["404", (id) => web.serve(id, text(id), { status: 404 })],
    ["500", (id) => web.serve(id, text(id), { status: 500 })],
    ["201", (id) => web.serve(id, text(id), { status: 201 })],
    ["a page", (id) => web.serve(id, text(id), { headers: { "content-type": "text/html" } })],
    ["two types", (id) => web.serve(id, text(id), { headers: { "content-type": "application/json, text/html" } })],
    ["no JSON", (id) => web.serve(id, "<html>")],
    ["a list", (id) => web.serve(id, `[${text(id)}]`)],
    ["half of it", (id) => web.serve(id, text(id).slice(0, -1))],
    ["a broken line", (id) => web.stream(id, [text(id).slice(0, 20), new Error("cut")].values())],
  ]) {
    const id = fresh();
    serve(id);
    const page = await open(metadata(id));
    assert.equal(page.status, 400, what);
    assert.equal(web.asked(id), 1, what);
  }
  // A redirect is not followed, not even to a good document on the same host.
  for (const status of [301, 302, 303, 307, 308]) {
    const [id, target] = [fresh(), fresh()];
    web.publish(target, { client_id: id });
    web.serve(id, "", { status, headers: { location: target } });
    isPage(await open(metadata(id)));
    assert.equal(web.asked(target), 0);
  }
  const id = fresh();
  web.publish(id, {}, { headers: { "content-type": "application/client-metadata+json" } });
  isConsent(await open(metadata(id)));
});

test("size is measured while the body arrives", async () => {
  const padded = (id, length) => {
    const bare = JSON.stringify(metadata(id, { padding: "" }));
    return JSON.stringify(metadata(id, { padding: "x".repeat(length - bare.length) }));
  };
  const [largest, tooLarge, streamed] = [fresh(), fresh(), fresh()];
  web.serve(largest, padded(largest, MAX_DOCUMENT));
  isConsent(await open(metadata(largest)));
  web.serve(tooLarge, padded(tooLarge, MAX_DOCUMENT + 1));
  isPage(await open(metadata(tooLarge)));

  // No length announced, and a good document at its beginning: reading stops at the limit. (Miniflare
  // keeps pulling after that, so this body does end.)
  let sent = 0;
  function* long() {
    yield JSON.stringify(metadata(streamed));
    for (; sent < 2 * 1024 * 1024; sent += 1024) yield " ".repeat(1024);
  }
  web.stream(streamed, long(), { wait: 1 });
  isPage(await open(metadata(streamed)));
  assert.ok(sent < 200 * 1024, `answered after ${sent} bytes`);

  // A length that lies downwards cuts the document short; the runtime delivers no more than announced.
  const lying = fresh();
  web.stream(lying, [padded(lying, 3 * MAX_DOCUMENT)].values(), { headers: { "content-length": "100" } });
  isPage(await open(metadata(lying)));
});

test("the time limit covers the body", async () => {
  const [slow, silent, late] = [fresh(), fresh(), fresh()];
  // The head at once, the last piece after 7 s.
  const pieces = JSON.stringify(metadata(slow)).match(/.{1,12}/gs);
  web.stream(slow, pieces.values(), { wait: 7000 / pieces.length });
  web.answer(silent, async () => {
    await new Promise((later) => setTimeout(later, 7000));
    return undefined;
  });
  // Late, but within the limit.
  web.stream(late, [JSON.stringify(metadata(late))].values(), { wait: 1500 });
  const timed = async (id) => {
    const started = Date.now();
    const page = await open(metadata(id));
    return { page, took: Date.now() - started };
  };
  const [first, second, third] = await Promise.all([timed(slow), timed(silent), timed(late)]);
  for (const { page, took } of [first, second]) {
    isPage(page);
    assert.ok(took >= 4500 && took < 9000, `${took} ms`);
  }
  isConsent(third.page);
});

test("a document is cached as Cache-Control says", async () => {
  for (const [cacheControl, asked] of [
    [undefined, 1],
    ["max-age=600", 1],
    ["public, max-age=31536000, immutable", 1],
    ["no-store", 3],
    ["no-cache", 3],
    ["max-age=0", 3],
  ]) {
    const id = fresh();
    const client = web.publish(id, {}, cacheControl ? { headers: { "cache-control": cacheControl } } : {});
    for (let time = 0; time < 3; time += 1) isConsent(await open(client));
    assert.equal(web.asked(id), asked, cacheControl);
  }
  // KV keeps nothing for less than a minute; the entry's own time counts.
  const id = fresh();
  const client = web.publish(id, {}, { headers: { "cache-control": "max-age=1" } });
  isConsent(await open(client));
  await new Promise((later) => setTimeout(later, 2100));
  web.publish(id, { client_name: "Renamed" });
  assert.match((await open(client)).text, /Renamed/);
});

test("errors and refused documents are never cached", async () => {
  for (const spoil of [
    (id) => web.serve(id, metadata(id), { status: 404, headers: { "cache-control": "max-age=600" } }),
    (id) => web.serve(id, metadata(id), { status: 500, headers: { "cache-control": "max-age=600" } }),
    (id) => web.publish(id, { client_id: fresh() }, { headers: { "cache-control": "max-age=600" } }),
    (id) => web.serve(id, "{", { headers: { "cache-control": "max-age=600" } }),
  ]) {
    const id = fresh();
    spoil(id);
    isPage(await open(metadata(id)));
    isConsent(await open(web.publish(id)));
  }
});

test("a redirect URI that the document does not list ends on a page", async () => {
  const client = web.publish(fresh(), {
    redirect_uris: ["https://client.example/cb", "http://127.0.0.1/callback", "myapp://cb"],
  });
  for (const uri of ["https://client.example/cb", "http://127.0.0.1:5000/callback"])
    isConsent(await open(client, { redirect_uri: uri }));
  for (const uri of [
    "https://client.example/cb/",
    "https://client.example/cb?x=1",
    "https://evil.example/cb",
    "https://client.example:8443/cb",
    "http://localhost:5000/callback",
    "http://127.0.0.1:5000/other",
    // Listed, but no scheme that we know.
    "myapp://cb",
    client.client_id,
  ])
    isPage(await open(client, { redirect_uri: uri }));
});

test("blocked ids and hosts are refused", async () => {
  for (const [id, changes, asked] of [
    [fresh("blocked.example"), {}, 0],
    ["https://half.example/blocked.json", {}, 0],
    [fresh("half.example"), { redirect_uris: ["https://blocked-target.example/cb"] }, 2],
  ]) {
    const client = web.publish(id, changes, { headers: { "cache-control": "no-store" } });
    isPage(await open(client));
    isInvalidClient(await askToken(id));
    assert.equal(web.asked(id), asked, id);
  }
  isConsent(await open(web.publish(fresh("half.example"))));
});

test("installations that share a client id do not touch each other's connections", async () => {
  const client = web.publish(fresh(), { redirect_uris: ["http://127.0.0.1/callback"] });
  const install = (port) =>
    signIn(connector, { client, parameters: { redirect_uri: `http://127.0.0.1:${port}/callback` } });
  const [laptop, desktop] = [(await install(5001)).tokens, (await install(5002)).tokens];

  // The same installation signs in again; the others go on.
  const again = (await install(5001)).tokens;
  const renewed = {};
  for (const [name, tokens] of Object.entries({ laptop, desktop, again })) {
    const { status, body } = await refresh(connector, client, tokens.refresh_token);
    assert.equal(status, 200, name);
    renewed[name] = body.refresh_token;
  }
  // Revoking one ends one.
  assert.equal((await revoke(connector, client, renewed.desktop)).status, 200);
  assert.equal((await refresh(connector, client, renewed.desktop)).body.error, "invalid_grant");
  for (const name of ["laptop", "again"])
    assert.equal((await refresh(connector, client, renewed[name])).status, 200, name);

  // Another client's document gives no hold over it.
  const other = web.publish(fresh());
  const { tokens } = await signIn(connector, { client, parameters: { redirect_uri: "http://127.0.0.1:5003/callback" } });
  assert.equal((await revoke(connector, other, tokens.refresh_token)).status, 400);
  assert.equal((await refresh(connector, other, tokens.refresh_token)).body.error, "invalid_grant");
  assert.equal((await refresh(connector, client, tokens.refresh_token)).status, 200);
});

test("at /token a document out of reach consumes nothing", async () => {
  const once = { headers: { "cache-control": "no-store" } };
  const id = fresh();
  const client = web.publish(id, {}, once);
  const granted = await obtainCode(connector, client);
  for (const status of [500, 503, 429]) {
    web.serve(id, "", { status });
    const { status: got, headers, body } = await exchange(connector, client, granted);
    assert.equal(got, 503);
    assert.equal(body.error, "temporarily_unavailable");
    assert.ok(Number(headers.get("retry-after")) > 0);
  }
  web.publish(id, {}, once);
  const { status, body: tokens } = await exchange(connector, client, granted);
  assert.equal(status, 200);

  web.serve(id, "", { status: 500 });
  assert.equal((await refresh(connector, client, tokens.refresh_token)).status, 503);
  assert.equal((await revoke(connector, client, tokens.refresh_token)).status, 503);
  web.publish(id, {}, once);
  assert.equal((await refresh(connector, client, tokens.refresh_token)).status, 200);

  // Taken down for good: the client is no more.
  web.remove(id);
  isInvalidClient(await refresh(connector, client, tokens.refresh_token));
});

test("a request for a document carries nothing, and nothing that it links to is fetched", async () => {
  const before = web.requests.length;
  const client = web.publish(fresh("quiet.example"), {
    client_uri: "https://links.example/",
    logo_uri: "https://links.example/logo.png",
    policy_uri: "https://links.example/policy",
    tos_uri: "https://links.example/tos",
    jwks_uri: "https://links.example/jwks.json",
    software_statement: "https://links.example/statement",
  });
  await signIn(connector, { client });
  const requests = web.requests.slice(before);
  assert.deepEqual(
    requests.map(({ url, method }) => [method, url]),
    [["GET", client.client_id]],
  );
  const [{ headers }] = requests;
  assert.equal(headers.accept, "application/json");
  for (const name of ["cookie", "authorization", "referer", "origin", "x-access-token"])
    assert.equal(headers[name], undefined, name);
});

test("our own address is no document", async () => {
  const public_ = await startConnector({
    outbound: web.outbound,
    vars: ({ port }) => ({
      PUBLIC_URL: "https://mcp.ours.example",
      MITTWALD_OAUTH_REDIRECT_URL: "https://auth.ours.example/mittwald/callback",
    }),
  });
  try {
    for (const host of ["mcp.ours.example", "auth.ours.example"]) {
      const client = web.publish(`https://${host}/authorize?client_id=x`);
      isPage(await new Browser().open(authorizationRequest(public_, client).url));
      assert.equal(web.asked(client.client_id), 0);
    }
    const client = web.publish(fresh());
    isConsent(
      await new Browser().open(
        authorizationRequest(public_, client, { resource: "https://mcp.ours.example/mcp" }).url,
      ),
    );
  } finally {
    await public_.dispose();
  }
});

test("refreshing in parallel asks for no document", async () => {
  const client = web.publish(fresh());
  const { tokens } = await signIn(connector, { client });
  assert.equal(web.asked(client.client_id), 1);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => refresh(connector, client, tokens.refresh_token)),
  );
  assert.ok(answers.every(({ status }) => status === 200));
  assert.equal(web.asked(client.client_id), 1);
});
