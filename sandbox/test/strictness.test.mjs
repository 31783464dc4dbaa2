// What the connector must never send, each refused with 400 and a violation that names it:
// path, query, body (unknown, missing, wrong type, enum, format, range), content type; and
// 404/405 for what the API does not define.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { SHOP } from '../seed/projects.mjs';
import { sandboxFor } from './calls.mjs';

const box = await sandboxFor({ before, beforeEach, after });
const shop = `/v2/projects/${SHOP}`;

/** [what, method, path, body, violation type, violation path] */
const REFUSED = [
  ['an unknown query parameter', 'GET', '/v2/projects?limits=3', undefined, 'additionalProperties', '.limits'],
  ['a number that is none', 'GET', '/v2/projects?limit=many', undefined, 'type', '.limit'],
  ['a value that is no choice', 'GET', '/v2/projects?order=up', undefined, 'enum', '.order'],
  ['an item that is no choice', 'GET', '/v2/conversations?status=open&status=lost', undefined, 'enum', '.status[1]'],
  ['a single parameter given twice', 'GET', '/v2/projects?limit=1&limit=2', undefined, 'type', '.limit'],
  ['an id in the query that is no UUID', 'GET', '/v2/projects?serverId=s-elbe01', undefined, 'format', '.serverId'],
  ['a required query parameter left out', 'GET', '/v2/domain-suggestions', undefined, 'required', '.prompt'],
  [
    'a number out of range',
    'GET',
    '/v2/domain-suggestions?prompt=tee&domainCount=31',
    undefined,
    'maximum',
    '.domainCount',
  ],
  ['a boolean that is none', 'GET', `${shop}/backups?withExportsOnly=1`, undefined, 'type', '.withExportsOnly'],
  ['a path id that is no UUID', 'GET', '/v2/dns-zones/z-1', undefined, 'format', '.dnsZoneId'],
  ['an unknown body property', 'PATCH', shop, { description: 'x', name: 'y' }, 'additionalProperties', '.name'],
  ['a body property of the wrong type', 'PATCH', shop, { description: 7 }, 'type', '.description'],
  ['a body property left out', 'POST', `${shop}/backup-schedules`, { ttl: 'P7D' }, 'required', '.schedule'],
  [
    'a nested property left out',
    'POST',
    `${shop}/mysql-databases`,
    { database: { description: 'x', version: '8.4' }, user: { password: 'x' } },
    'required',
    '.user.accessLevel',
  ],
  [
    'a nested unknown property',
    'POST',
    `${shop}/mysql-databases`,
    { database: { description: 'x', version: '8.4', size: 1 }, user: { password: 'x', accessLevel: 'full' } },
    'additionalProperties',
    '.database.size',
  ],
  [
    'a nested value that is no choice',
    'POST',
    `${shop}/mysql-databases`,
    { database: { description: 'x', version: '8.4' }, user: { password: 'x', accessLevel: 'root' } },
    'enum',
    '.user.accessLevel',
  ],
  ['a date that is none', 'POST', `${shop}/backups`, { expirationTime: 'tomorrow' }, 'format', '.expirationTime'],
  [
    'an item of the wrong type',
    'POST',
    '/v2/customers',
    {
      name: 'x',
      owner: {
        salutation: 'mr',
        address: { street: 'a', houseNumber: '1', zip: '1', city: 'c', countryCode: 'DE' },
        phoneNumbers: ['1', 2],
      },
    },
    'type',
    '.owner.phoneNumbers[1]',
  ],
  ['no body where one is needed', 'POST', `${shop}/backups`, undefined, 'required', ''],
  ['a body where none is declared', 'DELETE', shop, { force: true }, 'body', ''],
  ['text instead of JSON', 'PATCH', shop, '{"description":', 'json', ''],
  ['a list instead of an object', 'PATCH', shop, [], 'type', ''],
];

for (const [what, method, path, body, type, where] of REFUSED) {
  test(`refuses ${what}`, async () => {
    const headers = typeof body === 'string' ? { 'content-type': 'application/json' } : {};
    const answer = await box.call(method, path, { body, headers });
    assert.equal(answer.status, 400);
    assert.equal(answer.body.type, 'ValidationError');
    const found = answer.body.validationErrors.map((v) => [v.type, v.path]);
    assert.deepEqual(found, [[type, where]], JSON.stringify(answer.body));
    for (const v of answer.body.validationErrors) {
      assert.equal(typeof v.message, 'string');
      for (const value of Object.values(v.context)) assert.equal(typeof value, 'string');
    }
    assert.deepEqual(
      box.requests.at(-1).violations.map((v) => v.type),
      [type],
    );
  });
}

test('refuses a body of the wrong content type, or of none', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', '']) {
    const response = await fetch(box.origin + shop, {
      method: 'PATCH',
      body: new TextEncoder().encode('{"description":"x"}'),
      headers: { 'x-access-token': 'sandbox-token', 'content-type': type },
    });
    assert.equal(response.status, 400, type);
    assert.equal((await response.json()).validationErrors[0].type, 'contentType');
  }
});

test('names every violation, not only the first', async () => {
  const { body } = await box.call('POST', `${shop}/backup-schedules`, { body: { ttl: 1, extra: true } });
  assert.deepEqual(body.validationErrors.map((v) => v.path).sort(), ['.extra', '.schedule', '.ttl']);
});

test('a record set must be of the kind the path names', async () => {
  const [zone] = (await box.call('GET', `${shop}/dns-zones`)).body;
  const mx = { settings: {}, records: [{ priority: 10, fqdn: 'mx.example.com' }] };
  assert.equal((await box.call('PUT', `/v2/dns-zones/${zone.id}/record-sets/mx`, { body: mx })).status, 204);
  const wrong = await box.call('PUT', `/v2/dns-zones/${zone.id}/record-sets/txt`, { body: mx });
  assert.equal(wrong.status, 400);
  assert.equal((await box.call('GET', `/v2/dns-zones/${zone.id}`)).body.recordSet.mx.records[0].fqdn, 'mx.example.com');
});

test('unknown paths are 404, wrong methods 405 with Allow', async () => {
  for (const path of [
    '/v2/project',
    '/v2/projects/',
    '/v2/projects//backups',
    '/v2',
    '/v3/projects',
    '/api/v2/projects',
    '/v2/projects/%zz',
  ]) {
    assert.equal((await box.call('GET', path)).status, 404, path);
  }
  const wrong = await box.call('PUT', shop, { body: {} });
  assert.equal(wrong.status, 405);
  assert.match(wrong.headers.get('allow'), /PATCH/);
});

test('unknown ids are 404 in the API error shape, and a UUID of another kind is unknown', async () => {
  const nobody = '00000000-0000-4000-8000-000000000000';
  for (const path of [
    `/v2/projects/${nobody}`,
    `/v2/app-installations/${SHOP}`,
    `/v2/mysql-databases/${nobody}`,
    `/v2/projects/${nobody}/backups`,
  ]) {
    const { status, body } = await box.call('GET', path);
    assert.equal(status, 404, path);
    assert.equal(body.type, 'NotFound');
  }
});

test('a child under the wrong parent is 404', async () => {
  const stacks = (await box.call('GET', '/v2/stacks')).body;
  const [service] = (await box.call('GET', '/v2/services')).body;
  const other = stacks.find((s) => s.id !== service.stackId);
  assert.equal((await box.call('GET', `/v2/stacks/${service.stackId}/services/${service.id}`)).status, 200);
  assert.equal((await box.call('GET', `/v2/stacks/${other.id}/services/${service.id}`)).status, 404);
});
