// The control route, one test per fault: fail, garbage, huge, redirect, stall, breakOff;
// counts and matches; what it refuses; what GET shows.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { SHOP } from '../seed/projects.mjs';
import { CLIENT, authorizeUrl, sandboxFor, tokenRequest } from './calls.mjs';

const box = await sandboxFor({ before, beforeEach, after });
const projects = (options) => box.call('GET', '/v2/projects', options);

test('fail: N times with the status, body and type asked for, then normal again', async () => {
  await box.control({ fail: { count: 2, status: 503, body: '<h1>Wartung</h1>', contentType: 'text/html' } });
  for (let i = 0; i < 2; i++) {
    const answer = await projects();
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get('content-type'), 'text/html');
    assert.equal(answer.body, '<h1>Wartung</h1>');
  }
  assert.equal((await projects()).status, 200);
});

test('fail: without more it is a 500 in the API error shape, once', async () => {
  await box.control({ fail: {} });
  const { status, body } = await projects();
  assert.equal(status, 500);
  assert.deepEqual(Object.keys(body).sort(), ['message', 'type']);
  assert.equal((await projects()).status, 200);
});

test('fail: an empty body, and headers', async () => {
  await box.control({ fail: { status: 429, body: '', headers: { 'x-ratelimit-reset': '7' } } });
  const { status, body, headers } = await projects();
  assert.deepEqual([status, body, headers.get('x-ratelimit-reset')], [429, '', '7']);
});

test('fail: nothing is done', async () => {
  await box.control({ fail: {} });
  await box.call('DELETE', `/v2/projects/${SHOP}`);
  assert.equal((await projects()).body.length, 3);
});

test('match and method choose the request', async () => {
  await box.control({ fail: { match: `/v2/projects/${SHOP}`, method: 'patch' } });
  assert.equal((await projects()).status, 200);
  assert.equal((await box.call('GET', `/v2/projects/${SHOP}`)).status, 200);
  assert.equal((await box.call('PATCH', `/v2/projects/${SHOP}`, { body: { description: 'x' } })).status, 500);
});

test('sign-in and tokens fail only when named', async () => {
  await box.control({ fail: { count: 9 } });
  assert.equal((await fetch(authorizeUrl(box))).status, 200);
  await box.control({
    reset: true,
    fail: { match: '/oauth2/token', status: 502, body: 'bad gateway', contentType: 'text/plain' },
  });
  const answer = await tokenRequest(box, { grant_type: 'refresh_token', client_id: CLIENT, refresh_token: 'x' });
  assert.deepEqual([answer.status, await answer.text()], [502, 'bad gateway']);
});

test('garbage: 200 with HTML', async () => {
  await box.control({ garbage: { count: 1 } });
  const { status, body, headers } = await projects();
  assert.equal(status, 200);
  assert.match(headers.get('content-type'), /text\/html/);
  assert.match(body, /<html>/);
});

test('huge: valid JSON of exactly so many bytes', async () => {
  await box.control({ huge: { bytes: 3_000_000 } });
  const response = await fetch(`${box.origin}/v2/projects`, { headers: { 'x-access-token': 'sandbox-token' } });
  const text = await response.text();
  assert.equal(text.length, 3_000_000);
  assert.equal(JSON.parse(text).length, 1);
});

test('redirect: to where it is told, 308 unless told otherwise', async () => {
  await box.control({ redirect: { location: 'https://elsewhere.example/v2/projects' } });
  const first = await projects();
  assert.deepEqual([first.status, first.headers.get('location')], [308, 'https://elsewhere.example/v2/projects']);
  await box.control({ redirect: { location: '/v2/servers', status: 302 } });
  assert.equal((await projects()).status, 302);
});

test('stall: the answer comes late, and right', async () => {
  await box.control({ stall: { count: 1, ms: 300 } });
  const begun = Date.now();
  assert.equal((await projects()).body.length, 3);
  assert.ok(Date.now() - begun >= 290);
});

test('stall: a client that gives up leaves nothing behind, and the sandbox can close', async () => {
  const { startSandbox } = await import('../server.mjs');
  const second = await startSandbox();
  second.state.faults.plan('stall', { ms: 60_000 });
  await assert.rejects(
    fetch(`${second.origin}/v2/projects`, {
      headers: { 'x-access-token': 'sandbox-token' },
      signal: AbortSignal.timeout(100),
    }),
  );
  await second.close();
  assert.deepEqual(second.failures, []);
});

test('breakOff: the work is done, the answer ends in the middle', async () => {
  await box.control({ breakOff: { count: 1, afterBytes: 10 } });
  const response = await fetch(`${box.origin}/v2/servers`, { headers: { 'x-access-token': 'sandbox-token' } });
  assert.equal(response.status, 200);
  assert.ok(Number(response.headers.get('content-length')) > 10);
  await assert.rejects(response.text());
  await box.control({ breakOff: { count: 1, afterBytes: 0 } });
  await box
    .call('POST', `/v2/projects/${SHOP}/backup-schedules`, { body: { schedule: '0 1 * * *', ttl: 'P7D' } })
    .catch(() => {});
  assert.equal((await box.call('GET', `/v2/projects/${SHOP}/backup-schedules`)).body.length, 3);
});

test('faults queue up in order', async () => {
  await box.control({ fail: { status: 503 } });
  await box.control({ garbage: {} });
  assert.deepEqual(
    [(await projects()).status, (await projects()).headers.get('content-type')],
    [503, 'text/html; charset=utf-8'],
  );
});

test('GET shows faults, settings and counters', async () => {
  await box.control({ fail: { count: 3 }, lag: 5, rateLimit: 7 });
  await projects();
  const { body } = await box.call('GET', '/__control');
  assert.deepEqual(body.faults, [{ kind: 'fail', count: 2 }]);
  assert.deepEqual(
    [body.lag, body.rateLimit, body.tokenLifetime, body.refreshGrant, body.counters.apiRequests],
    [5, 7, 3600, 'ok', 1],
  );
});

test('refuses unknown switches, bad values, and bodies that are not JSON', async () => {
  for (const wishes of [
    { explode: true },
    { lag: 'long' },
    { refreshGrant: 'maybe' },
    { rateLimit: -1 },
    { fail: 7 },
    { fail: { status: 42 } },
    { fail: { code: 500 } },
    { stall: { ms: 'x' } },
    [],
  ]) {
    assert.equal((await box.control(wishes)).status, 400, JSON.stringify(wishes));
  }
  assert.equal(
    (await box.call('POST', '/__control', { body: '{}', headers: { 'content-type': 'text/plain' } })).status,
    415,
  );
  assert.equal(
    (await box.call('POST', '/__control', { body: '{', headers: { 'content-type': 'application/json' } })).status,
    400,
  );
  assert.equal((await box.call('DELETE', '/__control')).status, 405);
});
