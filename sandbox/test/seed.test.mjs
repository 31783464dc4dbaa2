// The seed is what the documentation promises, complete (nothing is made up where a person
// looks), and stays inside the API's shapes.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { validate } from '../validate.mjs';
import { sandboxFor } from './calls.mjs';

const box = await sandboxFor({ before, beforeEach, after });
const count = (name, keep = () => true) => box.state.store.list(name).filter(([, value]) => keep(value)).length;

test('an agency: 2 organisations, 4 projects, 9 apps, 5 MySQL, 2 Redis, 3 conversations', () => {
  assert.equal(count('customer'), 2);
  assert.equal(count('project'), 4);
  assert.equal(count('appInstallation'), 9);
  assert.equal(count('mysqlDatabase'), 5);
  assert.equal(count('redisDatabase'), 2);
  assert.equal(count('conversation'), 3);
  assert.equal(
    count('conversation', (c) => c.status === 'open'),
    2,
  );
  for (const name of [
    'domain',
    'ingress',
    'dnsZone',
    'mailAddress',
    'deliveryBox',
    'backup',
    'backupSchedule',
    'cronjob',
    'stack',
    'service',
    'sshUser',
    'server',
  ]) {
    assert.ok(count(name) > 0, name);
  }
});

test('every seeded record has all that its schema requires, rightly typed', () => {
  const { model, facts, store } = box.state;
  const wrong = [];
  for (const collection of model.byName.values()) {
    const schema = facts.byKey.get(`GET ${collection.item}`)?.answer.schema;
    if (collection.derived || !schema || collection.name === 'sshKey') continue;
    for (const [id, value] of store.list(collection.name)) {
      for (const v of validate(facts, schema, value, { closed: false }))
        wrong.push(`${collection.name} ${id}: ${v.path} ${v.message}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('parents exist: no record points into nothing', () => {
  const { model, store } = box.state;
  for (const collection of model.byName.values()) {
    for (const [id, value] of store.list(collection.name)) {
      for (const { of, key } of collection.parents)
        if (value[key] !== undefined) assert.ok(store.get(of, value[key]), `${collection.name} ${id}: ${key}`);
    }
  }
});

test('no time of the seed that should be past lies ahead', () => {
  const now = new Date().toISOString();
  for (const name of ['backup', 'conversation', 'conversationMessage', 'project', 'appInstallation']) {
    for (const [id, value] of box.state.store.list(name)) assert.ok((value.createdAt ?? '') <= now, `${name} ${id}`);
  }
});

test('the families name only operations that exist', () => assert.deepEqual(box.state.model.unknown, []));
