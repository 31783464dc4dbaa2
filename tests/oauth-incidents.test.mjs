// What went wrong at other authorization servers for MCP (Cloudflare's provider and servers built on it):
// each incident, tried against the real Worker. Each test names the source line that prevents it.
//
//  1. CVE-2025-4143 (GHSA-4pc9-x2fx-p7vj): the redirect URI was not checked against the registration
//  2. CVE-2025-4144 (GHSA-qgp8-v765-qxx9): PKCE could be skipped
//  3. #52: the client id was swapped after the consent
//  4. #97, #98: schemes that slip past a deny-list
//  5. #240: a list of media types crashed the server
//  6. #246, #258: a wrong resource used up the code or rotated the refresh token
//  7. #249: an exchange widened the scope
//  8. #285, #287, #295: metadata of real clients was refused
//  9. #299: signing in again ended other installations of the same client
// 10. #214, #216, #217, #312: parallel refreshes lost tokens and spent mittwald's twice
// 11. hevy-mcp #1039: a fresh token was not known yet where it was used
// 12. kody 2233: several hosts with one stored client pushed each other out

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser, walk } from "./support/browser.mjs";
import { DocumentWeb } from "./support/documents.mjs";
import {
  authorizationRequest,
  claimsOf,
  exchange,
  obtainCode,
  pkce,
  postJson,
  REDIRECT_URI,
  refresh,
  register,
  signIn,
} from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

const PING = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });

const web = new DocumentWeb();
let connector;
let client;
before(async () => {
  connector = await startConnector({ outbound: web.outbound });
  client = await register(connector);
});
after(() => connector?.dispose());

const open = (parameters, by = client) =>
  new Browser().open(authorizationRequest(connector, by, parameters).url);

const atOnce = (times, request) => Promise.all(Array.from({ length: times }, (_, index) => request(index)));

function ping(token) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return fetch(connector.mcp, { method: "POST", headers, body: PING });
}

function isPage(page) {
  assert.equal(page.status, 400, page.location);
  assert.equal(page.location, undefined);
}

function isError(answer, error, status = 400) {
  assert.equal(answer.body?.error, error, answer.text);
  assert.equal(answer.status, status);
}

function isGranted(answer) {
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
}

test("CVE-2025-4143: an unregistered redirect URI is refused when the page is asked for", async () => {
  // Guards src/oauth/request.rs AuthorizationRequest::read: `.ok_or(Refusal::Page(PageReason::RedirectUri))`.
  for (const uri of ["https://evil.example/cb", `${REDIRECT_URI}x`, "http://localhost:7777/callback"])
    isPage(await open({ redirect_uri: uri }));
});

test("CVE-2025-4143: the consent form cannot name another one, or be opened after a change", async () => {
  // Guards src/oauth/consent.rs open: the request is read from the sealed form and from nowhere else
  // (`seal::open`), so that what was checked at GET is what POST acts on.
  const request = authorizationRequest(connector, client);
  for (const decision of ["allow", "deny"]) {
    const browser = new Browser();
    const page = await browser.open(request.url);
    const [form] = page.forms;
    const sealed = form.fields.find(({ name }) => name === "request").value;
    const send = (fields) =>
      browser.send(form.action, new URLSearchParams({ decision, level: "read", projects: "all", ...fields }), page.url);
    const middle = Math.floor(sealed.length / 2);
    const other = sealed[middle] === "A" ? "B" : "A";
    isPage(await send({ request: `${sealed.slice(0, middle)}${other}${sealed.slice(middle + 1)}` }));
    const sent = await send({ request: sealed, redirect_uri: "https://evil.example/cb" });
    assert.equal(sent.status, 303);
    const answer = decision === "deny" ? sent.location : undefined;
    if (answer) assert.ok(answer.startsWith(`${REDIRECT_URI}?`), answer);
    else assert.ok((await walk(browser, sent.location, REDIRECT_URI)).get("code"));
  }
});

test("CVE-2025-4144: a request without a challenge, or with a plain one, is refused", async () => {
  // Guards src/oauth/request.rs challenge: `challenge.ok_or_else(…)` and `method != Some("S256")`.
  for (const parameters of [
    { code_challenge: undefined, code_challenge_method: undefined },
    { code_challenge_method: undefined },
    { code_challenge_method: "plain" },
  ]) {
    const { location } = await open(parameters);
    assert.equal(new URL(location).searchParams.get("error"), "invalid_request");
  }
});

test("CVE-2025-4144: a challenge without its verifier gives no token, nor does another verifier", async () => {
  // Guards src/oauth/token.rs exchange: `form.get("code_verifier")?.ok_or_else(…)`, and
  // src/oauth/grant.rs Grant::exchange: `!mac::same(challenge, &shown.challenge)`.
  const granted = await obtainCode(connector, client);
  isError(await exchange(connector, client, granted, { code_verifier: undefined }), "invalid_request");
  isError(await exchange(connector, client, granted, { code_verifier: pkce().verifier }), "invalid_grant");
  isGranted(await exchange(connector, client, granted));
});

test("#52: the client of the consent page is the client of the code", async () => {
  // Guards src/oauth/consent.rs begin: `Purpose::Client(pending.request)` comes from the sealed form, and
  // src/oauth/grant.rs Grant::exchange: `self.client_id != shown.client_id`.
  const attacker = await register(connector, { client_name: "Attacker" });
  const browser = new Browser();
  const request = authorizationRequest(connector, client);
  const page = await browser.open(request.url);
  const [form] = page.forms;
  const sealed = form.fields.find(({ name }) => name === "request").value;
  const fields = { request: sealed, decision: "allow", level: "read", projects: "all", client_id: attacker.client_id };
  const sent = await browser.send(form.action, new URLSearchParams(fields), page.url);
  const code = (await walk(browser, sent.location, REDIRECT_URI)).get("code");
  isError(await exchange(connector, attacker, { ...request, code }), "invalid_grant");
  isError(await exchange(connector, { client_id: "unknown" }, { ...request, code }), "invalid_client", 401);
  const tokens = isGranted(await exchange(connector, client, { ...request, code }));
  assert.equal(claimsOf(tokens.access_token).client_id, client.client_id);
});

test("#97, #98: only schemes of a short list are registered, however others are spelled", async () => {
  // Guards src/oauth/redirect_uri.rs RedirectUri::parse: `is_ascii_graphic`, PRIVATE_USE and
  // `_ => Err(Scheme)`.
  for (const uri of [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "\tjavascript:alert(1)",
    "java\nscript:alert(1)",
    "java\tscript:alert(1)",
    "\u0000javascript:alert(1)",
    "\u0001javascript:alert(1)",
    "javascript\u200b:alert(1)",
    "javascript://client.example/%0aalert(1)",
    "data:text/html,x",
    "DATA:text/html;base64,PHNjcmlwdD4=",
    "vbscript:x",
    "blob:https://client.example/1",
    "file:///etc/passwd",
    "about:blank",
    "com.example.app:/cb",
    "https://client.example/\ncb",
  ]) {
    const metadata = { redirect_uris: [uri], token_endpoint_auth_method: "none" };
    const answer = await postJson(`${connector.origin}/register`, metadata);
    assert.equal(answer.body?.error, "invalid_redirect_uri", `${JSON.stringify(uri)}: ${answer.text}`);
    assert.equal(answer.status, 400);
    isPage(await open({ redirect_uri: uri }));
  }
});

test("#240: a list of media types is refused, and breaks nothing", async () => {
  // Guards src/http/media.rs is, asked by src/oauth/token.rs read.
  const granted = await obtainCode(connector, client);
  for (const type of [
    "application/json, application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded, application/json",
    "multipart/form-data",
    "application/x-www-form-urlencodedx",
  ])
    isError(await exchange(connector, client, granted, {}, { "content-type": type }), "invalid_request");
  const form = { "content-type": "application/x-www-form-urlencoded;charset=UTF-8" };
  isGranted(await exchange(connector, client, granted, {}, form));
});

test("#246: a wrong resource does not use up the code", async () => {
  // Guards src/oauth/grant.rs Grant::exchange: `self.is_for(…)?` before `self.state = …`, and
  // src/oauth/token.rs exchange: `resource(server, form)?` before the command.
  const granted = await obtainCode(connector, client);
  for (const resource of ["https://evil.example/mcp", "/mcp", `${connector.mcp}/readonly`, `${connector.mcp}#x`])
    isError(await exchange(connector, client, granted, { resource }), "invalid_target");
  isGranted(await exchange(connector, client, granted));
});

test("#258: a wrong resource or scope does not rotate the refresh token", async () => {
  // Guards src/oauth/grant.rs Grant::may_refresh: every check stands before Grant::refresh counts up.
  const { tokens } = await signIn(connector, { client, level: "read", parameters: { scope: "project:read" } });
  const shown = tokens.refresh_token;
  for (const resource of ["https://evil.example/mcp", `${connector.mcp}/readonly`])
    isError(await refresh(connector, client, shown, { resource }), "invalid_target");
  isError(await refresh(connector, client, shown, { scope: "database:read" }), "invalid_scope");
  const next = isGranted(await refresh(connector, client, shown)).refresh_token;
  assert.equal(next.split(".")[3], "2", "exactly one rotation");
});

test("#249: neither an exchange nor a refresh widens the scope", async () => {
  // Guards src/oauth/token.rs exchange: `grant.scopes.clone()` (a `scope` there counts for nothing), and
  // src/oauth/grant.rs Grant::narrowed.
  const parameters = { scope: "project:read" };
  const granted = await obtainCode(connector, client, { level: "read", parameters });
  const wide = { scope: "project:read project:write project:delete" };
  const tokens = isGranted(await exchange(connector, client, granted, wide));
  assert.equal(tokens.scope, "project:read user:read");
  assert.equal(claimsOf(tokens.access_token).scope, "project:read user:read");
  const renewed = isGranted(await refresh(connector, client, tokens.refresh_token, wide));
  assert.equal(claimsOf(renewed.access_token).scope, "project:read");
});

test("#285, #287: ChatGPT's document, with private_key_jwt beside none, leads to tokens", async () => {
  // Guards src/oauth/cimd/document.rs public: `Some(_) if lists_none`.
  const chatgpt = {
    client_id: "https://chatgpt.com/oauth/client.json",
    client_name: "ChatGPT",
    redirect_uris: ["https://chatgpt.com/connector_platform_oauth_redirect"],
    token_endpoint_auth_method: "private_key_jwt",
    token_endpoint_auth_methods_supported: ["none", "private_key_jwt"],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_signing_alg: "RS256",
    jwks_uri: "https://chatgpt.com/oauth/jwks.json",
  };
  web.serve(chatgpt.client_id, chatgpt);
  const { tokens } = await signIn(connector, { client: chatgpt });
  assert.equal((await ping(tokens.access_token)).status, 200);
});

test("#287: Claude.ai's document, with a grant type that is not ours, leads to tokens", async () => {
  // Guards src/oauth/cimd/document.rs read: `leaves_out` asks whether ours is among them, not whether it is alone.
  const claude = {
    client_id: "https://claude.ai/oauth/mcp-oauth-client-metadata",
    client_name: "Claude",
    redirect_uris: ["https://claude.ai/api/mcp/auth_callback"],
    grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
  };
  web.serve(claude.client_id, claude);
  const { tokens } = await signIn(connector, { client: claude });
  assert.equal((await ping(tokens.access_token)).status, 200);
});

test("#295: a secret is taken by Basic and in the form, whichever was registered", async () => {
  // Guards src/oauth/token.rs authenticate: the method registered does not decide where the secret is read.
  for (const method of ["client_secret_basic", "client_secret_post"]) {
    const confidential = await register(connector, { token_endpoint_auth_method: method });
    const { client_id: id, client_secret: secret } = confidential;
    const inForm = isGranted(await exchange(connector, confidential, await obtainCode(connector, confidential)));
    const basic = { authorization: `Basic ${Buffer.from(`${id}:${encodeURIComponent(secret)}`).toString("base64")}` };
    const none = { client_id: undefined, client_secret: undefined };
    isGranted(await refresh(connector, confidential, inForm.refresh_token, none, basic));
  }
  // Guards src/oauth/register.rs auth_method: what we do not have becomes one that we have.
  const negotiated = await register(connector, { token_endpoint_auth_method: "private_key_jwt" });
  assert.equal(negotiated.token_endpoint_auth_method, "none");
});

test("#299: signing in again ends no other installation of a shared client id", async () => {
  // Guards src/oauth/issue.rs code: every sign-in is a grant of its own (`random::<16>`), and
  // src/oauth/account.rs: `Create` stores it beside the others.
  const shared = web.publish("https://claude.ai/oauth/claude-code", { redirect_uris: ["http://127.0.0.1/callback"] });
  const install = (port) =>
    signIn(connector, { client: shared, parameters: { redirect_uri: `http://127.0.0.1:${port}/callback` } });
  const laptop = await install(5001);
  const desktop = await install(5002);
  const again = await install(5001);
  for (const { tokens } of [laptop, desktop, again])
    isGranted(await refresh(connector, shared, tokens.refresh_token));
  // And a replay in one of them ends that one only.
  isError(await exchange(connector, shared, again.granted), "invalid_grant");
  isError(await refresh(connector, shared, again.tokens.refresh_token), "invalid_grant");
  isGranted(await refresh(connector, shared, desktop.tokens.refresh_token));
});

test("#214, #216, #217: parallel refreshes get one successor, and it works", async () => {
  // Guards src/oauth/account.rs transition (one synchronous step), and src/oauth/grant.rs Grant::refresh:
  // `if shown.generation == *current` (a retry gets the successor that is there).
  const { tokens } = await signIn(connector, { client });
  const answers = await atOnce(20, () => refresh(connector, client, tokens.refresh_token));
  const successors = new Set(answers.map((answer) => isGranted(answer).refresh_token));
  assert.equal(successors.size, 1);
  for (const { body } of answers) assert.equal((await ping(body.access_token)).status, 200);
  isGranted(await refresh(connector, client, [...successors][0]));
});

test("#312: mittwald's own refresh token, good for one use, is spent once", async () => {
  // Guards src/oauth/account.rs renew: `self.renewing` shares one renewal among all who wait.
  await connector.control({ tokenLifetime: 600 });
  const { tokens } = await signIn(connector, { client });
  await connector.control({ tokenLifetime: 3600 });
  const before = connector.counters();
  for (const answer of await atOnce(20, () => refresh(connector, client, tokens.refresh_token))) isGranted(answer);
  const after = connector.counters();
  assert.equal(after.refreshes - before.refreshes, 1);
  assert.equal(after.doubleSpends - before.doubleSpends, 0);
});

test("#214: of parallel exchanges of one code one succeeds", async () => {
  // Guards src/oauth/account.rs transition (one synchronous step), and src/oauth/grant.rs Grant::exchange:
  // `let State::Pending … else CodeReplayed`.
  const granted = await obtainCode(connector, client);
  const answers = await atOnce(20, () => exchange(connector, client, granted));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  for (const answer of answers) if (answer.status !== 200) isError(answer, "invalid_grant");
});

test("hevy-mcp #1039: a token works in the moment it is there, even where every store is gone", async () => {
  // Guards src/oauth/bearer.rs authenticate -> src/oauth/access_token.rs verify: the signature decides, and
  // no store is read.
  for (let round = 0; round < 5; round += 1) {
    const { tokens } = await signIn(connector, { client });
    assert.equal((await ping(tokens.access_token)).status, 200);
    const renewed = isGranted(await refresh(connector, client, tokens.refresh_token));
    assert.equal((await ping(renewed.access_token)).status, 200);
  }
  // Not persisted: the restart forgets grants, accounts and the cache, and the token still opens the door.
  const { tokens } = await signIn(connector, { client });
  await connector.restart();
  isError(await refresh(connector, client, tokens.refresh_token), "invalid_grant");
  assert.equal((await ping(tokens.access_token)).status, 200);
});

test("kody 2233: hosts that share one stored sign-in do not push each other out", async () => {
  // Guards src/oauth/grant.rs Grant::may_refresh: `predecessor && in_grace`, and Grant::refresh: a retry
  // in the grace gives the same successor, not a fork.
  const { tokens } = await signIn(connector, { client });
  const first = isGranted(await refresh(connector, client, tokens.refresh_token));
  const second = isGranted(await refresh(connector, client, tokens.refresh_token));
  assert.equal(second.refresh_token, first.refresh_token);
  assert.equal(claimsOf(second.access_token).grant, claimsOf(first.access_token).grant);
  for (const { access_token: token } of [tokens, first, second]) assert.equal((await ping(token)).status, 200);
  const next = await atOnce(2, () => refresh(connector, client, first.refresh_token));
  assert.equal(isGranted(next[0]).refresh_token, isGranted(next[1]).refresh_token);
});
