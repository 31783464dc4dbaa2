// A JSON Schema subset, checked the way mittwald answers: every violation has a message, a
// path like `.a.b[1]`, a type and a context of strings.
//
// Differences from plain JSON Schema, on purpose:
// - Closed: where a schema declares properties and does not set `additionalProperties`, any
//   other property is a violation. A misspelt name would otherwise be swallowed silently.
// - `oneOf` accepts a value that fits several branches: many unions of the API overlap
//   (branches whose properties are all optional), so counting would refuse valid requests.
// - A schema without `type` but with `properties` means an object.

import { hasFormat } from './formats.mjs';

/**
 * @param facts from facts.mjs
 * @param {{closed?: boolean}} options closed: refuse undeclared properties
 * @returns {Violation[]} empty where the value is valid
 */
export function validate(facts, schema, value, { closed = true, path = '' } = {}) {
  return new Check(facts, closed).whole(schema, value, path);
}

export function violation(path, type, message, context = {}) {
  const strings = Object.fromEntries(Object.entries(context).map(([k, v]) => [k, String(v)]));
  return { message, path, type, context: strings };
}

class Check {
  constructor(facts, closed) {
    this.facts = facts;
    this.closed = closed;
  }

  /** Judges a value against everything that is said about it, then looks for leftovers. */
  whole(schema, value, path) {
    const seen = this.evaluate(schema, value, path);
    return seen.violations.concat(this.leftovers(seen, value, path));
  }

  leftovers(seen, value, path) {
    if (!isObject(value) || seen.open) return [];
    if (!seen.refusesOthers && !(this.closed && seen.declares)) return [];
    return Object.keys(value)
      .filter((name) => !seen.known.has(name))
      .map((name) =>
        violation(`${path}.${name}`, 'additionalProperties', `property "${name}" is not known here`, {
          additionalProperty: name,
          known: [...seen.known].sort().join(', '),
        }),
      );
  }

  /** known: properties some part of the schema names; open: some part allows any other. */
  evaluate(schema, value, path) {
    const s = this.facts.deref(schema);
    const seen = { violations: [], known: new Set(), open: false, declares: false, refusesOthers: false };
    if (value === null && (s.nullable || s.type === 'null')) return seen;
    const type = s.type ?? (s.properties ? 'object' : undefined);
    if (type && !isType(type, value)) {
      seen.violations.push(violation(path, 'type', `expected ${type}, got ${typeName(value)}`, { expected: type }));
      return seen;
    }
    if (s.enum && !s.enum.includes(value)) {
      seen.violations.push(
        violation(path, 'enum', `expected one of ${s.enum.join(', ')}`, { allowed: s.enum.join(', ') }),
      );
    }
    if (typeof value === 'string') checkString(s, value, path, seen.violations);
    if (typeof value === 'number') checkNumber(s, value, path, seen.violations);
    if (Array.isArray(value)) this.array(s, value, path, seen.violations);
    if (isObject(value)) this.object(s, value, path, seen);
    for (const part of s.allOf ?? []) absorb(seen, this.evaluate(part, value, path));
    if (s.oneOf) this.union(s.oneOf, value, path, seen);
    if (s.anyOf) this.union(s.anyOf, value, path, seen);
    return seen;
  }

  array(s, value, path, violations) {
    if (s.minItems > value.length)
      violations.push(violation(path, 'minItems', `needs at least ${s.minItems} items`, { minItems: s.minItems }));
    if (s.maxItems < value.length)
      violations.push(violation(path, 'maxItems', `takes at most ${s.maxItems} items`, { maxItems: s.maxItems }));
    if (s.uniqueItems && new Set(value.map((v) => JSON.stringify(v))).size < value.length) {
      violations.push(violation(path, 'uniqueItems', 'items must differ from each other'));
    }
    if (s.items) value.forEach((item, i) => violations.push(...this.whole(s.items, item, `${path}[${i}]`)));
  }

  object(s, value, path, seen) {
    for (const name of s.required ?? []) {
      // A few of the API's schemas require what they forget to declare.
      seen.known.add(name);
      if (value[name] === undefined) {
        seen.violations.push(
          violation(`${path}.${name}`, 'required', `property "${name}" is missing`, { missingProperty: name }),
        );
      }
    }
    const size = Object.keys(value).length;
    if (s.minProperties > size)
      seen.violations.push(violation(path, 'minProperties', `needs at least ${s.minProperties} properties`));
    if (s.maxProperties < size)
      seen.violations.push(violation(path, 'maxProperties', `takes at most ${s.maxProperties} properties`));
    const properties = s.properties ?? {};
    if (s.properties) seen.declares = true;
    for (const [name, sub] of Object.entries(properties)) {
      seen.known.add(name);
      if (value[name] !== undefined) seen.violations.push(...this.whole(sub, value[name], `${path}.${name}`));
    }
    this.others(s, properties, value, path, seen);
  }

  others(s, properties, value, path, seen) {
    if (s.additionalProperties === false) seen.refusesOthers = true;
    else if (s.additionalProperties !== undefined) seen.open = true;
    if (typeof s.additionalProperties !== 'object') return;
    for (const [name, item] of Object.entries(value)) {
      if (!(name in properties)) seen.violations.push(...this.whole(s.additionalProperties, item, `${path}.${name}`));
    }
  }

  /** The first branch that fits without leftovers, else the first that fits, else the nearest miss. */
  union(branches, value, path, seen) {
    const tried = branches.map((branch) => this.evaluate(branch, value, path));
    const fits = tried.filter((t) => t.violations.length === 0);
    const rest = (t) =>
      this.leftovers(
        { ...t, known: new Set([...t.known, ...seen.known]), declares: t.declares || seen.declares },
        value,
        path,
      );
    const clean = fits.find((t) => rest(t).length === 0);
    if (clean ?? fits[0]) return absorb(seen, clean ?? fits[0]);
    const nearest = tried.reduce((best, t) => (t.violations.length < best.violations.length ? t : best));
    absorb(seen, nearest);
  }
}

/**
 * A closed part (`additionalProperties: false`) inside a union keeps the whole closed; the
 * names of all parts count as known.
 */
function absorb(seen, part) {
  seen.violations.push(...part.violations);
  for (const name of part.known) seen.known.add(name);
  seen.open ||= part.open;
  seen.declares ||= part.declares;
  seen.refusesOthers ||= part.refusesOthers;
}

function checkString(s, value, path, violations) {
  const length = [...value].length;
  if (s.minLength > length)
    violations.push(
      violation(path, 'minLength', `needs at least ${s.minLength} characters`, { minLength: s.minLength }),
    );
  if (s.maxLength < length)
    violations.push(
      violation(path, 'maxLength', `takes at most ${s.maxLength} characters`, { maxLength: s.maxLength }),
    );
  if (s.pattern && !new RegExp(s.pattern, 'u').test(value))
    violations.push(violation(path, 'pattern', `does not match ${s.pattern}`, { pattern: s.pattern }));
  if (s.format && !hasFormat(s.format, value))
    violations.push(violation(path, 'format', `is not a valid ${s.format}`, { format: s.format }));
}

function checkNumber(s, value, path, violations) {
  const fail = (type, bound) => violations.push(violation(path, type, `must keep ${type} ${bound}`, { [type]: bound }));
  const above = s.exclusiveMinimum === true ? value > s.minimum : value >= s.minimum;
  const below = s.exclusiveMaximum === true ? value < s.maximum : value <= s.maximum;
  if (s.minimum !== undefined && !above) fail('minimum', s.minimum);
  if (s.maximum !== undefined && !below) fail('maximum', s.maximum);
  if (typeof s.exclusiveMinimum === 'number' && value <= s.exclusiveMinimum)
    fail('exclusiveMinimum', s.exclusiveMinimum);
  if (typeof s.exclusiveMaximum === 'number' && value >= s.exclusiveMaximum)
    fail('exclusiveMaximum', s.exclusiveMaximum);
  if (s.format && !hasFormat(s.format, value))
    violations.push(violation(path, 'format', `is not a valid ${s.format}`, { format: s.format }));
}

export function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isType(type, value) {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}

function typeName(value) {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
