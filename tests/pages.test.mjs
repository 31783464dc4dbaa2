// What people see.
//
//  1. the landing page shows the connector's address, in both languages, and the five errors' remedies
//  2. the language follows the browser, the client's wish, and the switch on the page
//  3. the consent page says who asks, where the answer goes, for which areas, and how much is allowed
//  4. it warns of an application that nobody knows, and of one on this computer
//  5. a client's name cannot become markup
//  6. deleting is never chosen beforehand; only levels that say something are offered
//  7. every page is protected: no framing, no scripts, nothing from elsewhere, forms lead where they should
//  8. pages that say what went wrong say it in the person's language
//  9. pages are proper: a language, a title, one heading, labelled choices

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser } from "./support/browser.mjs";
import { attribute, elements, find, textOf } from "./support/html.mjs";
import { authorizationRequest, REDIRECT_URI, register } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
before(async () => {
  connector = await startConnector();
});
after(() => connector?.dispose());

const CLAUDE = "https://claude.ai/api/mcp/auth_callback";
const german = () => new Browser({ language: "de-DE,de;q=0.9,en;q=0.5" });
const english = () => new Browser({ language: "en-GB" });

/// The consent page for a client registered with `metadata`.
async function consentPage({ browser = english(), metadata = {}, parameters = {} } = {}) {
  const client = await register(connector, metadata);
  return browser.open(authorizationRequest(connector, client, parameters).url);
}

const all = (page, tag) => [...elements(page.document)].filter((element) => element.tagName === tag);

test("the landing page shows the address to connect, in the browser's language", async () => {
  const [de, en] = [await german().open(`${connector.origin}/`), await english().open(`${connector.origin}/`)];
  assert.deepEqual([de.language, en.language], ["de", "en"]);
  assert.match(de.title, /verbinden/);
  assert.match(en.title, /Connect/);
  for (const page of [de, en]) {
    assert.equal(page.status, 200);
    const codes = all(page, "code").map(textOf);
    assert.ok(codes.includes(connector.mcp), codes.join());
    assert.ok(codes.includes(`${connector.mcp}/readonly`));
    for (const name of ["ChatGPT", "Claude", "Copilot", "Cursor"]) assert.match(page.text, new RegExp(name));
    for (const name of ["Validation failed", "Authentication failed", "Tool not found", "Permission denied"])
      assert.match(page.text, new RegExp(name));
  }
  assert.ok(de.links.some(({ href }) => href === `${connector.origin}/connections?lang=de`));
  assert.ok(en.links.some(({ href }) => href === `${connector.origin}/connections?lang=en`));
  assert.match(en.text, /Developer Mode/);
  assert.match(de.text, /Entwicklermodus/);
});

test("the landing page names the address it was called under", async () => {
  const page = await english().open(`http://localhost:${connector.port}/`);
  assert.ok(page.text.includes(`http://localhost:${connector.port}/mcp`));
  assert.ok(!page.text.includes("127.0.0.1"));
});

test("the switch changes the language and keeps the request", async () => {
  const landing = await german().open(`${connector.origin}/`);
  const other = await german().open(landing.links.find(({ language }) => language === "en").href);
  assert.equal(other.language, "en");

  const browser = german();
  const consent = await consentPage({ browser });
  assert.equal(consent.language, "de");
  const switched = await browser.open(consent.links.find(({ language }) => language === "en").href);
  assert.equal(switched.language, "en");
  const back = await browser.open(switched.links.find(({ language }) => language === "de").href);
  assert.equal(back.language, "de");
  const sent = await browser.submit(switched, switched.forms[0], {}, { decision: "deny" });
  assert.ok(sent.location.startsWith(REDIRECT_URI), "the switched page's form works");
});

test("the client's wish beats the browser, an unknown wish does not", async () => {
  assert.equal((await consentPage({ parameters: { ui_locales: "fr de-AT en" } })).language, "de");
  assert.equal((await consentPage({ browser: german(), parameters: { ui_locales: "en" } })).language, "en");
  assert.equal((await consentPage({ browser: german(), parameters: { ui_locales: "fr" } })).language, "de");
  assert.equal((await consentPage({ browser: new Browser({ language: "fr" }) })).language, "en");
});

test("the consent page says who asks, for what, and where the answer goes", async () => {
  for (const [browser, words] of [
    [
      english(),
      {
        asks: /wants to access/,
        areas: ["Projects and servers", "Apps", "Your user account"],
        rights: ["See projects, servers, members and files", "Create and change projects, invite members Manage"],
        levels: ["Read only", "Manage"],
        allow: "Continue to mittwald",
        deny: "Decline",
      },
    ],
    [
      german(),
      {
        asks: /möchte auf Ihr mittwald-Hosting zugreifen/,
        areas: ["Projekte und Server", "Apps", "Ihr Benutzerkonto"],
        rights: [
          "Projekte, Server, Mitglieder und Dateien ansehen",
          "Projekte anlegen und ändern, Mitglieder einladen Verwalten",
        ],
        levels: ["Nur ansehen", "Verwalten"],
        allow: "Weiter zu mittwald",
        deny: "Ablehnen",
      },
    ],
  ]) {
    const page = await consentPage({
      browser,
      metadata: { client_name: "Claude", redirect_uris: [CLAUDE] },
      parameters: { scope: "project:read project:write app:read" },
    });
    assert.match(page.text, words.asks);
    assert.match(page.text, /Claude/);
    assert.match(page.text, /claude\.ai/);
    assert.deepEqual(all(page, "dt").map(textOf), words.areas, "what is asked for, and who the person is");
    const rights = all(page, "dd").map(textOf);
    assert.deepEqual(rights.slice(0, 2), words.rights);
    assert.equal(rights.length, 4, rights.join("; "));
    for (const level of words.levels) assert.match(page.text, new RegExp(level));
    assert.deepEqual(
      page.forms[0].buttons.map(({ text }) => text),
      [words.allow, words.deny],
    );
  }
});

test("the host shown is the one the answer goes to", async () => {
  const page = await consentPage({
    metadata: { redirect_uris: [CLAUDE, "https://other.example:8443/cb"] },
    parameters: { redirect_uri: "https://other.example:8443/cb" },
  });
  assert.match(page.text, /other\.example:8443/);
  assert.doesNotMatch(page.text, /claude\.ai/);
});

test("an unknown application and one on this computer come with a warning, a known one does not", async () => {
  const warning = (page) => find(page.document, (element) => attribute(element, "class") === "warning");
  const unknown = await consentPage({
    metadata: { client_name: "Claude", redirect_uris: ["https://claude-ai.example/cb"] },
  });
  assert.match(textOf(warning(unknown)), /claude-ai\.example.*no application that we know.*Claude/);
  const lookalike = await consentPage({ metadata: { redirect_uris: ["https://claude.ai.evil.example/cb"] } });
  assert.ok(warning(lookalike));
  const local = await consentPage();
  assert.match(textOf(warning(local)), /on this device/);
  const scheme = await consentPage({ metadata: { redirect_uris: ["cursor://anysphere.cursor-mcp/oauth/callback"] } });
  assert.match(scheme.text, /cursor:\/\//);
  assert.equal(warning(await consentPage({ metadata: { redirect_uris: [CLAUDE] } })), undefined);
});

test("a client's name cannot become markup", async () => {
  const name = "</p><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;";
  const page = await consentPage({ metadata: { client_name: name, redirect_uris: ["https://unknown.example/cb"] } });
  assert.deepEqual([all(page, "script"), all(page, "img")], [[], []]);
  assert.ok(page.text.includes(name));
  const state = await consentPage({ parameters: { state: '"><script>alert(1)</script>' } });
  assert.deepEqual(all(state, "script"), []);
  assert.equal(state.links.length, 1);
});

test("only levels that say something are offered, and the careful one is chosen", async () => {
  const levels = (page) => page.forms[0].fields.filter(({ name }) => name === "level");
  const reading = levels(await consentPage({ parameters: { scope: "project:read" } }));
  assert.deepEqual(
    reading.map(({ value, checked }) => [value, checked]),
    [["read", true]],
  );
  const managing = levels(await consentPage({ parameters: { scope: "project:read project:write" } }));
  assert.deepEqual(
    managing.map(({ value, checked }) => [value, checked]),
    [
      ["read", false],
      ["manage", true],
    ],
  );
  for (const field of [...reading, ...managing]) assert.equal(field.checked && field.value === "delete", false);
});

test("every page is protected", async () => {
  const consent = await consentPage({ metadata: { redirect_uris: ["https://client.example:8443/cb"] } });
  const pages = {
    landing: await english().open(`${connector.origin}/`),
    consent,
    refusal: await english().open(`${connector.origin}/authorize`),
    stale: await english().open(`${connector.origin}/mittwald/callback?code=x&state=y`),
  };
  for (const [name, { headers }] of Object.entries(pages)) {
    const policy = Object.fromEntries(
      headers
        .get("content-security-policy")
        .split(";")
        .map((part) => part.trim().split(/ (.*)/s)),
    );
    assert.equal(policy["default-src"], "'none'", name);
    assert.equal(policy["frame-ancestors"], "'none'", name);
    assert.equal(policy["base-uri"], "'none'", name);
    assert.equal(policy["script-src"], undefined, name);
    assert.ok(policy["form-action"], name);
    assert.equal(headers.get("x-frame-options"), "DENY", name);
    assert.equal(headers.get("x-content-type-options"), "nosniff", name);
    assert.equal(headers.get("referrer-policy"), "no-referrer", name);
    assert.equal(headers.get("cache-control"), "no-store", name);
    assert.equal(headers.get("content-type"), "text/html; charset=utf-8", name);
    assert.deepEqual(all(pages[name], "script"), [], name);
  }
  const formAction = /form-action ([^;]*)/.exec(consent.headers.get("content-security-policy"))[1].split(" ");
  assert.deepEqual(formAction.sort(), ["'self'", connector.sandbox.origin, "https://client.example:8443"].sort());
});

test("the form may lead to an application's own scheme", async () => {
  const page = await consentPage({ metadata: { redirect_uris: ["cursor://anysphere.cursor-mcp/oauth/callback"] } });
  assert.match(page.headers.get("content-security-policy"), /form-action [^;]*\bcursor:(\s|;|$)/);
});

test("the cookie is for signing in, and for nobody else", async () => {
  const page = await consentPage();
  assert.match(
    page.headers.get("set-cookie"),
    /^mittwald-mcp-signin=[\w-]{22}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/,
  );
  for (const path of ["/", "/style.css", "/healthz", "/authorize"])
    assert.equal((await english().open(connector.origin + path)).headers.get("set-cookie"), null, path);
});

test("what went wrong is said in the person's language", async () => {
  for (const [path, de, en] of [
    ["/authorize", /Anwendung ist hier nicht bekannt/, /application is not known/],
    ["/mittwald/callback?code=x&state=y", /Anmeldung gilt nicht mehr/, /sign-in is no longer valid/],
  ]) {
    const [inGerman, inEnglish] = [
      await german().open(connector.origin + path),
      await english().open(connector.origin + path),
    ];
    assert.match(inGerman.text, de);
    assert.match(inEnglish.text, en);
    assert.deepEqual([inGerman.language, inEnglish.language], ["de", "en"]);
  }
});

test("the pages are proper documents", async () => {
  for (const page of [
    await consentPage(),
    await german().open(`${connector.origin}/`),
    await english().open(`${connector.origin}/authorize`),
  ]) {
    assert.equal(all(page, "h1").length, 1);
    assert.ok(page.title.length > 10);
    assert.ok(["de", "en"].includes(page.language));
    assert.match(page.html, /^<!doctype html>/i);
    assert.ok(all(page, "meta").some((meta) => attribute(meta, "name") === "viewport"));
    for (const input of all(page, "input").filter((element) => attribute(element, "type") !== "hidden"))
      assert.equal(input.parentNode.tagName, "label");
    for (const cell of all(page, "th")) assert.ok(attribute(cell, "scope"));
  }
});

test("the stylesheet is there and may be kept", async () => {
  const answer = await fetch(`${connector.origin}/style.css`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-type"), /^text\/css/);
  assert.match(answer.headers.get("cache-control"), /max-age/);
  assert.ok((await answer.text()).length > 500);
});

test("an unknown address says where the connector is", async () => {
  for (const path of ["/nothing", "/mcp/", "/mcp/nothing"]) {
    const answer = await fetch(connector.origin + path);
    assert.equal(answer.status, 404);
    assert.ok((await answer.text()).includes(connector.mcp), path);
  }
});

test("a page answers HEAD like GET, without a body", async () => {
  for (const path of ["/", "/style.css", "/healthz", "/version", "/.well-known/oauth-authorization-server"]) {
    const answer = await fetch(connector.origin + path, { method: "HEAD" });
    assert.equal(answer.status, 200, path);
    assert.equal(await answer.text(), "");
    assert.equal((await fetch(connector.origin + path, { method: "POST" })).status, 405, path);
  }
});
