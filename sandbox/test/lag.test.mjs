// The lag that counts reads instead of time:
// 1. so many reads see the old state, then it catches up  2. a read that names the event catches up,
// and others after it do  3. events that are not reached in time  4. 403 or 404 for what was created
// just now, for writes too where wanted  5. a read of something else does not count  6. counters, and
// who sent which header  7. what the switch refuses

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { DEMO_USER } from '../seed/people.mjs';
import { AGENCY, SHOP } from '../seed/projects.mjs';
import { sandboxFor } from './calls.mjs';

const box = await sandboxFor({ before, beforeEach, after });
const list = `/v2/projects/${SHOP}/backup-schedules`;
const schedule = { schedule: '0 1 * * *', ttl: 'P7D' };
const reached = (etag) => ({ headers: { 'if-event-reached': etag } });
const rename = async (description) =>
  (await box.call('PATCH', `/v2/projects/${SHOP}`, { body: { description } })).headers.get('etag');
const description = async (options) => (await box.call('GET', `/v2/projects/${SHOP}`, options)).body.description;
const create = async () => {
  const { body, headers } = await box.call('POST', list, { body: schedule });
  return { path: `/v2/project-backup-schedules/${body.id}`, etag: headers.get('etag') };
};
const statusOf = async (path, options) => (await box.call('GET', path, options)).status;
const counters = async () => (await box.call('GET', '/__control')).body.counters;

test('two reads see the old name, the third the new one', async () => {
  await box.control({ lag: { reads: 2 } });
  const old = await description();
  await rename('neu');
  assert.deepEqual([await description(), await description(), await description()], [old, old, 'neu']);
});

test('whoever names the event sees it at once, and everybody after that', async () => {
  await box.control({ lag: { reads: 5 } });
  const old = await description();
  const first = await rename('erst');
  const second = await rename('zweit');
  assert.equal(await description(), old);
  assert.equal(await description(reached(first)), 'erst');
  assert.equal(await description(), 'erst');
  assert.equal(await description(reached(second)), 'zweit');
  assert.equal(await description(), 'zweit');
});

test('late: so many reads that name the event are 412, then one is served', async () => {
  await box.control({ lag: { reads: 9, late: 2 } });
  const etag = await rename('spät');
  const path = `/v2/projects/${SHOP}`;
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push(await statusOf(path, reached(etag)));
  assert.deepEqual(statuses, [412, 412, 200]);
  assert.equal(await description(), 'spät');
});

test('patience: how long a 412 takes', async () => {
  await box.control({ lag: { reads: 9, late: 1, patience: 150 } });
  const etag = await rename('spät');
  const begun = Date.now();
  assert.equal(await statusOf(`/v2/projects/${SHOP}`, reached(etag)), 412);
  assert.ok(Date.now() - begun >= 140);
  await box.control({ lag: { ms: 60_000, patience: 0 } });
  assert.equal(await statusOf(`/v2/projects/${SHOP}`, reached(await rename('später'))), 412);
});

for (const early of [403, 404]) {
  test(`what was created just now is ${early} by its id, and missing from its list`, async () => {
    await box.control({ lag: { reads: 3, early } });
    const { path } = await create();
    assert.equal((await box.call('GET', list)).body.length, 2);
    assert.deepEqual([await statusOf(path), await statusOf(path), await statusOf(path)], [early, early, 200]);
    assert.equal((await box.call('GET', list)).body.length, 3);
  });
}

test('writes to what is not visible yet are refused where wanted, and let through by the event', async () => {
  await box.control({ lag: { reads: 3, early: 403, writes: true } });
  const { path, etag } = await create();
  const change = (options) => box.call('PATCH', path, { body: { ttl: 'P9D' }, ...options });
  assert.equal((await change()).status, 403);
  assert.equal((await change(reached(etag))).status, 204);
});

test('reads of something else do not count', async () => {
  await box.control({ lag: { reads: 1 } });
  const old = await description();
  await rename('neu');
  for (let i = 0; i < 3; i++) await box.call('GET', '/v2/servers');
  await box.call('GET', `/v2/projects/${AGENCY}`);
  assert.deepEqual([await description(), await description()], [old, 'neu']);
});

test('what is written later shows no earlier than what was written before', async () => {
  await box.control({ lag: { reads: 2 } });
  const { path } = await create();
  await box.call('PATCH', path, { body: { ttl: 'P9D' } });
  await statusOf(path);
  await statusOf(path);
  assert.equal((await box.call('GET', path)).body.ttl, 'P9D');
});

test('counters, and the log says who named which event', async () => {
  await box.control({ lag: { reads: 9, late: 1 } });
  const etag = await rename('neu');
  const { path } = await create();
  await description();
  await description(reached(etag));
  await description(reached(etag));
  await statusOf(path);
  const { etags, withEvent, withoutEvent, staleReads, tooEarly, notReached } = await counters();
  assert.deepEqual(
    { etags, withEvent, withoutEvent, staleReads, tooEarly, notReached },
    { etags: 2, withEvent: 2, withoutEvent: 2, staleReads: 2, tooEarly: 1, notReached: 1 },
  );
  const named = box.requests.filter(({ headers }) => headers['if-event-reached'] === etag);
  assert.deepEqual(
    named.map(({ status }) => status),
    [412, 200],
  );
  assert.deepEqual([box.requests[0].etag, box.requests[0].userId], [etag, DEMO_USER.userId]);
});

test('reset ends the lag', async () => {
  await box.control({ lag: { reads: 9 } });
  await box.control({ reset: true });
  await rename('neu');
  assert.equal(await description(), 'neu');
  assert.equal((await box.call('GET', '/__control')).body.lag, 0);
});

test('refuses settings it does not know', async () => {
  for (const lag of ['long', -1, { reads: 'x' }, { read: 1 }, { early: 500 }, { writes: 1 }, null])
    assert.equal((await box.control({ lag })).status, 400, JSON.stringify(lag));
});
