// Every operation the API defines, called twice on a fresh sandbox:
// 1. with only what it requires; 2. with every optional parameter and property.
// Each answer has the declared status and, judged by a second validator, the declared shape.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { sandboxFor } from './calls.mjs';
import { buildOracle } from './oracle.mjs';
import { makeRequest } from './request-maker.mjs';

const box = await sandboxFor({ before, beforeEach, after });
/** These two speak OAuth, not the API; oauth.test.mjs walks them. */
const OAUTH = /\/v2\/oauth2\//;

for (const full of [false, true]) {
  test(`every operation answers what it declares (${full ? 'all parameters' : 'required parameters'})`, async () => {
    const complaints = buildOracle(box.state.facts);
    const wrong = [];
    let called = 0;
    for (const op of box.state.facts.operations.filter((o) => !OAUTH.test(o.path))) {
      box.reset();
      const problem = await callOne(op, full, complaints);
      if (problem) wrong.push(`${op.key}: ${problem}`);
      called += 1;
    }
    assert.deepEqual(wrong, []);
    assert.ok(called > 400, `only ${called} operations were called`);
    assert.deepEqual(box.failures, []);
  });
}

async function callOne(op, full, complaints) {
  const { path, body, form, headers } = await makeRequest(box, op, { full });
  const answer = form
    ? await fetch(box.origin + path, {
        method: op.method,
        body: form,
        headers: { ...headers, 'x-access-token': 'sandbox-token' },
      }).then(async (r) => ({ status: r.status, headers: r.headers, body: await r.json() }))
    : await box.call(op.method, path, { body, headers });
  if (answer.status !== op.status)
    return `${answer.status} instead of ${op.status} for ${path} ${JSON.stringify(body)}: ${JSON.stringify(answer.body).slice(0, 400)}`;
  const declared = op.status === 204 ? undefined : op.answer.type;
  if (!declared) return answer.body === '' ? undefined : `a body where none is declared`;
  const type = answer.headers.get('content-type') ?? '';
  if (!type.startsWith(declared) && !(declared === 'application/octet-stream' && type.startsWith('text/plain;base64')))
    return `content type ${type} instead of ${declared}`;
  if (!declared.startsWith('application/json')) return undefined;
  const found = complaints(op.answer.schema ?? {}, answer.body);
  return found.length ? `${found.slice(0, 3).join('; ')} in ${JSON.stringify(answer.body).slice(0, 300)}` : undefined;
}
