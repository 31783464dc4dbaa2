// A real browser walks the connections page, in German and in English.
//
//  1. sign in, see, disconnect one, then all, sign out; what was disconnected is refused from then on
//  2. the same with the keyboard alone
//  3. the language switch, before and after the sign-in
//  4. a sign-in that is cancelled at mittwald says so
//
// On every page: axe finds nothing, nothing sticks out at 360 px, the console is empty, and nothing is
// loaded from elsewhere (support/chromium.mjs).

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { lookOver, pressAndArrive, signInThere, SKIPPED, startChromium, STATUS_TOLD, tabTo, visit } from "./support/chromium.mjs";
import { callOf, connect, legacyClient } from "./support/mcp-client.mjs";
import { refresh, register } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

const CLAUDE = { client_name: "Claude", redirect_uris: ["https://claude.ai/api/mcp/auth_callback"] };
const CURSOR = { client_name: "Cursor", redirect_uris: ["cursor://anysphere.cursor-mcp/oauth/callback"] };
const NAMELESS = {
  client_name: "EinProgrammMitEinemSehrLangenNamenOhneEinLeerzeichenDarin",
  redirect_uris: ["https://a-rather-long-name-of-a-host-that-nobody-knows.example:8443/callback"],
};
const SIGN_IN = "button[name=sign-in]";

let connector;
let chromium;
before(async () => {
  if (SKIPPED) return;
  chromium = await startChromium();
  connector = await startConnector();
});
after(async () => {
  await chromium?.close();
  await connector?.dispose();
});

function walks(name, steps) {
  for (const language of ["de", "en"]) test(`${name} (${language})`, { skip: SKIPPED }, () => steps(language));
}

/// Three connected clients, the first of which has changed something.
async function threeClients() {
  const clients = [];
  for (const metadata of [CLAUDE, CURSOR, NAMELESS])
    clients.push(await connect(connector, { client: await register(connector, metadata) }));
  const [{ url, token }] = clients;
  const mcp = legacyClient(url, token);
  const { structuredContent } = await mcp.call("mittwald_project_list");
  const projectId = structuredContent.projects[0].id;
  await mcp.send(callOf("mittwald_project_update", { projectId, description: "Renamed" }));
  return clients;
}

/// A window on the connections page, not signed in.
async function atEntrance(language) {
  const window = await visit(chromium, language, [connector.origin, connector.sandbox.origin]);
  await window.page.goto(`${connector.origin}/connections`);
  return window;
}

const named = (page) => page.locator("section.connection h2").allInnerTexts();
const isRefused = async ({ client, tokens }) => (await refresh(connector, client, tokens.refresh_token)).body.error === "invalid_grant";

walks("sign in, see, disconnect", async (language) => {
  const [claude, cursor, nameless] = await threeClients();
  const window = await atEntrance(language);
  const { page } = window;
  await lookOver(window, "connections-entrance");
  await pressAndArrive(page, SIGN_IN, connector.sandbox.origin);
  await signInThere(page, `${connector.origin}/connections`);
  assert.deepEqual((await named(page)).sort(), ["Claude", "Cursor", NAMELESS.client_name]);
  await lookOver(window, "connections");
  for (const summary of await page.locator("summary").all()) await summary.click();
  assert.match(await page.locator("ol.writes").first().innerText(), /mittwald_project_update/);
  await lookOver(window, "connections-open");

  const end = (name) => page.locator("section.connection", { hasText: name }).locator("button[name=end]");
  await Promise.all([page.waitForNavigation(), end("cursor://").click()]);
  assert.deepEqual((await named(page)).sort(), ["Claude", NAMELESS.client_name]);
  assert.equal(await page.locator("[role=status]").count(), 1);
  await lookOver(window, "connections-one-ended");
  assert.equal(await isRefused(cursor), true);
  await Promise.all([page.waitForNavigation(), page.click("button[value=all]")]);
  assert.deepEqual(await named(page), []);
  await lookOver(window, "connections-all-ended");
  for (const one of [claude, nameless]) assert.equal(await isRefused(one), true);

  // Reloading ends nothing again, and asks for nothing to be sent again.
  await page.reload();
  await Promise.all([page.waitForNavigation(), page.click("button[name=leave]")]);
  assert.equal(await page.locator(SIGN_IN).count(), 1);
  await lookOver(window, "connections-left");
  await window.end();
});

walks("keyboard alone", async (language) => {
  const clients = await threeClients();
  const window = await atEntrance(language);
  const { page } = window;
  const press = (key) => Promise.all([page.waitForNavigation(), page.keyboard.press(key)]);
  await tabTo(page, ".switch a");
  await tabTo(page, SIGN_IN);
  await press("Enter");
  await tabTo(page, "button[value=allow]");
  await press("Enter");
  await tabTo(page, "summary");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("details[open]").count(), 1);
  const before = await named(page);
  await tabTo(page, "button[name=end]");
  await press("Space");
  assert.deepEqual(await named(page), before.slice(1));
  await tabTo(page, "button[value=all]");
  await press("Enter");
  assert.deepEqual(await named(page), []);
  for (const one of clients) assert.equal(await isRefused(one), true);
  await window.end();
});

walks("the language switch", async (language) => {
  const other = language === "de" ? "en" : "de";
  const window = await atEntrance(language);
  const { page } = window;
  const change = async (to) => {
    await Promise.all([page.waitForNavigation(), page.click(`.switch a[hreflang=${to}]`)]);
    assert.equal(await page.getAttribute("html", "lang"), to);
  };
  await change(other);
  await pressAndArrive(page, SIGN_IN, connector.sandbox.origin);
  await signInThere(page, `${connector.origin}/connections`);
  assert.equal(await page.getAttribute("html", "lang"), other);
  await change(language);
  await window.end();
});

walks("a sign-in that is cancelled says so", async (language) => {
  const window = await atEntrance(language);
  await pressAndArrive(window.page, SIGN_IN, connector.sandbox.origin);
  await pressAndArrive(window.page, "button[value=deny]", `${connector.origin}/`);
  assert.equal(await window.page.locator("[role=alert]").count(), 1);
  assert.equal(await window.page.locator(SIGN_IN).count(), 1);
  await lookOver(window, "connections-cancelled");
  await window.end([STATUS_TOLD]);
});
