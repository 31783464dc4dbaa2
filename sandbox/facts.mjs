// The API's facts: catalog/operations.json, read once per sandbox and indexed.
// Nothing else in the sandbox knows how that file is laid out.

import { readFileSync } from 'node:fs';

const OPERATIONS = new URL('../catalog/operations.json', import.meta.url);
const REF = '#/schemas/';

/**
 * @returns {{operations: Operation[], byKey: Map<string, Operation>, schemas: object, deref: (schema: object) => object}}
 */
export function loadFacts(file = OPERATIONS) {
  const { operations, schemas } = JSON.parse(readFileSync(file, 'utf8'));
  const list = Object.entries(operations).map(([key, facts]) => operation(key, facts));
  return {
    operations: list,
    byKey: new Map(list.map((op) => [op.key, op])),
    schemas,
    deref: (schema) => deref(schemas, schema),
  };
}

function operation(key, facts) {
  const [method, path] = key.split(' ');
  const status = successStatus(facts.responses);
  return {
    key,
    method,
    path,
    id: facts.id,
    tag: facts.tag,
    auth: facts.auth !== false,
    params: facts.params ?? [],
    body: facts.body,
    responses: facts.responses,
    status,
    answer: facts.responses[status] ?? {},
  };
}

/** The lowest declared success; every operation of the API has one. */
function successStatus(responses) {
  const codes = Object.keys(responses)
    .filter((code) => /^[23]/.test(code))
    .map(Number);
  return codes.length ? Math.min(...codes) : 200;
}

function deref(schemas, schema) {
  let current = schema ?? {};
  while (current.$ref) {
    const name = current.$ref.slice(REF.length);
    const target = schemas[name];
    if (!target) throw new Error(`operations.json names a schema it does not hold: ${name}`);
    current = target;
  }
  return current;
}
