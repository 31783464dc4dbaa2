// Events: every mutation answers with `etag: <event id>`; a read that sends it back as
// `if-event-reached` waits until the event is visible, 10 seconds at most, else 412.
//
// The `lag` switch makes readers late. A number is milliseconds; an object is any of
//   ms        a mutation shows after so long
//   reads     it shows after so many reads that came too early for it; whichever is first
//   early     403 (default) or 404: what is said of a record that was created and is not visible
//   writes    true: writes to such a record are refused like that, too
//   late      so many reads that name the event are 412 before one is served
//   patience  milliseconds until such a 412 (default 0), or until one for an event too far away
// A read that names an event catches up with it, and so do all reads after it.

import { randomUUID } from 'node:crypto';
import { forbidden, notFound, preconditionFailed } from './problems.mjs';
import { isObject } from './validate.mjs';

const LONGEST_WAIT_MS = 10_000;
/** Older events are forgotten: a sandbox that runs for days must not grow. */
const MAX_EVENTS = 10_000;
const SETTINGS = {
  ms: 'number',
  reads: 'number',
  early: 'number',
  writes: 'boolean',
  late: 'number',
  patience: 'number',
};

export class Events {
  /** id -> event, oldest first */
  #events = new Map();
  #now;
  #lag = {};

  /** @param now the clock, milliseconds */
  constructor(now) {
    this.#now = now;
    /** The switch as it was set. */
    this.lag = 0;
    /** What readers did: how often they named an event, saw an old state, came too early, were told 412. */
    this.counters = { etags: 0, withEvent: 0, withoutEvent: 0, staleReads: 0, tooEarly: 0, notReached: 0 };
  }

  /** @throws TypeError for a setting that is misspelt or of the wrong type */
  setLag(value) {
    this.#lag = checkedLag(value);
    this.lag = value;
  }

  /**
   * What a mutation writes becomes visible with its event: `at` is the moment in milliseconds,
   * Infinity while nobody knows it.
   */
  begin() {
    const { ms, reads, late = 0 } = this.#lag;
    const at = reads && !ms ? Infinity : this.#now() + (ms ?? 0);
    const event = { id: randomUUID(), at, readsLeft: reads ?? 0, late };
    this.#events.set(event.id, event);
    if (this.#events.size > MAX_EVENTS) this.#events.delete(this.#events.keys().next().value);
    return event;
  }

  /** The mutation went well: its answer names the event. */
  announce(event) {
    this.counters.etags += 1;
    return event.id;
  }

  /**
   * @param sleep (ms) => promise
   * @throws Problem 412
   */
  async reached(eventId, sleep) {
    this.counters.withEvent += 1;
    const event = this.#events.get(eventId);
    if (!event) throw this.#notReached(`event ${eventId} is not known`);
    const { patience } = this.#lag;
    if (event.late > 0) {
      event.late -= 1;
      await sleep(patience ?? 0);
      throw this.#notReached(`event ${eventId} was not reached in time`);
    }
    if (event.at === Infinity) return this.#catchUp(event);
    const missing = event.at - this.#now();
    if (missing <= 0) return;
    const longest = patience ?? LONGEST_WAIT_MS;
    await sleep(Math.min(missing, longest));
    if (missing > longest) throw this.#notReached(`event ${eventId} was not reached within ${longest} ms`);
  }

  #notReached(why) {
    this.counters.notReached += 1;
    return preconditionFailed(why);
  }

  /** Events are reached in the order in which they happened. */
  #catchUp(event) {
    for (const earlier of this.#events.values()) {
      earlier.at = Math.min(earlier.at, this.#now());
      if (earlier === event) return;
    }
  }

  /** @param missed the events that a read came too early for */
  noteRead(missed, { named }) {
    if (!named) this.counters.withoutEvent += 1;
    if (missed.size) this.counters.staleReads += 1;
    for (const event of missed) {
      if (!event.readsLeft) continue;
      event.readsLeft -= 1;
      if (event.readsLeft === 0) event.at = Math.min(event.at, this.#now());
    }
  }

  /** @returns the problem of a record that exists and cannot be seen yet */
  tooEarly(what) {
    this.counters.tooEarly += 1;
    return this.#lag.early === 404 ? notFound(what) : forbidden(`no access to ${what} (yet)`);
  }

  get refusesEarlyWrites() {
    return this.#lag.writes === true;
  }
}

function checkedLag(value) {
  if (typeof value === 'number' && value >= 0) return { ms: value };
  if (!isObject(value)) throw new TypeError('lag is a number of milliseconds, or an object of settings');
  for (const [name, setting] of Object.entries(value)) {
    if (!Object.hasOwn(SETTINGS, name))
      throw new TypeError(`lag has no setting "${name}"; it has: ${Object.keys(SETTINGS).join(', ')}`);
    if (typeof setting !== SETTINGS[name] || setting < 0)
      throw new TypeError(`lag.${name} must be a ${SETTINGS[name]} of 0 or more`);
  }
  if (value.early !== undefined && value.early !== 403 && value.early !== 404)
    throw new TypeError('lag.early is 403 or 404');
  return value;
}
