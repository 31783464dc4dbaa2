// Lists: 1. pages and their headers  2. sort and order  3. filters of the first tools
// 4. short ids  5. lists below a project

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { KONTOR } from '../seed/people.mjs';
import { AGENCY, CLUB, SERVER, SHOP } from '../seed/projects.mjs';
import { sandboxFor } from './calls.mjs';

const box = await sandboxFor({ before, beforeEach, after });
const get = async (path) => (await box.call('GET', path)).body;
const titles = async (path, key = 'description') => (await get(path)).map((v) => v[key]);
const paging = (headers) =>
  ['limit', 'skip', 'page', 'totalcount'].map((name) => Number(headers.get(`x-pagination-${name}`)));

test('limit, skip and page cut; skip wins; the total stays', async () => {
  const all = await titles('/v2/app-installations', 'id');
  assert.equal(all.length, 8);
  for (const [query, from, to, headers] of [
    ['limit=3', 0, 3, [3, 0, 1, 8]],
    ['limit=3&skip=3', 3, 6, [3, 3, 2, 8]],
    ['limit=3&page=3', 6, 8, [3, 6, 3, 8]],
    ['limit=3&skip=3&page=1', 3, 6, [3, 3, 2, 8]],
    ['limit=3&skip=90', 8, 8, [3, 90, 31, 8]],
  ]) {
    const answer = await box.call('GET', `/v2/app-installations?${query}`);
    assert.deepEqual(
      answer.body.map((v) => v.id),
      all.slice(from, to),
      query,
    );
    assert.deepEqual(paging(answer.headers), headers, query);
  }
});

test('lists without limit carry no paging headers', async () => {
  assert.equal((await box.call('GET', `/v2/projects/${SHOP}/mysql-databases`)).headers.get('x-pagination-limit'), null);
});

test('projects sort and filter', async () => {
  const byName = ['Kontor Nord Website', 'Ruderclub Alster e. V.', 'Teehandel Brandt Shop'];
  assert.deepEqual(await titles('/v2/projects?sort=description'), byName);
  assert.deepEqual(await titles('/v2/projects?sort=description&order=desc'), byName.toReversed());
  assert.deepEqual(await titles('/v2/projects?searchTerm=teehandel'), ['Teehandel Brandt Shop']);
  assert.deepEqual(await titles('/v2/projects?searchTerm=p-ra19'), ['Ruderclub Alster e. V.']);
  assert.equal((await get(`/v2/projects?serverId=${SERVER}`)).length, 2);
  assert.equal((await get(`/v2/projects?customerId=${KONTOR}`)).length, 3);
  assert.equal((await get('/v2/projects?customerId=nobody')).length, 0);
  assert.equal((await get(`/v2/customers/${KONTOR}/projects`)).length, 3);
});

test('app installations filter by project, text and app, and sort', async () => {
  assert.equal((await get(`/v2/projects/${AGENCY}/app-installations`)).length, 4);
  assert.deepEqual(await titles('/v2/app-installations?searchTerm=shopware', 'appName'), ['Shopware 6']);
  const apps = await get('/v2/apps');
  const wordpress = apps.find((a) => a.name === 'WordPress').id;
  const typo3 = apps.find((a) => a.name === 'TYPO3').id;
  assert.equal((await get(`/v2/app-installations?appIds=${wordpress}&appIds=${typo3}`)).length, 3);
  const created = await titles('/v2/app-installations?sortOrder=oldestFirst', 'createdAt');
  assert.deepEqual(created, created.toSorted());
  assert.equal((await titles('/v2/app-installations?sortOrder=sortByPhpVersionDesc', 'appName')).length, 8);
});

test('backups filter and sort', async () => {
  assert.equal((await get(`/v2/projects/${SHOP}/backups`)).length, 4);
  assert.equal((await get(`/v2/projects/${SHOP}/backups?withExportsOnly=true`)).length, 1);
  assert.equal((await get(`/v2/projects/${SHOP}/backups?runningBackupsOnly=true`)).length, 0);
  assert.equal((await get(`/v2/projects/${SHOP}/backups?searchTerm=Shopware`)).length, 1);
  const times = await titles(`/v2/projects/${SHOP}/backups?sortOrder=newestFirst`, 'requestedAt');
  assert.deepEqual(times, times.toSorted().toReversed());
});

test('conversations filter by status and text; the latest message comes first', async () => {
  assert.equal((await get('/v2/conversations')).length, 3);
  assert.deepEqual(await titles('/v2/conversations?status=open', 'shortId'), ['CONV-48377', 'CONV-48213']);
  assert.deepEqual(await titles('/v2/conversations?status=closed', 'shortId'), ['CONV-47102']);
  assert.equal((await get('/v2/conversations?status=open&status=closed')).length, 3);
  assert.deepEqual(await titles('/v2/conversations?fullTextSearch=PHP', 'shortId'), ['CONV-48213']);
  assert.deepEqual(await titles('/v2/conversations?sort=shortId&order=asc', 'shortId'), [
    'CONV-47102',
    'CONV-48213',
    'CONV-48377',
  ]);
});

test('databases and schedules stay with their project', async () => {
  assert.equal((await get(`/v2/projects/${AGENCY}/mysql-databases`)).length, 2);
  assert.equal((await get(`/v2/projects/${SHOP}/redis-databases`)).length, 1);
  assert.equal((await get(`/v2/projects/${SHOP}/backup-schedules`)).length, 2);
  const [database] = await get(`/v2/projects/${SHOP}/mysql-databases`);
  assert.equal(database.mainUser.name, 'dbu_q9s1ta');
  assert.equal((await get(`/v2/mysql-databases/${database.id}/users`)).length, 2);
});

test('ingresses, mail addresses and services filter by what they belong to', async () => {
  assert.equal((await get(`/v2/ingresses?projectId=${CLUB}`)).length, 3);
  assert.equal((await get('/v2/ingresses?hostnameSubstring=www.')).length, 3);
  assert.equal((await get('/v2/mail-addresses/?forwardAddress=true')).length, 2);
  assert.equal((await get(`/v2/projects/${SHOP}/services?status=running`)).length, 2);
  assert.equal((await get(`/v2/projects/${SHOP}/services?status=stopped`)).length, 0);
  assert.deepEqual(await titles(`/v2/projects/${SHOP}/services?sortOrder=descriptionDesc`), ['Meilisearch', 'Indexer']);
});

test('a project answers to its short id wherever the path takes plain text', async () => {
  assert.equal((await get('/v2/projects/p-tb82qm')).id, SHOP);
  assert.equal((await get('/v2/projects/p-tb82qm/backup-schedules')).length, 2);
  assert.equal((await box.call('GET', '/v2/projects/p-nobody')).status, 404);
});
