// What a person sees at /connections.
//
//  1. without a session: one button; looking creates nothing, asks mittwald nothing
//  2. the sign-in asks mittwald for nothing but who it is, and its own session there ends at once
//  3. each connected client with name, host, since, last use, rights, level, project
//  4. its writes with tool, target, result and time; API tokens' and ended connections' writes apart
//  5. a write that mittwald refuses, and one whose outcome nobody knows, are told apart
//  6. the newest hundred writes of a connection are kept, and none pushes out another's
//  7. both languages, by browser and by switch; nothing connected is said
//  8. the page is protected, proper, and holds no secret
//  9. a sign-in that fails or is cancelled says so and begins nothing
// 10. connections, the log and the page's session outlive a restart

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AGREE, Browser } from "./support/browser.mjs";
import { connectionsOn, disconnect, OTHER_PERSON, openConnections, sessionsOnce, writesIn } from "./support/connections.mjs";
import { attribute, elements, textOf } from "./support/html.mjs";
import { callOf, connect, legacyClient, post } from "./support/mcp-client.mjs";
import { register } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

const CLAUDE = { client_name: "Claude", redirect_uris: ["https://claude.ai/api/mcp/auth_callback"] };
const CURSOR = { client_name: "Cursor", redirect_uris: ["cursor://anysphere.cursor-mcp/oauth/callback"] };
const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d UTC$/;

let connector;
/// Claude may manage, Cursor only read.
let claude;
let cursor;
let projectId;
before(async () => {
  connector = await startConnector();
  claude = await connect(connector, { client: await register(connector, CLAUDE) });
  cursor = await connect(connector, { client: await register(connector, CURSOR), path: "/mcp/readonly" });
  const listed = await legacyClient(claude.url, claude.token).call("mittwald_project_list");
  projectId = listed.structuredContent.projects[0].id;
});
after(() => connector?.dispose());

const page = async (options) => (await openConnections(connector, options)).page;
const named = (shown, name) => connectionsOn(shown).find((one) => one.name === name);
const rename = (who, description) =>
  legacyClient(who.url, who.token).send(callOf("mittwald_project_update", { projectId, description }));

test("without a session there is one button, and looking changes nothing", async () => {
  const requests = connector.counters().apiRequests;
  const shown = await new Browser().open(`${connector.origin}/connections`);
  assert.equal(shown.status, 200);
  assert.deepEqual(connectionsOn(shown), []);
  assert.deepEqual(
    shown.forms.map(({ method, buttons }) => [method, buttons.map(({ text }) => text)]),
    [["post", ["Sign in at mittwald"]]],
  );
  assert.doesNotMatch(shown.text, /Claude|Cursor/);
  assert.equal(connector.counters().apiRequests, requests);
});

test("the sign-in asks who it is, and its session at mittwald ends at once", async () => {
  const before = connector.sandbox.state.oauth.sessions.length;
  await page();
  const sessions = await sessionsOnce(connector, (all) => all.at(-1).ended);
  assert.equal(sessions.length, before + 1);
  assert.deepEqual(sessions.at(-1).scopes, ["user:read"]);
  assert.ok(sessions.slice(0, 2).every(({ ended }) => !ended), "no other session");
});

test("each connection says whose it is, since when, and what it may do", async () => {
  const shown = await page();
  assert.deepEqual(connectionsOn(shown).map(({ name }) => name).sort(), ["Claude", "Cursor"]);
  const { text, facts } = named(shown, "Claude");
  assert.match(text, /claude\.ai/);
  assert.match(facts["Connected since"], TIME);
  assert.match(facts["Last used"], /^\d{4}-\d\d-\d\d \d\d:\d\d UTC \(to within 15 minutes\)$/);
  assert.equal(facts.Allowed, "Manage");
  assert.equal(facts.Projects, "all");
  assert.equal(facts.Connector, connector.mcp);
  assert.match(text, /Projects.*: See projects.*; Create and change projects/);
  assert.match(text, /: See databases[^;]*; Create/);
  const other = named(shown, "Cursor");
  assert.match(other.text, /cursor:\/\//);
  assert.equal(other.facts.Allowed, "Read only");
  assert.equal(other.facts.Connector, `${connector.mcp}/readonly`);
  assert.match(other.text, /: See projects[^;]*(?!;)/);
  assert.match(other.text, /has changed nothing yet/);
});

test("an address with a fixed project says which", async () => {
  const fixed = await connect(connector, { path: `/mcp/p/${projectId}` });
  const shown = await page();
  const one = connectionsOn(shown).find(({ facts }) => facts.Connector === fixed.url);
  assert.equal(one.facts.Projects, `only ${projectId}`);
  assert.match(one.text, /a program on your computer/);
  const { browser, page: again } = await openConnections(connector);
  await disconnect(browser, again, one.id);
});

test("writes stand with the client that made them, newest first", async () => {
  await rename(claude, "first");
  await rename(claude, "second");
  await legacyClient(claude.url, claude.token).call("mittwald_project_get", { projectId });
  const shown = await page();
  const { writes } = named(shown, "Claude");
  assert.equal(writes.length, 2, "a read is no write");
  for (const write of writes) {
    assert.equal(write.tool, "mittwald_project_update");
    assert.equal(write.target, projectId);
    assert.match(write.text, /UTC done mittwald_project_update/, "its client stands above");
    assert.ok(Math.abs(Date.parse(write.time) - Date.now()) < 120_000, write.time);
  }
  assert.deepEqual(named(shown, "Cursor").writes, []);
});

test("what mittwald refused, and what nobody knows, are told apart", async () => {
  const match = `/v2/projects/${projectId}`;
  await connector.control({ fail: { match, method: "PATCH", status: 403, body: '{"message":"no"}' } });
  await rename(claude, "refused");
  await connector.control({ fail: { match, method: "PATCH", status: 502, body: "" } });
  await rename(claude, "broken");
  const [broken, refused, done] = named(await page(), "Claude").writes;
  assert.match(broken.text, /outcome unknown/);
  assert.match(refused.text, /refused/);
  assert.match(done.text, /done/);
});

test("writes with an API token and of ended connections stand apart, with their origin", async () => {
  const headers = { "x-mittwald-api-token": "sandbox-token" };
  const answer = await post(connector.mcp, callOf("mittwald_project_update", { projectId, description: "ci" }), headers);
  assert.equal(answer.body.result.isError, false, answer.text);
  const gone = await connect(connector, { client: await register(connector, { client_name: "Gone", redirect_uris: ["https://gone.example/cb"] }) });
  await rename(gone, "of a connection that ends");
  const { browser, page: listed } = await openConnections(connector);
  const { page: shown } = await disconnect(browser, listed, named(listed, "Gone").id);
  assert.equal(named(shown, "Gone"), undefined);
  assert.match(shown.text, /Changes with API tokens/);
  assert.match(shown.text, /Changes by ended connections/);
  const all = writesIn(shown.document);
  const inSections = connectionsOn(shown).flatMap(({ writes }) => writes).length;
  assert.equal(all.length, inSections + 2);
  assert.ok(all.some(({ text }) => /done Gone \(gone\.example\)/.test(text)), all.map(({ text }) => text).join("; "));
});

test("a hundred writes of each are kept, and none pushes out another's", async () => {
  const noisy = await connect(connector, { client: await register(connector, { client_name: "Noisy" }) });
  const before = named(await page(), "Claude").writes.length;
  assert.ok(before >= 4);
  for (let number = 0; number < 104; number += 8)
    await Promise.all([...Array(8).keys()].map((offset) => rename(noisy, `noise ${number + offset}`)));
  const shown = await page();
  assert.equal(named(shown, "Noisy").writes.length, 100);
  assert.equal(named(shown, "Claude").writes.length, before);
});

test("German for those who read German, and a switch that stays", async () => {
  const german = new Browser({ language: "de-DE,de;q=0.9" });
  const start = await german.open(`${connector.origin}/connections`);
  assert.equal(start.language, "de");
  assert.equal(start.forms[0].buttons[0].text, "Bei mittwald anmelden");
  assert.doesNotMatch(start.text, /\b(du|dein|deine|dir)\b/i);
  const { page: shown, browser } = await openConnections(connector, { browser: german });
  assert.equal(shown.language, "de");
  const { text, facts } = named(shown, "Claude");
  assert.equal(facts.Erlaubt, "Verwalten");
  assert.equal(facts.Projekte, "alle");
  assert.match(facts["Verbunden seit"], TIME);
  assert.match(text, /: Projekte[^;]* ansehen; Projekte anlegen/);
  assert.match(text, /ausgeführt/);
  const english = await browser.open(shown.links.find(({ language }) => language === "en").href);
  assert.equal(english.language, "en");
  const refused = await browser.send(`${connector.origin}/connections?lang=en`, new URLSearchParams({ end: "all" }));
  assert.equal(refused.language, "en");
});

test("the language of the button is the language after the sign-in", async () => {
  const { page: shown, address } = await openConnections(connector, { lang: "de" });
  assert.equal(shown.language, "de");
  assert.match(address, /lang=de/);
});

test("nothing connected is said", async () => {
  const empty = await page({ who: OTHER_PERSON });
  assert.match(empty.text, /No application is connected/);
  assert.deepEqual(connectionsOn(empty), []);
  assert.ok(!empty.html.includes('name="end"'));
  const german = await page({ who: OTHER_PERSON, lang: "de" });
  assert.match(german.text, /Zurzeit ist keine Anwendung verbunden/);
});

test("both pages are protected and proper", async () => {
  const entrance = await new Browser().open(`${connector.origin}/connections`);
  const list = await page();
  for (const [shown, formAction] of [
    [entrance, `'self' ${connector.sandbox.origin} ${connector.origin}`],
    [list, "'self'"],
  ]) {
    const policy = shown.headers.get("content-security-policy");
    assert.match(policy, /^default-src 'none';/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.match(policy, /base-uri 'none'/);
    assert.equal(/form-action ([^;]*)/.exec(policy)[1], formAction);
    assert.doesNotMatch(policy, /script-src|unsafe/);
    assert.equal(shown.headers.get("x-frame-options"), "DENY");
    assert.equal(shown.headers.get("x-content-type-options"), "nosniff");
    assert.equal(shown.headers.get("referrer-policy"), "no-referrer");
    assert.equal(shown.headers.get("cache-control"), "no-store");
    const tags = [...elements(shown.document)];
    assert.equal(tags.filter(({ tagName }) => tagName === "h1").length, 1);
    assert.deepEqual(tags.filter(({ tagName }) => ["script", "img", "iframe", "style"].includes(tagName)), []);
    assert.ok(tags.every((element) => !element.attrs.some(({ name }) => name === "style" || name.startsWith("on"))));
    const ids = tags.map((element) => attribute(element, "id")).filter(Boolean);
    assert.equal(new Set(ids).size, ids.length);
    const sections = tags.filter(({ tagName }) => tagName === "section");
    for (const section of sections) assert.ok(ids.includes(attribute(section, "aria-labelledby")));
    const texts = tags.filter(({ tagName }) => tagName === "button").map(textOf);
    assert.equal(new Set(texts).size, texts.length, "every button says what it does");
  }
});

test("other methods are refused, HEAD answers without a body", async () => {
  const head = await fetch(`${connector.origin}/connections`, { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
  const put = await fetch(`${connector.origin}/connections`, { method: "PUT" });
  assert.deepEqual([put.status, put.headers.get("allow")], [405, "GET, HEAD, POST"]);
});

test("no secret stands in the page, its cookie or the log", async () => {
  const secrets = [claude, cursor].flatMap(({ tokens }) => [
    tokens.access_token,
    tokens.refresh_token,
    tokens.refresh_token.split(".")[4],
  ]);
  const { oauth } = connector.sandbox.state;
  const token = oauth.token;
  oauth.token = (headers, text) => {
    const answer = token.call(oauth, headers, text);
    secrets.push(answer.body.access_token, answer.body.refresh_token, new URLSearchParams(text).get("code"));
    return answer;
  };
  const { browser, page: shown } = await openConnections(connector);
  oauth.token = token;
  assert.equal(secrets.length, 9);
  const cookies = browser.cookiesFor(connector.origin);
  const session = /mittwald-mcp-connections=([^;]+)/.exec(cookies)[1];
  for (const secret of [...secrets, session]) {
    assert.ok(secret.length > 20);
    assert.ok(!shown.html.includes(secret));
  }
  for (const secret of secrets) assert.ok(!cookies.includes(secret));
  const formToken = shown.forms[0].fields.find(({ name }) => name === "token").value;
  const log = connector.logs.map(({ message }) => message).join("\n");
  for (const secret of [...secrets, session, formToken]) assert.ok(!log.includes(secret));
  assert.match(log, /"route":"connections"/);
});

test("a sign-in that is cancelled or fails begins no session", async () => {
  const start = async (browser) => {
    const entrance = await browser.open(`${connector.origin}/connections`);
    const sent = await browser.submit(entrance, entrance.forms[0], {}, { "sign-in": "yes" });
    return browser.open(sent.location);
  };
  const browser = new Browser({ language: "de" });
  const asked = await start(browser);
  const denied = await browser.submit(asked, asked.forms[0], {}, { decision: "deny" });
  const shown = await browser.open(denied.location);
  assert.equal(shown.status, 403);
  assert.equal(shown.language, "de");
  assert.match(shown.text, /wurde abgebrochen/);
  assert.equal(shown.forms[0].buttons[0].text, "Bei mittwald anmelden", "and may try again");

  const again = await start(browser);
  const back = await browser.submit(again, again.forms[0], AGREE["/sign-in"].values, { decision: "allow" });
  await connector.control({ fail: { match: "/v2/users/self", status: 503 } });
  const failed = await browser.open(back.location);
  assert.equal(failed.status, 503);
  assert.match(failed.text, /gerade nicht möglich/);
  const now = await browser.open(`${connector.origin}/connections`);
  assert.deepEqual(connectionsOn(now), []);
});

test("connections, the log and the page's session outlive a restart", async () => {
  const lasting = await startConnector({ persist: true });
  try {
    const who = await connect(lasting, { client: await register(lasting, CLAUDE) });
    const client = legacyClient(who.url, who.token);
    const { projects } = (await client.call("mittwald_project_list")).structuredContent;
    const change = { projectId: projects[0].id, description: "x" };
    await client.call("mittwald_project_update", change);
    const { browser, address } = await openConnections(lasting);
    await lasting.restart();
    assert.equal(named(await browser.open(address), "Claude").writes.length, 1);
    await client.call("mittwald_project_update", change);
    const after = await browser.open(address);
    assert.equal(named(after, "Claude").writes.length, 2);
    await disconnect(browser, after, named(after, "Claude").id);
    await sessionsOnce(lasting, (sessions) => sessions.every(({ ended }) => ended));
  } finally {
    await lasting.dispose();
  }
});
