// A certain step of a longer job goes wrong:
// 1. the Nth request to an operation fails, the others do not  2. a path template is the whole path
// 3. two plans for one operation  4. the work is done and only its answer is lost  5. an answer that
// never comes, done or not  6. a broken answer  7. bad plans

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { SHOP } from '../seed/projects.mjs';
import { sandboxFor } from './calls.mjs';

const box = await sandboxFor({ before, beforeEach, after });
const list = `/v2/projects/${SHOP}/backup-schedules`;
const template = '/v2/projects/{projectId}/backup-schedules';
const schedule = { schedule: '0 1 * * *', ttl: 'P7D' };
const post = () => box.call('POST', list, { body: schedule });
const known = async () => (await box.call('GET', list)).body.length;
const impatient = (method, body) =>
  fetch(box.origin + list, {
    method,
    body: body && JSON.stringify(body),
    headers: { 'x-access-token': 'sandbox-token', 'content-type': 'application/json' },
    signal: AbortSignal.timeout(150),
  });

test('the third request to an operation fails, and no other', async () => {
  await box.control({ fail: { method: 'POST', path: template, nth: 3, status: 503 } });
  const statuses = [];
  for (let i = 0; i < 4; i++) {
    statuses.push((await post()).status);
    await known();
  }
  assert.deepEqual(statuses, [201, 201, 503, 201]);
  assert.equal(await known(), 5);
});

test('from the second on, so often as is said', async () => {
  await box.control({ fail: { path: template, method: 'GET', nth: 2, count: 2, status: 500 } });
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await box.call('GET', list)).status);
  assert.deepEqual(statuses, [200, 500, 500, 200]);
});

test('a template means the whole path, and a segment is not empty', async () => {
  await box.control({ fail: { path: '/v2/projects/{projectId}', status: 500 } });
  assert.equal((await box.call('GET', '/v2/projects')).status, 200);
  assert.equal(await known(), 2);
  assert.equal((await box.call('GET', `/v2/projects/${SHOP}`)).status, 500);
});

test('two plans for one operation count the same requests', async () => {
  await box.control({ fail: { path: template, nth: 1, status: 500 } });
  await box.control({ fail: { path: template, nth: 3, status: 503 } });
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await box.call('GET', list)).status);
  assert.deepEqual(statuses, [500, 200, 503, 200]);
});

test('works: the thing is there, and the answer says it failed', async () => {
  await box.control({ fail: { method: 'POST', path: template, status: 504, works: true } });
  const answer = await post();
  assert.equal(answer.status, 504);
  assert.equal(answer.headers.get('etag'), null);
  assert.equal(await known(), 3);
});

test('hang: no answer, and nothing was done', async () => {
  await box.control({ hang: { method: 'POST', path: template } });
  await assert.rejects(impatient('POST', schedule), { name: 'TimeoutError' });
  assert.equal(await known(), 2);
  assert.equal(box.requests[0].status, null);
});

test('hang with works: no answer, and it was done', async () => {
  await box.control({ hang: { method: 'POST', path: template, works: true } });
  await assert.rejects(impatient('POST', schedule), { name: 'TimeoutError' });
  assert.equal(await known(), 3);
  assert.deepEqual(box.failures, []);
});

test('garbage with works: done, and what comes back is no JSON', async () => {
  await box.control({ garbage: { method: 'POST', works: true } });
  assert.match((await post()).body, /<html>/);
  assert.equal(await known(), 3);
});

test('bad plans', async () => {
  for (const wishes of [
    { fail: { nth: 0 } },
    { fail: { count: 0 } },
    { hang: { status: 500 } },
    { stall: { works: true } },
    { fail: { works: 'yes' } },
  ])
    assert.equal((await box.control(wishes)).status, 400, JSON.stringify(wishes));
});
