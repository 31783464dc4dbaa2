// A second opinion on answers: ajv, which knows nothing of the sandbox's own validator.

import Ajv from 'ajv';
import { validate } from '../validate.mjs';

/** @returns (schema, value) => string[] of complaints */
export function buildOracle(facts) {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'facts', definitions: translate(facts.schemas) });
  const compiled = new Map();
  return (schema, value) => {
    if (!compiled.has(schema)) compiled.set(schema, ajv.compile(translate(schema)));
    const check = compiled.get(schema);
    check(value);
    const structure = (check.errors ?? []).map((e) => `${e.instancePath || '/'} ${e.message}`);
    // Formats, and nothing that the schema does not declare.
    const rest = validate(facts, schema, value).map((v) => `${v.path} ${v.message}`);
    return [...structure, ...rest];
  };
}

/** OpenAPI 3.0 to JSON Schema; overlapping unions become anyOf (see validate.mjs). */
function translate(node) {
  if (Array.isArray(node)) return node.map(translate);
  if (typeof node !== 'object' || node === null) return node;
  if (typeof node.$ref === 'string') return { $ref: `facts#/definitions/${node.$ref.slice('#/schemas/'.length)}` };
  const { oneOf, nullable, ...rest } = Object.fromEntries(Object.entries(node).map(([k, v]) => [k, translate(v)]));
  const plain = oneOf ? { ...rest, anyOf: oneOf } : rest;
  return nullable === true ? { anyOf: [plain, { type: 'null' }] } : plain;
}
