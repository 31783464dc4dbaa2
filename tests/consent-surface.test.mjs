// The connector's address fixes the project: /mcp/p/{projectId}, with toolsets, read-only.
//
//  1. the page shows the project and offers no choice of projects; nobody can talk it out of that
//  2. access is checked after the sign-in, and the token is for this project and this address
//  3. somebody else's project, and one that does not exist, are access_denied with a sentence
//  4. a failure of mittwald is told to the client as one; a denial before it stays a denial
//  5. an address that is no UUID is no resource

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AGREE, Browser, walk } from "./support/browser.mjs";
import { elements, textOf } from "./support/html.mjs";
import { legacyClient } from "./support/mcp-client.mjs";
import { idOf, onProjectPage, OTHER_PERSON } from "./support/project-choice.mjs";
import { authorizationRequest, claimsOf, exchange, obtainCode, REDIRECT_URI, register } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
let client;
/// Projects of the demo user, and one of somebody else.
let own;
let another;
let foreign;
before(async () => {
  connector = await startConnector();
  client = await register(connector);
  const { page } = await onProjectPage(connector, client);
  own = idOf(page, "Kontor Nord");
  another = idOf(page, "Teehandel");
  foreign = idOf((await onProjectPage(connector, client, { answers: OTHER_PERSON })).page, "Atelier");
});
after(() => connector?.dispose());

const resourceOf = (project, rest = "") => `${connector.mcp}/p/${project}${rest}`;
const AGREED = { ...AGREE, "/consent": { values: {}, button: { decision: "allow" } } };
const MISSING = "0f8fad5b-d9cb-469f-a165-70867728950e";

/// Walks the pages for a resource as somebody who agrees to everything; gives what arrives at the client.
async function answerFor(resource, answers = {}) {
  const request = authorizationRequest(connector, client, { resource });
  const answer = await walk(new Browser(), request.url, REDIRECT_URI, { ...AGREED, ...answers });
  assert.equal(answer.get("state"), request.state);
  assert.deepEqual(answer.getAll("iss"), [connector.origin]);
  return { ...request, answer, code: answer.get("code") };
}

test("the page shows the project and offers no other", async () => {
  for (const [language, words] of [
    ["en", /For this project only.*The connector's address fixes the project/],
    ["de", /Nur für dieses Projekt.*Die Adresse des Connectors legt das Projekt fest/],
  ]) {
    for (const rest of ["", "/readonly", "/x/dns,mail"]) {
      const { url } = authorizationRequest(connector, client, { resource: resourceOf(own, rest) });
      const page = await new Browser({ language }).open(url);
      assert.match(page.text, words);
      const codes = [...elements(page.document)].filter(({ tagName }) => tagName === "code").map(textOf);
      assert.deepEqual(codes, [own]);
      assert.deepEqual(
        page.forms[0].fields.filter(({ name }) => name === "projects"),
        [],
      );
    }
  }
  const { url } = authorizationRequest(connector, client);
  assert.doesNotMatch((await new Browser().open(url)).text, /For this project only/);
});

test("the token is for the project and the address", async () => {
  for (const rest of ["", "/readonly"]) {
    const resource = resourceOf(own, rest);
    const before = connector.sandbox.requests.length;
    const granted = await answerFor(resource);
    const asked = connector.sandbox.requests.slice(before).map(({ path }) => path);
    assert.ok(asked.includes(`/v2/projects/${own}`), asked.join());
    const { body } = await exchange(connector, client, granted);
    const claims = claimsOf(body.access_token);
    assert.equal(claims.project, own);
    assert.equal(claims.aud, resource);
    const mcp = legacyClient(resource, body.access_token);
    const { structuredContent } = await mcp.call("mittwald_project_get", {});
    assert.match(JSON.stringify(structuredContent), /Kontor Nord Website/);
  }
});

test("a form that asks for more gets the project of the address", async () => {
  for (const projects of ["all", "one", another, ""]) {
    const browser = new Browser();
    const request = authorizationRequest(connector, client, { resource: resourceOf(own) });
    const page = await browser.open(request.url);
    const fields = Object.fromEntries(page.forms[0].fields.map(({ name, value }) => [name, value]));
    const body = new URLSearchParams({ ...fields, level: "read", decision: "allow", projects, project: another });
    const sent = await browser.send(page.forms[0].action, body, page.url);
    const answer = await walk(browser, sent.location, REDIRECT_URI);
    const { body: tokens } = await exchange(connector, client, { ...request, code: answer.get("code") });
    assert.equal(claimsOf(tokens.access_token).project, own, projects);
  }
});

test("a project without access is access_denied, with a sentence", async () => {
  for (const [project, answers] of [
    [foreign, {}],
    [MISSING, {}],
    [own, OTHER_PERSON],
  ]) {
    const { answer } = await answerFor(resourceOf(project), answers);
    assert.equal(answer.get("error"), "access_denied");
    assert.equal(answer.get("error_description"), `The person who signed in has no access to the project ${project}.`);
    assert.equal(answer.get("code"), null);
  }
  const granted = await answerFor(resourceOf(foreign), OTHER_PERSON);
  const { body } = await exchange(connector, client, granted);
  assert.equal(claimsOf(body.access_token).project, foreign, "whose project it is may connect to it");
});

test("access is checked where the client asks for no right to see projects, too", async () => {
  const resource = resourceOf(own);
  const granted = await obtainCode(connector, client, {
    level: "read",
    parameters: { resource, scope: "app:read" },
  });
  const { body } = await exchange(connector, client, granted);
  assert.deepEqual(body.scope.split(" ").sort(), ["app:read", "user:read"]);
  assert.equal(claimsOf(body.access_token).project, own);
});

test("mittwald's failures and refusals are told as what they are", async () => {
  for (const status of [500, 503, 429]) {
    await connector.control({ fail: { match: `/v2/projects/${own}`, status } });
    const { answer } = await answerFor(resourceOf(own));
    assert.equal(answer.get("error"), "temporarily_unavailable", String(status));
    assert.match(answer.get("error_description"), /mittwald could not be reached/);
  }
  await connector.control({ fail: { match: `/v2/projects/${own}`, status: 401 } });
  assert.equal((await answerFor(resourceOf(own))).answer.get("error"), "access_denied");
  for (const path of ["/consent", "/sign-in"]) {
    const { answer } = await answerFor(resourceOf(own), { [path]: { values: {}, button: { decision: "deny" } } });
    assert.equal(answer.get("error"), "access_denied", path);
  }
});

test("an address that is no UUID is no resource", async () => {
  for (const project of ["p-abc123", "x", `${MISSING}0`, "..%2f..", ""]) {
    const request = authorizationRequest(connector, client, { resource: resourceOf(project) });
    const page = await new Browser().open(request.url);
    assert.equal(new URL(page.location).searchParams.get("error"), "invalid_target", project);
  }
});
