// Who tries to choose a project twice, elsewhere, or one that is not theirs.
//
//  1. the choice is made once: not twice in a row, not twelve times at once, not after a denial
//  2. the callback cannot be used again while the choice is open
//  3. the page is for its own browser, and its form for nobody else's page
//  4. a project that is not the person's, or none at all, is told on the page and uses nothing up
//  5. what mittwald says cannot become markup; the page is protected like the others
//  6. mittwald's tokens never reach the browser

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser } from "./support/browser.mjs";
import { attribute, elements } from "./support/html.mjs";
import {
  choose,
  exchanged,
  idOf,
  isPage,
  isStale,
  MINE,
  names,
  offered,
  onProjectPage,
  OTHER_PERSON,
  sendChoice,
} from "./support/project-choice.mjs";
import { authorizationRequest, claimsOf, REDIRECT_URI, register } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
let client;
before(async () => {
  connector = await startConnector();
  client = await register(connector, { client_name: "Chooser" });
});
after(() => connector?.dispose());

const onPage = (options) => onProjectPage(connector, client, options);
const tokensOf = (way, page) => exchanged(connector, client, way, page);
const all = (page, tag) => [...elements(page.document)].filter((element) => element.tagName === tag);

test("the choice is made once", async () => {
  const way = await onPage();
  const [first, second] = [idOf(way.page, MINE[0]), idOf(way.page, MINE[1])];
  const answer = await choose(way, first);
  for (const again of [await choose(way, first), await choose(way, second), await choose(way, undefined, "deny")])
    isStale(again);
  isStale(await way.browser.open(way.page.url));
  assert.equal(claimsOf((await tokensOf(way, answer)).access_token).project, first);

  const parallel = await onPage();
  const ids = [...offered(parallel.page).values()];
  const answers = await Promise.all([...Array(12).keys()].map((n) => choose(parallel, ids[n % ids.length])));
  const codes = answers.filter(({ location }) => location?.includes("code="));
  assert.equal(codes.length, 1);
  for (const lost of answers.filter((one) => !codes.includes(one))) isStale(lost);
  await tokensOf(parallel, codes[0]);
});

test("the callback cannot be used again while the choice is open", async () => {
  const steps = [];
  class Watched extends Browser {
    open(url, options) {
      steps.push(url);
      return super.open(url, options);
    }
  }
  const way = await onPage({ browser: new Watched() });
  const callback = steps.find((url) => url.includes("/mittwald/callback"));
  isStale(await way.browser.open(callback));
  await tokensOf(way, await choose(way, idOf(way.page, MINE[0])));
});

test("the page is for its own browser", async () => {
  const way = await onPage();
  const project = idOf(way.page, MINE[0]);
  const stranger = new Browser();
  await stranger.open(authorizationRequest(connector, client).url);
  for (const browser of [new Browser(), stranger]) {
    isStale(await browser.open(way.page.url));
    isStale(await choose({ ...way, browser }, project));
    isStale(await choose({ ...way, browser }, undefined, "deny"));
  }
  await tokensOf(way, await choose(way, project));
});

test("the form is for nobody else's page", async () => {
  const way = await onPage();
  const project = idOf(way.page, MINE[0]);
  const elsewhere = await onPage();
  const consent = await way.browser.open(authorizationRequest(connector, client).url);
  const sealedRequest = consent.forms[0].fields.find(({ name }) => name === "request").value;
  for (const signIn of ["", "x", `${way.signIn}x`, way.signIn.slice(0, -2), elsewhere.signIn, sealedRequest, undefined])
    isStale(await sendChoice(way, { sign_in: signIn, project }));
  // Nor is this page's form one of the consent page.
  isStale(
    await way.browser.send(
      `${connector.origin}/consent`,
      new URLSearchParams({ request: way.signIn, decision: "allow", level: "read", projects: "all" }),
    ),
  );
  // A link cannot choose, and a form of another type says nothing.
  const link = await way.browser.open(`${way.page.url}&project=${project}&decision=allow`);
  assert.equal(link.status, 200);
  const body = JSON.stringify({ sign_in: way.signIn, project, decision: "allow" });
  const cookie = way.browser.cookiesFor(connector.origin);
  for (const type of ["application/json", "text/plain"]) {
    const headers = { "content-type": type, cookie };
    const answer = await fetch(way.form.action, { method: "POST", headers, body, redirect: "manual" });
    assert.equal(answer.status, 400, type);
  }
  for (const method of ["PUT", "DELETE", "PATCH"])
    assert.equal((await fetch(way.form.action, { method, headers: { cookie } })).status, 405, method);
  await tokensOf(way, await choose(way, project));
});

test("a project that is not the person's, or none, is told on the page and uses nothing up", async () => {
  const way = await onPage();
  const foreign = idOf((await onPage({ answers: OTHER_PERSON })).page, "Atelier");
  const before = connector.sandbox.requests.length;
  for (const project of [undefined, ""]) {
    const page = await sendChoice(way, { project });
    isPage(page);
    assert.match(page.text, /Please choose a project/);
    assert.deepEqual(names(page), MINE);
  }
  const unknown = "0f8fad5b-d9cb-469f-a165-70867728950e";
  const own = idOf(way.page, MINE[0]);
  for (const project of [foreign, unknown, "p-abc123", "../users/self", `${foreign}/..`, `${own}?x`, "ä"]) {
    const page = await sendChoice(way, { project });
    isPage(page);
    assert.match(page.text, /You have no access to this project/);
    const alert = [...elements(page.document)].find((element) => attribute(element, "role") === "alert");
    assert.ok(alert, "screen readers say it");
    assert.deepEqual(names(page), MINE);
  }
  const asked = connector.sandbox.requests.slice(before).map(({ path }) => path.split("?")[0]);
  const single = new Set(asked.filter((path) => path !== "/v2/projects"));
  assert.deepEqual([...single], [`/v2/projects/${foreign}`, `/v2/projects/${unknown}`], "no other path is made");
  const german = await sendChoice(way, { project: foreign, lang: "de" });
  assert.match(german.text, /Auf dieses Projekt haben Sie keinen Zugriff/);
  await tokensOf(way, await choose(way, own));
});

test("what mittwald says cannot become markup, and the page is protected", async () => {
  const name = `</strong><script>alert(1)</script>"'&amp;<img src=x>`;
  const first = await onPage();
  const id = idOf(first.page, "Ruderclub");
  const renamed = await fetch(`${connector.sandbox.origin}/v2/projects/${id}`, {
    method: "PATCH",
    headers: { "x-access-token": "sandbox-token", "content-type": "application/json" },
    body: JSON.stringify({ description: name }),
  });
  assert.equal(renamed.status, 204);
  const page = await first.browser.open(first.page.url);
  assert.ok(page.text.includes(name));
  for (const tag of ["script", "img", "style", "iframe"]) assert.deepEqual(all(page, tag), [], tag);
  const searched = await first.browser.open(`${page.url}&search=${encodeURIComponent('"><script>alert(1)</script>')}`);
  assert.deepEqual(all(searched, "script"), []);

  const policy = page.headers.get("content-security-policy").split("; ");
  assert.deepEqual(policy, [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    `form-action 'self' ${new URL(REDIRECT_URI).origin}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ]);
  assert.equal(page.headers.get("referrer-policy"), "no-referrer");
  assert.equal(page.headers.get("x-frame-options"), "DENY");
  assert.equal(page.headers.get("cache-control"), "no-store");
  await connector.control({ reset: true });
});

test("mittwald's tokens never reach the browser", async () => {
  const seen = [];
  class Watched extends Browser {
    async open(url, options) {
      const page = await super.open(url, options);
      seen.push(url, page.html, JSON.stringify([...page.headers]));
      return page;
    }
  }
  const before = connector.sandbox.requests.length;
  const way = await onPage({ browser: new Watched() });
  const sent = connector.sandbox.requests.slice(before).map(({ headers }) => headers["x-access-token"]);
  const tokens = new Set(sent.filter(Boolean));
  assert.ok(tokens.size > 0);
  seen.push((await choose(way, idOf(way.page, MINE[0]))).location);
  for (const token of tokens) assert.ok(!seen.some((text) => text.includes(token)));
});
