// mittwald does not know every scope that we ask for: nobody's sign-in breaks, nobody is asked twice, and
// what was left out is told.
//
//  1. an unknown scope: the sign-in goes on without it, with one visit to the consent page
//  2. the client sees what was granted; the model is told what was left out; the log names it
//  3. mittwald's list is read once, and then narrows what is asked for, shown and advertised
//  4. until the list is known, or when it cannot be read, the configured list counts
//  5. the second try keeps the rules: once per sign-in, its own browser, one callback each, nothing a third time
//  6. a client that asks for none of the doubtful ones never notices

import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { AGREE, Browser, walk } from "./support/browser.mjs";
import { assertToolError, bearer, callOf, post } from "./support/mcp-client.mjs";
import { authorizationRequest, claimsOf, exchange, refresh, register, signIn } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

const CONVERSATIONS = ["conversation:read", "conversation:write"];

let connector;
let client;
/// Each scenario begins with nothing known: what a connector has learnt stays in its cache.
beforeEach(async () => {
  await connector?.dispose();
  connector = await startConnector();
  client = await register(connector);
});
after(() => connector?.dispose());

/// Counts what the browser is sent to mittwald with.
function spiedBrowser() {
  const browser = new Browser();
  const open = browser.open.bind(browser);
  browser.authorizations = [];
  browser.open = (url, ...rest) => {
    const { origin, pathname, searchParams } = new URL(url);
    if (origin === connector.sandbox.origin && pathname.endsWith("/oauth2/authorize"))
      browser.authorizations.push(searchParams);
    return open(url, ...rest);
  };
  return browser;
}

const scopesOf = (parameters) => parameters.get("scope").split(" ");
const listRequests = () => connector.sandbox.requests.filter(({ path }) => path === "/v2/scopes");
const advertised = async () =>
  (await (await fetch(`${connector.origin}/.well-known/oauth-authorization-server`)).json()).scopes_supported;

for (const explainScopes of [true, false]) {
  test(`an unknown scope does not break the sign-in (mittwald ${explainScopes ? "names" : "does not name"} it)`, async () => {
    await connector.control({ refuseScopes: CONVERSATIONS, explainScopes });
    const browser = spiedBrowser();
    const { tokens } = await signIn(connector, { client, browser });
    assert.equal(browser.authorizations.length, 2, "one refusal, one second try");
    const [first, second] = browser.authorizations;
    assert.deepEqual(
      scopesOf(first).filter((scope) => !scopesOf(second).includes(scope)),
      CONVERSATIONS,
    );
    for (const name of ["state", "code_challenge"]) assert.notEqual(first.get(name), second.get(name), `a fresh ${name}`);
    const granted = tokens.scope.split(" ");
    assert.ok(granted.includes("project:write") && !granted.some((scope) => CONVERSATIONS.includes(scope)), tokens.scope);
    assert.equal(claimsOf(tokens.access_token).scope, tokens.scope);
  });
}

test("a scope that mittwald names is left out, whichever it is", async () => {
  await connector.control({ refuseScopes: ["backup:read", "project:write"] });
  const browser = spiedBrowser();
  const { tokens } = await signIn(connector, { client, browser });
  const [asked, granted] = [scopesOf(browser.authorizations[0]), tokens.scope.split(" ")];
  assert.deepEqual(
    asked.filter((scope) => !granted.includes(scope)),
    ["backup:read", ...CONVERSATIONS, "project:write"],
    "with the doubtful ones: there is one second try only",
  );
});

test("what was left out is told to the model, without sending the person round in a circle", async () => {
  await connector.control({ refuseScopes: CONVERSATIONS });
  const { tokens } = await signIn(connector, { client });
  const before = connector.sandbox.requests.length;
  for (const token of [tokens.access_token, (await refresh(connector, client, tokens.refresh_token)).body.access_token]) {
    const answer = await post(connector.mcp, callOf("mittwald_conversation_list"), bearer(token));
    const text = assertToolError(answer, 200);
    assert.match(text, /Permission denied.*conversation:read/s);
    assert.match(text, /mittwald's sign-in does not offer it/);
    assert.equal(answer.headers.get("www-authenticate"), null);
  }
  assert.equal(connector.sandbox.requests.length, before, "nothing was sent");
});

test("what was left out stands in the log, and nothing else of the sign-in does", async () => {
  await connector.control({ refuseScopes: CONVERSATIONS });
  const { granted, tokens } = await signIn(connector, { client });
  const lines = connector.logs.map(({ message }) => message).filter((message) => message.includes('"callback"'));
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).left_out),
    [CONVERSATIONS, CONVERSATIONS],
    "at the refusal, and when the connection was made",
  );
  for (const secret of [granted.code, granted.state, tokens.access_token, tokens.refresh_token])
    assert.ok(!connector.logs.some(({ message }) => message.includes(secret)));
});

test("mittwald's list is read once; from then on it is asked for what it has", async () => {
  assert.ok((await advertised()).includes("conversation:read"), "nothing is known yet");
  await connector.control({ refuseScopes: CONVERSATIONS });
  await signIn(connector, { client });
  assert.equal(listRequests().length, 1);
  const browser = spiedBrowser();
  const { tokens } = await signIn(connector, { client, browser });
  assert.equal(browser.authorizations.length, 1, "no second try is needed any more");
  assert.ok(!scopesOf(browser.authorizations[0]).includes("conversation:read"));
  assert.equal(listRequests().length, 1);
  const page = await new Browser().open(authorizationRequest(connector, client, { ui_locales: "en" }).url);
  assert.match(page.html, /See projects, servers, members and files/);
  assert.doesNotMatch(page.html, /conversations/i, "nobody is asked for what mittwald does not offer");
  const scopes = await advertised();
  assert.ok(!scopes.includes("conversation:read") && scopes.includes("project:read"), scopes.join(" "));
  const answer = await post(connector.mcp, callOf("mittwald_conversation_list"), bearer(tokens.access_token));
  assert.match(assertToolError(answer, 200), /mittwald's sign-in does not offer it/);
});

test("a list that cannot be read changes nothing", async () => {
  for (const fault of [
    { fail: { match: "/v2/scopes", status: 403 } },
    { fail: { match: "/v2/scopes", status: 500 } },
    { garbage: { match: "/v2/scopes" } },
    { breakOff: { match: "/v2/scopes" } },
    { fail: { match: "/v2/scopes", status: 200, body: "[]" } },
  ]) {
    await connector.control(fault);
    const { tokens } = await signIn(connector, { client });
    assert.ok(tokens.scope.split(" ").includes("conversation:read"), JSON.stringify(fault));
    assert.ok((await advertised()).includes("conversation:read"), JSON.stringify(fault));
  }
  assert.equal(listRequests().length, 5, "it is asked for again the next time");
});

/// Walks to where mittwald has refused the scope; gives the callback's address.
async function refusedCallback(browser) {
  await connector.control({ refuseScopes: CONVERSATIONS });
  const request = authorizationRequest(connector, client);
  const page = await browser.open(request.url);
  const sent = await browser.submit(page, page.forms[0], { level: "manage" }, { decision: "allow" });
  const refused = await browser.open(sent.location);
  assert.equal(new URL(refused.location).searchParams.get("error"), "invalid_scope");
  return { request, page, callback: refused.location };
}

test("the first callback works once, and begins one second try", async () => {
  const browser = new Browser();
  const { request, page, callback } = await refusedCallback(browser);
  const answers = await Promise.all(Array.from({ length: 20 }, () => browser.open(callback)));
  const begun = answers.filter(({ status }) => status === 303);
  assert.equal(begun.length, 1);
  for (const { status } of answers) assert.ok(status === 303 || status === 400, String(status));
  assert.equal((await browser.submit(page, page.forms[0], {}, { decision: "allow" })).status, 400, "the form was used");
  const answer = await walk(browser, begun[0].location, request.redirectUri, AGREE);
  assert.equal(answer.get("state"), request.state);
  assert.equal((await exchange(connector, client, { code: answer.get("code"), ...request })).status, 200);
});

test("the second try belongs to the same browser and works once", async () => {
  const browser = new Browser();
  const { callback } = await refusedCallback(browser);
  const begun = await browser.open(callback);
  const signInPage = await browser.open(begun.location);
  const back = await browser.submit(signInPage, signInPage.forms[0], AGREE["/sign-in"].values, { decision: "allow" });
  const stranger = await new Browser().open(back.location);
  assert.equal(stranger.status, 400);
  const answers = await Promise.all(Array.from({ length: 20 }, () => browser.open(back.location)));
  assert.equal(answers.filter(({ status }) => status === 303).length, 1);
});

test("there is no third try: the client is told", async () => {
  const browser = new Browser();
  const { request, callback } = await refusedCallback(browser);
  const begun = await browser.open(callback);
  const state = new URL(begun.location).searchParams.get("state");
  const again = `${connector.origin}/mittwald/callback?error=invalid_scope&error_description=project:read&state=${state}`;
  const answer = await walk(browser, again, request.redirectUri);
  assert.equal(answer.get("error"), "invalid_scope");
  assert.equal(answer.get("state"), request.state);
  assert.equal(answer.get("iss"), connector.origin);
});

test("another refusal than of scopes is no reason for a second try", async () => {
  const browser = spiedBrowser();
  const request = authorizationRequest(connector, client);
  const denied = { ...AGREE, "/sign-in": { values: {}, button: { decision: "deny" } } };
  const answer = await walk(browser, request.url, request.redirectUri, denied);
  assert.equal(answer.get("error"), "access_denied");
  assert.equal(browser.authorizations.length, 1);
});

test("who asks for nothing doubtful never notices", async () => {
  await connector.control({ refuseScopes: CONVERSATIONS });
  const browser = spiedBrowser();
  const parameters = { scope: "project:read project:write" };
  const { tokens } = await signIn(connector, { client, browser, parameters });
  assert.equal(browser.authorizations.length, 1);
  assert.equal(tokens.scope, "project:read project:write user:read");
});
