// The second page of a sign-in: how a person gets there, and what they see.

import assert from "node:assert/strict";
import { AGREE, Browser, walk } from "./browser.mjs";
import { attribute, elements, textOf } from "./html.mjs";
import { authorizationRequest, exchange, register } from "./sign-in.mjs";

/// Answers of a person who allows one project, chosen later.
export const ONE_PROJECT = { ...AGREE, "/consent": { values: { projects: "one" }, button: { decision: "allow" } } };

export const OTHER_PERSON = {
  "/sign-in": { values: { email: "other@example.com", password: "sandbox" }, button: { decision: "allow" } },
};

/// The projects of the demo user, as the page sorts them.
export const MINE = ["Kontor Nord Website", "Ruderclub Alster e. V.", "Teehandel Brandt Shop"];

/// Walks up to the page; gives it with the browser, its form, the sealed sign-in and the request.
export async function onProjectPage(connector, client, { browser = new Browser(), answers = {}, parameters } = {}) {
  const request = authorizationRequest(connector, client, parameters);
  const stopped = await walk(browser, request.url, request.redirectUri, { ...ONE_PROJECT, ...answers }).then(
    (arrived) => assert.fail(`arrived at the client with ${arrived}`),
    (error) => error,
  );
  const { page } = stopped;
  assert.ok(page, stopped.message);
  assert.equal(new URL(page.url).pathname, "/consent/project", stopped.message);
  return { ...request, browser, page, form: choiceForm(page), signIn: new URL(page.url).searchParams.get("sign_in") };
}

/// A page of ours that leads nowhere.
export function isPage(page, status = 400) {
  assert.equal(page.status, status, page.location);
  assert.equal(page.location, undefined);
  assert.match(page.headers.get("content-type"), /^text\/html/);
  assert.equal(page.headers.get("cache-control"), "no-store");
}

/// The page that says that there is no such sign-in (any more).
export function isStale(page) {
  isPage(page);
  assert.match(page.text, /no longer valid|gilt nicht mehr/);
}

/// Checks an answer at the client; gives its parameters.
export function arrived(connector, page, { state, redirectUri }, error) {
  assert.equal(page.status, 303, page.text);
  assert.ok(page.location.startsWith(`${redirectUri}?`), page.location);
  const parameters = new URL(page.location).searchParams;
  assert.equal(parameters.get("state"), state);
  assert.deepEqual(parameters.getAll("iss"), [connector.origin]);
  assert.equal(parameters.get("error"), error ?? null);
  assert.equal(parameters.has("code"), error === undefined);
  if (error) assert.ok(parameters.get("error_description").length > 20);
  return parameters;
}

/// Exchanges the code that arrived at the client.
export async function exchanged(connector, client, way, page) {
  const { body } = await exchange(connector, client, { ...way, code: arrived(connector, page, way).get("code") });
  assert.ok(body.access_token, JSON.stringify(body));
  return body;
}

/// The names of the offered projects, in the order of the page.
export const names = (page) => [...offered(page).keys()].map((text) => text.replace(/ p-\w+$/, ""));

export const choiceForm = (page) => page.forms.find(({ method }) => method === "post");

/// The projects offered: name and short id -> UUID, in the order of the page.
export function offered(page) {
  const labels = [...elements(page.document)].filter((element) => element.tagName === "label");
  const rows = labels.map((label) => [textOf(label), [...elements(label)].find(({ tagName }) => tagName === "input")]);
  return new Map(rows.filter(([, input]) => input).map(([text, input]) => [text, attribute(input, "value")]));
}

/// The UUID of the offered project whose row begins with this name.
export function idOf(page, name) {
  const found = [...offered(page)].find(([text]) => text.startsWith(name));
  assert.ok(found, `${name} is offered: ${[...offered(page).keys()].join("; ")}`);
  return found[1];
}

/// Chooses, as the form would.
export function choose({ browser, page, form }, project, decision = "allow") {
  return browser.submit(page, form, project === undefined ? {} : { project }, { decision });
}

/// A token for the one project that a person chose.
export async function tokenFor(connector, project, options = {}) {
  const client = await register(connector);
  const way = await onProjectPage(connector, client, options);
  return (await exchanged(connector, client, way, await choose(way, project))).access_token;
}

/// Sends the form's fields with these changed, as nobody's browser would.
export function sendChoice({ browser, page, form, signIn }, changes) {
  const fields = { sign_in: signIn, decision: "allow", lang: "en", ...changes };
  for (const [name, value] of Object.entries(fields)) if (value === undefined) delete fields[name];
  return browser.send(form.action, new URLSearchParams(fields), page.url);
}
