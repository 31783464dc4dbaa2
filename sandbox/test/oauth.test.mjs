// Sign-in, as a client walks it:
// 1. authorize -> page -> form -> code -> token -> API  2. the page: languages, CSP, wrong
// password, deny  3. what is refused on the page, and what by redirect  4. codes: once, 60 s,
// same redirect, PKCE  5. the token endpoint's errors  6. refresh: rotation, double spend,
// switched off, the session door  7. expiry and lifetime
// 8. logout: every token of the session, no other session, whatever the scopes  9. scopes taken away

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import {
  CLIENT,
  REDIRECT,
  authorizeUrl,
  hiddenRequest,
  pkce,
  sandboxFor,
  signIn,
  submit,
  tokenRequest,
} from './calls.mjs';

let now = Date.parse('2026-08-20T10:00:00Z');
const box = await sandboxFor({ before, beforeEach, after }, { clock: () => now });

async function pageFor(changes, headers = {}) {
  const response = await fetch(authorizeUrl(box, changes), { headers, redirect: 'manual' });
  return { response, html: await response.text(), location: response.headers.get('location') };
}

async function codeFor(changes = {}) {
  const { verifier, challenge } = pkce();
  const { html } = await pageFor({ code_challenge: challenge, ...changes });
  const response = await submit(box, hiddenRequest(html));
  return { code: new URL(response.headers.get('location')).searchParams.get('code'), verifier };
}

const exchange = (form, extra) =>
  tokenRequest(box, { grant_type: 'authorization_code', client_id: CLIENT, redirect_uri: REDIRECT, ...form }, extra);
const errorOf = async (response) => [response.status, (await response.json()).error];

for (const prefix of ['/api/v2', '/v2']) {
  test(`the whole walk at ${prefix}`, async () => {
    const { verifier, challenge } = pkce();
    const page = await fetch(authorizeUrl(box, { code_challenge: challenge }, `${prefix}/oauth2/authorize`));
    assert.equal(page.status, 200);
    const redirect = await submit(box, hiddenRequest(await page.text()));
    assert.equal(redirect.status, 303);
    const target = new URL(redirect.headers.get('location'));
    assert.equal(target.origin + target.pathname, REDIRECT);
    assert.equal(target.searchParams.get('state'), 'xyz');
    const response = await exchange(
      { code: target.searchParams.get('code'), code_verifier: verifier },
      { path: `${prefix}/oauth2/token` },
    );
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    const token = await response.json();
    assert.deepEqual(Object.keys(token).sort(), ['access_token', 'expires_in', 'refresh_token', 'scope', 'token_type']);
    assert.equal(token.token_type, 'bearer');
    assert.equal(token.expires_in, 3600);
    assert.equal(token.scope, 'user:read project:read project:write');
    assert.equal(
      (await box.call('GET', '/v2/users/self', { token: token.access_token })).body.email,
      'demo@example.com',
    );
    const bearer = await box.call('GET', '/v2/projects', {
      token: null,
      headers: { authorization: `Bearer ${token.access_token}` },
    });
    assert.equal(bearer.body.length, 3);
  });
}

test('the page speaks German or English, says what it is, and runs no script', async () => {
  const english = await pageFor({});
  assert.match(english.html, /This is not mittwald/);
  assert.match(english.html, /Demo account: demo@example\.com \/ sandbox/);
  assert.match(
    (await pageFor({}, { 'accept-language': 'de-DE,de;q=0.9,en;q=0.5' })).html,
    /Das ist nicht mittwald[\s\S]*Anmelden und erlauben/,
  );
  assert.match((await pageFor({}, { 'accept-language': 'fr,en;q=0.4' })).html, /Sign in and allow/);
  assert.doesNotMatch(english.html, /<script/i);
  const csp = english.response.headers.get('content-security-policy');
  assert.match(csp, /default-src 'none'/);
  assert.doesNotMatch(csp, /script-src|form-action/);
});

test('a wrong password shows the form again, and the right one still works', async () => {
  const { html } = await pageFor({});
  const again = await submit(box, hiddenRequest(html), { password: 'wrong', email: 'x"><script>@example.com' });
  const text = await again.text();
  assert.equal(again.status, 401);
  assert.match(text, /E-mail or password is wrong/);
  assert.doesNotMatch(text, /<script/);
  assert.equal((await submit(box, hiddenRequest(text), { password: 'Sandbox' })).status, 401);
  assert.equal((await submit(box, hiddenRequest(text))).status, 303);
});

test('Deny goes back to the client without a password, and ends the request', async () => {
  const request = hiddenRequest((await pageFor({})).html);
  const denied = await submit(box, request, { decision: 'deny', password: '' });
  assert.equal(new URL(denied.headers.get('location')).searchParams.get('error'), 'access_denied');
  assert.equal(new URL(denied.headers.get('location')).searchParams.get('state'), 'xyz');
  assert.equal((await submit(box, request)).status, 400);
});

for (const [what, changes] of Object.entries({
  'an unknown client': { client_id: 'somebody' },
  'no client': { client_id: undefined },
  'no redirect URI': { redirect_uri: undefined },
  'a foreign redirect URI': { redirect_uri: 'https://evil.example/mittwald/callback' },
  'a redirect URI with a longer path': { redirect_uri: `${REDIRECT}/more` },
  'the production host over http': { redirect_uri: 'http://auth.mcp.mittwald.de/mittwald/callback' },
})) {
  test(`never redirects for ${what}`, async () => {
    const { response } = await pageFor(changes);
    assert.equal(response.status, 400);
    assert.equal(response.headers.get('location'), null);
    const { response: html } = await pageFor(changes, { accept: 'text/html' });
    assert.match(html.headers.get('content-type'), /text\/html/);
  });
}

for (const uri of [
  'https://auth.mcp.mittwald.de/mittwald/callback',
  'http://127.0.0.1:1/mittwald/callback',
  'http://[::1]:65535/mittwald/callback',
]) {
  test(`accepts the redirect URI ${uri}`, async () =>
    assert.equal((await pageFor({ redirect_uri: uri })).response.status, 200));
}

for (const [error, changes] of [
  ['invalid_scope', { scope: 'user:read openid' }],
  ['unsupported_response_type', { response_type: 'token' }],
  ['invalid_request', { code_challenge: undefined }],
  ['invalid_request', { code_challenge_method: 'plain' }],
  ['invalid_request', { code_challenge: 'short' }],
  ['invalid_request', { grant_type: 'implicit' }],
]) {
  test(`redirects with ${error} for ${JSON.stringify(changes)}`, async () => {
    const { response, location } = await pageFor(changes);
    assert.equal(response.status, 302);
    assert.equal(new URL(location).searchParams.get('error'), error);
    assert.equal(new URL(location).searchParams.get('state'), 'xyz');
  });
}

test('a parameter given twice is refused', async () => {
  const url = authorizeUrl(box);
  url.searchParams.append('scope', 'user:read');
  assert.equal((await fetch(url, { redirect: 'manual' })).status, 400);
});

test('a code works once; a second use takes its tokens back', async () => {
  const { access_token: token, code, verifier } = await signIn(box);
  assert.deepEqual(await errorOf(await exchange({ code, code_verifier: verifier })), [400, 'invalid_grant']);
  assert.equal((await box.call('GET', '/v2/users/self', { token })).status, 401);
});

test('a code lives 60 seconds', async () => {
  const { code, verifier } = await codeFor();
  now += 60_000;
  assert.deepEqual(await errorOf(await exchange({ code, code_verifier: verifier })), [400, 'invalid_grant']);
});

test('the redirect URI must be the same, and the verifier must match', async () => {
  const first = await codeFor();
  assert.deepEqual(
    await errorOf(
      await exchange({
        code: first.code,
        code_verifier: first.verifier,
        redirect_uri: 'http://localhost:8788/mittwald/callback',
      }),
    ),
    [400, 'invalid_grant'],
  );
  const second = await codeFor();
  assert.deepEqual(await errorOf(await exchange({ code: second.code, code_verifier: pkce().verifier })), [
    400,
    'invalid_grant',
  ]);
  const third = await codeFor();
  assert.deepEqual(await errorOf(await exchange({ code: third.code })), [400, 'invalid_grant']);
});

for (const [expected, form, extra] of [
  [[400, 'invalid_client'], { code: 'x', client_id: 'other' }],
  [[400, 'invalid_request'], { code: 'x', client_secret: 'no' }],
  [[400, 'invalid_request'], { code: 'x' }, { headers: { 'content-type': 'application/json' } }],
  [[400, 'unsupported_grant_type'], { grant_type: 'password' }],
  [[400, 'invalid_request'], { code: '' }],
  [
    [401, 'invalid_client'],
    { code: 'x' },
    { headers: { authorization: `Basic ${Buffer.from('other:').toString('base64')}` } },
  ],
]) {
  test(`token endpoint: ${expected.join(' ')} for ${JSON.stringify(form)} ${JSON.stringify(extra?.headers ?? {})}`, async () => {
    assert.deepEqual(await errorOf(await exchange(form, extra)), expected);
  });
}

test('client credentials in a Basic header are tolerated', async () => {
  const { code, verifier } = await codeFor();
  const headers = { authorization: `Basic ${Buffer.from(`${CLIENT}:`).toString('base64')}` };
  const response = await tokenRequest(
    box,
    { grant_type: 'authorization_code', code, redirect_uri: REDIRECT, code_verifier: verifier },
    { headers },
  );
  assert.equal(response.status, 200);
});

const refresh = (token, more) =>
  tokenRequest(box, { grant_type: 'refresh_token', client_id: CLIENT, refresh_token: token, ...more });

test('refresh rotates; the old refresh token is spent at once and a second use is counted', async () => {
  const first = await signIn(box);
  const second = await (await refresh(first.refresh_token)).json();
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.equal((await box.call('GET', '/v2/users/self', { token: second.access_token })).status, 200);
  assert.deepEqual(await errorOf(await refresh(first.refresh_token)), [400, 'invalid_grant']);
  const { counters } = (await box.call('GET', '/__control')).body;
  assert.equal(counters.doubleSpends, 1);
  assert.equal(counters.refreshes, 1);
  assert.equal(counters.tokenRequests, 3);
});

test('refresh may narrow the scopes but not widen them', async () => {
  const { refresh_token: token } = await signIn(box);
  const narrow = await (await refresh(token, { scope: 'user:read' })).json();
  assert.equal(narrow.scope, 'user:read');
  assert.deepEqual(await errorOf(await refresh(narrow.refresh_token, { scope: 'user:read project:read' })), [
    400,
    'invalid_scope',
  ]);
});

test('the refresh grant can be switched off; the session door stays open', async () => {
  await box.control({ refreshGrant: 'unsupported', expireTokens: true });
  const { refresh_token: token, access_token: old } = await signIn(box);
  assert.deepEqual(await errorOf(await refresh(token)), [400, 'unsupported_grant_type']);
  const session = await box.call('PUT', '/v2/users/self/sessions', { token: old, body: { refreshToken: token } });
  assert.equal(session.status, 200);
  assert.equal((await box.call('GET', '/v2/users/self', { token: session.body.token })).status, 200);
  assert.equal((await box.call('GET', '/v2/users/self', { token: old })).status, 401);
  assert.equal(
    (await box.call('PUT', '/v2/users/self/sessions', { token: old, body: { refreshToken: token } })).status,
    400,
  );
});

test('tokens end after their lifetime, and when told to', async () => {
  await box.control({ tokenLifetime: 5 });
  const short = await signIn(box);
  assert.equal(short.expires_in, 5);
  now += 5_000;
  assert.equal((await box.call('GET', '/v2/users/self', { token: short.access_token })).status, 401);
  const other = await signIn(box);
  await box.control({ expireTokens: true });
  assert.equal((await box.call('GET', '/v2/users/self', { token: other.access_token })).status, 401);
});

test('logout ends every token of its session, and no other session', async () => {
  const [first, other] = [await signIn(box, { scope: 'project:read' }), await signIn(box, { scope: 'project:read' })];
  const renewed = await (
    await tokenRequest(box, { grant_type: 'refresh_token', client_id: CLIENT, refresh_token: first.refresh_token })
  ).json();
  assert.equal((await box.call('PUT', '/v2/logout', { token: renewed.access_token, body: {} })).status, 204);
  for (const token of [first.access_token, renewed.access_token])
    assert.equal((await box.call('GET', '/v2/projects', { token })).status, 401);
  assert.deepEqual(
    await errorOf(
      await tokenRequest(box, { grant_type: 'refresh_token', client_id: CLIENT, refresh_token: renewed.refresh_token }),
    ),
    [400, 'invalid_grant'],
  );
  assert.equal((await box.call('GET', '/v2/projects', { token: other.access_token })).status, 200);
  const { sessions, counters } = await (await fetch(`${box.origin}/__control`)).json();
  assert.deepEqual(
    sessions.map(({ ended, scopes }) => [ended, scopes]),
    [
      [true, ['project:read']],
      [false, ['project:read']],
    ],
  );
  assert.deepEqual([counters.sessionsEnded, counters.doubleSpends], [1, 0]);
});

test('scopes that a test takes away are unknown to the sign-in and missing in the list', async () => {
  await box.control({ refuseScopes: ['conversation:read', 'order:domain-create'] });
  const { location } = await pageFor({ scope: 'user:read conversation:read' });
  const answer = new URL(location).searchParams;
  assert.equal(answer.get('error'), 'invalid_scope');
  assert.match(answer.get('error_description'), /conversation:read/);
  await box.control({ explainScopes: false });
  const unexplained = await pageFor({ scope: 'user:read conversation:read' });
  assert.doesNotMatch(unexplained.location, /conversation/);
  assert.equal((await pageFor({ scope: 'user:read conversation:write' })).response.status, 200);
  const names = (await box.call('GET', '/v2/scopes', { token: 'sandbox-token' })).body.map(({ name }) => name);
  assert.equal(names.length, 41);
  assert.ok(!names.includes('conversation:read') && names.includes('conversation:write'));
});
