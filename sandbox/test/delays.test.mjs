// The switch for what takes its time, on a clock that the test moves:
// 1. nothing is late unless told  2. milliseconds: steps share the time  3. reads or time, whichever
// is first  4. never  5. all kinds, and back  6. failures  7. what counts as a read: the record, not a
// reference to it, and once per request  8. deleted meanwhile  9. status, reset, bad settings

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { INSTALLATIONS } from '../seed/apps.mjs';
import { SERVICES, STACK } from '../seed/containers.mjs';
import { SHOP } from '../seed/projects.mjs';
import { sandboxFor } from './calls.mjs';

let now = Date.parse('2026-08-20T09:00:00Z');
const box = await sandboxFor({ before, beforeEach, after }, { clock: () => now });
const get = async (path) => (await box.call('GET', path)).body;
const later = (ms) => {
  now += ms;
};
const service = `/v2/stacks/${STACK}/services/${SERVICES.search}`;
const statusOf = async (path) => (await get(path)).status;
const backUp = async () =>
  (await box.call('POST', `/v2/projects/${SHOP}/backups`, { body: { expirationTime: '2030-01-01T00:00:00Z' } })).body
    .id;
const act = (action) => box.call('POST', `${service}/actions/${action}`);

test('at once, where nothing is told', async () => {
  assert.equal(await statusOf(`/v2/project-backups/${await backUp()}`), 'Completed');
  assert.deepEqual((await get('/__control')).waiting, []);
});

test('milliseconds: the steps share the time, however often one looks', async () => {
  await box.control({ delays: { backup: { ms: 1000 } } });
  const path = `/v2/project-backups/${await backUp()}`;
  const seen = [];
  for (const wait of [0, 0, 499, 1, 499, 1]) {
    later(wait);
    seen.push(await statusOf(path));
  }
  assert.deepEqual(seen, ['Pending', 'Pending', 'Pending', 'InProgress', 'InProgress', 'Completed']);
  assert.equal((await get(path)).createdAt, new Date(now).toISOString());
});

test('a long wait skips what lies between', async () => {
  await box.control({ delays: { service: { ms: 1000 } } });
  await act('recreate');
  later(5000);
  assert.equal(await statusOf(service), 'running');
});

test('reads or milliseconds, whichever is first', async () => {
  await box.control({ delays: { service: { reads: 2, ms: 1000 } } });
  await act('stop');
  later(1000);
  assert.equal(await statusOf(service), 'stopped');
  await act('start');
  assert.deepEqual(
    [await statusOf(service), await statusOf(service), await statusOf(service)],
    ['starting', 'starting', 'running'],
  );
});

test('never means never, whatever else is said', async () => {
  await box.control({ delays: { backup: { never: true, reads: 1, ms: 10 } } });
  const path = `/v2/project-backups/${await backUp()}`;
  for (let i = 0; i < 9; i++) await get(path);
  later(1e9);
  assert.equal(await statusOf(path), 'Pending');
});

test('an order that is carried out at once ends the one that was under way', async () => {
  await box.control({ delays: { service: { ms: 100 } } });
  await act('stop');
  await box.control({ delays: { service: null } });
  await act('start');
  later(200);
  assert.equal(await statusOf(service), 'running');
});

test('all kinds, and back again', async () => {
  await box.control({ delays: { all: 1 } });
  await act('stop');
  assert.equal(await statusOf(service), 'stopping');
  await box.control({ delays: { all: null, backup: 1 } });
  assert.deepEqual((await get('/__control')).delays, { backup: { reads: 1 } });
  await act('start');
  assert.equal(await statusOf(service), 'running');
});

test('all may fail, where the API has a word for it', async () => {
  await box.control({ delays: { all: { fails: true } } });
  assert.equal(await statusOf(`/v2/project-backups/${await backUp()}`), 'Failed');
  const { status } = await box.control({ delays: { restore: { fails: true } } });
  assert.equal(status, 400);
});

test('a reference is no read, and neither is the record of another', async () => {
  await box.control({ delays: { service: 1, app: 1 } });
  await act('stop');
  await get(`/v2/ingresses?projectId=${SHOP}`);
  await get(`/v2/stacks/${STACK}/services/${SERVICES.indexer}`);
  await get(`/v2/app-installations/${INSTALLATIONS.shop}`);
  assert.deepEqual([await statusOf(service), await statusOf(service)], ['stopping', 'stopped']);
});

test('a list that holds it twice is one read', async () => {
  await box.control({ delays: { mysqlDatabase: 2 } });
  const user = { password: 'Hafen-Kontor-42', accessLevel: 'full' };
  const body = { database: { description: 'x', version: '8.4' }, user };
  const { id, userId } = (await box.call('POST', `/v2/projects/${SHOP}/mysql-databases`, { body })).body;
  const seen = [];
  for (let i = 0; i < 3; i++) {
    const one = (await get(`/v2/projects/${SHOP}/mysql-databases`)).find((database) => database.id === id);
    seen.push([one.status, one.mainUser.id === userId && one.mainUser.status]);
  }
  assert.deepEqual(seen, [
    ['pending', 'pending'],
    ['ready', 'pending'],
    ['ready', 'ready'],
  ]);
});

test('what is deleted before it is done stays deleted', async () => {
  await box.control({ delays: { backup: { ms: 10 } } });
  const id = await backUp();
  assert.equal((await box.call('DELETE', `/v2/project-backups/${id}`)).status, 204);
  later(10);
  assert.equal((await box.call('GET', `/v2/project-backups/${id}`)).status, 404);
  assert.deepEqual(box.failures, []);
});

test('with lag, the work shows no earlier than what began it', async () => {
  await box.control({ delays: { backup: { ms: 100 } }, lag: 1000 });
  const path = `/v2/project-backups/${await backUp()}`;
  later(500);
  assert.equal((await box.call('GET', path)).status, 403);
  later(500);
  assert.equal(await statusOf(path), 'Completed');
});

test('status names what is under way; reset forgets it', async () => {
  await box.control({ delays: { backup: { never: true } } });
  const id = await backUp();
  assert.deepEqual((await get('/__control')).waiting, [`backup/${id}`]);
  await box.control({ reset: true });
  const { delays, waiting } = await get('/__control');
  assert.deepEqual([delays, waiting], [{}, []]);
});

test('bad settings', async () => {
  for (const delays of [
    7,
    { apps: 1 },
    { app: 'long' },
    { app: { read: 1 } },
    { app: { reads: -1 } },
    { app: { never: 1 } },
    { mailAddress: { fails: true } },
  ])
    assert.equal((await box.control({ delays })).status, 400, JSON.stringify(delays));
});
