// A person allows one project, and chooses it after signing in.
//
//  1. the page shows the person's own projects by name, in the sign-in's language, and who gets the choice
//  2. the token is for the chosen project, and its calls stay there; so does a refreshed one
//  3. many projects come page by page and can be searched
//  4. saying no is access_denied with state and iss, here, before and at mittwald
//  5. mittwald's failures use nothing up; a token it no longer accepts is told to the client
//  6. the choice outlives a restart and a rotation of the key
//  7. two choices in one browser do not spoil each other
//
// Who tries more than that is in consent-project-hostile.test.mjs; the ten minutes are in
// src/oauth/project/tests.rs, which has a clock.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser, walk } from "./support/browser.mjs";
import { elements, textOf } from "./support/html.mjs";
import { legacyClient } from "./support/mcp-client.mjs";
import {
  arrived,
  choiceForm,
  choose,
  exchanged,
  idOf,
  isPage,
  isStale,
  MINE,
  names,
  ONE_PROJECT,
  onProjectPage,
  OTHER_PERSON,
  sendChoice,
} from "./support/project-choice.mjs";
import {
  authorizationRequest,
  claimsOf,
  exchange,
  obtainCode,
  REDIRECT_URI,
  refresh,
  register,
} from "./support/sign-in.mjs";
import { masterKey, startConnector } from "./support/worker.mjs";

let connector;
let client;
before(async () => {
  connector = await startConnector({ persist: true });
  client = await register(connector, { client_name: "Chooser" });
});
after(() => connector?.dispose());

const onPage = (options) => onProjectPage(connector, client, options);
const tokensOf = (way, page) => exchanged(connector, client, way, page);
const all = (page, tag) => [...elements(page.document)].filter((element) => element.tagName === tag);

test("the page shows the person's own projects, and who gets the choice", async () => {
  const { page } = await onPage();
  assert.equal(page.status, 200);
  assert.equal(page.language, "en");
  assert.match(page.text, /Chooser gets access to exactly one project.*a program on your computer/);
  assert.deepEqual(names(page), MINE);
  for (const label of all(page, "label")) assert.match(textOf(label), / p-\w+$/);
  const other = await onPage({ answers: OTHER_PERSON });
  assert.deepEqual(names(other.page), ["Atelier Lindenhof"]);
});

test("the page speaks the sign-in's language, and the switch keeps the sign-in", async () => {
  const way = await onPage({ browser: new Browser({ language: "de" }) });
  assert.equal(way.page.language, "de");
  assert.match(way.page.text, /Chooser bekommt Zugriff auf genau ein Projekt/);
  const link = way.page.links.find(({ language }) => language === "en");
  const page = await way.browser.open(link.href);
  assert.equal(page.language, "en");
  assert.deepEqual(names(page), MINE);
  // What is wrong is told in the language that was chosen last, and so is the end.
  const refused = await way.browser.submit(page, choiceForm(page), {}, { decision: "allow" });
  assert.equal(refused.language, "en");
  await choose({ ...way, page, form: choiceForm(page) }, idOf(page, MINE[0]));
  const late = await choose({ ...way, page, form: choiceForm(page) }, idOf(page, MINE[0]));
  isStale(late);
  assert.equal(late.language, "en");
});

test("the token is for the chosen project, and its calls stay there", async () => {
  const way = await onPage();
  const project = idOf(way.page, "Teehandel");
  const tokens = await tokensOf(way, await choose(way, project));
  assert.equal(claimsOf(tokens.access_token).project, project);
  const mcp = legacyClient(connector.mcp, tokens.access_token);
  const { structuredContent } = await mcp.call("mittwald_project_get", { projectId: project });
  assert.match(JSON.stringify(structuredContent), /Teehandel Brandt Shop/);
  const elsewhere = await mcp.call("mittwald_project_get", { projectId: idOf(way.page, "Kontor") });
  assert.equal(elsewhere.isError, true);

  const refreshed = await refresh(connector, client, tokens.refresh_token);
  assert.equal(claimsOf(refreshed.body.access_token).project, project);
  // All projects, on the other hand, is no project at all.
  const granted = await obtainCode(connector, client);
  const { body } = await exchange(connector, client, granted);
  assert.equal("project" in claimsOf(body.access_token), false);
});

test("many projects come page by page and can be searched", async () => {
  const servers = await fetch(`${connector.sandbox.origin}/v2/servers`, {
    headers: { "x-access-token": "sandbox-token" },
  });
  const [server] = await servers.json();
  for (let number = 10; number < 65; number += 1) {
    await fetch(`${connector.sandbox.origin}/v2/servers/${server.id}/projects`, {
      method: "POST",
      headers: { "x-access-token": "sandbox-token", "content-type": "application/json" },
      body: JSON.stringify({ description: `Kunde ${number} & Söhne` }),
    });
  }
  const way = await onPage();
  const seen = [];
  let page = way.page;
  for (let step = 1; ; step += 1) {
    assert.match(page.text, new RegExp(`Page ${step} of 3`));
    seen.push(...names(page));
    const next = page.links.find(({ text }) => text === "Next");
    if (!next) break;
    page = await way.browser.open(next.href);
  }
  assert.equal(seen.length, 58);
  assert.equal(new Set(seen).size, 58);
  assert.ok(page.links.some(({ text }) => text === "Previous"));
  const beyond = await way.browser.open(`${page.url}&page=99`.replace(/page=3&/, ""));
  assert.deepEqual(names(beyond), []);
  assert.match(beyond.links.find(({ text }) => text === "Previous").href, /page=3/);

  const search = way.page.forms.find(({ method }) => method === "get");
  const query = new URLSearchParams(search.fields.map(({ name, value }) => [name, value]));
  query.set("search", "kunde 42 & s");
  const found = await way.browser.open(`${search.action}?${query}`);
  assert.deepEqual(names(found), ["Kunde 42 & Söhne"]);
  assert.equal(found.forms[0].fields.find(({ name }) => name === "search").value, "kunde 42 & s");
  query.set("search", "nothing like it");
  const none = await way.browser.open(`${search.action}?${query}`);
  assert.match(none.text, /No project here matches/);

  const project = idOf(found, "Kunde 42");
  const answer = await choose({ ...way, page: found, form: choiceForm(found) }, project);
  assert.equal(claimsOf((await tokensOf(way, answer)).access_token).project, project);
  await connector.control({ reset: true });
});

test("saying no is access_denied, on this page as on every other", async () => {
  const way = await onPage();
  arrived(connector, await choose(way, undefined, "deny"), way, "access_denied");
  isStale(await choose(way, idOf(way.page, MINE[0])));
  // Something that is neither yes nor no is no.
  const odd = await onPage();
  const neither = await sendChoice(odd, { decision: undefined, project: idOf(odd.page, MINE[0]) });
  arrived(connector, neither, odd, "access_denied");
  for (const path of ["/consent", "/sign-in"]) {
    const request = authorizationRequest(connector, client);
    const values = path === "/consent" ? { projects: "one" } : {};
    const answers = { ...ONE_PROJECT, [path]: { values, button: { decision: "deny" } } };
    const answer = await walk(new Browser(), request.url, REDIRECT_URI, answers);
    assert.equal(answer.get("error"), "access_denied", path);
    assert.equal(answer.get("state"), request.state);
    assert.equal(answer.get("iss"), connector.origin);
  }
});

test("mittwald's failures use nothing up", async () => {
  const way = await onPage();
  const project = idOf(way.page, MINE[0]);
  for (const [match, act] of [
    ["/v2/projects", () => way.browser.open(way.page.url)],
    [`/v2/projects/${project}`, () => choose(way, project)],
  ]) {
    for (const fault of [{ fail: { match, status: 500 } }, { fail: { match, status: 429 } }, { garbage: { match } }]) {
      await connector.control(fault);
      const page = await act();
      isPage(page, 503);
      assert.match(page.text, /mittwald does not answer.*nothing is lost/);
    }
  }
  await tokensOf(way, await choose(way, project));
});

test("a token that mittwald no longer accepts is told to the client", async () => {
  const onReading = await onPage();
  const onSending = await onPage();
  await connector.control({ expireTokens: true });
  arrived(connector, await onReading.browser.open(onReading.page.url), onReading, "access_denied");
  isStale(await onReading.browser.open(onReading.page.url));
  arrived(connector, await choose(onSending, idOf(onSending.page, MINE[0])), onSending, "access_denied");
});

test("the choice outlives a restart and a rotation of the key", async () => {
  const way = await onPage();
  const old = connector.bindings.MASTER_KEY;
  await connector.restart({ MASTER_KEY: masterKey(), MASTER_KEY_OLD: old });
  const page = await way.browser.open(way.page.url);
  const project = idOf(page, MINE[0]);
  const answer = await choose(way, project);
  assert.equal(claimsOf((await tokensOf(way, answer)).access_token).project, project);
  await connector.restart();
  isStale(await choose(way, project));
});

test("two choices in one browser do not spoil each other", async () => {
  const browser = new Browser();
  const [one, two] = [await onPage({ browser }), await onPage({ browser })];
  const tokens = [];
  for (const [way, name] of [
    [two, MINE[1]],
    [one, MINE[0]],
  ])
    tokens.push(await tokensOf(way, await choose(way, idOf(way.page, name))));
  assert.deepEqual(
    tokens.map(({ access_token: token }) => claimsOf(token).project),
    [idOf(two.page, MINE[1]), idOf(one.page, MINE[0])],
  );
});
