// RFC 9700, section 4: every attack of its list, tried against the real Worker. Each test names the
// source line that stops the attack. Other files test the same behaviour in more depth.
//
//  4.1  insufficient validation of redirect URIs
//  4.2  credentials leaking through the Referer header
//  4.3  credentials leaking through the browser's history: in the query, and in the code's lifetime
//  4.4  mix-up of authorization servers
//  4.5  injection of somebody else's code
//  4.6  injection of somebody else's access token
//  4.7  cross-site request forgery: at our form, at our callback, at the client
//  4.8  PKCE downgrade
//  4.9  access tokens leaking at the resource server
//  4.10 access tokens used at another resource; 4.10.1 made or changed by others
//  4.11 open redirection: by us, and towards us
//  4.12 307 redirects
//  4.13 a proxy that ends TLS, and forged headers of one
//  4.14 refresh tokens: rotation, reuse, binding to the client, narrowing
//  4.15 a client that poses as the person
//  4.16 clickjacking
//  4.17 answers by postMessage

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AGREE, Browser, walk } from "./support/browser.mjs";
import { elements } from "./support/html.mjs";
import { requestAs } from "./support/raw-http.mjs";
import {
  authorizationRequest,
  claimsOf,
  exchange,
  obtainCode,
  postForm,
  pkce,
  read,
  REDIRECT_URI,
  refresh,
  register,
  signIn,
} from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

const SECURE_SITE = "https://mcp.example";
const PING = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });

let connector;
let client;
before(async () => {
  connector = await startConnector();
  client = await register(connector);
});
after(() => connector?.dispose());

const open = (parameters) => new Browser().open(authorizationRequest(connector, client, parameters).url);

/// Sends a ping to a surface as the bearer of this token.
function ping(token, path = "/mcp", headers = {}) {
  const bearer = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetch(connector.origin + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...bearer, ...headers },
    body: PING,
  });
}

/// A page of ours that leads nowhere.
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

/// A browser on the consent page.
async function onConsentPage(browser = new Browser()) {
  const request = authorizationRequest(connector, client);
  const page = await browser.open(request.url);
  return { ...request, browser, page, form: page.forms[0] };
}

/// A browser that mittwald has just sent back to our callback, which it has not opened yet.
async function beforeCallback() {
  const { browser, page, form, ...request } = await onConsentPage();
  const sent = await browser.submit(page, form, {}, { decision: "allow" });
  const signInPage = await browser.open(sent.location);
  const back = await browser.submit(signInPage, signInPage.forms[0], AGREE["/sign-in"].values, { decision: "allow" });
  return { ...request, browser, page, sent, callback: back.location };
}

/// Runs `visit` with a connector whose PUBLIC_URL is on https: `ask` a path there, `authorize` makes one.
async function onSecureSite(visit) {
  const vars = { PUBLIC_URL: SECURE_SITE, MITTWALD_OAUTH_REDIRECT_URL: `${SECURE_SITE}/mittwald/callback` };
  const secure = await startConnector({ vars });
  const ask = (path, options) => requestAs(new URL(SECURE_SITE).host, secure.port, path, options);
  const authorize = async () => {
    const registered = await ask("/register", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: "none" }),
    });
    const site = { origin: SECURE_SITE, mcp: `${SECURE_SITE}/mcp` };
    return authorizationRequest(site, JSON.parse(registered.text)).url.slice(SECURE_SITE.length);
  };
  try {
    await visit({ ask, authorize });
  } finally {
    await secure.dispose();
  }
}

/// Every kind of page that a person sees on the way, and the one that says what went wrong.
async function pagesOfASignIn() {
  const { browser, page, form } = await onConsentPage();
  const refused = await browser.open(`${connector.origin}/mittwald/callback?code=x&state=x`);
  const choosing = { ...AGREE, "/consent": { values: { projects: "one" }, button: { decision: "allow" } } };
  const request = authorizationRequest(connector, client);
  const { page: project } = await walk(new Browser(), request.url, REDIRECT_URI, choosing).catch((error) => error);
  assert.equal(new URL(project.url).pathname, "/consent/project");
  const connections = await browser.open(`${connector.origin}/connections`);
  const landing = await browser.open(`${connector.origin}/`);
  assert.ok(form);
  return { consent: page, refused, project, connections, landing };
}

test("4.1 redirect URIs: compared whole with what is registered, before anything else", async () => {
  // Guards src/oauth/request.rs AuthorizationRequest::read: `client.redirect_uri(requested)` or
  // `Refusal::Page(RedirectUri)`, and src/oauth/redirect_uri.rs RedirectUri::admits: `self.text == requested`.
  for (const uri of [
    "https://evil.example/cb",
    `${REDIRECT_URI}/`,
    `${REDIRECT_URI}?x=1`,
    `${REDIRECT_URI}/../x`,
    "http://127.0.0.1:7777@evil.example/callback",
    "http://127.0.0.1.evil.example:7777/callback",
    "javascript:alert(1)",
  ])
    for (const more of [{}, { response_type: "token" }]) isPage(await open({ redirect_uri: uri, ...more }));
});

test("4.1 redirect URIs: with several registered ones none is assumed", async () => {
  // Guards src/oauth/client.rs Client::redirect_uri: `(None, _) => None`.
  const several = await register(connector, { redirect_uris: [REDIRECT_URI, "https://client.example/cb"] });
  isPage(await new Browser().open(authorizationRequest(connector, several, { redirect_uri: [] }).url));
});

test("4.1 redirect URIs: the exchange must name the one that the code went to", async () => {
  // Guards src/oauth/grant.rs Grant::exchange: `*uri != self.redirect_uri`.
  const granted = await obtainCode(connector, client);
  isError(await exchange(connector, client, granted, { redirect_uri: `${REDIRECT_URI}2` }), "invalid_grant");
  isGranted(await exchange(connector, client, granted));
});

test("4.2 Referer: no page tells the next one its address, and nothing is loaded from elsewhere", async () => {
  // Guards src/pages/mod.rs respond_with: `referrer-policy: no-referrer` and `default-src 'none'`.
  for (const [name, page] of Object.entries(await pagesOfASignIn())) {
    assert.equal(page.headers.get("referrer-policy"), "no-referrer", name);
    assert.match(page.headers.get("content-security-policy"), /^default-src 'none';/, name);
  }
});

test("4.3.1 browser history: a code in it is worth nothing once it was used", async () => {
  // Guards src/oauth/grant.rs Grant::exchange: `let State::Pending … else CodeReplayed`.
  const granted = await obtainCode(connector, client);
  isGranted(await exchange(connector, client, granted));
  isError(await exchange(connector, client, granted), "invalid_grant");
});

test("4.3.1 browser history: what carries a code or a sign-in is kept by no cache", async () => {
  // Guards src/oauth/request.rs ReturnAddress::answer, src/oauth/consent.rs begin and
  // src/pages/mod.rs respond_with: `.no_store()`.
  const { browser, page, sent, callback } = await beforeCallback();
  for (const answer of [page, sent, await browser.open(callback)])
    assert.equal(answer.headers.get("cache-control"), "no-store");
});

test("4.3.2 browser history: a token in an address is no token, and we never put one there", async () => {
  // Guards src/oauth/bearer.rs authenticate: only `request.header("authorization")` is read.
  const { granted, tokens } = await signIn(connector, { client });
  assert.equal((await ping(undefined, `/mcp?access_token=${tokens.access_token}`)).status, 401);
  assert.deepEqual([...granted.answer.keys()].sort(), ["code", "iss", "state"]);
  // Guards src/oauth/request.rs rest: `response_type` other than `code` (no implicit flow).
  const page = await open({ response_type: "token" });
  assert.equal(new URL(page.location).searchParams.get("error"), "unsupported_response_type");
});

test("4.4 mix-up: every answer to a client says once who answers, and the metadata promises it", async () => {
  // Guards src/oauth/request.rs ReturnAddress::answer: `pairs.push(("iss", …))` (RFC 9207), and
  // src/oauth/metadata.rs authorization_server: `authorization_response_iss_parameter_supported`.
  const { answer } = await obtainCode(connector, client);
  assert.deepEqual(answer.getAll("iss"), [connector.origin]);
  const error = new URL((await open({ code_challenge: undefined })).location).searchParams;
  assert.deepEqual(error.getAll("iss"), [connector.origin]);
  const { browser, page, form } = await onConsentPage();
  const denied = await browser.submit(page, form, {}, { decision: "deny" });
  assert.deepEqual(new URL(denied.location).searchParams.getAll("iss"), [connector.origin]);
  const metadata = await read(await fetch(`${connector.origin}/.well-known/oauth-authorization-server`));
  assert.equal(metadata.body.issuer, connector.origin);
  assert.equal(metadata.body.authorization_response_iss_parameter_supported, true);
});

test("4.5 code injection: a stolen code needs the verifier of the client that asked for it", async () => {
  // Guards src/oauth/grant.rs Grant::exchange: `!mac::same(challenge, &shown.challenge)`.
  const victim = await obtainCode(connector, client);
  const attacker = authorizationRequest(connector, client);
  isError(await exchange(connector, client, { ...victim, verifier: attacker.verifier }), "invalid_grant");
  isGranted(await exchange(connector, client, victim));
});

test("4.5 code injection: a code is no other client's", async () => {
  // Guards src/oauth/grant.rs Grant::exchange: `self.client_id != shown.client_id`.
  const granted = await obtainCode(connector, client);
  const other = await register(connector, { client_name: "Other" });
  isError(await exchange(connector, other, granted), "invalid_grant");
  isGranted(await exchange(connector, client, granted));
});

test("4.6 access token injection: tokens never pass through the browser, and say whose they are", async () => {
  // Guards src/oauth/request.rs rest: `response_mode` other than `query`, `response_type` other than
  // `code`; src/oauth/access_token.rs issue: `client_id`, `aud` and `sub` are claims.
  for (const parameters of [
    { response_type: "token" },
    { response_type: "code token" },
    { response_mode: "fragment" },
  ]) {
    const { location } = await open(parameters);
    assert.ok(new URL(location).searchParams.get("error"));
    assert.equal(new URL(location).hash, "");
  }
  const claims = claimsOf((await signIn(connector, { client })).tokens.access_token);
  assert.equal(claims.client_id, client.client_id);
  assert.equal(claims.aud, connector.mcp);
  assert.ok(claims.sub);
});

test("4.7 forgery: our form works in its own browser only, and by POST only", async () => {
  // Guards src/oauth/consent.rs open: `seal::open(…, &digest(&browser), sealed)`; router: /consent is POST.
  const { page, form } = await onConsentPage();
  const { browser: other } = await onConsentPage();
  const asked = connector.counters().authorizeRequests;
  isPage(await other.submit(page, form, {}, { decision: "allow" }));
  isPage(await new Browser().submit(page, form, {}, { decision: "allow" }));
  const sealed = form.fields.find(({ name }) => name === "request").value;
  assert.equal((await other.open(`${form.action}?request=${sealed}&decision=allow`)).status, 405);
  assert.equal(connector.counters().authorizeRequests, asked);
});

test("4.7 forgery: a callback of the attacker's sign-in finds nothing in the victim's browser", async () => {
  // Guards src/oauth/login.rs apply: `mac::same(&login.cookie, &cookie)` or `OtherBrowser`.
  const { browser: attacker, callback } = await beforeCallback();
  const { browser: victim } = await onConsentPage();
  isPage(await victim.open(callback));
  isPage(await new Browser().open(callback));
  assert.equal((await attacker.open(callback)).status, 303, "and it was not used up");
});

test("4.7 forgery: the client's state comes back as it was", async () => {
  // Guards src/oauth/request.rs ReturnAddress::answer: `("state", state)`.
  const { answer } = await obtainCode(connector, client, { parameters: { state: "a b+c%20&d=e#f" } });
  assert.equal(answer.get("state"), "a b+c%20&d=e#f");
});

test("4.7 forgery: a page elsewhere cannot plant our cookie on https", async () => {
  // Guards src/oauth/cookie.rs name: `__Host-`, and only: two cookies of one name count as none.
  await onSecureSite(async ({ ask, authorize }) => {
    const page = await ask(await authorize());
    assert.equal(page.status, 200);
    for (const line of page.headers["set-cookie"])
      assert.match(line, /^__Host-.*; Path=\/; .*HttpOnly; SameSite=Lax; Secure$/);
  });
  const { browser, form } = await onConsentPage();
  const own = browser.cookiesFor(form.action);
  const fields = new URLSearchParams({ request: form.fields.find(({ name }) => name === "request").value });
  const send = async (cookie) =>
    (await fetch(form.action, { method: "POST", body: fields, headers: { cookie }, redirect: "manual" })).status;
  assert.equal(await send(`${own}; ${own}`), 400);
  assert.equal(await send(own), 303);
});

test("4.8 PKCE downgrade: no challenge, no method, plain or another length is refused", async () => {
  // Guards src/oauth/request.rs challenge: `method != Some("S256")`, `challenge.ok_or_else`, 43 characters.
  for (const parameters of [
    { code_challenge: undefined, code_challenge_method: undefined },
    { code_challenge: undefined },
    { code_challenge_method: undefined },
    { code_challenge_method: "plain" },
    { code_challenge: pkce().challenge.slice(1) },
  ]) {
    const { location } = await open(parameters);
    assert.equal(new URL(location).searchParams.get("error"), "invalid_request", JSON.stringify(parameters));
  }
});

test("4.8 PKCE downgrade: an exchange without the verifier is refused", async () => {
  // Guards src/oauth/token.rs exchange: `code_verifier` is missing.
  const granted = await obtainCode(connector, client);
  for (const verifier of [undefined, ""])
    isError(await exchange(connector, client, granted, { code_verifier: verifier }), "invalid_request");
  isGranted(await exchange(connector, client, granted));
});

test("4.9 leak at the resource server: a token is short-lived and shows nothing of mittwald's", async () => {
  // Guards src/oauth/access_token.rs issue: `LIFETIME.min(…)`, and `mittwald`, which src/oauth/issue.rs
  // seal_tokens has sealed; src/edge/entry.rs log: no header, no query.
  const { oauth } = connector.sandbox.state;
  const token = oauth.token.bind(oauth);
  const theirs = [];
  oauth.token = (...request) => {
    const answer = token(...request);
    theirs.push(answer.body.access_token, answer.body.refresh_token);
    return answer;
  };
  const { tokens } = await signIn(connector, { client });
  oauth.token = token;
  assert.equal(theirs.filter(Boolean).length, 2);
  const claims = JSON.stringify(claimsOf(tokens.access_token));
  for (const secret of theirs) assert.ok(!claims.includes(secret), "mittwald's token is readable");
  assert.ok(tokens.expires_in <= 900);
  await ping(tokens.access_token);
  await ping(`${tokens.access_token}x`);
  await ping(undefined, `/mcp?access_token=${tokens.access_token}`);
  const logs = JSON.stringify(connector.logs);
  for (const secret of [tokens.access_token, tokens.refresh_token, ...theirs]) assert.ok(!logs.includes(secret));
});

test("4.9 leak at the resource server: our token goes no further than us", async () => {
  // Guards src/oauth/bearer.rs authenticate: `!is_jwt`, three parts are a token of ours and never go
  // anywhere else, not even where an API token of mittwald's may look like one.
  const { tokens } = await signIn(connector, { client });
  const prefix = tokens.access_token.slice(0, 8);
  const lenient = await startConnector({ vars: { API_TOKEN_PATTERN: `^${prefix}` } });
  try {
    const own = (await signIn(lenient)).tokens.access_token;
    const before = lenient.counters().apiRequests;
    const send = (token, path = "/mcp") => {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      return fetch(lenient.origin + path, { method: "POST", headers, body: PING });
    };
    assert.equal((await send(own)).status, 200);
    for (const [token, path] of [[`${own}x`], [own, "/mcp/readonly"], [tokens.access_token]])
      assert.equal((await send(token, path)).status, 401);
    assert.equal(lenient.counters().apiRequests, before, "mittwald was shown a token of ours");
    assert.equal((await send(`${prefix}-no-token-of-ours`)).status, 401);
    assert.equal(lenient.counters().apiRequests, before + 1, "which it would have been, were it none");
  } finally {
    await lenient.dispose();
  }
});

test("4.10 audience: a token is for one address, and for one host spelling", async () => {
  // Guards src/oauth/access_token.rs verify: `claims.iss != issuer || claims.aud != resource`.
  const { tokens } = await signIn(connector, { client });
  assert.equal((await ping(tokens.access_token)).status, 200);
  const elsewhere = await ping(tokens.access_token, "/mcp/readonly");
  assert.equal(elsewhere.status, 401);
  assert.match(elsewhere.headers.get("www-authenticate"), /error="invalid_token"/);
  const spelled = await requestAs(`localhost:${connector.port}`, connector.port, "/mcp", {
    method: "POST",
    headers: { authorization: `Bearer ${tokens.access_token}`, "content-type": "application/json" },
    body: PING,
  });
  assert.equal(spelled.status, 401);
});

test("4.10 audience: a resource that is not ours gets no code, another one than granted no token", async () => {
  // Guards src/oauth/resource.rs Resource::requested: `Origin::of(url) != issuer`, and
  // src/oauth/grant.rs Grant::is_for: `resource != self.resource`.
  const { location } = await open({ resource: "https://evil.example/mcp" });
  assert.equal(new URL(location).searchParams.get("error"), "invalid_target");
  const granted = await obtainCode(connector, client);
  const other = { resource: `${connector.mcp}/readonly` };
  isError(await exchange(connector, client, granted, other), "invalid_target");
  const tokens = isGranted(await exchange(connector, client, granted));
  isError(await refresh(connector, client, tokens.refresh_token, other), "invalid_target");
});

test("4.10 misuse: tokens changed, unsigned or of another kind are no tokens", async () => {
  // Guards src/oauth/access_token.rs authentic: `Hs256.validator(…).validate`, `token_type != TYPE`.
  const { tokens } = await signIn(connector, { client });
  const [header, payload, signature] = tokens.access_token.split(".");
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const more = encode({ ...claimsOf(tokens.access_token), level: "delete" });
  for (const token of [
    `${header}.${more}.${signature}`,
    `${header}.${payload}.`,
    `${encode({ alg: "none", typ: "at+jwt" })}.${payload}.`,
    tokens.refresh_token,
    client.client_id,
  ])
    assert.equal((await ping(token)).status, 401, token.slice(0, 40));
});

test("4.11 open redirection: we send a browser to registered addresses only", async () => {
  // Guards src/oauth/request.rs AuthorizationRequest::read: an unknown client or address ends on a page.
  isPage(await open({ client_id: "x", redirect_uri: "https://evil.example/" }));
  isPage(await open({ client_id: undefined }));
  isPage(await open({ redirect_uri: "//evil.example/" }));
  for (const path of ["//evil.example", "/?next=https://evil.example", "/connections?return_to=https://evil.example"])
    assert.equal((await new Browser().open(connector.origin + path)).location, undefined, path);
});

test("4.11 open redirection: nobody is sent anywhere without having seen the page", async () => {
  // Guards src/oauth/authorize.rs get -> src/oauth/consent.rs show: always the page, no `prompt=none`.
  for (const prompt of [undefined, "none"]) {
    const browser = new Browser();
    await obtainCode(connector, client, { browser });
    const page = await browser.open(authorizationRequest(connector, client, { prompt }).url);
    assert.equal(page.status, 200, "a remembered approval does not skip the page");
    assert.equal(page.location, undefined);
  }
});

test("4.12 307 redirects: a posted form is never posted on", async () => {
  // Guards src/http/response.rs Response::see_other: 303.
  const { sent, browser, callback } = await beforeCallback();
  assert.equal(sent.status, 303);
  assert.equal((await browser.open(callback)).status, 303);
  const { browser: another, page, form } = await onConsentPage();
  assert.equal((await another.submit(page, form, {}, { decision: "deny" })).status, 303);
  assert.equal((await open({ response_type: "token" })).status, 303);
});

test("4.13 TLS-terminating proxies: no header changes who we are", async () => {
  // Guards src/router/origin.rs of: the origin is PUBLIC_URL or the address itself, never a header.
  const forged = {
    "x-forwarded-host": "evil.example",
    "x-forwarded-port": "444",
    "x-forwarded-prefix": "/evil",
    forwarded: "host=evil.example;proto=http",
    "x-original-host": "evil.example",
    "x-original-url": "/evil",
    "x-rewrite-url": "/evil",
  };
  const documents = "/.well-known/oauth-authorization-server";
  const local = await read(await fetch(connector.origin + documents, { headers: forged }));
  assert.equal(local.body.issuer, connector.origin);
  assert.equal(local.body.token_endpoint, `${connector.origin}/token`);
  const refused = await ping(undefined, "/mcp", forged);
  assert.ok(refused.headers.get("www-authenticate").includes(`"${connector.origin}/.well-known/`));
  // X-Forwarded-Proto only here: on loopback miniflare itself obeys it, before the Worker sees the address.
  await onSecureSite(async ({ ask, authorize }) => {
    const headers = { ...forged, "x-forwarded-proto": "http" };
    assert.equal(JSON.parse((await ask(documents, { headers })).text).issuer, SECURE_SITE);
    const page = await ask(await authorize(), { headers });
    assert.equal(page.status, 200);
    for (const line of page.headers["set-cookie"]) assert.match(line, /^__Host-.*; Secure$/);
  });
});

test("4.13 TLS-terminating proxies: a host that is not ours is not served", async () => {
  // Guards src/router/origin.rs of: `None => 421` for a host that is neither configured nor loopback.
  assert.equal((await requestAs("evil.example", connector.port, "/authorize")).status, 421);
});

test("4.14.2 refresh tokens: each is used once, and an old one ends the connection", async () => {
  // Guards src/oauth/grant.rs Grant::may_refresh: `predecessor && in_grace` or `RefreshReplayed`, and
  // GrantRefusal::ends_grant -> src/oauth/account.rs transition/refresh: `self.end(id)`.
  const { tokens } = await signIn(connector, { client });
  const second = isGranted(await refresh(connector, client, tokens.refresh_token));
  assert.notEqual(second.refresh_token, tokens.refresh_token);
  const third = isGranted(await refresh(connector, client, second.refresh_token));
  isError(await refresh(connector, client, tokens.refresh_token), "invalid_grant");
  isError(await refresh(connector, client, third.refresh_token), "invalid_grant");
});

test("4.14.2 refresh tokens: no other client's, and not to be made up", async () => {
  // Guards src/oauth/grant.rs Grant::may_refresh: `self.client_id != shown.client_id`, and
  // src/oauth/refresh_token.rs RefreshToken::verify: the signature over account, grant and generation.
  const { tokens } = await signIn(connector, { client });
  const other = await register(connector, { client_name: "Other" });
  isError(await refresh(connector, other, tokens.refresh_token), "invalid_grant");
  const parts = tokens.refresh_token.split(".");
  const raised = [...parts.slice(0, 3), "2", parts[4]].join(".");
  isError(await refresh(connector, client, raised), "invalid_grant");
  isGranted(await refresh(connector, client, tokens.refresh_token));
});

test("4.14.2 refresh tokens: a confidential client proves itself", async () => {
  // Guards src/oauth/token.rs authenticate: `(Some(expected), Some(given)) if mac::same(…)`.
  const confidential = await register(connector, { token_endpoint_auth_method: "client_secret_post" });
  const { tokens } = await signIn(connector, { client: confidential });
  for (const secret of [undefined, "wrong"])
    isError(
      await refresh(connector, confidential, tokens.refresh_token, { client_secret: secret }),
      "invalid_client",
      401,
    );
  isGranted(await refresh(connector, confidential, tokens.refresh_token));
});

test("4.14.2 refresh tokens: scopes never grow", async () => {
  // Guards src/oauth/grant.rs Grant::narrowed: `asked.contains(scope)` filters the granted ones.
  const { tokens } = await signIn(connector, { client, level: "read", parameters: { scope: "project:read" } });
  const wide = { scope: "project:read project:write project:delete" };
  const renewed = isGranted(await refresh(connector, client, tokens.refresh_token, wide));
  assert.equal(claimsOf(renewed.access_token).scope, "project:read");
});

test("4.15 posing as the person: who it is comes from mittwald, never from the client", async () => {
  // Guards src/oauth/issue.rs code: `account_name(user, keys)` is keyed, and src/oauth/token.rs post:
  // no grant type for a client alone.
  const { tokens } = await signIn(connector, { client });
  const { sub } = claimsOf(tokens.access_token);
  for (const changes of [{ client_name: sub }, { client_id: sub, client_name: "demo@example.com" }]) {
    const posing = await register(connector, changes);
    assert.notEqual(posing.client_id, sub);
    assert.equal((await ping(posing.client_id)).status, 401);
    isError(
      await postForm(`${connector.origin}/token`, { grant_type: "client_credentials", client_id: posing.client_id }),
      "unsupported_grant_type",
    );
  }
  const metadata = await read(await fetch(`${connector.origin}/.well-known/oauth-authorization-server`));
  assert.deepEqual(metadata.body.grant_types_supported, ["authorization_code", "refresh_token"]);
});

test("4.16 clickjacking: no page of ours can be framed", async () => {
  // Guards src/pages/mod.rs respond_with: `frame-ancestors 'none'` and `x-frame-options: DENY`.
  for (const [name, page] of Object.entries(await pagesOfASignIn())) {
    assert.match(page.headers.get("content-security-policy"), /frame-ancestors 'none'/, name);
    assert.equal(page.headers.get("x-frame-options"), "DENY", name);
  }
});

test("4.17 postMessage: answers go by redirect, no page has a script and none may run", async () => {
  // Guards src/pages/mod.rs respond_with: `default-src 'none'` without script-src; src/oauth/request.rs
  // rest: `response_mode` other than `query` (no web_message, no form_post).
  for (const mode of ["web_message", "form_post"]) {
    const { location } = await open({ response_mode: mode });
    assert.equal(new URL(location).searchParams.get("error"), "invalid_request", mode);
  }
  for (const [name, page] of Object.entries(await pagesOfASignIn())) {
    assert.doesNotMatch(page.headers.get("content-security-policy"), /script-src|unsafe/, name);
    for (const element of elements(page.document)) {
      assert.notEqual(element.tagName, "script", name);
      const handlers = (element.attrs ?? []).filter((attr) => /^on/i.test(attr.name));
      assert.deepEqual(handlers, [], name);
    }
  }
});
