// The sandbox's data: collections of records, each with its last versions.
//
// A record is a list of versions `{moment, value}`: `value` is what a reader sees from
// `moment.at` (milliseconds) on, undefined means "not there". Writers always work on the newest
// version, readers on the one their time allows; that is the whole of the consistency lag the
// control route can switch on, for creates, changes and deletes alike. All that one mutation
// writes shares one moment, the event of consistency.mjs, which may still be open (Infinity).

const ALWAYS = { at: 0 };

export class Store {
  #collections = new Map();
  #now;

  /** @param now the clock, milliseconds */
  constructor(now) {
    this.#now = now;
    /** When what is written becomes visible; undefined: with what was written before, or at once. */
    this.moment = undefined;
    /** Moments that a read came too early for; whoever wants to know empties it before. */
    this.missed = new Set();
  }

  #of(name) {
    if (!this.#collections.has(name)) this.#collections.set(name, new Map());
    return this.#collections.get(name);
  }

  /** Creates or replaces. */
  put(name, id, value) {
    this.#write(name, id, value);
  }

  /** Seed data is there from the beginning of time. */
  seed(name, id, value) {
    this.#of(name).set(id, [{ moment: ALWAYS, value }]);
  }

  /** @param change properties, or a function from the record to them */
  patch(name, id, change) {
    const current = this.get(name, id);
    if (current === undefined) return;
    this.#write(name, id, { ...current, ...(typeof change === 'function' ? change(current) : change) });
  }

  remove(name, id) {
    if (this.get(name, id) !== undefined) this.#write(name, id, undefined);
  }

  #write(name, id, value) {
    const now = this.#now();
    const versions = this.#of(name).get(id) ?? [];
    const before = versions.at(-1)?.moment;
    const moment = this.moment ?? (before && before.at > now ? before : { at: now });
    const shown = versions.findLastIndex((v) => v.moment.at <= now);
    const kept = shown > 0 ? versions.slice(shown) : versions;
    this.#of(name).set(id, [...kept, { moment, value }]);
  }

  /** @param at milliseconds; Infinity (what writers use) is the newest version */
  get(name, id, at = Infinity) {
    const versions = this.#of(name).get(id);
    if (!versions || at === Infinity) return versions?.at(-1).value;
    const newest = versions.at(-1).moment;
    if (newest.at > at) this.missed.add(newest);
    return versions.findLast((v) => v.moment.at <= at)?.value;
  }

  /** Whether any version exists, visible or not: tells "not yet" (403) from "never" (404). */
  knows(name, id) {
    return this.get(name, id) !== undefined;
  }

  /** @returns {[string, object][]} in the order of creation */
  list(name, at = Infinity) {
    const entries = [];
    for (const id of this.#of(name).keys()) {
      const value = this.get(name, id, at);
      if (value !== undefined) entries.push([id, value]);
    }
    return entries;
  }

  has(name) {
    return this.#collections.has(name);
  }

  names() {
    return [...this.#collections.keys()];
  }
}
