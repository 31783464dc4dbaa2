// mittwald's side fails: what the person sees, what the client is told, and that nothing is lost.
//
//  1. the token endpoint or the API is down, breaks off, answers nonsense: temporarily_unavailable
//  2. mittwald refuses the code or the fresh token: access_denied
//  3. a token never outlives mittwald's
//  4. mittwald's tokens are renewed at a refresh when little is left, and only then
//  5. where mittwald offers no refresh grant, its session refresh does
//  6. a refused renewal ends the connection
//  7. an outage at a renewal uses nothing up; what is left of mittwald's token serves
//  8. mittwald grants fewer scopes than were asked for

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { Browser, walk } from "./support/browser.mjs";
import {
  authorizationRequest,
  claimsOf,
  exchange,
  obtainCode,
  REDIRECT_URI,
  refresh,
  register,
  signIn,
} from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
let client;
before(async () => {
  connector = await startConnector();
  client = await register(connector);
});
after(() => connector?.dispose());
beforeEach(() => connector.control({ tokenLifetime: 3600, refreshGrant: "ok" }));

const TOKEN = "/oauth2/token";
const SELF = "/v2/users/self";

/// Signs in while `faults` are planned; gives what arrives at the client.
async function signInDuring(faults) {
  const request = authorizationRequest(connector, client);
  await connector.control(faults);
  const answer = await walk(new Browser(), request.url, REDIRECT_URI);
  assert.equal(answer.get("state"), request.state);
  assert.deepEqual(answer.getAll("iss"), [connector.origin]);
  return answer;
}

/// A connection whose mittwald token has so many seconds left.
async function signedInWith(seconds) {
  await connector.control({ tokenLifetime: seconds });
  const { tokens } = await signIn(connector, { client });
  await connector.control({ tokenLifetime: 3600 });
  return tokens;
}

test("mittwald is out of reach during the sign-in", async () => {
  for (const faults of [
    { fail: { match: TOKEN, status: 503 } },
    { fail: { match: TOKEN, status: 500, body: "oops", contentType: "text/plain" } },
    { fail: { match: TOKEN, status: 429, body: "{}" } },
    { garbage: { match: TOKEN } },
    { breakOff: { match: TOKEN } },
    { redirect: { match: TOKEN, location: "https://evil.example/token" } },
    { fail: { match: TOKEN, status: 200, body: '{"token_type":"bearer"}' } },
    { fail: { match: SELF, status: 502 } },
    { garbage: { match: SELF } },
    { breakOff: { match: SELF } },
    { fail: { match: SELF, status: 200, body: '{"userId":""}' } },
  ]) {
    const answer = await signInDuring(faults);
    assert.equal(answer.get("error"), "temporarily_unavailable", JSON.stringify(faults));
    assert.equal(answer.get("code"), null);
    assert.ok(!answer.get("error_description").includes("oops"));
  }
});

test("mittwald refuses at the last moment", async () => {
  for (const faults of [
    { fail: { match: TOKEN, status: 400, body: '{"error":"invalid_grant"}' } },
    { fail: { match: TOKEN, status: 401, body: '{"error":"invalid_client"}' } },
    { fail: { match: SELF, status: 401 } },
    { fail: { match: SELF, status: 403 } },
  ]) {
    assert.equal((await signInDuring(faults)).get("error"), "access_denied", JSON.stringify(faults));
  }
});

test("after a failed sign-in the next one works", async () => {
  await signInDuring({ fail: { match: TOKEN, status: 503 } });
  await signIn(connector, { client });
});

test("a token never outlives mittwald's", async () => {
  const tokens = await signedInWith(30);
  assert.ok(tokens.expires_in <= 30 && tokens.expires_in > 20, `${tokens.expires_in} s`);
  const { exp, iat } = claimsOf(tokens.access_token);
  assert.equal(exp - iat, tokens.expires_in);
});

test("an expired token is refused, says so, and a refresh helps", async () => {
  const tokens = await signedInWith(3);
  await new Promise((later) => setTimeout(later, tokens.expires_in * 1000 + 100));
  const answer = await fetch(connector.mcp, {
    method: "POST",
    headers: { authorization: `Bearer ${tokens.access_token}`, "content-type": "application/json" },
    body: "{}",
  });
  assert.equal(answer.status, 401);
  assert.match(answer.headers.get("www-authenticate"), /error="invalid_token", error_description="[^"]*expired/);
  const renewed = await refresh(connector, client, tokens.refresh_token);
  assert.equal(renewed.body.expires_in, 900);
});

test("mittwald is asked for new tokens when little is left, and only then", async () => {
  const before = connector.counters().refreshes;
  const plenty = await signedInWith(3600);
  await refresh(connector, client, plenty.refresh_token);
  assert.equal(connector.counters().refreshes, before);
  const little = await signedInWith(1100);
  const renewed = await refresh(connector, client, little.refresh_token);
  assert.equal(connector.counters().refreshes, before + 1);
  await refresh(connector, client, renewed.body.refresh_token);
  assert.equal(connector.counters().refreshes, before + 1);
});

test("renewals go on and on with rotating tokens of mittwald", async () => {
  await connector.control({ tokenLifetime: 600 });
  let { tokens } = await signIn(connector, { client });
  const before = connector.counters();
  for (let round = 1; round <= 4; round += 1) {
    const answer = await refresh(connector, client, tokens.refresh_token);
    assert.equal(answer.status, 200, answer.text);
    assert.ok(answer.body.expires_in <= 600);
    tokens = answer.body;
    assert.equal(connector.counters().refreshes - before.refreshes, round);
  }
  assert.equal(connector.counters().doubleSpends, before.doubleSpends);
});

test("where mittwald offers no refresh grant, its session refresh does", async () => {
  const tokens = await signedInWith(600);
  await connector.control({ refreshGrant: "unsupported" });
  const before = connector.counters();
  const first = await refresh(connector, client, tokens.refresh_token);
  assert.equal(first.status, 200, first.text);
  assert.equal(connector.counters().sessionRefreshes - before.sessionRefreshes, 1);
  assert.equal(first.body.expires_in, 900);
});

test("after a session refresh the token lives no longer than mittwald says", async () => {
  await connector.control({ tokenLifetime: 600, refreshGrant: "unsupported" });
  const { tokens } = await signIn(connector, { client });
  await connector.control({ tokenLifetime: 120 });
  const answer = await refresh(connector, client, tokens.refresh_token);
  assert.equal(answer.status, 200, answer.text);
  assert.ok(answer.body.expires_in <= 120, `${answer.body.expires_in} s, but mittwald's token has 120 s`);
});

test("a refused renewal ends the connection", async () => {
  for (const fault of [
    { fail: { match: TOKEN, status: 400, body: '{"error":"invalid_grant"}' } },
    { fail: { match: TOKEN, status: 401, body: '{"error":"invalid_client"}' } },
  ]) {
    const tokens = await signedInWith(600);
    await connector.control(fault);
    const answer = await refresh(connector, client, tokens.refresh_token);
    assert.equal(answer.status, 400);
    assert.equal(answer.body.error, "invalid_grant");
    assert.match(answer.body.error_description, /sign in again/i);
    assert.equal((await refresh(connector, client, tokens.refresh_token)).body.error, "invalid_grant");
  }
});

test("an outage at a renewal uses nothing up", async () => {
  for (const fault of [
    { fail: { match: TOKEN, status: 503 } },
    { garbage: { match: TOKEN } },
    { fail: { match: TOKEN, status: 429 } },
  ]) {
    const tokens = await signedInWith(30);
    await connector.control(fault);
    const answer = await refresh(connector, client, tokens.refresh_token);
    assert.equal(answer.status, 503, answer.text);
    assert.equal(answer.body.error, "temporarily_unavailable");
    assert.ok(Number(answer.headers.get("retry-after")) > 0);
    assert.equal(answer.headers.get("cache-control"), "no-store");
    assert.equal((await refresh(connector, client, tokens.refresh_token)).status, 200);
  }
});

test("during an outage what is left of mittwald's token serves", async () => {
  const tokens = await signedInWith(600);
  await connector.control({ fail: { match: TOKEN, status: 503 } });
  const answer = await refresh(connector, client, tokens.refresh_token);
  assert.equal(answer.status, 200, answer.text);
  assert.ok(answer.body.expires_in <= 600);
});

test("an exchange needs nothing from mittwald", async () => {
  const granted = await obtainCode(connector, client);
  await connector.control({ fail: { match: TOKEN, status: 503 } });
  assert.equal((await exchange(connector, client, granted)).status, 200);
  const left = connector.sandbox.state.faults.planned;
  assert.equal(left.length, 1, "nobody asked");
  connector.sandbox.state.faults.take("POST", "/api/v2/oauth2/token");
});

test("mittwald grants fewer scopes than were asked for", async () => {
  const { oauth } = connector.sandbox.state;
  const token = oauth.token.bind(oauth);
  oauth.token = (...request) => {
    const answer = token(...request);
    answer.body.scope = "project:read user:read";
    return answer;
  };
  const { tokens } = await signIn(connector, { client });
  oauth.token = token;
  assert.equal(tokens.scope, "project:read user:read");
  assert.equal(claimsOf(tokens.access_token).scope, "project:read user:read");
});
