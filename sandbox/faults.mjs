// What the control route can make go wrong, for the next N matching requests.
//   fail       answers with a status and body of one's choice; nothing is done
//   garbage    200 with HTML
//   huge       200 with JSON of so many bytes
//   redirect   a redirect to `location`
//   stall      waits, then answers normally
//   breakOff   does the work, then cuts the connection in the middle of the answer

import { isObject } from './validate.mjs';

const HTML = '<!doctype html><html><head><title>Wartung</title></head><body><h1>Gleich wieder da</h1></body></html>';
const COMMON = { count: 'number', match: 'string', method: 'string' };
/** kind -> its settings and their types */
const KINDS = {
  fail: { ...COMMON, status: 'number', body: 'string', contentType: 'string', headers: 'object' },
  garbage: COMMON,
  huge: { ...COMMON, bytes: 'number' },
  redirect: { ...COMMON, location: 'string', status: 'number' },
  stall: { ...COMMON, ms: 'number' },
  breakOff: { ...COMMON, afterBytes: 'number' },
};
const DEFAULT_STALL_MS = 30_000;
const DEFAULT_HUGE_BYTES = 12_000_000;

export class Faults {
  #planned = [];

  static kinds = Object.keys(KINDS);

  /** @throws TypeError for a setting that is misspelt or of the wrong type */
  plan(kind, settings) {
    if (!isObject(settings)) throw new TypeError(`${kind} takes an object of settings`);
    for (const [name, value] of Object.entries(settings)) {
      const type = Object.hasOwn(KINDS[kind], name) ? KINDS[kind][name] : undefined;
      if (!type)
        throw new TypeError(`${kind} has no setting "${name}"; it has: ${Object.keys(KINDS[kind]).join(', ')}`);
      if (name === 'status' && !(value >= 200 && value <= 599))
        throw new TypeError(`${kind}.status must be from 200 to 599`);
      if (typeof value !== type) throw new TypeError(`${kind}.${name} must be of type ${type}`);
    }
    this.#planned.push({ kind, count: 1, ...settings });
  }

  get planned() {
    return this.#planned.map((fault) => ({ ...fault }));
  }

  /** Uses up one count of the first fault that concerns the request. */
  take(method, path) {
    const fault = this.#planned.find((f) => concerns(f, method, path));
    if (!fault) return undefined;
    fault.count -= 1;
    if (fault.count <= 0) this.#planned.splice(this.#planned.indexOf(fault), 1);
    return fault;
  }
}

/** Without `match` a fault is about the API; sign-in and tokens have to be named. */
function concerns({ match, method: wanted }, method, path) {
  if (wanted && wanted.toUpperCase() !== method) return false;
  return match ? path.includes(match) : path.startsWith('/v2/') && !path.startsWith('/v2/oauth2/');
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
