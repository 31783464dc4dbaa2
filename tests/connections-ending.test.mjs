// How a connection ends, and that nobody else can end it.
//
//  1. disconnecting one: its refresh and writes fail at once, the other client goes on
//  2. disconnecting all, also a code that is still out
//  3. mittwald's session of the grant ends, also where its access token has expired; no other one
//  4. mittwald may fail or refuse: the connection has ended all the same
//  5. revoking (RFC 7009), a replayed code and a replayed refresh token end mittwald's session, too
//  6. another person sees and ends nothing
//  7. a forged form, another browser's form, no session, a foreign origin: nothing ends
//  8. the button begins one sign-in, in its own browser
//  9. signing out of the page; a sign-in for a client opens no connections page, nor the reverse

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { AGREE, Browser } from "./support/browser.mjs";
import { connectionsOn, disconnect, OTHER_PERSON, openConnections, sessionsOnce } from "./support/connections.mjs";
import { callOf, connect, legacyClient } from "./support/mcp-client.mjs";
import { authorizationRequest, exchange, obtainCode, refresh, register, revoke } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
let projectId;
before(async () => {
  connector = await startConnector();
});
after(() => connector?.dispose());
beforeEach(() => connector.control({ tokenLifetime: 3600, refreshGrant: "ok" }));

/// A connected client of this name; `session` is mittwald's session behind it.
async function client(name, options = {}) {
  const registered = await register(connector, { client_name: name });
  const connected = await connect(connector, { client: registered, ...options });
  const session = connector.sandbox.state.oauth.sessions.at(-1).tokenId;
  projectId ??= (await legacyClient(connected.url, connected.token).call("mittwald_project_list")).structuredContent
    .projects[0].id;
  return { ...connected, session };
}

const renew = (who) => refresh(connector, who.client, who.tokens.refresh_token);
const write = (who) =>
  legacyClient(who.url, who.token).send(callOf("mittwald_project_update", { projectId, description: "x" }));
const read = (who) => legacyClient(who.url, who.token).send(callOf("mittwald_project_list"));
const isEnded = (who) => (sessions) => sessions.find(({ tokenId }) => tokenId === who.session).ended;
const idOf = (page, name) => connectionsOn(page).find((one) => one.name === name)?.id;

/// The client can do nothing any more.
async function isOver(who) {
  const renewed = await renew(who);
  assert.equal(renewed.body.error, "invalid_grant", renewed.text);
  assert.equal((await write(who)).status, 401);
}

/// The client goes on; it has used its refresh token afterwards.
async function goesOn(who) {
  assert.equal((await write(who)).body.result.isError, false);
  const renewed = await renew(who);
  assert.equal(renewed.status, 200, renewed.text);
  who.tokens = renewed.body;
  assert.equal(isEnded(who)(connector.sandbox.state.oauth.sessions), false);
}

test("disconnecting one ends it at once, and the other goes on", async () => {
  const [one, other] = [await client("One"), await client("Other")];
  const { browser, page } = await openConnections(connector);
  const { answer, page: shown } = await disconnect(browser, page, idOf(page, "One"));
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  await isOver(one);
  assert.match(shown.text, /The connection has ended/);
  assert.equal(idOf(shown, "One"), undefined);
  await goesOn(other);
  await sessionsOnce(connector, isEnded(one));
  const { result } = (await read(one)).body;
  assert.equal(result.isError, true, "mittwald's token is over, so reading is too");
  assert.match(result.content[0].text, /revoked/);
  assert.equal((await read(other)).body.result.isError, false);
  const again = await browser.open(shown.url);
  assert.equal(again.status, 200, "reloading ends nothing");
  const twice = await browser.submit(page, page.forms[0], {}, { end: page.forms[0].buttons[0].value });
  assert.equal(twice.status, 303, "a second press is no error");
});

test("disconnecting all ends everything, also a code that is out", async () => {
  const both = [await client("A"), await client("B")];
  const registered = await register(connector, { client_name: "Waiting" });
  const waiting = await obtainCode(connector, registered);
  const { browser, page } = await openConnections(connector);
  assert.equal(idOf(page, "Waiting"), undefined, "no connection yet");
  const { page: shown } = await disconnect(browser, page, "all");
  assert.match(shown.text, /All connections have ended/);
  assert.match(shown.text, /No application is connected/);
  for (const who of both) await isOver(who);
  const late = await exchange(connector, registered, waiting);
  assert.equal(late.body.error, "invalid_grant");
  await sessionsOnce(connector, (sessions) => sessions.every(({ ended }) => ended));
});

test("mittwald's session ends also where its access token has expired", async () => {
  const who = await client("Old");
  await connector.control({ expireTokens: true });
  const { refreshes } = connector.counters();
  const { browser, page } = await openConnections(connector);
  await disconnect(browser, page, idOf(page, "Old"));
  await sessionsOnce(connector, isEnded(who));
  assert.equal(connector.counters().refreshes, refreshes + 1);
  assert.equal(connector.counters().doubleSpends, 0);
});

test("the connection ends whatever mittwald says", async () => {
  for (const faults of [
    { fail: { match: "/v2/logout", status: 403, body: '{"message":"no"}' } },
    { fail: { match: "/v2/logout", status: 500 } },
    { garbage: { match: "/v2/logout" } },
    { breakOff: { match: "/v2/logout" } },
    { stall: { match: "/v2/logout", ms: 3000 } },
  ]) {
    const who = await client("Stubborn");
    const { browser, page } = await openConnections(connector);
    await sessionsOnce(connector, (sessions) => sessions.at(-1).ended);
    await connector.control(faults);
    const began = Date.now();
    const { answer } = await disconnect(browser, page, idOf(page, "Stubborn"));
    assert.equal(answer.status, 303, JSON.stringify(faults));
    assert.ok(Date.now() - began < 2500, "nobody waits for mittwald");
    await isOver(who);
  }
  assert.deepEqual(connector.sandbox.failures, []);
});

test("a client that revokes either token ends mittwald's session", async () => {
  for (const kind of ["refresh_token", "access_token"]) {
    const who = await client("Leaving");
    assert.equal((await revoke(connector, who.client, who.tokens[kind])).status, 200);
    await isOver(who);
    await sessionsOnce(connector, isEnded(who));
  }
});

test("a replayed code and a replayed refresh token end mittwald's session", async () => {
  const first = await client("Code");
  assert.equal((await exchange(connector, first.client, first.granted)).body.error, "invalid_grant");
  await sessionsOnce(connector, isEnded(first));

  const second = await client("Token");
  const old = second.tokens.refresh_token;
  for (let turn = 0; turn < 2; turn += 1) second.tokens = (await renew(second)).body;
  assert.equal((await refresh(connector, second.client, old)).body.error, "invalid_grant");
  await isOver(second);
  await sessionsOnce(connector, isEnded(second));
});

test("another person sees nothing and ends nothing", async () => {
  const mine = await client("Mine");
  const { browser: myBrowser, page: myPage } = await openConnections(connector);
  const { browser, page } = await openConnections(connector, { who: OTHER_PERSON });
  assert.deepEqual(connectionsOn(page), []);
  assert.doesNotMatch(page.text, /Mine|mittwald_project_update/);
  const token = page.forms[0].fields.find(({ name }) => name === "token").value;
  for (const end of [idOf(myPage, "Mine"), "all"]) {
    const answer = await browser.send(`${connector.origin}/connections`, new URLSearchParams({ token, end }));
    assert.equal(answer.status, 303);
  }
  await goesOn(mine);
  assert.ok(idOf(await myBrowser.open(`${connector.origin}/connections`), "Mine"));
});

test("a forged form ends nothing", async () => {
  const who = await client("Safe");
  const { browser, page } = await openConnections(connector);
  const other = await openConnections(connector);
  const tokenOf = (shown) => shown.forms[0].fields.find(({ name }) => name === "token").value;
  const end = idOf(page, "Safe");
  const address = `${connector.origin}/connections`;
  for (const [what, fields, by = browser] of [
    ["no token", { end }],
    ["another token", { end, token: "AAAAAAAAAAAAAAAAAAAAAA" }],
    ["the token of the person's other session", { end, token: tokenOf(other.page) }],
    ["the right token in another browser", { end, token: tokenOf(page) }, new Browser()],
    ["the right token and nothing to end", { token: tokenOf(page) }],
    ["nothing", {}],
  ]) {
    const answer = await by.send(address, new URLSearchParams(fields));
    assert.equal(answer.status, 403, what);
    assert.match(answer.text, /Nothing was disconnected/, what);
  }
  for (const type of ["application/json", "text/plain"]) {
    const cookie = browser.cookiesFor(connector.origin);
    const body = new URLSearchParams({ end, token: tokenOf(page) }).toString();
    const answer = await fetch(address, { method: "POST", headers: { "content-type": type, cookie }, body });
    assert.equal(answer.status, 403, type);
  }
  const changed = browser.cookiesFor(connector.origin).replace(/(connections=[^.]+\.)./, "$1_");
  const forged = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", cookie: changed },
    body: new URLSearchParams({ end, token: tokenOf(page) }),
  });
  assert.equal(forged.status, 403);
  const got = await browser.open(`${address}?end=${end}&token=${tokenOf(page)}`);
  assert.equal(got.status, 200);
  assert.ok(idOf(got, "Safe"), "GET ends nothing");
  await goesOn(who);
});

test("the cookie of one spelling of this host is none at another", async () => {
  const { browser } = await openConnections(connector);
  const cookie = browser.cookiesFor(connector.origin);
  const answer = await fetch(`http://localhost:${connector.port}/connections`, { headers: { cookie } });
  assert.match(await answer.text(), /Sign in at mittwald/);
});

test("the session's cookie is for this page and for fifteen minutes", async () => {
  const browser = new Browser();
  const entrance = await browser.open(`${connector.origin}/connections`);
  assert.match(entrance.headers.get("set-cookie"), /^mittwald-mcp-signin=[\w-]{22}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/);
  const sent = await browser.submit(entrance, entrance.forms[0], {}, { "sign-in": "yes" });
  const signIn = await browser.open(sent.location);
  const back = await browser.submit(signIn, signIn.forms[0], AGREE["/sign-in"].values, { decision: "allow" });
  const arrived = await browser.open(back.location);
  assert.equal(arrived.status, 303);
  assert.match(
    arrived.headers.get("set-cookie"),
    /^mittwald-mcp-connections=[\w.-]+; Path=\/; Max-Age=900; HttpOnly; SameSite=Lax$/,
  );
});

test("the button begins one sign-in, in its own browser", async () => {
  const browser = new Browser();
  const entrance = await browser.open(`${connector.origin}/connections`);
  const press = (by) => by.submit(entrance, entrance.forms[0], {}, { "sign-in": "yes" });
  assert.equal((await press(new Browser())).status, 403);
  const sent = await press(browser);
  assert.equal(sent.status, 303);
  assert.equal((await press(browser)).status, 403);
  const signIn = await browser.open(sent.location);
  const back = await browser.submit(signIn, signIn.forms[0], AGREE["/sign-in"].values, { decision: "allow" });
  assert.equal((await new Browser().open(back.location)).status, 400, "the callback in another browser");
  assert.equal((await browser.open(back.location)).status, 303);
  assert.equal((await browser.open(back.location)).status, 400, "the callback twice");
});

test("a form of one purpose begins nothing of the other", async () => {
  const browser = new Browser();
  const consent = await browser.open(authorizationRequest(connector, await register(connector)).url);
  const entrance = await browser.open(`${connector.origin}/connections`);
  const sealed = (page) => page.forms[0].fields.find(({ name }) => name === "request").value;
  const toConnections = new URLSearchParams({ request: sealed(consent) });
  assert.equal((await browser.send(`${connector.origin}/connections`, toConnections)).status, 403);
  const toConsent = new URLSearchParams({ request: sealed(entrance), decision: "allow", level: "manage" });
  assert.equal((await browser.send(`${connector.origin}/consent`, toConsent)).status, 400);
});

test("connecting a client opens no connections page", async () => {
  const browser = new Browser();
  await obtainCode(connector, await register(connector), { browser });
  assert.match((await browser.open(`${connector.origin}/connections`)).text, /Sign in at mittwald/);
});

test("signing out of the page forgets the session and ends no connection", async () => {
  const who = await client("Stays");
  const { browser, page } = await openConnections(connector);
  const answer = await browser.submit(page, page.forms.at(-1), {}, { leave: "yes" });
  assert.equal(answer.status, 303);
  assert.match((await browser.open(answer.location)).text, /Sign in at mittwald/);
  await goesOn(who);
});
