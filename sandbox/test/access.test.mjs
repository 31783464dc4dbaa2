// Who may do what: 1. tokens: none, unknown, both headers, read-only, created ones
// 2. scopes of an OAuth token  3. a user of another organisation sees nothing of the first
// 4. public operations need no token

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { isOpen } from '../access.mjs';
import { SCOPES, isScope, scopeFor } from '../scopes.mjs';
import { ATELIER, SHOP } from '../seed/projects.mjs';
import { sandboxFor, signIn } from './calls.mjs';

const box = await sandboxFor({ before, beforeEach, after });

test('without a token, or with an unknown one, 401 in the API error shape', async () => {
  for (const options of [
    { token: null },
    { token: 'nonsense' },
    { token: null, headers: { authorization: 'Bearer nonsense' } },
    { token: null, headers: { authorization: 'Basic eDp5' } },
  ]) {
    const { status, body } = await box.call('GET', '/v2/projects', options);
    assert.equal(status, 401);
    assert.deepEqual(Object.keys(body).sort(), ['message', 'type']);
  }
});

test('x-access-token and bearer are equal', async () => {
  assert.equal((await box.call('GET', '/v2/projects')).status, 200);
  assert.equal(
    (await box.call('GET', '/v2/projects', { token: null, headers: { authorization: 'Bearer sandbox-token' } })).status,
    200,
  );
});

test('the read-only token reads, and gets 403 for everything else', async () => {
  const token = 'sandbox-token-readonly';
  assert.equal((await box.call('GET', `/v2/projects/${SHOP}`, { token })).status, 200);
  for (const [method, path, body] of [
    ['PATCH', `/v2/projects/${SHOP}`, { description: 'x' }],
    ['DELETE', `/v2/projects/${SHOP}`],
    ['POST', '/v2/customers', { name: 'x' }],
  ]) {
    assert.equal((await box.call(method, path, { token, body })).status, 403);
  }
});

test('an API token that was created works, keeps its role, and ends when deleted', async () => {
  const {
    body: { token },
  } = await box.call('POST', '/v2/users/self/api-tokens', { body: { description: 'CI', roles: ['api_read'] } });
  assert.equal((await box.call('GET', '/v2/projects', { token })).status, 200);
  assert.equal((await box.call('PATCH', `/v2/projects/${SHOP}`, { token, body: { description: 'x' } })).status, 403);
  const { body: tokens } = await box.call('GET', '/v2/users/self/api-tokens');
  const { apiTokenId } = tokens.find((t) => t.description === 'CI');
  assert.equal((await box.call('DELETE', `/v2/users/self/api-tokens/${apiTokenId}`)).status, 204);
  assert.equal((await box.call('GET', '/v2/projects', { token })).status, 401);
});

test('an OAuth token does what its scopes say, no more', async () => {
  const { access_token: token } = await signIn(box, { scope: 'project:read' });
  assert.equal((await box.call('GET', '/v2/projects', { token })).status, 200);
  for (const [method, path, body, scope] of [
    ['GET', '/v2/users/self', undefined, 'user:read'],
    ['PATCH', `/v2/projects/${SHOP}`, { description: 'x' }, 'project:write'],
    ['DELETE', `/v2/projects/${SHOP}`, undefined, 'project:delete'],
    ['GET', '/v2/conversations', undefined, 'conversation:read'],
  ]) {
    const answer = await box.call(method, path, { token, body });
    assert.equal(answer.status, 403, `${method} ${path}`);
    assert.match(answer.body.message, new RegExp(scope));
  }
});

test('there are 43 scopes, and every operation needs one of them or none', () => {
  assert.equal(new Set(SCOPES).size, 43);
  for (const op of box.state.facts.operations) {
    const scope = scopeFor(op);
    assert.ok(scope === null || isScope(scope), `${op.key}: ${scope}`);
  }
});

test('the user of the other organisation sees hers, and 403 for the rest', async () => {
  const { access_token: token } = await signIn(box, { email: 'other@example.com', scope: SCOPES.join(' ') });
  const list = async (path) => (await box.call('GET', path, { token })).body;
  assert.deepEqual(
    (await list('/v2/projects')).map((p) => p.id),
    [ATELIER],
  );
  assert.equal((await list('/v2/app-installations')).length, 1);
  assert.equal((await list('/v2/customers')).length, 1);
  assert.equal((await list('/v2/conversations')).length, 0);
  for (const path of [
    '',
    '/app-installations',
    '/mysql-databases',
    '/redis-databases',
    '/backups',
    '/backup-schedules',
    '/memberships/self',
  ]) {
    assert.equal((await box.call('GET', `/v2/projects/${SHOP}${path}`, { token })).status, 403, path);
    assert.equal((await box.call('GET', `/v2/projects/${ATELIER}${path}`)).status, 403, path);
  }
  const [conversation] = (await box.call('GET', '/v2/conversations')).body;
  assert.equal((await box.call('GET', `/v2/conversations/${conversation.conversationId}`, { token })).status, 403);
  const foreign = { hostname: 'x.example.com', projectId: SHOP, paths: [] };
  assert.equal((await box.call('POST', '/v2/ingresses', { token, body: foreign })).status, 403);
});

test('of another person one sees the name, and changes nothing', async () => {
  const { access_token: token } = await signIn(box, { email: 'other@example.com', scope: SCOPES.join(' ') });
  const { userId } = (await box.call('GET', '/v2/users/self')).body;
  const seen = (await box.call('GET', `/v2/users/${userId}`, { token })).body;
  assert.deepEqual(Object.keys(seen).sort(), ['person', 'userId']);
  const body = { person: { firstName: 'X', lastName: 'Y' } };
  assert.equal((await box.call('PUT', `/v2/users/${userId}`, { token, body })).status, 403);
  assert.equal((await box.call('GET', `/v2/users/${userId}/settings`, { token })).status, 403);
});

test('no list shows a record of the other organisation', async () => {
  const { access_token: token } = await signIn(box, { email: 'other@example.com', scope: SCOPES.join(' ') });
  const { model } = box.state;
  for (const [path, collection] of model.byList) {
    if (path.includes('{') || !box.state.facts.byKey.get(`GET ${path}`).auth || collection.public) continue;
    const ids = async (t) =>
      new Set((await box.call('GET', path, { token: t })).body.map?.((v) => v[collection.idKey]) ?? []);
    const mine = await ids('sandbox-token');
    for (const id of await ids(token)) assert.ok(!mine.has(id), `${path} shows ${id} to both`);
  }
});

test('public operations answer without a token', async () => {
  const open = box.state.facts.operations.filter(
    (op) => op.method === 'GET' && isOpen(op) && !op.path.includes('{') && !op.params.some((p) => p.required),
  );
  assert.ok(open.length >= 5);
  for (const op of open) assert.equal((await box.call('GET', op.path, { token: null })).status, 200, op.key);
});
