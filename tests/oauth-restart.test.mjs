// workerd is killed (SIGKILL) and started again between any two steps of a sign-in and of a refresh, and in the
// middle of them: no code works twice, no refresh is lost.
//
//  1. between any two steps: the sign-in goes on, and whatever was used stays used
//  2. between any two steps of a sign-in with a second try at mittwald
//  3. between any two refreshes, also where mittwald's tokens are renewed
//  4. in the middle of an exchange: the code gives tokens at most once
//  5. in the middle of a refresh: asking again gives the one successor
//  6. in the middle of many refreshes at once: still one successor
//  7. in the middle of a renewal that mittwald did not carry out: nothing is lost
//  8. in the middle of one that it did: a new sign-in is needed, and that is said
//  9. in the middle of the callback: one connection at most

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { AGREE, Browser } from "./support/browser.mjs";
import { authorizationRequest, exchange, obtainCode, refresh, register, signIn } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

const AGREED = { decision: "allow" };
const LEVEL = { level: "manage" };

let connector;
let client;
before(async () => {
  connector = await startConnector({ persist: true });
  client = await register(connector);
  // mittwald's list is known, with all scopes: what is refused later is a surprise each time.
  await signIn(connector, { client });
});
after(() => connector?.dispose());
beforeEach(() => connector.control({ tokenLifetime: 3600, refuseScopes: [] }));

const invalidGrant = ({ status, body }) => assert.deepEqual([status, body.error], [400, "invalid_grant"]);

/// The steps of a sign-in and two refreshes. Each gets what the ones before left in `at`; `used` are checks that
/// what a step consumed stays consumed.
const STEPS = [
  {
    name: "authorize",
    async go(at) {
      at.request = authorizationRequest(connector, client);
      at.page = await at.browser.open(at.request.url);
      assert.equal(at.page.status, 200);
    },
  },
  {
    name: "consent",
    async go(at) {
      at.sent = await at.browser.submit(at.page, at.page.forms[0], LEVEL, AGREED);
      assert.equal(at.sent.status, 303);
    },
    used: async (at) => assert.equal((await at.browser.submit(at.page, at.page.forms[0], LEVEL, AGREED)).status, 400),
  },
  {
    name: "mittwald's page",
    async go(at) {
      const page = await at.browser.open(at.sent.location);
      // The second try, where there is one, has its own callback before.
      at.back = page.location ?? (await at.browser.submit(page, page.forms[0], AGREE["/sign-in"].values, AGREED)).location;
    },
  },
  {
    name: "callback",
    async go(at) {
      at.arrived = await at.browser.open(at.back);
      assert.equal(at.arrived.status, 303, at.arrived.text);
      at.code = new URL(at.arrived.location).searchParams.get("code");
    },
    used: async (at) => assert.equal((await at.browser.open(at.back)).status, 400),
  },
  {
    name: "exchange",
    async go(at) {
      const answer = await exchange(connector, client, { code: at.code, ...at.request });
      assert.equal(answer.status, 200, answer.text);
      at.tokens = [answer.body];
    },
  },
  { name: "first refresh", go: refreshed },
  { name: "second refresh", go: refreshed },
  { name: "third refresh", go: refreshed },
];

async function refreshed(at) {
  const token = at.tokens.at(-1).refresh_token;
  const answer = await refresh(connector, client, token);
  assert.equal(answer.status, 200, answer.text);
  assert.ok(!at.tokens.some(({ refresh_token: old }) => old === answer.body.refresh_token), "a new one");
  at.tokens.push(answer.body);
}

/// With a second try, these come between consent and mittwald's page.
const SECOND_TRY = [
  {
    name: "mittwald's refusal",
    async go(at) {
      at.refusal = (await at.browser.open(at.sent.location)).location;
      assert.equal(new URL(at.refusal).searchParams.get("error"), "invalid_scope");
    },
  },
  {
    name: "second try",
    async go(at) {
      at.sent = await at.browser.open(at.refusal);
      assert.equal(at.sent.status, 303, at.sent.text);
    },
    used: async (at) => assert.equal((await at.browser.open(at.refusal)).status, 400),
  },
];

/// Walks all steps with one kill after `steps[killedAfter]`.
async function walkWithKill(steps, killedAfter) {
  const at = { browser: new Browser() };
  for (const [index, { go }] of steps.entries()) {
    await go(at);
    if (index !== killedAfter) continue;
    await connector.restart();
    for (const { used } of steps.slice(0, index + 1)) await used?.(at);
  }
  // Everything single-use is used by now; the code ends what it gave.
  for (const { used } of steps) await used?.(at);
  invalidGrant(await exchange(connector, client, { code: at.code, ...at.request }));
  for (const { refresh_token: token } of at.tokens) invalidGrant(await refresh(connector, client, token));
}

describe("between the steps of a sign-in and of its refreshes", () => {
  for (const [index, { name }] of STEPS.slice(0, -1).entries())
    test(`after "${name}"`, () => walkWithKill(STEPS, index));
});

describe("between the steps of a sign-in with a second try", () => {
  const steps = [...STEPS.slice(0, 2), ...SECOND_TRY, ...STEPS.slice(2, 6)];
  for (const [index, { name }] of steps.slice(0, -1).entries())
    test(`after "${name}"`, async () => {
      await connector.control({ refuseScopes: ["conversation:read"] });
      await walkWithKill(steps, index);
    });
});

test("between refreshes that renew mittwald's tokens", async () => {
  await connector.control({ tokenLifetime: 600 });
  let { tokens } = await signIn(connector, { client });
  const before = connector.counters();
  for (let round = 1; round <= 4; round += 1) {
    await connector.restart();
    const answer = await refresh(connector, client, tokens.refresh_token);
    assert.equal(answer.status, 200, answer.text);
    await connector.restart();
    const retried = await refresh(connector, client, tokens.refresh_token);
    assert.equal(retried.body.refresh_token, answer.body.refresh_token, "a retry gets the same successor");
    tokens = answer.body;
  }
  assert.equal(connector.counters().doubleSpends, before.doubleSpends);
});

/// Sends a request and kills workerd a moment later; gives the answer, or undefined where the line broke.
async function killedDuring(delay, ...requests) {
  const sent = requests.map((request) => request().catch(() => undefined));
  await new Promise((later) => setTimeout(later, delay));
  await connector.restart();
  return Promise.all(sent);
}

/// Moments of the kill, in milliseconds after the request was sent: before, in, and after its handling.
const MOMENTS = [0, 1, 2, 3, 4, 6, 8, 12, 20];

test("in the middle of an exchange: tokens at most once", async () => {
  const outcomes = [];
  for (const moment of MOMENTS) {
    const granted = await obtainCode(connector, client);
    const [first] = await killedDuring(moment, () => exchange(connector, client, granted));
    const second = await exchange(connector, client, granted);
    const won = [first, second].filter((answer) => answer?.status === 200);
    assert.ok(won.length <= 1, `${won.length} exchanges of one code succeeded`);
    if (second.status !== 200) invalidGrant(second);
    // Where the code was shown twice, what it gave is over.
    if (first?.status === 200) invalidGrant(await refresh(connector, client, first.body.refresh_token));
    invalidGrant(await exchange(connector, client, granted));
    outcomes.push(first ? "answered" : "broken");
  }
  assert.ok(outcomes.includes("broken"), `no kill hit an exchange: ${outcomes}`);
});

test("in the middle of a refresh: asking again gives the one successor", async () => {
  let { tokens } = await signIn(connector, { client });
  const outcomes = [];
  for (const moment of MOMENTS) {
    const [first] = await killedDuring(moment, () => refresh(connector, client, tokens.refresh_token));
    const again = await refresh(connector, client, tokens.refresh_token);
    assert.equal(again.status, 200, `${moment} ms: ${again.text}`);
    if (first) assert.equal(first.body.refresh_token, again.body.refresh_token);
    outcomes.push(first ? "answered" : "broken");
    tokens = again.body;
  }
  assert.ok(outcomes.includes("broken"), `no kill hit a refresh: ${outcomes}`);
});

test("in the middle of many refreshes at once: still one successor", async () => {
  let { tokens } = await signIn(connector, { client });
  const hits = [];
  // Later and later, until the kill hits the middle of them: how long they take depends on the machine.
  for (let moment = 2; moment < 1000 && hits.length < 2; moment *= 1.5) {
    const one = () => refresh(connector, client, tokens.refresh_token);
    const answers = (await killedDuring(moment, ...Array.from({ length: 10 }, () => one))).filter(Boolean);
    if (answers.length > 0) hits.push(answers.length);
    answers.push(await one());
    for (const { status, text } of answers) assert.equal(status, 200, text);
    assert.equal(new Set(answers.map(({ body }) => body.refresh_token)).size, 1);
    tokens = answers[0].body;
  }
  assert.equal(hits.length, 2, "no kill came after the first answer");
});

/// A connection whose mittwald token is due, and a refresh that hangs at mittwald's token endpoint when workerd is
/// killed. `handled` says whether mittwald still does what it was asked, though nobody hears the answer.
async function killedDuringRenewal({ handled }) {
  await connector.control({ tokenLifetime: 600 });
  const { tokens } = await signIn(connector, { client });
  await connector.control({ tokenLifetime: 3600, stall: { match: "/oauth2/token", ms: 60_000 } });
  const { oauth, faults } = connector.sandbox.state;
  const token = oauth.token;
  if (!handled) oauth.token = () => ({ status: 503, body: { error: "server_error" } });
  const sent = refresh(connector, client, tokens.refresh_token).catch(() => undefined);
  while (faults.planned.some(({ kind }) => kind === "stall")) await new Promise((later) => setTimeout(later, 5));
  await connector.restart();
  assert.equal(await sent, undefined, "the line broke");
  oauth.token = token;
  return tokens;
}

test("in the middle of a renewal that mittwald did not carry out: nothing is lost", async () => {
  const before = connector.counters();
  const tokens = await killedDuringRenewal({ handled: false });
  const again = await refresh(connector, client, tokens.refresh_token);
  assert.equal(again.status, 200, again.text);
  assert.equal(again.body.expires_in, 900, "with a fresh token of mittwald");
  assert.equal((await refresh(connector, client, again.body.refresh_token)).status, 200);
  assert.equal(connector.counters().doubleSpends, before.doubleSpends);
  assert.equal(connector.counters().refreshes - before.refreshes, 1);
});

// mittwald's new tokens went to nobody, and its old refresh token is spent: no server can recover that. What
// remains is to say so at once, and not to try the spent token again and again.
test("in the middle of a renewal that mittwald carried out: the person is asked to sign in, once and clearly", async () => {
  const before = connector.counters();
  const tokens = await killedDuringRenewal({ handled: true });
  const again = await refresh(connector, client, tokens.refresh_token);
  invalidGrant(again);
  assert.match(again.body.error_description, /sign in again/i);
  invalidGrant(await refresh(connector, client, tokens.refresh_token));
  assert.equal(connector.counters().doubleSpends - before.doubleSpends, 1);
  await signIn(connector, { client });
});

test("in the middle of the callback: one connection at most", async () => {
  for (const moment of MOMENTS) {
    const browser = new Browser();
    const request = authorizationRequest(connector, client);
    const page = await browser.open(request.url);
    const sent = await browser.submit(page, page.forms[0], LEVEL, AGREED);
    const signInPage = await browser.open(sent.location);
    const back = await browser.submit(signInPage, signInPage.forms[0], AGREE["/sign-in"].values, AGREED);
    const [first] = await killedDuring(moment, () => browser.open(back.location));
    const second = await browser.open(back.location);
    const codes = [first, second]
      .filter((answer) => answer?.status === 303)
      .map(({ location }) => new URL(location).searchParams.get("code"))
      .filter(Boolean);
    assert.ok(codes.length <= 1);
    for (const code of codes) assert.equal((await exchange(connector, client, { code, ...request })).status, 200);
  }
});
