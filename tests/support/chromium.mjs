// A real browser: Debian's Chromium, driven by playwright-core, looked over by axe-core.
//
// Every visit keeps what the browser asked for and what it complained about, and `end()` holds both
// against the rule: nothing comes from elsewhere, and the console stays empty.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const PATH = process.env.CHROMIUM || "/usr/bin/chromium";
/// Why the browser's tests are left out, or false. Nobody skips them by accident: a missing browser fails.
export const SKIPPED = process.env.BROWSER === "skip" && "BROWSER=skip was set";

/// What the console says of any page whose status is 400 or more.
export const STATUS_TOLD = /^Failed to load resource: the server responded with a status of 4\d\d/;

const DESKTOP = { width: 1280, height: 800 };
/// 360 CSS pixels: the narrowest phones in use.
const PHONE = { width: 360, height: 740 };
/// How long anything on a page may take, in milliseconds.
const PATIENCE = 10_000;
/// More stops than any page of ours has.
const MAX_TABS = 40;
const SCREENSHOTS = fileURLToPath(new URL("../screenshots/", import.meta.url));
const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
/// A page that a client could show: it loads nothing.
const ARRIVED = '<!doctype html><html lang="en"><title>Client</title><link rel="icon" href="data:,"><p>Arrived.</p>';

/// The browser; no name but the loopback's resolves in it, so that a test touches no foreign host.
export async function startChromium() {
  if (!existsSync(PATH))
    throw new Error(`There is no Chromium at ${PATH}: run scripts/browser.sh, name one in CHROMIUM, or set BROWSER=skip.`);
  mkdirSync(SCREENSHOTS, { recursive: true });
  return chromium.launch({
    executablePath: PATH,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE ::1",
    ],
  });
}

/// A client that waits for its answer on a port of this computer, as native clients do.
export async function startCallback(address = "127.0.0.1", name = address) {
  const arrivals = [];
  const server = createServer((request, response) => {
    arrivals.push(new URL(request.url, "http://client"));
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(ARRIVED);
  });
  await new Promise((ready, failed) => server.once("error", failed).listen(0, address, ready));
  const origin = `http://${name.includes(":") ? `[${name}]` : name}:${server.address().port}`;
  // A test that fails leaves it open; that must not keep the process.
  server.unref();
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { origin, uri: `${origin}/callback`, arrivals, close };
}

/// One person's browser window in one language (`de` or `en`), with nothing remembered.
///
/// `origins` are the only ones it may go to.
export async function visit(browser, language, origins, options = {}) {
  const locale = language === "de" ? "de-DE" : "en-GB";
  const context = await browser.newContext({ locale, viewport: DESKTOP, ...options });
  context.setDefaultTimeout(PATIENCE);
  const requests = [];
  const complaints = [];
  context.on("request", (request) => requests.push({ request, from: pageOf(request) }));
  context.on("console", (message) => complaints.push(message.text()));
  context.on("weberror", (error) => complaints.push(String(error.error())));
  const page = await context.newPage();
  const window = { context, page, language, requests, complaints, looked: [] };

  /// Closes the window and checks what it did all the while; `told` are complaints that belong there.
  window.end = async (told = []) => {
    await context.close();
    assert.deepEqual(complaints.filter((text) => !told.some((pattern) => pattern.test(text))), []);
    assert.ok(requests.length > 0, "requests are seen");
    for (const one of requests) assertFromHere(one, origins);
  };
  return window;
}

/// Where the page is that asks for something; undefined where a page is yet to come.
function pageOf(request) {
  return request.isNavigationRequest() ? undefined : new URL(request.frame().url()).origin;
}

/// A page may be at one of `origins`; what it loads comes from where it is itself.
function assertFromHere({ request, from }, origins) {
  const url = new URL(request.url());
  if (url.protocol === "data:") return;
  assert.ok(origins.includes(url.origin), `${request.resourceType()} ${url.href}`);
  if (from) assert.equal(url.origin, from, `${request.resourceType()} ${url.href}`);
}

/// Looks over the page: on a desktop, on a phone and in the dark, axe finds nothing, no line sticks out
/// of the window; takes a picture of each.
export async function lookOver({ context, page, language, looked }, name) {
  const tools = await context.newCDPSession(page);
  assert.equal(await page.getAttribute("html", "lang"), language, name);
  for (const [form, viewport, colorScheme] of [
    ["desktop", DESKTOP, "light"],
    ["phone", PHONE, "light"],
    ["dark", DESKTOP, "dark"],
  ]) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    const about = `${name}-${language}-${form}`;
    assert.deepEqual(await violations(tools, form === "dark" ? ["color-contrast"] : undefined), [], about);
    const [inside, wide] = await page.evaluate(() => [
      document.documentElement.clientWidth,
      document.documentElement.scrollWidth,
    ]);
    assert.ok(wide <= inside, `${about}: ${wide} px of content in ${inside} px`);
    // In the dark only the colours differ.
    if (form !== "dark") await page.screenshot({ path: `${SCREENSHOTS}${about}.png`, fullPage: true });
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(DESKTOP);
  await tools.detach();
  looked.push(name);
}

/// What axe finds on a page, of all its rules or of `only` these. It comes in by the debugger, not by the
/// page's policy, which stays in force.
async function violations(tools, only) {
  const options = { resultTypes: ["violations"], preload: false, ...(only && { runOnly: only }) };
  const expression = `${AXE}; axe.run(document, ${JSON.stringify(options)}).then(({ violations, passes }) => ({
    checked: passes.length,
    found: violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 120)).join(" | ")),
  }))`;
  const answer = await tools.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
  assert.equal(answer.exceptionDetails, undefined, JSON.stringify(answer.exceptionDetails));
  assert.ok(answer.result.value.checked > 0, "axe ran");
  return answer.result.value.found;
}

/// Presses Tab until the focus is on what `selector` names; each stop on the way shows that it has it.
export async function tabTo(page, selector) {
  for (let step = 0; step < MAX_TABS; step += 1) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate((wanted) => {
      const element = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return {
        there: element.matches(wanted),
        ring: outlineStyle === "none" ? 0 : Number.parseFloat(outlineWidth),
        html: element.outerHTML.slice(0, 120),
      };
    }, selector);
    assert.ok(focus.html.startsWith("<body") || focus.ring >= 2, `no ring: ${focus.html}`);
    if (focus.there) return;
  }
  assert.fail(`${selector} cannot be reached with Tab at ${page.url()}`);
}

/// Presses something and waits until the window is at an address that begins with `address`.
export async function pressAndArrive(page, selector, address) {
  await Promise.all([page.waitForURL((url) => url.href.startsWith(address)), page.click(selector)]);
}

/// Signs in at the sandbox, whose form is filled in already.
export function signInThere(page, address) {
  return pressAndArrive(page, 'form[action="/sign-in"] button[value=allow]', address);
}
