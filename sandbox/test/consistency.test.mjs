// Eventual consistency and rate limits:
// 1. etag and if-event-reached  2. lag: creates, changes, deletes are late; with the event
// they are waited for  3. an event that takes too long is 412  4. rate limit headers and 429

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { SHOP } from '../seed/projects.mjs';
import { sandboxFor } from './calls.mjs';

const box = await sandboxFor({ before, beforeEach, after });
const LAG = 400;
const list = `/v2/projects/${SHOP}/backup-schedules`;
const schedule = { schedule: '0 1 * * *', ttl: 'P7D' };
const reached = (etag) => ({ headers: { 'if-event-reached': etag } });
const description = async (options) => (await box.call('GET', `/v2/projects/${SHOP}`, options)).body.description;

test('every mutation carries an etag, no read does, no failed mutation does', async () => {
  assert.ok((await box.call('PATCH', `/v2/projects/${SHOP}`, { body: { description: 'x' } })).headers.get('etag'));
  assert.equal((await box.call('GET', `/v2/projects/${SHOP}`)).headers.get('etag'), null);
  assert.equal((await box.call('PATCH', `/v2/projects/${SHOP}`, { body: { nope: 1 } })).headers.get('etag'), null);
});

test('an unknown event is 412', async () => {
  const { status, body } = await box.call('GET', '/v2/projects', reached('00000000-0000-4000-8000-000000000000'));
  assert.equal(status, 412);
  assert.deepEqual(Object.keys(body).sort(), ['message', 'type']);
});

test('with lag, a change shows late; with its event, at once after a wait', async () => {
  await box.control({ lag: LAG });
  const old = await description();
  const begun = Date.now();
  const { headers } = await box.call('PATCH', `/v2/projects/${SHOP}`, { body: { description: 'neu' } });
  assert.equal(await description(), old);
  assert.equal(await description(reached(headers.get('etag'))), 'neu');
  assert.ok(Date.now() - begun >= LAG - 50, 'did not wait');
  assert.equal(await description(), 'neu');
});

test('with lag, what was created is missing from the list and 403 by id, then there', async () => {
  await box.control({ lag: LAG });
  const {
    body: { id },
    headers,
  } = await box.call('POST', list, { body: schedule });
  assert.equal((await box.call('GET', list)).body.length, 2);
  assert.equal((await box.call('GET', `/v2/project-backup-schedules/${id}`)).status, 403);
  assert.equal((await box.call('GET', list, reached(headers.get('etag')))).body.length, 3);
  assert.equal((await box.call('GET', `/v2/project-backup-schedules/${id}`)).status, 200);
});

test('with lag, what was deleted is still there for a while', async () => {
  const {
    body: [first],
  } = await box.call('GET', list);
  await box.control({ lag: LAG });
  const { headers } = await box.call('DELETE', `/v2/project-backup-schedules/${first.id}`);
  assert.equal((await box.call('GET', list)).body.length, 2);
  assert.equal((await box.call('GET', list, reached(headers.get('etag')))).body.length, 1);
});

test('writes see the newest state whatever the lag', async () => {
  await box.control({ lag: 60_000 });
  const {
    body: { id },
  } = await box.call('POST', list, { body: schedule });
  assert.equal((await box.call('PATCH', `/v2/project-backup-schedules/${id}`, { body: { ttl: 'P9D' } })).status, 204);
});

test('an event further away than ten seconds is 412 after ten seconds', { timeout: 20_000 }, async () => {
  await box.control({ lag: 60_000 });
  const { headers } = await box.call('PATCH', `/v2/projects/${SHOP}`, { body: { description: 'spät' } });
  const begun = Date.now();
  assert.equal((await box.call('GET', `/v2/projects/${SHOP}`, reached(headers.get('etag')))).status, 412);
  assert.ok(Date.now() - begun >= 9_500);
});

test('rate limit: headers count down, then 429, for each token apart', async () => {
  await box.control({ rateLimit: 2 });
  const remaining = async (options) => {
    const answer = await box.call('GET', '/v2/projects', options);
    return [answer.status, answer.headers.get('x-ratelimit-limit'), answer.headers.get('x-ratelimit-remaining')];
  };
  assert.deepEqual(await remaining(), [200, '2', '1']);
  assert.deepEqual(await remaining(), [200, '2', '0']);
  assert.deepEqual(await remaining(), [429, '2', '0']);
  const refused = await box.call('GET', '/v2/projects');
  assert.equal(refused.body.type, 'RateLimitError');
  const reset = Number(refused.headers.get('x-ratelimit-reset'));
  assert.ok(reset > 0 && reset <= 60);
  assert.equal(refused.headers.get('retry-after'), null);
  assert.equal((await remaining({ token: 'sandbox-token-readonly' }))[0], 200);
});
