// Many at once, and the ground taken away in between: what must hold in a real workerd.
//
//  1. of fifty parallel exchanges of a code one succeeds
//  2. fifty parallel refreshes get one successor, and mittwald sees one refresh
//  3. parallel refreshes of different connections do not disturb each other
//  4. workerd ends and starts again at every step of a sign-in; nothing is lost, nothing works twice
//  5. a revocation outlives a restart

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AGREE, Browser } from "./support/browser.mjs";
import {
  authorizationRequest,
  claimsOf,
  exchange,
  obtainCode,
  refresh,
  register,
  revoke,
  signIn,
} from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

const MANY = 50;

let connector;
let client;
before(async () => {
  connector = await startConnector({ persist: true });
  client = await register(connector);
});
after(() => connector?.dispose());

const atOnce = (times, request) => Promise.all(Array.from({ length: times }, (_, index) => request(index)));

test("of fifty parallel exchanges one succeeds", async () => {
  const granted = await obtainCode(connector, client);
  const answers = await atOnce(MANY, () => exchange(connector, client, granted));
  const won = answers.filter(({ status }) => status === 200);
  assert.equal(won.length, 1);
  for (const { status, body } of answers) if (status !== 200) assert.equal(body.error, "invalid_grant");
  const after = await refresh(connector, client, won[0].body.refresh_token);
  assert.equal(after.body.error, "invalid_grant", "a code used twice ends the connection");
});

test("fifty parallel refreshes get one successor and cost mittwald one refresh", async () => {
  // mittwald's token has 600 s left, so that a refresh renews it (below 20 minutes).
  await connector.control({ tokenLifetime: 600 });
  const { tokens } = await signIn(connector, { client });
  await connector.control({ tokenLifetime: 3600 });
  const before = connector.counters();
  const answers = await atOnce(MANY, () => refresh(connector, client, tokens.refresh_token));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.equal(new Set(answers.map(({ body }) => body.refresh_token)).size, 1);
  const after = connector.counters();
  assert.equal(after.refreshes - before.refreshes, 1);
  assert.equal(after.doubleSpends - before.doubleSpends, 0);
  assert.equal(
    new Set(answers.map(({ body }) => claimsOf(body.access_token).mittwald)).size,
    1,
    "all carry the same fresh token of mittwald",
  );
  assert.equal((await refresh(connector, client, answers[0].body.refresh_token)).status, 200);
});

test("parallel refreshes of different connections do not disturb each other", async () => {
  await connector.control({ tokenLifetime: 600 });
  const signedIn = [];
  for (let index = 0; index < 5; index += 1) signedIn.push(await signIn(connector, { client }));
  await connector.control({ tokenLifetime: 3600 });
  const before = connector.counters();
  const answers = await atOnce(25, (index) => refresh(connector, client, signedIn[index % 5].tokens.refresh_token));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.equal(new Set(answers.map(({ body }) => body.refresh_token)).size, 5);
  assert.equal(connector.counters().refreshes - before.refreshes, 5);
  assert.equal(connector.counters().doubleSpends - before.doubleSpends, 0);
});

test("a sign-in survives a restart at every step", async () => {
  const browser = new Browser();
  const request = authorizationRequest(connector, client);
  const page = await browser.open(request.url);
  await connector.restart();
  const sent = await browser.submit(page, page.forms[0], {}, { decision: "allow" });
  assert.equal(sent.status, 303);
  await connector.restart();
  assert.equal((await browser.submit(page, page.forms[0], {}, { decision: "allow" })).status, 400, "the form was used");
  const signInPage = await browser.open(sent.location);
  const back = await browser.submit(signInPage, signInPage.forms[0], AGREE["/sign-in"].values, { decision: "allow" });
  const arrived = await browser.open(back.location);
  const code = new URL(arrived.location).searchParams.get("code");
  await connector.restart();
  assert.equal((await browser.open(back.location)).status, 400, "the callback was used");
  const first = await exchange(connector, client, { code, ...request });
  assert.equal(first.status, 200);
  await connector.restart();
  const second = await refresh(connector, client, first.body.refresh_token);
  assert.equal(second.status, 200);
  await connector.restart();
  const retried = await refresh(connector, client, first.body.refresh_token);
  assert.equal(retried.body.refresh_token, second.body.refresh_token, "a retry gets the same successor");
  assert.equal((await exchange(connector, client, { code, ...request })).body.error, "invalid_grant");
  assert.equal((await refresh(connector, client, second.body.refresh_token)).body.error, "invalid_grant");
});

test("a revocation outlives a restart", async () => {
  const { tokens } = await signIn(connector, { client });
  await revoke(connector, client, tokens.refresh_token);
  await connector.restart();
  assert.equal((await refresh(connector, client, tokens.refresh_token)).body.error, "invalid_grant");
});
