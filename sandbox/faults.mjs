// What the control route can make go wrong, for the next N matching requests, or for the Nth.
//   fail       answers with a status and body of one's choice
//   garbage    200 with HTML
//   huge       200 with JSON of so many bytes
//   redirect   a redirect to `location`
//   hang       never answers
//   stall      waits, then answers normally
//   breakOff   does the work, then cuts the connection in the middle of the answer
// Of the first five, nothing is done unless `works` is true: then the work is done, and only its
// answer is lost.

import { isObject } from './validate.mjs';

const HTML = '<!doctype html><html><head><title>Wartung</title></head><body><h1>Gleich wieder da</h1></body></html>';
/** Which requests are meant, and their types. */
export const AIM = { count: 'number', nth: 'number', match: 'string', method: 'string', path: 'string' };
const COMMON = { ...AIM, works: 'boolean' };
/** kind -> its settings and their types */
const KINDS = {
  fail: { ...COMMON, status: 'number', body: 'string', contentType: 'string', headers: 'object' },
  garbage: COMMON,
  huge: { ...COMMON, bytes: 'number' },
  redirect: { ...COMMON, location: 'string', status: 'number' },
  hang: COMMON,
  stall: { ...AIM, ms: 'number' },
  breakOff: { ...AIM, afterBytes: 'number' },
};
const DEFAULT_STALL_MS = 30_000;
const DEFAULT_HUGE_BYTES = 12_000_000;

export class Faults {
  #planned = [];

  static kinds = Object.keys(KINDS);

  /** @throws TypeError for a setting that is misspelt or of the wrong type */
  plan(kind, settings) {
    checkSettings(kind, settings, KINDS[kind]);
    if ('status' in settings && !(settings.status >= 200 && settings.status <= 599))
      throw new TypeError(`${kind}.status must be from 200 to 599`);
    this.#planned.push({ kind, count: 1, ...settings });
  }

  get planned() {
    return this.#planned.map((fault) => ({ ...fault }));
  }

  /** Uses up one count of the first fault that concerns the request. */
  take(method, path) {
    return takeFrom(this.#planned, method, path).at(0);
  }
}

/** @throws TypeError */
export function checkSettings(kind, settings, known) {
  if (!isObject(settings)) throw new TypeError(`${kind} takes an object of settings`);
  for (const [name, value] of Object.entries(settings)) {
    const type = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!type) throw new TypeError(`${kind} has no setting "${name}"; it has: ${Object.keys(known).join(', ')}`);
    if (typeof value !== type) throw new TypeError(`${kind}.${name} must be of type ${type}`);
  }
  for (const name of ['count', 'nth'])
    if (name in settings && !(settings[name] >= 1)) throw new TypeError(`${kind}.${name} must be 1 or more`);
}

/**
 * The plans of a queue whose turn a request is, of which the first alone is used up, unless `all`
 * are. A plan with `nth` lets the requests before that one pass, whoever else takes them.
 */
export function takeFrom(queue, method, path, all = false) {
  const due = [];
  for (const plan of queue.filter((one) => concerns(one, method, path))) {
    if (plan.nth > 1) plan.nth -= 1;
    else due.push(plan);
  }
  for (const plan of all ? due : due.slice(0, 1)) {
    plan.count -= 1;
    if (plan.count <= 0) queue.splice(queue.indexOf(plan), 1);
  }
  return due;
}

/**
 * `match` is a part of the path, `path` the whole of it, with `{anything}` for a segment. Without
 * either, a plan is about the API; sign-in and tokens have to be named.
 */
function concerns({ match, method: wanted, path: whole }, method, path) {
  if (wanted && wanted.toUpperCase() !== method) return false;
  if (whole && !patternOf(whole).test(path)) return false;
  if (match && !path.includes(match)) return false;
  return Boolean(whole || match) || (path.startsWith('/v2/') && !path.startsWith('/v2/oauth2/'));
}

function patternOf(template) {
  const parts = template.split(/\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}

/** @returns a full answer, or undefined where the fault only disturbs the real one */
export function faultyAnswer(fault) {
  switch (fault.kind) {
    case 'fail':
      return failure(fault);
    case 'garbage':
      return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: HTML };
    case 'huge':
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: hugeJson(fault.bytes ?? DEFAULT_HUGE_BYTES),
      };
    case 'redirect':
      return { status: fault.status ?? 308, headers: { location: fault.location ?? '/v2/projects' }, body: '' };
    default:
      return undefined;
  }
}

function failure({ status = 500, body, contentType, headers = {} }) {
  const standard = JSON.stringify({ type: 'InternalServerError', message: 'the sandbox was told to fail' });
  return { status, headers: { 'content-type': contentType ?? 'application/json', ...headers }, body: body ?? standard };
}

function hugeJson(bytes) {
  const frame = '[{"id":""}]';
  return frame.replace('""', `"${'x'.repeat(Math.max(0, bytes - frame.length))}"`);
}

export const stallMs = (fault) => fault.ms ?? DEFAULT_STALL_MS;
