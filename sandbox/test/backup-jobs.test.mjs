// Backups, cronjobs and files, step by step:
// 1. a backup is pending, in progress, completed; or failed  2. what it holds  3. restore of paths and
// databases; strict: only what is there  4. export, and the link when it is done  5. MySQL: the
// database before its user; Redis; users; versions and charsets  6. a cronjob runs, succeeds, fails;
// not twice at a time; its log is a file  7. cronjobs of containers  8. directories and usage

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { DATABASES } from '../seed/databases.mjs';
import { CLUB, SHOP } from '../seed/projects.mjs';
import { sandboxFor } from './calls.mjs';

const box = await sandboxFor({ before, beforeEach, after });
const get = async (path) => (await box.call('GET', path)).body;
const send = async (method, path, body, status) => {
  const answer = await box.call(method, path, { body });
  assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
};
const expirationTime = '2030-01-01T00:00:00Z';
const backUp = () => send('POST', `/v2/projects/${SHOP}/backups`, { expirationTime, description: 'jetzt' }, 201);
async function seen(path, of, times) {
  const values = [];
  for (let i = 0; i < times; i++) values.push(of(await get(path)));
  return values;
}

test('a backup takes its time, and then says when it was made', async () => {
  await box.control({ delays: { backup: 2 } });
  const created = await backUp();
  assert.deepEqual([created.status, created.createdAt], ['Pending', undefined]);
  assert.equal((await get(`/v2/projects/${SHOP}/backups?runningBackupsOnly=true`)).length, 1);
  assert.deepEqual(await seen(`/v2/project-backups/${created.id}`, (b) => [b.status, Boolean(b.createdAt)], 2), [
    ['InProgress', false],
    ['Completed', true],
  ]);
  await box.control({ delays: { backup: { fails: true } } });
  assert.equal((await get(`/v2/project-backups/${(await backUp()).id}`)).status, 'Failed');
});

test('at once where nothing is said', async () => assert.equal((await backUp()).status, 'Completed'));

test('it holds the directories of the apps and the databases of its time', async () => {
  const { id } = await backUp();
  const path = `/v2/project-backups/${id}`;
  assert.deepEqual((await get(`${path}/database-dumps`)).databases, ['dbdump-mysql-q9s1ta']);
  await send('DELETE', `/v2/mysql-databases/${DATABASES.shop}`, undefined, 204);
  assert.deepEqual((await get(`${path}/database-dumps`)).databases, ['dbdump-mysql-q9s1ta']);
  const html = await get(`${path}/path?directory=/html`);
  assert.deepEqual(
    html.items.map(({ name, isDirectory }) => [name, isDirectory]),
    [
      ['shop', true],
      ['advent', true],
      ['magazin', true],
    ],
  );
});

test('a restore runs, meanwhile the database is importing; then both are done', async () => {
  await box.control({ delays: { restore: 1 } });
  const { id } = await backUp();
  const body = {
    pathRestore: { sourcePaths: ['/html/shop'] },
    databaseRestores: [{ databaseBackupDump: 'dbdump-mysql-q9s1ta', targetDatabaseId: DATABASES.shop }],
  };
  await send('POST', `/v2/project-backups/${id}/restore`, body, 204);
  assert.equal((await get(`/v2/mysql-databases/${DATABASES.shop}`)).status, 'importing');
  const { restore } = await get(`/v2/project-backups/${id}`);
  assert.equal(restore.phase, 'running');
  assert.deepEqual(restore.pathRestore, {
    clearTargetPath: false,
    sourcePaths: ['/html/shop'],
    determinedTargetPath: '/html/shop',
  });
  assert.equal((await get(`/v2/project-backups/${id}`)).restore.phase, 'completed');
  assert.equal((await get(`/v2/mysql-databases/${DATABASES.shop}`)).status, 'ready');
});

test('strict: a restore names a dump of the backup and a database of the project, once at a time', async () => {
  await box.control({ strict: true, delays: { restore: { never: true } } });
  const { id } = await backUp();
  const path = `/v2/project-backups/${id}/restore`;
  const dump = (databaseBackupDump, targetDatabaseId) => ({
    databaseRestores: [{ databaseBackupDump, targetDatabaseId }],
  });
  await send('POST', path, {}, 400);
  await send('POST', path, dump('dbdump-mysql-x', DATABASES.shop), 404);
  await send('POST', path, dump('dbdump-mysql-q9s1ta', DATABASES.website), 404);
  await send('POST', path, { pathRestore: { sourcePaths: ['/html/shop'] } }, 204);
  assert.match((await send('POST', path, { pathRestore: { sourcePaths: ['/html'] } }, 400)).message, /running/);
});

test('an export is pending, exporting, completed with a link; it fails; it is taken back', async () => {
  await box.control({ delays: { backupExport: 2 } });
  const { id } = await backUp();
  const path = `/v2/project-backups/${id}`;
  await send('POST', `${path}/export`, { format: 'zip', password: 'Hafen-Kontor-42' }, 204);
  const states = await seen(path, (b) => [b.export.phase, b.export.downloadURL !== undefined], 3);
  assert.deepEqual(states, [
    ['Pending', false],
    ['Exporting', false],
    ['Completed', true],
  ]);
  const backup = await get(path);
  assert.equal(backup.export.withPassword, true);
  assert.doesNotMatch(JSON.stringify(backup), /Hafen-Kontor/);
  await send('DELETE', `${path}/export`, undefined, 204);
  assert.equal((await get(path)).export, undefined);
  await box.control({ delays: { backupExport: { fails: true } } });
  await send('POST', `${path}/export`, { format: 'tar' }, 204);
  assert.equal((await get(path)).export.phase, 'Failed');
});

const newDatabase = (changes = {}) => ({
  database: { description: 'x', version: '8.4', ...changes },
  user: { password: 'Hafen-Kontor-42', accessLevel: 'full' },
});

test('MySQL: the database is ready before its user is', async () => {
  await box.control({ delays: { mysqlDatabase: 2 } });
  const { id, userId } = await send('POST', `/v2/projects/${SHOP}/mysql-databases`, newDatabase(), 201);
  const states = await seen(`/v2/mysql-databases/${id}`, (d) => [d.status, d.isReady, d.mainUser.status], 3);
  assert.deepEqual(states, [
    ['pending', false, 'pending'],
    ['ready', true, 'pending'],
    ['ready', true, 'ready'],
  ]);
  await box.control({ delays: { mysqlDatabase: { fails: true } } });
  const failed = await send('POST', `/v2/projects/${SHOP}/mysql-databases`, newDatabase(), 201);
  const { status, mainUser } = await get(`/v2/mysql-databases/${failed.id}`);
  assert.deepEqual([status, mainUser.status, mainUser.id], ['error', 'error', failed.userId]);
  assert.equal((await get(`/v2/mysql-users/${userId}`)).status, 'ready');
});

test('another version migrates the data, a description does not', async () => {
  await box.control({ delays: { mysqlDatabase: 1 } });
  const path = `/v2/mysql-databases/${DATABASES.shop}`;
  await send('PATCH', path, { description: 'Neu' }, 204);
  assert.deepEqual([(await get(path)).description, (await get(path)).status], ['Neu', 'ready']);
  await send('PATCH', path, { version: '8.4' }, 204);
  assert.deepEqual(await seen(path, (d) => [d.status, d.version], 2), [
    ['migrating', '8.0'],
    ['ready', '8.4'],
  ]);
});

test('more users and Redis take their time, too', async () => {
  await box.control({ delays: { mysqlUser: 1, redisDatabase: 1 } });
  const user = { databaseId: DATABASES.shop, description: 'x', password: 'Hafen-Kontor-42', accessLevel: 'readonly' };
  const { id } = await send('POST', `/v2/mysql-databases/${DATABASES.shop}/users`, user, 201);
  assert.deepEqual(await seen(`/v2/mysql-users/${id}`, (u) => u.status, 2), ['pending', 'ready']);
  const redis = await send('POST', `/v2/projects/${SHOP}/redis-databases`, { description: 'x', version: '8.0' }, 201);
  assert.deepEqual(await seen(`/v2/redis-databases/${redis.id}`, (r) => r.status, 2), ['pending', 'ready']);
});

test('strict: versions and character settings have to be on offer', async () => {
  await box.control({ strict: true });
  const path = `/v2/projects/${SHOP}/mysql-databases`;
  assert.match((await send('POST', path, newDatabase({ version: '5.7' }), 404)).message, /8\.0, 8\.4/);
  const characterSettings = { characterSet: 'utf8mb4', collation: 'latin1_swedish_ci' };
  await send('POST', path, newDatabase({ characterSettings }), 400);
  const [{ name, collations }] = await get('/v2/mysql-charsets?version=8.4');
  await send('POST', path, newDatabase({ characterSettings: { characterSet: name, collation: collations[1] } }), 201);
});

async function cronjob(body) {
  const base = { active: true, description: 'x', interval: '0 1 * * *', timeout: 60 };
  return (await send('POST', `/v2/projects/${SHOP}/cronjobs`, { ...base, ...body }, 201)).id;
}
const appOf = async (project) => (await get(`/v2/projects/${project}/app-installations`))[0].id;

test('a cronjob runs: pending, running, complete; its latest execution goes along', async () => {
  await box.control({ delays: { cronjobExecution: 2 } });
  const target = { appInstallationId: await appOf(SHOP), destination: { url: 'https://x.example/' } };
  const id = await cronjob({ target });
  const { id: executionId } = await send('POST', `/v2/cronjobs/${id}/executions`, undefined, 201);
  const path = `/v2/cronjobs/${id}/executions/${executionId}`;
  assert.deepEqual(await seen(path, (e) => [e.status, e.successful, e.exitCode], 3), [
    ['Pending', false, undefined],
    ['Running', false, undefined],
    ['Complete', true, 0],
  ]);
  const job = await get(`/v2/cronjobs/${id}`);
  assert.equal(job.latestExecution.status, 'Complete');
  assert.deepEqual([job.appInstallationId, job.destination], [target.appInstallationId, target.destination]);
});

test('a failed execution is analysed, and its log is a file of the project', async () => {
  await box.control({ delays: { cronjobExecution: { fails: true } } });
  const id = await cronjob({ appInstallationId: await appOf(SHOP), destination: { url: 'https://x.example/' } });
  const { id: executionId } = await send('POST', `/v2/cronjobs/${id}/executions`, undefined, 201);
  const path = `/v2/cronjobs/${id}/executions/${executionId}`;
  const { status, exitCode, logPath } = await get(path);
  assert.deepEqual([status, exitCode], ['Failed', 1]);
  assert.match((await get(`${path}/analysis`)).message, /exit code 1/);
  assert.match(await get(`/v2/projects/${SHOP}/filesystem-file-content?file=${logPath}`), /connection refused/);
});

test('a cronjob that forbids it does not run twice at a time', async () => {
  await box.control({ delays: { cronjobExecution: { never: true } } });
  const id = await cronjob({
    appInstallationId: await appOf(SHOP),
    destination: { url: 'https://x.example/' },
    concurrencyPolicy: 'forbid',
  });
  await send('POST', `/v2/cronjobs/${id}/executions`, undefined, 201);
  await send('POST', `/v2/cronjobs/${id}/executions`, undefined, 412);
});

test('a cronjob of a container is shown with its short id', async () => {
  const stack = (await get('/v2/stacks')).find(({ projectId }) => projectId === SHOP);
  const [service] = stack.services;
  const target = { stackId: stack.id, serviceIdentifier: service.serviceName, command: 'date' };
  const id = await cronjob({ target });
  assert.deepEqual((await get(`/v2/cronjobs/${id}`)).target, {
    stackId: stack.id,
    serviceShortId: service.shortId,
    command: 'date',
  });
  assert.equal((await get(`/v2/projects/${SHOP}/cronjobs?stackId=${stack.id}`)).length, 1);
  await box.control({ strict: true });
  await send('PATCH', `/v2/cronjobs/${id}`, { target: { ...target, serviceIdentifier: 'nobody' } }, 404);
});

test('directories, and how much there is', async () => {
  const root = await get(`/v2/projects/${CLUB}/filesystem-directories?directory=/`);
  assert.deepEqual(
    root.items.map(({ name }) => name),
    ['html', 'var'],
  );
  const usage = await get(`/v2/projects/${CLUB}/filesystem-disk-usage?directory=/`);
  const project = await get(`/v2/projects/${CLUB}`);
  assert.equal(usage.usedBytes, project.webStorageUsageInBytes);
  const { statisticCategories, meta } = await get(`/v2/projects/${CLUB}/storage-space-statistics`);
  const sizes = statisticCategories.map(({ totalUsageInBytes }) => totalUsageInBytes);
  assert.equal(
    meta.totalUsageInBytes,
    sizes.reduce((a, b) => a + b),
  );
  assert.equal(statisticCategories.find(({ kind }) => kind === 'mysqlDatabase').resources[0].id, DATABASES.club);
  await send('PATCH', `/v2/projects/${CLUB}/storage-space-statistics`, { notificationThresholdInBytes: 5 }, 204);
  assert.equal((await get(`/v2/projects/${CLUB}/storage-space-statistics`)).notificationThresholdInBytes, 5);
});
