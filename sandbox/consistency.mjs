// Events: every mutation answers with `etag: <event id>`; a read that sends it back as
// `if-event-reached` waits until the event is visible, 10 seconds at most, else 412.

import { randomUUID } from 'node:crypto';
import { preconditionFailed } from './problems.mjs';

const LONGEST_WAIT_MS = 10_000;

export class Events {
  #reachedAt = new Map();
  #now;

  constructor(now) {
    this.#now = now;
  }

  /** @param lag milliseconds until readers see what the mutation did */
  record(lag) {
    const id = randomUUID();
    this.#reachedAt.set(id, this.#now() + lag);
    return id;
  }

  async reached(eventId, sleep) {
    const at = this.#reachedAt.get(eventId);
    if (at === undefined) throw preconditionFailed(`event ${eventId} is not known`);
    const missing = at - this.#now();
    if (missing <= 0) return;
    await sleep(Math.min(missing, LONGEST_WAIT_MS));
    if (missing > LONGEST_WAIT_MS)
      throw preconditionFailed(`event ${eventId} was not reached within ${LONGEST_WAIT_MS} ms`);
  }
}
