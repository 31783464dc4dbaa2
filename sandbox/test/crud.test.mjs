// Create, read, change, delete, and the effects a person would look for:
// 1. generic: create shows in list and get, PATCH merges, DELETE removes, with what hangs below
// 2. collections no family describes  3. MySQL with its main user  4. app install and upgrade
// 5. stacks: PATCH against PUT  6. conversations  7. mail  8. singletons  9. files and texts

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { KONTOR } from '../seed/people.mjs';
import { AGENCY, SERVER, SHOP } from '../seed/projects.mjs';
import { sandboxFor } from './calls.mjs';

const box = await sandboxFor({ before, beforeEach, after });
const get = async (path) => (await box.call('GET', path)).body;
const send = async (method, path, body, status) => {
  const answer = await box.call(method, path, { body });
  assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`);
  assert.match(answer.headers.get('etag'), /^[0-9a-f-]{36}$/);
  return answer.body;
};

test('a project: created on a server, changed, deleted with everything in it', async () => {
  const { id } = await send('POST', `/v2/servers/${SERVER}/projects`, { description: 'Neues Projekt' }, 201);
  assert.equal((await get('/v2/projects')).length, 4);
  assert.equal((await get(`/v2/projects/${id}`)).status, 'ready');
  await send('PATCH', `/v2/projects/${id}`, { description: 'Umbenannt' }, 204);
  const renamed = await get(`/v2/projects/${id}`);
  assert.equal(renamed.description, 'Umbenannt');
  assert.equal(renamed.customerId, KONTOR);
  const schedule = await send(
    'POST',
    `/v2/projects/${id}/backup-schedules`,
    { schedule: '0 1 * * *', ttl: 'P7D', description: 'nachts' },
    201,
  );
  assert.equal((await get(`/v2/projects/${id}/backup-schedules`))[0].description, 'nachts');
  await send('DELETE', `/v2/projects/${id}`, undefined, 204);
  assert.equal((await box.call('GET', `/v2/projects/${id}`)).status, 404);
  assert.equal((await box.call('GET', `/v2/project-backup-schedules/${schedule.id}`)).status, 404);
});

test('reset brings the seed back', async () => {
  await send('DELETE', `/v2/projects/${SHOP}`, undefined, 204);
  assert.equal((await get('/v2/projects')).length, 2);
  await box.control({ reset: true });
  assert.equal((await get('/v2/projects')).length, 3);
});

test('two sandboxes in one process share nothing', async () => {
  const { startSandbox } = await import('../server.mjs');
  const second = await startSandbox();
  await send('DELETE', `/v2/projects/${SHOP}`, undefined, 204);
  const other = await fetch(`${second.origin}/v2/projects`, { headers: { 'x-access-token': 'sandbox-token' } });
  assert.equal((await other.json()).length, 3);
  assert.equal(second.requests.length, 1);
  await second.close();
});

test('a collection no family describes has records, and takes more', async () => {
  const list = `/v2/projects/${SHOP}/ai-hosting-keys`;
  const before = await get(list);
  assert.equal(before.length, 2);
  assert.deepEqual(await get(`${list}/${before[0].keyId}`), before[0]);
  const { keyId } = await send('POST', list, { name: 'Übersetzer' }, 201);
  assert.equal((await get(`${list}/${keyId}`)).name, 'Übersetzer');
  assert.equal((await get(list)).length, 3);
  assert.equal((await get(`/v2/projects/${AGENCY}/ai-hosting-keys`)).length, 2);
  await send('DELETE', `${list}/${keyId}`, undefined, 204);
  assert.equal((await box.call('GET', `${list}/${keyId}`)).status, 404);
});

test('generated answers do not change between calls', async () => {
  const path = `/v2/projects/${SHOP}/storage-space-statistics`;
  assert.deepEqual(await get(path), await get(path));
});

test('a MySQL database comes with its main user, and never shows a password', async () => {
  const { id, userId } = await send(
    'POST',
    `/v2/projects/${SHOP}/mysql-databases`,
    {
      database: { description: 'Test', version: '8.4' },
      user: { password: 'Geheim-12345', accessLevel: 'full', externalAccess: true },
    },
    201,
  );
  const database = await get(`/v2/mysql-databases/${id}`);
  assert.equal(database.mainUser.id, userId);
  assert.equal(database.mainUser.externalAccess, true);
  assert.doesNotMatch(JSON.stringify(database), /Geheim/);
  assert.equal((await box.call('DELETE', `/v2/mysql-users/${userId}`)).status, 409);
  assert.equal((await box.call('POST', `/v2/mysql-users/${userId}/actions/disable`)).status, 409);
  const reader = {
    databaseId: id,
    description: 'Auswertung',
    password: 'Geheim-12345',
    accessLevel: 'readonly',
    externalAccess: true,
  };
  const { id: readerId } = await send('POST', `/v2/mysql-databases/${id}/users`, reader, 201);
  const stored = await get(`/v2/mysql-users/${readerId}`);
  assert.deepEqual([stored.accessLevel, stored.externalAccess, stored.mainUser], ['readonly', true, false]);
  await send('POST', `/v2/mysql-users/${readerId}/actions/disable`, undefined, 204);
  const disabled = await get(`/v2/mysql-users/${readerId}`);
  assert.deepEqual([disabled.disabled, disabled.status], [true, 'disabled']);
  await send('DELETE', `/v2/mysql-databases/${id}`, undefined, 204);
  assert.equal((await box.call('GET', `/v2/mysql-users/${userId}`)).status, 404);
});

test('an app is installed from a version and upgraded to a candidate', async () => {
  const app = (await get('/v2/apps')).find((a) => a.name === 'WordPress');
  const versions = await get(`/v2/apps/${app.id}/versions`);
  const { id } = await send(
    'POST',
    `/v2/projects/${SHOP}/app-installations`,
    { appVersionId: versions[0].id, description: 'Blog', updatePolicy: 'none', userInputs: [] },
    201,
  );
  assert.equal((await get(`/v2/app-installations/${id}`)).appExternalVersion, versions[0].externalVersion);
  const [candidate] = await get(`/v2/apps/${app.id}/versions/${versions[0].id}/update-candidates?onlyRecommended=true`);
  assert.equal(candidate.recommended, true);
  await send('PATCH', `/v2/app-installations/${id}`, { appVersionId: candidate.id }, 204);
  const upgraded = await get(`/v2/app-installations/${id}`);
  assert.equal(upgraded.appVersion.current, candidate.id);
  assert.equal(upgraded.appVersion.desired, candidate.id);
  const unknown = await box.call('POST', `/v2/projects/${SHOP}/app-installations`, {
    body: { appVersionId: app.id, description: 'x', updatePolicy: 'none', userInputs: [] },
  });
  assert.equal(unknown.status, 404);
});

test('a stack: PATCH keeps the unnamed and deletes {}; PUT removes the unnamed', async () => {
  const stack = (await get('/v2/stacks')).find((s) => s.services.length);
  const names = async () => (await get(`/v2/stacks/${stack.id}`)).services.map((s) => s.serviceName).sort();
  await send('PATCH', `/v2/stacks/${stack.id}`, { services: { cache: { image: 'valkey:8' } } }, 200);
  assert.deepEqual(await names(), ['cache', 'indexer', 'search']);
  await send('PATCH', `/v2/stacks/${stack.id}`, { services: { indexer: {} } }, 200);
  assert.deepEqual(await names(), ['cache', 'search']);
  await send('PUT', `/v2/stacks/${stack.id}`, { services: { search: { image: 'getmeili/meilisearch:v1.16' } } }, 200);
  assert.deepEqual(await names(), ['search']);
  assert.equal((await get(`/v2/stacks/${stack.id}`)).volumes.length, 1);
});

test('a service is stopped and started, and has logs', async () => {
  const [service] = await get(`/v2/projects/${SHOP}/services`);
  const path = `/v2/stacks/${service.stackId}/services/${service.id}`;
  await send('POST', `${path}/actions/stop`, undefined, 204);
  assert.equal((await get(path)).status, 'stopped');
  await send('POST', `${path}/actions/start`, undefined, 204);
  assert.equal((await get(path)).status, 'running');
  assert.equal((await get(`${path}/logs?tail=5`)).trim().split('\n').length, 5);
});

test('a conversation is started, answered and closed', async () => {
  const { conversationId } = await send(
    'POST',
    '/v2/conversations',
    { title: 'Frage', messageContent: 'Guten Tag' },
    201,
  );
  await send('POST', `/v2/conversations/${conversationId}/messages`, { messageContent: 'Noch etwas' }, 201);
  assert.deepEqual(
    (await get(`/v2/conversations/${conversationId}/messages`)).map((m) => m.messageContent),
    ['Guten Tag', 'Noch etwas'],
  );
  assert.equal((await get('/v2/conversations?status=open')).length, 3);
  await send('PUT', `/v2/conversations/${conversationId}/status`, { status: 'closed' }, 200);
  assert.equal((await get('/v2/conversations?status=open')).length, 2);
});

test('a mailbox is created and its aspects are changed', async () => {
  const { id } = await send(
    'POST',
    `/v2/projects/${SHOP}/mail-addresses`,
    {
      address: 'neu@teehandel-brandt.example',
      isCatchAll: false,
      mailbox: { password: 'Geheim-12345', quotaInBytes: 1_000_000, enableSpamProtection: false },
    },
    201,
  );
  await send('PATCH', `/v2/mail-addresses/${id}/quota`, { quotaInBytes: 5_000_000 }, 204);
  await send(
    'PATCH',
    `/v2/mail-addresses/${id}/autoresponder`,
    { autoResponder: { active: true, message: 'Urlaub' } },
    204,
  );
  const address = await get(`/v2/mail-addresses/${id}`);
  assert.equal(address.mailbox.storageInBytes.limit, 5_000_000);
  assert.equal(address.mailbox.spamProtection.active, false);
  assert.equal(address.autoResponder.message, 'Urlaub');
  assert.doesNotMatch(JSON.stringify(address), /Geheim/);
});

test('a single value remembers what was put', async () => {
  const path = `/v2/projects/${SHOP}/mail-settings`;
  await send('PATCH', `${path}/blacklist`, { blacklist: ['spam@evil.example'] }, 204);
  assert.deepEqual((await get(path)).blacklist, ['spam@evil.example']);
  assert.deepEqual((await get(`/v2/projects/${AGENCY}/mail-settings`)).blacklist, []);
});

test('an SSH key of a person takes another comment', async () => {
  const [{ sshKeyId }] = (await get('/v2/users/self/ssh-keys')).sshKeys;
  await send('PUT', `/v2/users/self/ssh-keys/${sshKeyId}`, { comment: 'neu', expiresAt: '2030-01-01T00:00:00Z' }, 204);
  const { sshKey } = await get(`/v2/users/self/ssh-keys/${sshKeyId}`);
  assert.deepEqual([sshKey.comment, sshKey.expiresAt], ['neu', '2030-01-01T00:00:00Z']);
});

test('bytes and text come as declared', async () => {
  const file = await fetch(`${box.origin}/v2/projects/${SHOP}/filesystem-file-content?file=/html/index.php`, {
    headers: { 'x-access-token': 'sandbox-token' },
  });
  assert.equal(file.headers.get('content-type'), 'application/octet-stream');
  const [zone] = await get(`/v2/projects/${SHOP}/dns-zones`);
  assert.match(await get(`/v2/dns-zones/${zone.id}/zone-file`), /^\$ORIGIN teehandel-brandt\.example\./);
});

test('a new organisation is seen by who made it', async () => {
  const { customerId } = await send('POST', '/v2/customers', { name: 'Zweite GmbH' }, 201);
  assert.equal((await get(`/v2/customers/${customerId}`)).name, 'Zweite GmbH');
  assert.equal((await get('/v2/customers')).length, 2);
});
