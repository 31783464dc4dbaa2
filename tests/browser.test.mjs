// A real browser walks the sign-in's pages, in German and in English.
//
//  1. allow: the client's loopback port gets a code, which is good for a token
//  2. deny: it gets access_denied with state and iss, at each way to write the loopback
//  3. one project: chosen on the second page, and the token is for it
//  4. denied on the second page
//  5. a client at an https address that we do not know: warned of, and denied
//  6. the language switch, to and fro, and it stays on the second page
//  7. keyboard alone, from the first page to the client
//  8. without scripts in the browser
//  9. the landing page, an address with a project, and the pages that say what is wrong
// 10. a form that is led elsewhere stays where it is: the browser holds it against the page's policy
//
// On every page of ours: axe finds nothing, nothing sticks out at 360 px, the console is empty, and
// nothing is loaded from elsewhere (support/chromium.mjs). The connections page has a file of its own.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  lookOver,
  pressAndArrive,
  signInThere,
  SKIPPED,
  startCallback,
  startChromium,
  STATUS_TOLD,
  tabTo,
  visit,
} from "./support/chromium.mjs";
import { authorizationRequest, claimsOf, exchange, register } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

const UNKNOWN = "https://a-rather-long-name-of-a-host-that-nobody-knows.example:8443";
const ALLOW = "button[value=allow]";
const DENY = "button[value=deny]";
const PROJECT = "f2cdac56-0000-4000-8000-000000000000";

let connector;
let chromium;
let callback;
let client;
let origins;
before(async () => {
  if (SKIPPED) return;
  chromium = await startChromium();
  connector = await startConnector();
  callback = await startCallback();
  client = await register(connector, { client_name: "Notebook", redirect_uris: [callback.uri] });
  origins = [connector.origin, connector.sandbox.origin, callback.origin];
});
after(async () => {
  await chromium?.close();
  callback?.close();
  await connector?.dispose();
});

/// A walk in each language.
function walks(name, steps) {
  for (const language of ["de", "en"]) test(`${name} (${language})`, { skip: SKIPPED }, () => steps(language));
}

/// A window on the consent page of `who`.
async function onConsent(language, { who = client, parameters, also = [], options } = {}) {
  const window = await visit(chromium, language, [...origins, ...also], options);
  const request = authorizationRequest(connector, who, parameters);
  const response = await window.page.goto(request.url);
  assert.equal(response.status(), 200);
  return { ...window, ...request };
}

/// A window on the second page, by way of mittwald.
async function onProject(language, options) {
  const way = await onConsent(language, options);
  await way.page.check("input[value=one]");
  await pressAndArrive(way.page, ALLOW, connector.sandbox.origin);
  await signInThere(way.page, `${connector.origin}/consent/project`);
  return way;
}

/// What arrived at the client last: the code, or the error; with state and iss in either case.
function arrivedAt({ arrivals }, { page, state }, error) {
  const { pathname, searchParams } = arrivals.at(-1) ?? assert.fail("nothing arrived");
  assert.equal(pathname, "/callback");
  assert.equal(new URL(page.url()).search, `?${searchParams}`);
  assert.equal(searchParams.get("state"), state);
  assert.equal(searchParams.get("iss"), connector.origin);
  assert.equal(searchParams.get("error"), error ?? null);
  assert.equal(searchParams.has("code"), error === undefined);
  return searchParams.get("code");
}

async function tokenFor(way) {
  const answer = await exchange(connector, client, { ...way, code: arrivedAt(callback, way) });
  assert.equal(answer.status, 200, answer.text);
  return claimsOf(answer.body.access_token);
}

walks("allow: the client gets a code", async (language) => {
  const way = await onConsent(language);
  await lookOver(way, "consent");
  await way.page.check("#level-read");
  await lookOver(way, "consent-read");
  await pressAndArrive(way.page, ALLOW, connector.sandbox.origin);
  assert.equal(await way.page.getAttribute("html", "lang"), language);
  await signInThere(way.page, callback.uri);
  const claims = await tokenFor(way);
  assert.equal(claims.level, "read");
  assert.equal("project" in claims, false);
  await way.end();
});

walks("deny: the client gets access_denied", async (language) => {
  const way = await onConsent(language);
  await pressAndArrive(way.page, DENY, callback.uri);
  arrivedAt(callback, way, "access_denied");
  await way.end();
});

for (const [address, name] of [
  ["127.0.0.1", "localhost"],
  ["::1", "::1"],
])
  test(`deny: a client that calls itself ${name}`, { skip: SKIPPED }, async (t) => {
    const own = await startCallback(address, name).catch(() => undefined);
    if (!own) return t.skip("this machine has no IPv6");
    const who = await register(connector, { redirect_uris: [own.uri] });
    const way = await onConsent("en", { who, also: [own.origin] });
    await pressAndArrive(way.page, DENY, own.uri);
    arrivedAt(own, way, "access_denied");
    await way.end();
    own.close();
  });

walks("one project: chosen on the second page", async (language) => {
  const way = await onProject(language);
  await lookOver(way, "project");
  // Without a choice the browser itself stays here.
  await way.page.click(ALLOW);
  assert.equal(new URL(way.page.url()).pathname, "/consent/project");
  const row = way.page.locator("label.choice", { hasText: "Teehandel" });
  const id = await row.locator("input").getAttribute("value");
  await row.click();
  await lookOver(way, "project-chosen");
  await pressAndArrive(way.page, ALLOW, callback.uri);
  assert.equal((await tokenFor(way)).project, id);
  // Back to a page that is used up.
  await way.page.goBack();
  await way.page.waitForURL(/consent\/project/);
  await lookOver(way, "project-used-up");
  await way.end([STATUS_TOLD]);
});

walks("denied on the second page", async (language) => {
  const way = await onProject(language);
  await pressAndArrive(way.page, DENY, callback.uri);
  arrivedAt(callback, way, "access_denied");
  await way.end();
});

walks("an unknown https host is warned of, and denied", async (language) => {
  const who = await register(connector, { client_name: "Claude", redirect_uris: [`${UNKNOWN}/callback`] });
  const way = await onConsent(language, { who, also: [UNKNOWN] });
  const warning = way.page.locator(".warning");
  assert.match(await warning.innerText(), language === "de" ? /^Unbekannte Anwendung/ : /^Unknown application/);
  assert.equal(await warning.locator(".host").innerText(), new URL(UNKNOWN).host);
  await lookOver(way, "consent-unknown");
  // Nobody is at that address; that the browser looks for it shows that the policy lets the form there.
  const sent = way.page.waitForEvent("requestfailed", (request) => request.url().startsWith(`${UNKNOWN}/callback?`));
  await way.page.click(DENY, { noWaitAfter: true });
  const request = await sent;
  assert.equal(request.failure().errorText, "net::ERR_NAME_NOT_RESOLVED");
  const { searchParams } = new URL(request.url());
  assert.equal(searchParams.get("error"), "access_denied");
  assert.equal(searchParams.get("state"), way.state);
  assert.equal(searchParams.get("iss"), connector.origin);
  await way.end();
});

walks("the language switch, and it stays", async (language) => {
  const other = language === "de" ? "en" : "de";
  const way = await onConsent(language);
  const titles = [await way.page.title()];
  for (const to of [other, language, other]) {
    await Promise.all([way.page.waitForNavigation(), way.page.click(`.switch a[hreflang=${to}]`)]);
    assert.equal(await way.page.getAttribute("html", "lang"), to);
    titles.push(await way.page.title());
  }
  assert.equal(new Set(titles).size, 2, titles.join("; "));
  await way.page.check("input[value=one]");
  await pressAndArrive(way.page, ALLOW, connector.sandbox.origin);
  await signInThere(way.page, `${connector.origin}/consent/project`);
  assert.equal(await way.page.getAttribute("html", "lang"), other);
  await Promise.all([way.page.waitForNavigation(), way.page.click(`.switch a[hreflang=${language}]`)]);
  assert.equal(await way.page.getAttribute("html", "lang"), language);
  await pressAndArrive(way.page, DENY, callback.uri);
  arrivedAt(callback, way, "access_denied");
  await way.end();
});

walks("keyboard alone", async (language) => {
  const way = await onConsent(language);
  const { page } = way;
  const press = (key, address) =>
    Promise.all([page.waitForURL((url) => url.href.startsWith(address)), page.keyboard.press(key)]);
  // In the order of the page: the switch, the level, the projects, the buttons.
  await tabTo(page, ".switch a");
  await tabTo(page, "#level-manage");
  await page.keyboard.press("ArrowUp");
  assert.equal(await page.isChecked("#level-read"), true);
  await tabTo(page, "input[name=projects][value=all]");
  await page.keyboard.press("ArrowDown");
  await tabTo(page, ALLOW);
  await press("Enter", connector.sandbox.origin);
  await tabTo(page, "input[name=email]");
  await tabTo(page, ALLOW);
  await press("Space", `${connector.origin}/consent/project`);
  await tabTo(page, "input[name=project]");
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  const id = await page.locator("input[name=project]:checked").getAttribute("value");
  await tabTo(page, ALLOW);
  await press("Enter", callback.uri);
  const claims = await tokenFor(way);
  assert.equal(claims.level, "read");
  assert.equal(claims.project, id);
  await way.end();
});

walks("without scripts in the browser", async (language) => {
  const way = await onProject(language, { options: { javaScriptEnabled: false } });
  await way.page.locator("input[name=project]").first().check();
  await pressAndArrive(way.page, ALLOW, callback.uri);
  assert.ok((await tokenFor(way)).project);
  await way.end();
});

walks("the other pages", async (language) => {
  const fixed = await onConsent(language, { parameters: { resource: `${connector.mcp}/p/${PROJECT}` } });
  await lookOver(fixed, "consent-fixed-project");
  const unknown = await register(connector, { client_name: "Claude", redirect_uris: ["https://claude.ai/api/mcp/auth_callback"] });
  await fixed.page.goto(authorizationRequest(connector, unknown).url);
  await lookOver(fixed, "consent-known");
  for (const [name, path, status] of [
    ["landing", "/", 200],
    ["wrong-request", "/authorize?client_id=x", 400],
    ["stale", "/mittwald/callback?code=x&state=y", 400],
  ]) {
    const response = await fixed.page.goto(connector.origin + path);
    assert.equal(response.status(), status);
    await lookOver(fixed, name);
  }
  await fixed.end([STATUS_TOLD]);
});

test("a form that is led elsewhere stays where it is", { skip: SKIPPED }, async () => {
  const thief = await startCallback();
  const way = await onConsent("en");
  // As if our answer had been forged on its way.
  await way.page.route("**/consent", async (route) => {
    const response = await route.fetch({ maxRedirects: 0 });
    await route.fulfill({ response, headers: { ...response.headers(), location: thief.uri } });
  });
  const complaint = way.page.waitForEvent("console", (message) => /form-action/.test(message.text()));
  await way.page.click(DENY, { noWaitAfter: true });
  await complaint;
  assert.equal(new URL(way.page.url()).pathname, "/authorize");
  assert.equal(thief.arrivals.length, 0);
  // What every other walk shows by ending: such a complaint is not overlooked.
  await assert.rejects(way.end(), /form-action/);
  thief.close();
});
