// Authorization requests: what is shown, what goes back to the client, and who may answer.
//
//  1. an unknown client or return address ends on a page, whatever else is wrong
//  2. everything else that is wrong goes back to the client with error, state and iss
//  3. a return address matches exactly; on loopback the port is free
//  4. PKCE with S256 cannot be left out or weakened
//  5. parameters given twice are refused
//  6. state comes back untouched, whatever it is
//  7. saying no, here or at mittwald, is access_denied
//  8. the consent form works once, in its own browser, unchanged, and not from elsewhere
//  9. the callback works once, in its own browser
// 10. two sign-ins in one browser do not spoil each other
// 11. mittwald's errors reach the client in our words

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AGREE, Browser, walk } from "./support/browser.mjs";
import {
  authorizationRequest,
  authorizeUrl,
  exchange,
  obtainCode,
  pkce,
  REDIRECT_URI,
  register,
} from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
let client;
before(async () => {
  connector = await startConnector();
  client = await register(connector, { redirect_uris: [REDIRECT_URI, "https://client.example/cb?keep=1"] });
});
after(() => connector?.dispose());

const open = (parameters) => new Browser().open(authorizationRequest(connector, client, parameters).url);

/// Asserts that nothing was redirected and a page explains why.
function isPage(page, status = 400) {
  assert.equal(page.status, status);
  assert.equal(page.location, undefined);
  assert.match(page.headers.get("content-type"), /^text\/html/);
  assert.equal(page.headers.get("cache-control"), "no-store");
  assert.ok(page.text.length > 40);
}

/// Asserts an error redirect (RFC 6749 section 4.1.2.1, RFC 9207) and gives its parameters.
function isErrorRedirect(page, error, { state, redirectUri = REDIRECT_URI }) {
  assert.equal(page.status, 303);
  assert.ok(page.location?.startsWith(`${redirectUri}?`), `went to ${page.location}`);
  const parameters = new URL(page.location).searchParams;
  assert.equal(parameters.get("error"), error);
  assert.ok(parameters.get("error_description").length > 10);
  assert.deepEqual(parameters.getAll("iss"), [connector.origin]);
  assert.equal(parameters.get("state"), state ?? null);
  assert.equal(parameters.get("code"), null);
  assert.equal(page.headers.get("cache-control"), "no-store");
  return parameters;
}

test("a correct request shows a page and creates nothing", async () => {
  const page = await open();
  assert.equal(page.status, 200);
  assert.equal(page.forms.length, 1);
  assert.equal(page.forms[0].action, `${connector.origin}/consent`);
  assert.equal(connector.counters().authorizeRequests, 0, "mittwald hears of it after the consent only");
});

test("an unknown client never redirects", async () => {
  for (const id of [undefined, "", "x", [client.client_id, client.client_id]])
    isPage(await open({ client_id: id, response_type: undefined }));
});

test("an unregistered return address never redirects, also when more is wrong", async () => {
  for (const uri of [
    undefined,
    "",
    "https://evil.example/cb",
    "https://client.example/cb",
    "https://client.example/cb?keep=1&more=1",
    "https://client.example/cb?keep=1/",
    "https://client.example/CB?keep=1",
    "https://client.example:444/cb?keep=1",
    "https://client.example.evil.example/cb?keep=1",
    "http://127.0.0.1:7777/callback/",
    "http://127.0.0.1:7777/callback/../x",
    "http://127.0.0.1:7777/callback?x=1",
    "http://localhost:7777/callback",
    "http://[::1]:7777/callback",
    "https://127.0.0.1:7777/callback",
    "http://127.0.0.1:7777@evil.example/callback",
    "http://127.0.0.1.evil.example:7777/callback",
    "http://127.1:7777/callback",
    "javascript:alert(1)",
    [REDIRECT_URI, REDIRECT_URI],
    [REDIRECT_URI, "https://evil.example/cb"],
  ]) {
    for (const more of [{}, { response_type: "token" }, { code_challenge: undefined }])
      isPage(await open({ redirect_uri: uri, ...more }));
  }
});

test("on loopback the port is free, and the code is for the address that was asked for", async () => {
  const elsewhere = "http://127.0.0.1:50123/callback";
  const granted = await obtainCode(connector, client, { parameters: { redirect_uri: elsewhere } });
  const wrong = await exchange(connector, client, granted, { redirect_uri: REDIRECT_URI });
  assert.equal(wrong.body.error, "invalid_grant");
  assert.equal((await exchange(connector, client, granted)).status, 200);
});

test("a return address keeps its own query", async () => {
  const redirectUri = "https://client.example/cb?keep=1";
  const granted = await obtainCode(connector, client, { parameters: { redirect_uri: redirectUri } });
  assert.equal(granted.answer.get("keep"), "1");
  assert.equal((await exchange(connector, client, granted)).status, 200);
});

test("a client with one return address may leave it out", async () => {
  const single = await register(connector);
  const granted = await obtainCode(connector, single, { parameters: { redirect_uri: undefined } });
  assert.equal((await exchange(connector, single, granted, { redirect_uri: undefined })).status, 200);
});

test("what is wrong with a request goes back to the client", async () => {
  for (const [parameters, error] of [
    [{ response_type: undefined }, "invalid_request"],
    [{ response_type: "token" }, "unsupported_response_type"],
    [{ response_type: "code token" }, "unsupported_response_type"],
    [{ response_mode: "fragment" }, "invalid_request"],
    [{ response_mode: "form_post" }, "invalid_request"],
    [{ scope: "openid email" }, "invalid_scope"],
    [{ resource: "https://evil.example/mcp" }, "invalid_target"],
    [{ resource: `${connector.origin}/` }, "invalid_target"],
    [{ resource: `${connector.mcp}#x` }, "invalid_target"],
    [{ resource: `${connector.mcp}?x` }, "invalid_target"],
    [{ resource: "/mcp" }, "invalid_target"],
    [{ resource: [connector.mcp, `${connector.mcp}/readonly`] }, "invalid_target"],
  ]) {
    const request = authorizationRequest(connector, client, parameters);
    isErrorRedirect(await new Browser().open(request.url), error, request);
  }
});

test("PKCE with S256 cannot be left out or weakened", async () => {
  const { challenge } = pkce();
  for (const parameters of [
    { code_challenge: undefined, code_challenge_method: undefined },
    { code_challenge: undefined },
    { code_challenge: "" },
    { code_challenge_method: undefined },
    { code_challenge_method: "plain" },
    { code_challenge_method: "s256" },
    { code_challenge_method: "S512" },
    { code_challenge: challenge.slice(1) },
    { code_challenge: `${challenge}=` },
    { code_challenge: challenge.replace(/.$/, "+") },
    { code_challenge: "a".repeat(5000) },
  ]) {
    const request = authorizationRequest(connector, client, parameters);
    isErrorRedirect(await new Browser().open(request.url), "invalid_request", request);
  }
});

test("parameters given twice are refused", async () => {
  for (const [name, values] of Object.entries({
    response_type: ["code", "code"],
    scope: ["project:read", "project:read"],
    code_challenge: [pkce().challenge, pkce().challenge],
    code_challenge_method: ["S256", "plain"],
  })) {
    const request = authorizationRequest(connector, client, { [name]: values });
    const parameters = isErrorRedirect(await new Browser().open(request.url), "invalid_request", request);
    assert.match(parameters.get("error_description"), new RegExp(name));
  }
  const page = await open({ state: ["a", "b"] });
  isErrorRedirect(page, "invalid_request", { state: undefined });
});

test("a state comes back untouched", async () => {
  for (const state of ["a b+c%20&d=e#f", "\u00fc\u{1F600}", "x".repeat(2048), "'\"><script>"]) {
    const { answer } = await obtainCode(connector, client, { parameters: { state } });
    assert.equal(answer.get("state"), state);
    const wrong = authorizationRequest(connector, client, { state, response_type: "token" });
    isErrorRedirect(await new Browser().open(wrong.url), "unsupported_response_type", { state });
  }
  const { answer } = await obtainCode(connector, client, { parameters: { state: undefined } });
  assert.equal(answer.has("state"), false);
  const long = authorizationRequest(connector, client, { state: "x".repeat(2049) });
  assert.equal(new URL((await new Browser().open(long.url)).location).searchParams.get("error"), "invalid_request");
});

test("a person says no, here or at mittwald", async () => {
  for (const path of ["/consent", "/sign-in"]) {
    const request = authorizationRequest(connector, client);
    const answers = { ...AGREE, [path]: { values: {}, button: { decision: "deny" } } };
    const answer = await walk(new Browser(), request.url, REDIRECT_URI, answers);
    assert.equal(answer.get("error"), "access_denied", path);
    assert.equal(answer.get("state"), request.state);
    assert.deepEqual(answer.getAll("iss"), [connector.origin]);
    assert.equal(answer.get("code"), null);
  }
});

/// A browser on the consent page, and the form there.
async function onConsentPage(parameters) {
  const browser = new Browser();
  const request = authorizationRequest(connector, client, parameters);
  const page = await browser.open(request.url);
  return { browser, page, form: page.forms[0], ...request };
}

/// A browser that has signed in at mittwald, just before our callback.
async function beforeCallback() {
  const { browser, page, form, ...request } = await onConsentPage();
  const sent = await browser.submit(page, form, {}, { decision: "allow" });
  const signIn = await browser.open(sent.location);
  const back = await browser.submit(signIn, signIn.forms[0], AGREE["/sign-in"].values, { decision: "allow" });
  return { browser, callback: back.location, ...request };
}

test("a consent form works once", async () => {
  const { browser, page, form } = await onConsentPage();
  const first = await browser.submit(page, form, {}, { decision: "allow" });
  assert.equal(first.status, 303);
  assert.equal(new URL(first.location).origin, connector.sandbox.origin);
  isPage(await browser.submit(page, form, {}, { decision: "allow" }));
  const parallel = await onConsentPage();
  const press = () => parallel.browser.submit(parallel.page, parallel.form, {}, { decision: "allow" });
  const statuses = (await Promise.all(Array.from({ length: 10 }, press))).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 303).length, 1);
});

test("a consent form cannot be forged, changed or sent from another browser", async () => {
  const { page, form } = await onConsentPage();
  const before = connector.counters().authorizeRequests;
  const sealed = form.fields.find(({ name }) => name === "request").value;
  const other = new Browser();
  await other.open(authorizationRequest(connector, client).url);
  isPage(await other.submit(page, form, {}, { decision: "allow" }), 400);
  isPage(await new Browser().submit(page, form, {}, { decision: "allow" }), 400);

  const { browser } = await onConsentPage();
  for (const request of ["", "x", `${sealed}x`, sealed.slice(0, -2), sealed])
    isPage(await browser.send(form.action, new URLSearchParams({ request, decision: "allow", level: "read" })));
  isPage(await browser.send(form.action, new URLSearchParams({ decision: "allow" })));
  assert.equal((await browser.open(`${form.action}?request=${sealed}&decision=allow`)).status, 405);
  assert.equal(connector.counters().authorizeRequests, before);
});

test("a refused consent form goes nowhere, whoever sends it", async () => {
  const { page, form } = await onConsentPage();
  isPage(await new Browser().submit(page, form, {}, { decision: "deny" }));
});

test("the level in the form is the most the token gets, and an unknown one is the least", async () => {
  for (const level of ["nonsense", ""]) {
    const { browser, page, form, verifier, redirectUri } = await onConsentPage();
    const request = form.fields.find(({ name }) => name === "request").value;
    const fields = { request, decision: "allow", level, projects: "all" };
    const sent = await browser.send(form.action, new URLSearchParams(fields), page.url);
    const answer = await walk(browser, sent.location, REDIRECT_URI);
    const { body } = await exchange(connector, client, { code: answer.get("code"), verifier, redirectUri });
    assert.deepEqual(
      body.scope.split(" ").filter((scope) => !scope.endsWith(":read")),
      [],
    );
  }
});

test("a callback in another browser finds nothing and spoils nothing", async () => {
  const { browser, callback, verifier, redirectUri } = await beforeCallback();
  isPage(await new Browser().open(callback));
  const stranger = new Browser();
  await stranger.open(authorizationRequest(connector, client).url);
  isPage(await stranger.open(callback));
  const code = new URL((await browser.open(callback)).location).searchParams.get("code");
  assert.equal((await exchange(connector, client, { code, verifier, redirectUri })).status, 200);
});

test("a callback works once", async () => {
  const { browser, callback } = await beforeCallback();
  const answers = await Promise.all(Array.from({ length: 10 }, () => browser.open(callback)));
  assert.equal(answers.filter(({ status }) => status === 303).length, 1);
  isPage(await browser.open(callback));
});

test("a callback that nobody asked for ends on a page", async () => {
  const { browser } = await onConsentPage();
  const before = connector.counters().tokenRequests;
  for (const query of [
    "",
    "?code=x",
    "?code=x&state=",
    "?code=x&state=nonsense",
    `?code=x&state=${"A".repeat(22)}`,
    `?error=access_denied&state=${"A".repeat(22)}`,
    "?state=a&state=b&code=c",
  ])
    isPage(await browser.open(`${connector.origin}/mittwald/callback${query}`));
  assert.equal(connector.counters().tokenRequests, before);
});

test("two sign-ins in one browser do not spoil each other", async () => {
  const browser = new Browser();
  const [first, second] = [authorizationRequest(connector, client), authorizationRequest(connector, client)];
  const pages = [await browser.open(first.url), await browser.open(second.url)];
  for (const [index, request] of [first, second].entries()) {
    const sent = await browser.submit(pages[index], pages[index].forms[0], {}, { decision: "allow" });
    const answer = await walk(browser, sent.location, REDIRECT_URI);
    assert.equal(answer.get("state"), request.state);
    assert.equal((await exchange(connector, client, { code: answer.get("code"), ...request })).status, 200);
  }
});

test("mittwald's own errors reach the client in our words", async () => {
  for (const [upstream, error] of [
    ["access_denied", "access_denied"],
    ["temporarily_unavailable", "temporarily_unavailable"],
    ["invalid_scope", "invalid_scope"],
    ["something_else", "server_error"],
  ]) {
    const { browser, callback, state } = await beforeCallback();
    const url = new URL(callback);
    url.searchParams.delete("code");
    url.searchParams.set("error", upstream);
    url.searchParams.set("error_description", "<b>from elsewhere</b>");
    let answer = await browser.open(url.href);
    if (upstream === "invalid_scope") {
      // The first refusal of a scope begins a second try (oauth-scopes.test.mjs); the second one is told.
      url.searchParams.set("state", new URL(answer.location).searchParams.get("state"));
      answer = await browser.open(url.href);
    }
    const parameters = isErrorRedirect(answer, error, { state });
    assert.ok(!parameters.get("error_description").includes("elsewhere"));
  }
});

test("other methods than GET are told so", async () => {
  const answer = await fetch(authorizeUrl(connector, { client_id: client.client_id }), { method: "POST" });
  assert.equal(answer.status, 405);
  assert.equal(answer.headers.get("allow"), "GET, HEAD");
});
