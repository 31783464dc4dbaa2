// What takes its time: an app is installed, a backup is written, a certificate issued. Without
// the `delays` switch everything is ready at once; with it, a kind of work takes
//   reads   so many reads of the record that still see it unfinished
//   ms      or so many milliseconds, whichever is first
//   never   true: it does not end
//   fails   true: it ends as the API tells of a failure, where the API can
// A bare number means reads; `all` means every kind.
//
// Work is a list of steps, each a function that writes one state: the first is what a reader sees
// at once, the last is what remains; those between them share the reads or the time evenly.

import { isObject } from './validate.mjs';

/** kind -> whether the API has a word for its failure */
const KINDS = {
  project: true,
  app: true,
  appUpgrade: true,
  appReconfigure: true,
  mysqlDatabase: true,
  mysqlUser: true,
  redisDatabase: true,
  backup: true,
  backupExport: true,
  restore: false,
  service: true,
  cronjobExecution: true,
  ownership: true,
  tls: true,
  certificate: true,
  domain: true,
  mailAddress: false,
  deliveryBox: false,
};
const SETTINGS = { reads: 'number', ms: 'number', never: 'boolean', fails: 'boolean' };
/** A reference has an id, a kind and a domain; what has more keys is the record itself. */
const KEYS_OF_A_REFERENCE = 3;

export class Delays {
  #now;
  #storeOf;
  #settings = new Map();
  /** `kind/id` -> work under way */
  #waiting = new Map();

  /** @param now the clock, milliseconds; @param storeOf gives the store of the moment */
  constructor(now, storeOf) {
    this.#now = now;
    this.#storeOf = storeOf;
  }

  /**
   * @param wishes kind -> settings, a number of reads, or null for "at once"
   * @throws TypeError for a kind or a setting that is misspelt, or a failure the API does not know
   */
  configure(wishes) {
    if (!isObject(wishes)) throw new TypeError('delays is an object: kind -> settings');
    const checked = Object.entries(wishes).flatMap(([kind, wish]) => {
      const kinds = kind === 'all' ? Object.keys(KINDS) : [kind];
      return kinds.map((name) => [name, wish === null ? null : settingsFor(name, wish, kind === 'all')]);
    });
    for (const [kind, settings] of checked) {
      if (settings === null) this.#settings.delete(kind);
      else this.#settings.set(kind, settings);
    }
  }

  get settings() {
    return Object.fromEntries(this.#settings);
  }

  /** What is not finished, as `kind/id`. */
  get waiting() {
    return [...this.#waiting.keys()];
  }

  /** Whether work of this kind is told to fail: for what fails at once, or changes more when it ends. */
  fails(kind) {
    return this.#settings.get(kind)?.fails ?? false;
  }

  /**
   * Begins work on a record; work of the same kind on it that is under way is forgotten.
   * @param {{steps: Step[], failed?: Step, watch?: string[]}} work a step is `(store, time) => void`,
   *   `time` an ISO date; `watch` are the ids whose reading counts, the record's own unless told
   */
  begin(kind, id, { steps, failed, watch = [id] }) {
    const settings = this.#settings.get(kind);
    this.#waiting.delete(`${kind}/${id}`);
    if (!settings) return this.#run(steps.at(-1));
    const path = settings.fails && failed ? [...steps.slice(0, -1), failed] : steps;
    this.#wait(`${kind}/${id}`, settings, { steps: path, watch: new Set(watch) });
  }

  /** A record that is there only after the delay; `put` writes it. */
  appear(kind, id, put) {
    const settings = this.#settings.get(kind);
    if (!settings) return put();
    const store = this.#storeOf();
    const hidden = { at: Infinity };
    const before = store.moment;
    store.moment = hidden;
    put();
    store.moment = before;
    const show = () => {
      hidden.at = this.#now();
    };
    this.#wait(`${kind}/${id}`, settings, { steps: [() => {}, show], hidden });
  }

  #wait(key, settings, work) {
    const entry = { ...work, ...settings, seen: 0, begun: this.#now(), next: 0 };
    this.#waiting.set(key, entry);
    this.#run(entry.steps[entry.next++]);
    this.#settle(key, entry);
  }

  /** Time passed: what is due by the clock happens. Called before every request. */
  advance() {
    for (const [key, entry] of [...this.#waiting]) this.#settle(key, entry);
  }

  /**
   * @param value what a read answers with
   * @param missed the moments that it came too early for
   */
  noteRead(value, missed) {
    // A copy: work that begins because of this read has not been read yet.
    for (const [key, entry] of [...this.#waiting]) {
      if (entry.hidden ? !missed.has(entry.hidden) : !holdsOneOf(value, entry.watch)) continue;
      entry.seen += 1;
      this.#settle(key, entry);
    }
  }

  #settle(key, entry) {
    const last = entry.steps.length - 1;
    const elapsed = this.#now() - entry.begun;
    const isDue = (step) =>
      !entry.never && (entry.seen >= Math.ceil((entry.reads * step) / last) || elapsed >= (entry.ms * step) / last);
    while (entry.next <= last && isDue(entry.next)) this.#run(entry.steps[entry.next++]);
    if (entry.next > last) this.#waiting.delete(key);
  }

  #run(step) {
    step(this.#storeOf(), new Date(this.#now()).toISOString());
  }
}

function settingsFor(kind, wish, lenient) {
  if (!Object.hasOwn(KINDS, kind))
    throw new TypeError(`there is no delay of "${kind}"; there are: all, ${Object.keys(KINDS).join(', ')}`);
  const settings = typeof wish === 'number' ? { reads: wish } : wish;
  if (!isObject(settings)) throw new TypeError(`delays.${kind} is an object, a number of reads, or null`);
  for (const [name, value] of Object.entries(settings)) {
    if (!Object.hasOwn(SETTINGS, name))
      throw new TypeError(`delays.${kind} has no setting "${name}"; it has: ${Object.keys(SETTINGS).join(', ')}`);
    if (typeof value !== SETTINGS[name] || value < 0)
      throw new TypeError(`delays.${kind}.${name} must be a ${SETTINGS[name]} of 0 or more`);
  }
  if (settings.fails && !KINDS[kind] && !lenient) throw new TypeError(`the API knows no failed ${kind}; take "never"`);
  if (settings.reads === undefined && settings.ms === undefined && !settings.never) return { ...settings, reads: 0 };
  return settings;
}

/** Whether the record itself is somewhere in an answer, not only a reference to it. */
function holdsOneOf(value, ids) {
  if (Array.isArray(value)) return value.some((item) => holdsOneOf(item, ids));
  if (!isObject(value)) return false;
  const isRecord = Object.keys(value).length > KEYS_OF_A_REFERENCE;
  if (isRecord && (ids.has(value.id) || ids.has(value.domainId))) return true;
  return Object.values(value).some((inner) => holdsOneOf(inner, ids));
}
