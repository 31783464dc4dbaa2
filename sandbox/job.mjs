// One request while it is being answered: what families see of the sandbox. Reads show what
// the request's moment allows (`at`), writes work on the newest state.

import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { forbidden, notFound } from './problems.mjs';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

export class Job {
  /**
   * @param world {facts, model, store, events, delays, strict, tokens, origin, now}
   * @param request {op, params, query, body, identity, sees, at}
   */
  constructor(world, request) {
    Object.assign(this, request);
    this.world = world;
    this.facts = world.facts;
    this.origin = world.origin();
    this.userId = request.identity?.userId;
    this.time = world.now();
    this.now = new Date(this.time).toISOString();
    /** path parameter -> {collection, key, value}, filled by answer.mjs */
    this.found = {};
    /** The record the last path parameter names. */
    this.record = undefined;
  }

  get(name, id) {
    return this.world.store.get(name, id, this.at);
  }

  list(name) {
    return this.world.store.list(name, this.at);
  }

  /** Records of a collection that the user may see. */
  visible(name) {
    const collection = this.world.model.byName.get(name);
    return this.list(name)
      .filter(([id, value]) => this.sees(collection, id, value))
      .map(([, value]) => value);
  }

  /** A record that a body refers to: it must exist and be the user's to use. */
  reach(name, id) {
    const value = this.world.store.get(name, id);
    if (value === undefined) throw notFound(`${name} ${id}`);
    if (!this.sees(this.world.model.byName.get(name), id, value)) throw forbidden(`no access to ${name} ${id}`);
    return value;
  }

  put(name, id, value) {
    this.world.store.put(name, id, value);
  }

  patch(name, id, change) {
    this.world.store.patch(name, id, change);
  }

  remove(name, id) {
    this.world.store.remove(name, id);
  }

  /** The stored value of a GET that is no collection, or undefined. */
  single(path = this.path) {
    return this.get('single', path);
  }

  setSingle(path, change) {
    this.put('single', path, { ...this.world.store.get('single', path), ...change });
  }

  /** Work that may take its time, see delays.mjs. */
  begin(kind, id, work) {
    this.world.delays.begin(kind, id, work);
  }

  /**
   * A condition that only counts where the sandbox is told to be strict: that what a body refers to
   * exists and fits.
   */
  insist(holds, problem) {
    if (this.world.strict && !holds) throw problem();
  }

  uuid() {
    return randomUUID();
  }

  shortId(prefix) {
    return `${prefix}-${[...randomBytes(6)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')}`;
  }

  digits(count) {
    return Array.from({ length: count }, () => randomInt(10)).join('');
  }

  addToken(token, entry) {
    this.world.tokens.set(token, entry);
  }

  dropTokens(tokenId) {
    for (const [token, entry] of this.world.tokens) if (entry.tokenId === tokenId) this.world.tokens.delete(token);
  }
}
