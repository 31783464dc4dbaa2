// One function for two jobs: bring a stored object into the shape of a schema, and make up
// what is missing. Generated values depend on the seed text alone, so the same id always
// gets the same answer.

import { createHash } from 'node:crypto';
import { exampleOfFormat } from './formats.mjs';
import { validate, isObject } from './validate.mjs';

const WORDS = [
  'hafen',
  'kontor',
  'anker',
  'leuchtturm',
  'segel',
  'kompass',
  'werft',
  'speicher',
  'mole',
  'brise',
  'lotse',
  'deich',
];
/** Deeper than any hand-written expectation; cuts the API's three cyclic schemas. */
const MAX_DEPTH = 7;
/** Optional properties are made up only near the top: enough to look real, small to read. */
const OPTIONAL_DEPTH = 1;
const NOW = Date.parse('2026-08-20T09:00:00Z');
const DAY = 86_400_000;

/**
 * @param schema what the answer must look like
 * @param source a stored value to take from, or undefined
 * @param seed text that made-up values depend on
 */
export function shape(facts, schema, source, seed) {
  return new Shaper(facts).make(schema, source, seed, 0, '');
}

/** A valid request value: only what is required, unless `full`. */
export function generate(facts, schema, seed, { full = false } = {}) {
  const shaper = new Shaper(facts);
  shaper.optionalDepth = full ? OPTIONAL_DEPTH : -1;
  return shaper.make(schema, undefined, seed, 0, '');
}

class Shaper {
  constructor(facts) {
    this.facts = facts;
    this.optionalDepth = OPTIONAL_DEPTH;
  }

  make(schema, source, seed, depth, name) {
    const s = this.flatten(schema, source);
    if (source === null && s.nullable) return null;
    const type = s.type ?? (s.properties ? 'object' : undefined);
    if (type === 'object' || (!type && isObject(source)))
      return this.object(s, isObject(source) ? source : undefined, seed, depth);
    if (type === 'array') return this.array(s, Array.isArray(source) ? source : undefined, seed, depth, name);
    if (source !== undefined && validate(this.facts, s, source).length === 0) return source;
    return scalar(s, type, seed, name);
  }

  /** Resolves references and merges allOf; of a union, the branch that suits the source. */
  flatten(schema, source) {
    const s = this.facts.deref(schema);
    if (!s.allOf && !s.oneOf && !s.anyOf) return s;
    const { allOf = [], oneOf, anyOf, ...own } = s;
    const parts = allOf.map((part) => this.flatten(part, source));
    const branches = oneOf ?? anyOf;
    if (branches) parts.push(this.flatten(this.branch(branches, source), source));
    return parts.reduce(merge, own);
  }

  branch(branches, source) {
    if (source !== undefined) {
      const fits = (closed) => branches.find((b) => validate(this.facts, b, source, { closed }).length === 0);
      const found = fits(true) ?? fits(false);
      if (found) return found;
    }
    // With nothing to go by, a branch that says something beats an empty one.
    return branches.find((b) => Object.keys(this.facts.deref(b).properties ?? { any: 1 }).length) ?? branches[0];
  }

  object(s, source, seed, depth) {
    const result = {};
    const required = new Set(s.required ?? []);
    for (const [name, sub] of Object.entries(s.properties ?? {})) {
      const given = source?.[name];
      const wanted = required.has(name) || given !== undefined || (!source && depth <= this.optionalDepth);
      if (!wanted || (depth >= MAX_DEPTH && !required.has(name))) continue;
      result[name] = this.make(sub, given, `${seed}/${name}`, depth + 1, name);
    }
    for (const name of required) if (!(name in result)) result[name] = source?.[name] ?? true;
    if (s.additionalProperties && s.additionalProperties !== true) this.entries(s, source, seed, depth, result);
    else if (!s.properties && s.additionalProperties !== false) Object.assign(result, source);
    return result;
  }

  entries(s, source, seed, depth, result) {
    for (const [name, given] of Object.entries(source ?? {})) {
      if (!(name in result))
        result[name] = this.make(s.additionalProperties, given, `${seed}/${name}`, depth + 1, name);
    }
  }

  array(s, source, seed, depth, name) {
    const items = s.items ?? {};
    if (source) return source.map((item, i) => this.make(items, item, `${seed}[${i}]`, depth + 1, name));
    const count = Math.max(s.minItems ?? 0, depth >= MAX_DEPTH || this.optionalDepth < 0 ? 0 : 1);
    return Array.from({ length: count }, (_, i) => this.make(items, undefined, `${seed}[${i}]`, depth + 1, name));
  }
}

function merge(a, b) {
  const merged = { ...a, ...b };
  if (a.properties || b.properties) merged.properties = { ...a.properties, ...b.properties };
  if (a.required || b.required) merged.required = [...(a.required ?? []), ...(b.required ?? [])];
  // Two parts may both restrict one property; the later part is the narrower one in this API.
  for (const name of Object.keys(a.properties ?? {})) {
    if (b.properties?.[name]) merged.properties[name] = { allOf: [a.properties[name], b.properties[name]] };
  }
  return merged;
}

function scalar(s, type, seed, name) {
  const random = randomFrom(seed);
  if (s.enum) return s.enum[random.below(s.enum.length)];
  if (type === 'boolean') return s.default ?? random.below(2) === 1;
  if (type === 'integer' || type === 'number') return numberIn(s, random);
  if (type === 'string' || s.format) return text(s, random, name);
  return name || 'value';
}

function numberIn(s, random) {
  const low = Math.ceil(s.minimum ?? Math.min(1, s.maximum ?? 1)) + (s.exclusiveMinimum === true ? 1 : 0);
  const high = Math.min(s.maximum ?? low + 100, low + 100);
  return high > low ? low + random.below(high - low) : low;
}

function text(s, random, name) {
  const made = (s.pattern && matching(s.pattern)) ?? exampleOfFormat(s.format, random) ?? named(name, random);
  const padded = made.padEnd(s.minLength ?? 0, 'x');
  return padded.slice(0, s.maxLength ?? padded.length);
}

/** The six patterns the facts hold; a new one fails the test that calls every operation. */
function matching(pattern) {
  const candidates = ['DE', '12345678', 'p12345', '', 'info@kontor-nord.example', 'Kontor Nord'];
  return candidates.find((text) => new RegExp(pattern, 'u').test(text));
}

/** Names that say what a string means where the facts give no format. */
function named(name, random) {
  if (/password$/i.test(name)) return 'Hafen-Kontor-42';
  if (/url|link|href/i.test(name)) return `https://${random.word()}.kontor-nord.example/`;
  if (/(^|[a-z])(Id|ID|Ref)$|^id$/.test(name)) return random.uuid();
  if (/email|mailAddress/i.test(name)) return `${random.word()}@kontor-nord.example`;
  if (/domain|hostname/i.test(name)) return `${random.word()}.kontor-nord.example`;
  if (/version/i.test(name)) return `${1 + random.below(9)}.${random.below(10)}.${random.below(10)}`;
  if (/description|title|^name$|Name$/.test(name)) return `${capital(random.word())} ${random.word()}`;
  return random.word();
}

const capital = (word) => word[0].toUpperCase() + word.slice(1);

function randomFrom(seed) {
  const bytes = createHash('sha256').update(seed).digest();
  const number = bytes.readUInt32BE(0);
  return {
    below: (n) => number % n,
    word: () => WORDS[number % WORDS.length],
    pastTime: () => new Date(NOW - (number % 400) * DAY - (bytes[5] % 24) * 3_600_000).toISOString(),
    uuid: () => uuidOf(bytes),
  };
}

/** A version 4 UUID that depends on the text alone. */
export function uuidFrom(text) {
  return uuidOf(createHash('sha256').update(text).digest());
}

function uuidOf(bytes) {
  const b = Buffer.from(bytes.subarray(0, 16));
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  const hex = b.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
