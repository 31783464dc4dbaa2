// The command: prints one line, answers /healthz, ends on SIGINT and SIGTERM, and says what
// is wrong with a port.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../main.mjs', import.meta.url));

function run(args, env = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env } });
  child.output = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    child.output.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    child.output.err += chunk;
  });
  return child;
}

async function started(child) {
  await once(child.stdout, 'data');
  return /(http:\/\/127\.0\.0\.1:\d+)/.exec(child.output.out)[1];
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  test(`starts, answers, ends on ${signal}`, async () => {
    const child = run(['--port', '0']);
    const origin = await started(child);
    assert.equal(child.output.out.trim().split('\n').length, 1);
    assert.deepEqual(await (await fetch(`${origin}/healthz`)).json(), { ok: true });
    assert.match(await (await fetch(origin)).text(), /demo@example\.com/);
    child.kill(signal);
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });
}

test('takes the port from SANDBOX_PORT, and says so when it is taken', async () => {
  const first = run([], { SANDBOX_PORT: '0' });
  const port = new URL(await started(first)).port;
  const second = run([], { SANDBOX_PORT: port });
  assert.deepEqual(await once(second, 'exit'), [1, null]);
  assert.match(second.output.err, new RegExp(`port ${port} is in use`));
  first.kill();
  await once(first, 'exit');
});

test('refuses a port that is none', async () => {
  const child = run(['--port', 'x']);
  assert.deepEqual(await once(child, 'exit'), [1, null]);
  assert.match(child.output.err, /--port/);
});
