// Somebody else changes something while the connector works:
// 1. after a read, so that writing back what was read would lose it  2. before a request
// 3. after the Nth, and again and again  4. a stack, an app  5. it is nobody's request in the log, and
// the colleague's in the data  6. a change that the API refuses is the test's mistake  7. bad plans

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { INSTALLATIONS } from '../seed/apps.mjs';
import { TJARK } from '../seed/people.mjs';
import { AGENCY, SHOP } from '../seed/projects.mjs';
import { sandboxFor } from './calls.mjs';

const box = await sandboxFor({ before, beforeEach, after });
const get = async (path) => (await box.call('GET', path)).body;
const zoneOf = async () => (await get(`/v2/projects/${SHOP}/dns-zones`))[0];
const txt = (...entries) => ({ settings: { ttl: { auto: true } }, entries });

test('after a read: what was read is old, and writing it back would lose the change', async () => {
  const { id, recordSet } = await zoneOf();
  const path = `/v2/dns-zones/${id}`;
  await box.control({
    meanwhile: {
      method: 'GET',
      path: '/v2/dns-zones/{dnsZoneId}',
      changes: [{ method: 'PUT', path: `${path}/record-sets/txt`, body: txt('von Tjark') }],
    },
  });
  assert.deepEqual((await get(path)).recordSet.txt.entries, recordSet.txt.entries);
  assert.deepEqual((await get(path)).recordSet.txt.entries, ['von Tjark']);
  assert.equal((await get('/__control')).counters.changesByOthers, 1);
});

test('before a request: it meets the change', async () => {
  const { id } = await zoneOf();
  const change = { method: 'PUT', path: `/v2/dns-zones/${id}/record-sets/txt`, body: txt('zuerst') };
  await box.control({ meanwhile: { match: '/dns-zones/', before: true, changes: [change] } });
  assert.deepEqual((await get(`/v2/dns-zones/${id}`)).recordSet.txt.entries, ['zuerst']);
});

test('after the second, and as often as wanted', async () => {
  const path = `/v2/projects/${AGENCY}`;
  const changes = [{ method: 'PATCH', path, body: { description: 'umbenannt' } }];
  await box.control({ meanwhile: { method: 'GET', path, nth: 2, count: 2, changes } });
  const seen = [];
  for (let i = 0; i < 3; i++) seen.push((await get(path)).description);
  assert.deepEqual(seen, ['Kontor Nord Website', 'Kontor Nord Website', 'umbenannt']);
  assert.equal((await get('/__control')).counters.changesByOthers, 2);
  assert.deepEqual((await get('/__control')).meanwhile, []);
});

test("a stack's declaration and an app's version change under the reader", async () => {
  const stack = (await get('/v2/stacks')).find(({ projectId }) => projectId === SHOP);
  const shop = await get(`/v2/app-installations/${INSTALLATIONS.shop}`);
  const versions = await get(`/v2/apps/${shop.appId}/versions`);
  const newest = versions.at(-1);
  await box.control({
    meanwhile: {
      method: 'GET',
      path: `/v2/stacks/${stack.id}`,
      changes: [
        { method: 'PATCH', path: `/v2/stacks/${stack.id}`, body: { services: { cache: { image: 'valkey:8' } } } },
        { method: 'PATCH', path: `/v2/app-installations/${shop.id}`, body: { appVersionId: newest.id } },
      ],
    },
  });
  assert.equal((await get(`/v2/stacks/${stack.id}`)).services.length, 2);
  assert.equal((await get(`/v2/stacks/${stack.id}`)).services.length, 3);
  const { appVersion, appExternalVersion } = await get(`/v2/app-installations/${shop.id}`);
  assert.equal(appExternalVersion, newest.externalVersion);
  assert.equal(appVersion.lastChangeBy, TJARK.userId);
});

test('the log holds only what was really asked', async () => {
  const changes = [{ method: 'PATCH', path: `/v2/projects/${AGENCY}`, body: { description: 'x' } }];
  await box.control({ meanwhile: { changes } });
  await get('/v2/projects');
  assert.deepEqual(
    box.requests.map(({ method, path }) => `${method} ${path}`),
    ['GET /v2/projects'],
  );
});

test('it happens beside a planned fault', async () => {
  const changes = [{ method: 'PATCH', path: `/v2/projects/${AGENCY}`, body: { description: 'anders' } }];
  await box.control({ meanwhile: { changes }, fail: { status: 503 } });
  assert.equal((await box.call('GET', '/v2/projects')).status, 503);
  assert.equal((await get(`/v2/projects/${AGENCY}`)).description, 'anders');
});

test('a change that the API refuses is a failure of the sandbox', async () => {
  const changes = [{ method: 'PATCH', path: `/v2/projects/${AGENCY}`, body: { nope: 1 } }];
  await box.control({ meanwhile: { changes } });
  assert.equal((await box.call('GET', '/v2/projects')).status, 200);
  assert.match(box.failures.pop().message, /^meanwhile PATCH .*: 400 /);
});

test('refuses plans that mean nothing', async () => {
  for (const meanwhile of [
    {},
    { changes: [] },
    { changes: [{ method: 'PUT', path: '/v2/nothing' }] },
    { changes: [{ method: 'GET', path: '/v2/projects' }], nth: 0 },
    { changes: [{ method: 'GET', path: '/v2/projects' }], when: 'after' },
    [],
  ])
    assert.equal((await box.control({ meanwhile })).status, 400, JSON.stringify(meanwhile));
});
