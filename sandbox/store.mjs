// The sandbox's data: collections of records, each with its last versions.
//
// A record is a list of versions `{from, value}`: `value` is what a reader sees from `from`
// (milliseconds) on, undefined means "not there". Writers always work on the newest version,
// readers on the one their time allows; that is the whole of the consistency lag the control
// route can switch on, for creates, changes and deletes alike.

export class Store {
  #collections = new Map();
  #now;

  /** @param now the clock, milliseconds */
  constructor(now) {
    this.#now = now;
    /** How long a mutation stays invisible, milliseconds. */
    this.lag = 0;
  }

  #of(name) {
    if (!this.#collections.has(name)) this.#collections.set(name, new Map());
    return this.#collections.get(name);
  }

  /** Creates or replaces; visible after the lag. */
  put(name, id, value) {
    this.#write(name, id, value);
  }

  /** Seed data is there from the beginning of time. */
  seed(name, id, value) {
    this.#of(name).set(id, [{ from: 0, value }]);
  }

  patch(name, id, change) {
    const current = this.get(name, id);
    if (current !== undefined) this.#write(name, id, { ...current, ...change });
  }

  remove(name, id) {
    if (this.get(name, id) !== undefined) this.#write(name, id, undefined);
  }

  #write(name, id, value) {
    const now = this.#now();
    const versions = this.#of(name).get(id) ?? [];
    const shown = versions.findLastIndex((v) => v.from <= now);
    const kept = shown > 0 ? versions.slice(shown) : versions;
    this.#of(name).set(id, [...kept, { from: now + this.lag, value }]);
  }

  /** @param at milliseconds; Infinity (what writers use) is the newest version */
  get(name, id, at = Infinity) {
    const versions = this.#of(name).get(id);
    return versions?.findLast((v) => v.from <= at)?.value;
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
