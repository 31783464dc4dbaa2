// More than the seed has: 50 apps in one project, 120 projects.
// 1. only where told  2. all valid, all the demo user's  3. lists are paged, searched and counted
// 4. it goes with the reset  5. bad numbers

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { CROWDED } from '../seed/crowd.mjs';
import { validate } from '../validate.mjs';
import { sandboxFor } from './calls.mjs';

const box = await sandboxFor({ before, beforeEach, after });
const get = async (path) => (await box.call('GET', path)).body;
const total = async (path) => (await box.call('GET', path)).headers.get('x-pagination-totalcount');

test('fifty apps in one project, each with a database', async () => {
  assert.equal((await box.call('GET', `/v2/projects/${CROWDED}`)).status, 404);
  await box.control({ more: { apps: 50 } });
  const apps = await get(`/v2/projects/${CROWDED}/app-installations?limit=100`);
  assert.equal(apps.length, 50);
  assert.ok(new Set(apps.map(({ appId }) => appId)).size > 4);
  const databases = await get(`/v2/projects/${CROWDED}/mysql-databases`);
  assert.equal(databases.length, 50);
  assert.ok(databases.every(({ mainUser }) => mainUser.mainUser));
  assert.equal(new Set(databases.map(({ mainUser }) => mainUser.id)).size, 50);
  const linked = new Set(apps.map(({ linkedDatabases }) => linkedDatabases[0].databaseId));
  assert.equal(linked.size, 50);
});

test('a hundred and twenty projects, in pages, and found', async () => {
  await box.control({ more: { projects: 120 } });
  assert.equal(await total('/v2/projects?limit=50'), '123');
  const third = await get('/v2/projects?limit=50&skip=100');
  assert.equal(third.length, 23);
  const found = await get('/v2/projects?searchTerm=Kanzlei');
  assert.equal(found.length, 24);
  const [project] = found;
  assert.equal((await get(`/v2/projects/${project.id}`)).description, project.description);
  assert.equal((await get(`/v2/projects/${project.shortId}`)).id, project.id);
  assert.equal((await get('/v2/users/self')).projectMemberships[project.id].role, 'owner');
});

test('every record is as the API describes it', async () => {
  await box.control({ more: { apps: 50, projects: 120 } });
  const { model, facts, store } = box.state;
  for (const name of ['project', 'projectMembership', 'appInstallation', 'mysqlDatabase', 'mysqlUser']) {
    const schema = facts.byKey.get(`GET ${model.byName.get(name).item}`).answer.schema;
    for (const [id, value] of store.list(name))
      assert.deepEqual(validate(facts, schema, value, { closed: false }), [], `${name} ${id}`);
  }
});

test('the reset takes it away', async () => {
  await box.control({ more: { projects: 120 } });
  await box.control({ reset: true });
  assert.equal((await get('/v2/projects')).length, 3);
});

test('bad numbers', async () => {
  for (const more of [{ apps: 0 }, { apps: 1.5 }, { projects: '120' }, { projects: 1e6 }, { people: 3 }])
    assert.equal((await box.control({ more })).status, 400, JSON.stringify(more));
});
