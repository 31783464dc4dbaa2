// The consent page, beyond what tests/pages.test.mjs says about every page.
//
//  1. every right of mittwald's is told in words of its own, in both languages, from which level on it is
//     given, by area, and beside it what mittwald protects by no right
//  2. who the person is is always told, because it is always asked for
//  3. what costs money or takes data along says so
//  4. an https address of no client that we know is shown large, port and all, within a warning; the known
//     ones are not; a program on this device has a sentence of its own
//  5. the choices: level, and all projects or one; what a form leaves out is the narrower choice
//  6. the page is shown every time, however often somebody agreed
//  7. a language once chosen stays for the whole sign-in, on pages that know it and on those that do not
//  8. each step renews the cookie
//  9. usable with a keyboard and a screen reader: labels, legends, headings, languages, focus
// 10. the colours have the contrast of WCAG 2.2 AA, light and dark
// 11. nothing comes from elsewhere

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Browser, walk } from "./support/browser.mjs";
import { attribute, elements, find, textOf } from "./support/html.mjs";
import { choose, idOf, onProjectPage } from "./support/project-choice.mjs";
import { authorizationRequest, claimsOf, exchange, obtainCode, REDIRECT_URI, register } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
let client;
before(async () => {
  connector = await startConnector();
  client = await register(connector);
});
after(() => connector?.dispose());

const LIST = readFileSync(new URL("../catalog/scopes.toml", import.meta.url), "utf8");
const SCOPES = [...LIST.matchAll(/"([a-z:-]+)"/g)].map(([, scope]) => scope);
const german = () => new Browser({ language: "de" });
const english = () => new Browser({ language: "en" });
const all = (page, tag) => [...elements(page.document)].filter((element) => element.tagName === tag);
const classOf = (element) => attribute(element, "class") ?? "";

async function consentPage({ browser = english(), metadata = {}, parameters = {} } = {}) {
  const registered = await register(connector, metadata);
  return browser.open(authorizationRequest(connector, registered, parameters).url);
}

/// Area -> its rights with the class that names their level.
function rightsOf(page) {
  const list = find(page.document, (element) => classOf(element) === "rights");
  const areas = [...elements(list)].filter((element) => element.tagName === "div");
  return new Map(
    areas.map((area) => [
      textOf([...elements(area)].find(({ tagName }) => tagName === "dt")),
      [...elements(area)].filter(({ tagName }) => tagName === "dd").map((right) => [classOf(right), textOf(right)]),
    ]),
  );
}

test("every right is told in words of its own, by area and level, in both languages", async () => {
  assert.equal(SCOPES.length, 43);
  const everything = { scope: SCOPES.join(" "), resource: `${connector.mcp}/x/all` };
  for (const browser of [german(), english()]) {
    const rights = rightsOf(await consentPage({ browser, parameters: everything }));
    const told = [...rights.values()].flat();
    // 43, and three that mittwald protects by none.
    assert.equal(told.length, 46);
    assert.equal(new Set(told.map(([, text]) => text)).size, 46);
    for (const [level, text] of told) {
      assert.ok(["read", "manage", "delete"].includes(level));
      assert.equal(/(Verwalten|Löschen|Manage|Delete)$/.test(text), level !== "read", text);
      assert.doesNotMatch(text, /:(read|write|delete)|undefined/);
    }
    assert.equal(told.filter(([level]) => level === "delete").length, 12);
    assert.equal(rights.size, 17);
  }
  // Which words belong to which right.
  for (const scope of SCOPES) {
    const page = await consentPage({ parameters: { scope } });
    const beside = rightsOf(await consentPage({ parameters: { scope: "user:read" } }));
    const known = new Set([...beside.values()].flat().map(([, text]) => text));
    const own = [...rightsOf(page).values()].flat().filter(([, text]) => !known.has(text));
    assert.equal(own.length, scope === "user:read" ? 0 : 1, scope);
  }
});

test("who the person is is always asked for, and told", async () => {
  const rights = rightsOf(await consentPage({ parameters: { scope: "app:read" } }));
  assert.deepEqual([...rights.keys()], ["Apps", "Your user account"]);
  assert.match(rights.get("Your user account")[0][1], /your name/);
});

test("what costs money or takes data along says so", async () => {
  const told = async (browser, scope) =>
    [...rightsOf(await consentPage({ browser, parameters: { scope } })).values()].flat().map(([, text]) => text);
  for (const scope of ["contract:write", "order:domain-create", "extension:write"]) {
    assert.ok((await told(german(), scope)).some((text) => /kostenpflichtig/i.test(text)), scope);
    assert.ok((await told(english(), scope)).some((text) => /at a price/.test(text)), scope);
  }
  for (const scope of ["database:delete", "stack:delete"])
    assert.ok((await told(english(), scope)).some((text) => /with their data/.test(text)), scope);
});

test("an address of no client that we know is shown large, within a warning", async () => {
  const warning = (page) => find(page.document, (element) => classOf(element) === "warning");
  const host = (within) => find(within, (element) => classOf(element) === "host");
  for (const [uri, shown] of [
    ["https://client.example/cb", "client.example"],
    ["https://claude.ai:8443/api/mcp/auth_callback", "claude.ai:8443"],
    ["https://claude.ai.evil.example/api/mcp/auth_callback", "claude.ai.evil.example"],
    ["https://sub.claude.ai/api/mcp/auth_callback", "sub.claude.ai"],
    ["https://xn--clude-eua.example/cb", "xn--clude-eua.example"],
    ["https://oauth-redirect.googleusercontent.com/r/someone", "oauth-redirect.googleusercontent.com"],
  ]) {
    for (const [browser, words] of [
      [english(), /^Unknown application.*no application that we know/],
      [german(), /^Unbekannte Anwendung.*keiner Anwendung, die wir kennen/],
    ]) {
      const page = await consentPage({ browser, metadata: { client_name: "Claude", redirect_uris: [uri] } });
      assert.match(textOf(warning(page)), words, uri);
      assert.equal(textOf(host(warning(page))), shown);
      assert.equal(all(page, "span").filter((span) => classOf(span) === "host").length, 1);
    }
  }
  for (const uri of [
    "https://chatgpt.com/connector/oauth/abc",
    "https://claude.com/api/mcp/auth_callback",
    "https://www.perplexity.ai/rest/connections/oauth_callback",
    "https://callback.mistral.ai/v1/integrations_auth/oauth2_callback",
  ]) {
    const page = await consentPage({ metadata: { redirect_uris: [uri] } });
    assert.equal(warning(page), undefined, uri);
    assert.equal(textOf(host(page.document)), new URL(uri).host);
  }
  for (const uri of ["http://localhost:6274/cb", "http://127.0.0.1/", "http://[::1]:5/cb"]) {
    const page = await consentPage({ metadata: { redirect_uris: [uri] } });
    assert.match(textOf(warning(page)), /only if you have just started this connection yourself on this device/, uri);
    assert.equal(textOf(host(page.document)), "a program on your computer");
  }
  // The host stands out: it is the largest text of the page.
  const style = await (await fetch(`${connector.origin}/style.css`)).text();
  assert.match(style, /\.warning \.host \{[^}]*font-size: 2rem/);
});

test("what a form leaves out is the narrower choice", async () => {
  const page = await consentPage();
  const chosen = page.forms[0].fields.filter(({ checked }) => checked).map(({ name, value }) => [name, value]);
  assert.deepEqual(chosen, [
    ["level", "manage"],
    ["projects", "all"],
  ]);
  for (const projects of [undefined, "nonsense", "ALL"]) {
    const browser = english();
    const request = authorizationRequest(connector, client);
    const { forms, url } = await browser.open(request.url);
    const sealed = forms[0].fields.find(({ name }) => name === "request").value;
    const body = new URLSearchParams({ request: sealed, decision: "allow", ...(projects && { projects }) });
    const sent = await browser.send(forms[0].action, body, url);
    const stopped = await walk(browser, sent.location, REDIRECT_URI).catch((error) => error);
    assert.equal(new URL(stopped.page.url).pathname, "/consent/project");
    const way = { ...request, browser, page: stopped.page, form: stopped.page.forms[0] };
    const answer = await choose(way, idOf(way.page, "Kontor"));
    const code = new URL(answer.location).searchParams.get("code");
    const { body: tokens } = await exchange(connector, client, { ...request, code });
    assert.equal(claimsOf(tokens.access_token).level, "read");
    assert.equal(claimsOf(tokens.access_token).project, idOf(way.page, "Kontor"));
  }
});

test("the page is shown every time", async () => {
  const browser = english();
  for (let time = 0; time < 3; time += 1) {
    const page = await browser.open(authorizationRequest(connector, client).url);
    assert.equal(page.status, 200);
    assert.match(page.text, /wants to access/);
    await obtainCode(connector, client, { browser });
  }
  for (const parameters of [{ prompt: "none" }, { approval_prompt: "auto" }, { login_hint: "demo@example.com" }]) {
    const page = await browser.open(authorizationRequest(connector, client, parameters).url);
    assert.equal(page.status, 200, JSON.stringify(parameters));
    assert.equal(page.location, undefined);
  }
});

test("a language once chosen stays for the whole sign-in", async () => {
  const browser = english();
  const page = await browser.open(authorizationRequest(connector, client).url);
  const switched = await browser.open(page.links.find(({ language }) => language === "de").href);
  assert.equal(switched.language, "de");
  const kept = switched.headers.getSetCookie().find((line) => line.startsWith("mittwald-mcp-language="));
  assert.equal(kept, "mittwald-mcp-language=de; Path=/; Max-Age=600; HttpOnly; SameSite=Lax");
  // On the next page of this sign-in, and on pages that know no sign-in.
  const sent = await browser.submit(switched, switched.forms[0], { projects: "one" }, { decision: "allow" });
  const again = await browser.submit(switched, switched.forms[0], {}, { decision: "allow" });
  assert.match(again.text, /Diese Seite gilt nicht mehr/);
  const stopped = await walk(browser, sent.location, REDIRECT_URI).catch((error) => error);
  assert.equal(stopped.page.language, "de");
  for (const path of ["/mittwald/callback?code=x&state=y", "/consent/project", "/authorize?client_id=x"])
    assert.equal((await browser.open(connector.origin + path)).language, "de", path);
  // It beats what the next client wishes, until the person chooses otherwise.
  const next = authorizationRequest(connector, client, { ui_locales: "en" });
  assert.equal((await browser.open(next.url)).language, "de");
  assert.equal((await browser.open(`${next.url}&lang=en`)).language, "en");
  assert.equal((await browser.open(next.url)).language, "en");
  // Without a choice nothing is remembered.
  assert.doesNotMatch((await german().open(next.url)).headers.get("set-cookie"), /language/);
  assert.equal((await english().open(`${next.url}&lang=fr`)).language, "en");
});

test("a form that was never ours is refused in the browser's language", async () => {
  for (const [browser, language] of [
    [german(), "de"],
    [english(), "en"],
  ]) {
    const page = await browser.send(`${connector.origin}/consent`, new URLSearchParams({ request: "x" }));
    assert.equal(page.language, language);
  }
});

test("each step renews the cookie with the same value", async () => {
  const values = [];
  class Watched extends Browser {
    async open(url, options) {
      return note(await super.open(url, options));
    }
    async submit(...form) {
      return note(await super.submit(...form));
    }
  }
  const note = (page) => {
    const set = page.headers.getSetCookie().filter((line) => line.startsWith("mittwald-mcp-signin="));
    if (page.url.startsWith(connector.origin)) values.push([new URL(page.url).pathname, set[0]]);
    return page;
  };
  await onProjectPage(connector, client, { browser: new Watched() });
  const setting = values.filter(([, set]) => set);
  assert.deepEqual(
    setting.map(([path]) => path),
    ["/authorize", "/consent", "/mittwald/callback"],
  );
  assert.equal(new Set(setting.map(([, set]) => set)).size, 1);
  assert.match(setting[0][1], /^mittwald-mcp-signin=[\w-]{22}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/);
});

test("the pages work with a keyboard and a screen reader", async () => {
  const consent = await consentPage({ parameters: { scope: SCOPES.join(" ") } });
  const unknown = await consentPage({ metadata: { redirect_uris: ["https://unknown.example/cb"] } });
  const { page: project } = await onProjectPage(connector, client);
  for (const page of [consent, unknown, project]) {
    const ids = [...elements(page.document)].map((element) => attribute(element, "id")).filter(Boolean);
    assert.equal(new Set(ids).size, ids.length, "ids are unique");
    for (const set of all(page, "fieldset"))
      assert.equal(set.childNodes.find(({ tagName }) => tagName)?.tagName, "legend");
    for (const input of all(page, "input").filter((element) => attribute(element, "type") !== "hidden"))
      assert.equal(input.parentNode.tagName, "label");
    for (const element of elements(page.document)) {
      const described = attribute(element, "aria-labelledby") ?? attribute(element, "aria-describedby");
      if (described) assert.ok(ids.includes(described), described);
      assert.equal(attribute(element, "tabindex"), undefined, "the order is the order of the page");
    }
    const levels = [...elements(page.document)].map(({ tagName }) => tagName).filter((name) => /^h[1-6]$/.test(name));
    assert.equal(levels[0], "h1");
    assert.ok(levels.slice(1).every((level) => level === "h2"));
    const [link] = page.links.filter(({ language }) => language);
    assert.notEqual(link.language, page.language);
  }
  const style = await (await fetch(`${connector.origin}/style.css`)).text();
  assert.match(style, /:focus-visible \{ outline: 3px solid/);
  assert.doesNotMatch(style, /outline: *(none|0)/);
});

test("the colours have enough contrast, light and dark", async () => {
  const style = await (await fetch(`${connector.origin}/style.css`)).text();
  const themes = [...style.matchAll(/:root \{([^}]*)\}/g)].map(([, body]) =>
    Object.fromEntries([...body.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value])),
  );
  assert.equal(themes.length, 2);
  const light = (hex) => {
    const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
    const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, two) => {
    const [high, low] = [light(one), light(two)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  for (const theme of themes) {
    for (const [text, ground] of [
      ["ink", "paper"],
      ["soft", "paper"],
      ["accent", "paper"],
      ["accent-ink", "accent"],
      ["warn-ink", "warn"],
    ])
      assert.ok(contrast(theme[text], theme[ground]) >= 4.5, `${text} on ${ground}`);
    // The ring around what has the focus (WCAG 1.4.11).
    for (const ground of ["paper", "ground"]) assert.ok(contrast(theme.accent, theme[ground]) >= 3, ground);
  }
});

test("nothing comes from elsewhere, and nothing runs", async () => {
  const { page: project } = await onProjectPage(connector, client);
  for (const page of [await consentPage(), await consentPage({ browser: german() }), project]) {
    for (const element of elements(page.document)) {
      assert.doesNotMatch(element.tagName, /^(script|iframe|object|embed|img|style|base)$/);
      for (const { name, value } of element.attrs) {
        assert.doesNotMatch(name, /^on|^style$|^srcset$|^ping$|^target$/);
        if (["href", "src", "action", "formaction"].includes(name))
          assert.ok(value === "data:," || /^\/(?!\/)/.test(value), `${name}=${value}`);
      }
    }
  }
  const style = await (await fetch(`${connector.origin}/style.css`)).text();
  assert.doesNotMatch(style, /url\(|@import/);
});
