// Nothing a client sends ends the sandbox: broken HTTP, odd targets, huge and half-sent
// bodies, random bytes in every place; it answers /healthz afterwards and failed nowhere.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { sandboxFor } from './calls.mjs';

const box = await sandboxFor({ before, beforeEach, after });

/** Sends raw bytes, waits for the end or 300 ms. */
function raw(bytes) {
  return new Promise((resolve) => {
    const socket = connect(box.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    socket.setTimeout(300, () => socket.destroy());
    socket.write(bytes);
  });
}

async function assertAlive() {
  const response = await fetch(`${box.origin}/healthz`);
  assert.deepEqual([response.status, await response.json()], [200, { ok: true }]);
  assert.deepEqual(box.failures, []);
}

test('broken HTTP and odd targets', async () => {
  const head = 'Host: x\r\nx-access-token: sandbox-token\r\nConnection: close\r\n';
  for (const bytes of [
    'GARBAGE\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01',
    'GET\r\n\r\n',
    `GET * HTTP/1.1\r\n${head}\r\n`,
    `GET //evil/v2 HTTP/1.1\r\n${head}\r\n`,
    `GET http://a/v2/projects HTTP/1.1\r\n${head}\r\n`,
    `GET /v2/projects?%zz=%c3%28 HTTP/1.1\r\n${head}\r\n`,
    `GET /v2/projects/%c3%28 HTTP/1.1\r\n${head}\r\n`,
    `POST /v2/projects HTTP/1.1\r\n${head}Content-Length: 100\r\n\r\n{`,
    `POST /sign-in HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
    `GET /v2/projects HTTP/1.1\r\n${head}Cookie: ${'a'.repeat(70_000)}\r\n\r\n`,
    `GET /v2/${'../'.repeat(500)}projects HTTP/1.1\r\n${head}\r\n`,
    `OPTIONS /v2/projects HTTP/1.1\r\n${head}\r\n`,
    `TRACE /v2/projects HTTP/1.1\r\n${head}\r\n`,
  ])
    await raw(bytes);
  assert.match(await raw(`GET http://a/v2/projects HTTP/1.1\r\n${head}\r\n`), /^HTTP\/1\.1 200/);
  await assertAlive();
});

test('names that objects inherit are not properties', async () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    assert.equal((await box.call('GET', `/v2/projects?${name}=1`)).status, 400, name);
    assert.equal((await box.call('GET', `/v2/projects/${name}`)).status, 404, name);
    assert.equal((await box.call('GET', '/v2/projects', { token: name })).status, 401, name);
    const body = `{"description":"x","${name}":{"polluted":true}}`;
    assert.equal(
      (await box.call('PATCH', '/v2/projects/p-tb82qm', { body, headers: { 'content-type': 'application/json' } }))
        .status,
      400,
      name,
    );
  }
  assert.equal({}.polluted, undefined);
  await assertAlive();
});

test('deeply nested and very large bodies', async () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const json = { 'content-type': 'application/json' };
  assert.equal((await box.call('PATCH', '/v2/projects/p-tb82qm', { body: deep, headers: json })).status, 400);
  const large = await box
    .call('PATCH', '/v2/projects/p-tb82qm', {
      body: `{"description":"${'x'.repeat(26 * 1024 * 1024)}"}`,
      headers: json,
    })
    .catch(() => ({ status: 413 }));
  assert.equal(large.status, 413);
  await assertAlive();
});

test('random bytes as body of every writing operation, form and token endpoint', async () => {
  const paths = box.state.facts.operations
    .filter((op) => op.body)
    .map((op) => [op.method, op.path.replace(/\{[^}]+\}/g, 'x')]);
  for (const [method, path] of [
    ...paths,
    ['POST', '/sign-in'],
    ['POST', '/api/v2/oauth2/token'],
    ['POST', '/__control'],
  ]) {
    if (method === 'GET') continue;
    const headers = {
      'x-access-token': 'sandbox-token',
      'content-type': ['application/json', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded'][
        path.length % 3
      ],
    };
    const response = await fetch(box.origin + path, { method, body: randomBytes(64), headers });
    assert.ok(response.status >= 400 && response.status < 500, `${method} ${path}: ${response.status}`);
    await response.arrayBuffer();
  }
  await assertAlive();
});
