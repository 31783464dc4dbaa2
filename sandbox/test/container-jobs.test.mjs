// Stacks, step by step:
// 1. a new service is created, starting, running; or in error  2. a changed one waits for its
// recreation, unless it is asked for  3. PUT forgets what is left out  4. start, stop, restart,
// recreate, pull  5. volumes: who mounts them, orphaned, deleted  6. registries and credentials
// 7. strict: images and volumes must be declared  8. what an image says

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { STACK, SERVICES } from '../seed/containers.mjs';
import { SHOP } from '../seed/projects.mjs';
import { sandboxFor } from './calls.mjs';

const box = await sandboxFor({ before, beforeEach, after });
const get = async (path) => (await box.call('GET', path)).body;
const send = async (method, path, body, status) => {
  const answer = await box.call(method, path, { body });
  assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
};
const stack = `/v2/stacks/${STACK}`;
const search = `${stack}/services/${SERVICES.search}`;
const declare = (services, more = {}) => send('PATCH', stack, { services, ...more }, 200);
const named = ({ services }, name) => services.find(({ serviceName }) => serviceName === name);
async function statuses(path, times) {
  const values = [];
  for (let i = 0; i < times; i++) values.push((await get(path)).status);
  return values;
}

test('a new service is created, starting, running', async () => {
  await box.control({ delays: { service: 2 } });
  const { id, status } = named(await declare({ cache: { image: 'valkey:8' } }), 'cache');
  assert.equal(status, 'creating');
  assert.deepEqual(await statuses(`${stack}/services/${id}`, 3), ['creating', 'starting', 'running']);
});

test('reading the stack counts as reading its services', async () => {
  await box.control({ delays: { service: 1 } });
  await declare({ cache: { image: 'valkey:8' } });
  assert.equal(named(await get(stack), 'cache').status, 'creating');
  assert.equal(named(await get(stack), 'cache').status, 'running');
});

test('an image that cannot be had ends in error, with a message', async () => {
  await box.control({ delays: { service: { reads: 1, fails: true } } });
  const { id } = named(await declare({ cache: { image: 'valkey:8' } }), 'cache');
  await get(`${stack}/services/${id}`);
  const { status, message } = await get(`${stack}/services/${id}`);
  assert.equal(status, 'error');
  assert.match(message, /image/);
});

test('a changed service runs as before until it is recreated', async () => {
  const changed = named(await declare({ search: { image: 'getmeili/meilisearch:v1.16' } }), 'search');
  assert.deepEqual(
    [changed.requiresRecreate, changed.status, changed.deployedState.image],
    [true, 'running', 'getmeili/meilisearch:v1.15'],
  );
  assert.deepEqual(changed.pendingState.ports, ['7700/tcp']);
  await box.control({ delays: { service: 3 } });
  await send('POST', `${search}/actions/recreate`, undefined, 204);
  assert.deepEqual(await statuses(search, 4), ['stopping', 'creating', 'starting', 'running']);
  const { requiresRecreate, deployedState } = await get(search);
  assert.deepEqual([requiresRecreate, deployedState.image], [false, 'getmeili/meilisearch:v1.16']);
});

test('the same declaration changes nothing; with recreate, a change is deployed at once', async () => {
  assert.equal(
    named(await declare({ search: { image: 'getmeili/meilisearch:v1.15' } }), 'search').requiresRecreate,
    false,
  );
  const wish = { services: { search: { image: 'getmeili/meilisearch:v1.16' } } };
  const { deployedState } = named(await send('PATCH', `${stack}?recreate=true`, wish, 200), 'search');
  assert.equal(deployedState.image, 'getmeili/meilisearch:v1.16');
});

test('PUT: what is not said of a service is not kept', async () => {
  await send('PUT', stack, { services: { search: { image: 'getmeili/meilisearch:v1.15' } }, volumes: {} }, 200);
  const { pendingState } = await get(search);
  assert.deepEqual(pendingState, { image: 'getmeili/meilisearch:v1.15' });
});

for (const [action, states] of [
  ['stop', ['stopping', 'stopped']],
  ['start', ['starting', 'running']],
  ['restart', ['stopping', 'running']],
]) {
  test(`${action}: ${states.join(', ')}`, async () => {
    await box.control({ delays: { service: 1 } });
    await send('POST', `${search}/actions/${action}`, undefined, 204);
    assert.deepEqual(await statuses(search, 2), states);
  });
}

test('an order overtakes the one before', async () => {
  await box.control({ delays: { service: 1 } });
  await send('POST', `${search}/actions/restart`, undefined, 204);
  await send('POST', `${search}/actions/stop`, undefined, 204);
  assert.deepEqual(await statuses(search, 3), ['stopping', 'stopped', 'stopped']);
});

test('pull takes a new image, and recreates unless told not to', async () => {
  await send('POST', `${search}/actions/pull?skipRecreate=true`, undefined, 204);
  const waiting = await get(search);
  assert.deepEqual([waiting.requiresRecreate, waiting.deployedState.imageDigest], [true, undefined]);
  await send('POST', `${search}/actions/pull`, undefined, 204);
  const pulled = await get(search);
  assert.match(pulled.deployedState.imageDigest, /^sha256:[0-9a-f]{64}$/);
  assert.notEqual(pulled.deployedState.imageDigest, waiting.pendingState.imageDigest);
  assert.equal(pulled.requiresRecreate, false);
});

test('volumes: who mounts them, and what happens to one that is left out', async () => {
  await box.control({ strict: true });
  const [before] = (await get(stack)).volumes;
  assert.deepEqual([before.linkedServices, before.orphaned], [[SERVICES.search], false]);
  await send('DELETE', `${stack}/volumes/${before.id}`, undefined, 412);
  await send(
    'PUT',
    stack,
    { services: { search: { image: 'x', volumes: [] } }, volumes: { neu: { name: 'neu' } } },
    200,
  );
  const volumes = await get(`${stack}/volumes`);
  assert.deepEqual(
    volumes.map(({ name, linkedServices, orphaned }) => [name, linkedServices.length, orphaned]),
    [
      ['search-data', 0, true],
      ['neu', 0, false],
    ],
  );
  await send('DELETE', `${stack}/volumes/${before.id}`, undefined, 204);
  assert.equal((await get(`${stack}/volumes`)).length, 1);
});

test('strict: a service needs an image, and its volumes must be declared', async () => {
  await box.control({ strict: true });
  await send('PATCH', stack, { services: { cache: { ports: ['6379/tcp'] } } }, 400);
  const mounts = { cache: { image: 'valkey:8', volumes: ['cache:/data', '/html:/srv'] } };
  assert.match((await send('PATCH', stack, { services: mounts }, 400)).message, /volume cache/);
  await send('PATCH', stack, { services: mounts, volumes: { cache: { name: 'cache' } } }, 200);
});

test('registries: one per address, and never the password', async () => {
  const path = `/v2/projects/${SHOP}/registries`;
  const credentials = { username: 'bote', password: 'geheim' };
  const wish = { uri: 'registry.kontor-nord.example', description: 'x', credentials };
  const created = await send('POST', path, wish, 201);
  assert.deepEqual(created.credentials, { username: 'bote', valid: true });
  await send('POST', path, wish, 409);
  await send('PATCH', `/v2/registries/${created.id}`, { credentials: { username: 'ute', password: 'geheim' } }, 204);
  const registry = await get(`/v2/registries/${created.id}`);
  assert.deepEqual([registry.credentials.username, registry.description], ['ute', 'x']);
  assert.doesNotMatch(JSON.stringify(registry), /geheim/);
  await send('PATCH', `/v2/registries/${created.id}`, { uri: 'registry.example' }, 409);
});

test('an image says on which port it listens', async () => {
  const ports = async (image) =>
    (await get(`/v2/container-image-config?imageReference=${image}`)).exposedPorts.map((p) => p.port);
  assert.deepEqual([await ports('mysql:8.4'), await ports('example/eigenes:1')], [['3306/tcp'], ['8080/tcp']]);
});
