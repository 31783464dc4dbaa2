// POST /__control (tests only, loopback only): switches and faults. GET shows them.

import { Faults } from './faults.mjs';
import { isScope } from './scopes.mjs';
import { addCrowd } from './seed/crowd.mjs';
import { isObject } from './validate.mjs';

/** name -> what it does; every body property must be one of these or a fault. */
const SWITCHES = {
  rateLimit: (world, limit) => world.rateLimit.setLimit(positive(limit, 'rateLimit')),
  tokenLifetime: (world, seconds) => {
    world.oauth.settings.tokenLifetime = positive(seconds, 'tokenLifetime');
  },
  refreshGrant: (world, mode) => {
    if (mode !== 'ok' && mode !== 'unsupported') throw new TypeError('refreshGrant is "ok" or "unsupported"');
    world.oauth.settings.refreshGrant = mode;
  },
  refuseScopes: (world, names) => {
    if (!Array.isArray(names) || !names.every(isScope)) throw new TypeError('refuseScopes is a list of known scopes');
    world.oauth.settings.refuseScopes = names;
  },
  explainScopes: (world, explains) => {
    if (typeof explains !== 'boolean') throw new TypeError('explainScopes is true or false');
    world.oauth.settings.explainScopes = explains;
  },
  expireTokens: (world) => world.oauth.expireAll(),
  lag: (world, value) => world.events.setLag(value),
  delays: (world, wishes) => world.delays.configure(wishes),
  meanwhile: (world, plan) => world.meanwhile.plan(plan, world.route),
  strict: (world, isStrict) => {
    if (typeof isStrict !== 'boolean') throw new TypeError('strict is true or false');
    world.strict = isStrict;
  },
  more: (world, wishes) => {
    if (!isObject(wishes)) throw new TypeError('more is an object: {apps, projects}');
    addCrowd(world.store, world.now(), wishes);
  },
  reset: (world) => world.reset(),
};

export function control(world, body) {
  const wishes = JSON.parse(body.toString('utf8'));
  if (!isObject(wishes)) throw new TypeError('the body is an object of switches and faults');
  for (const [name, value] of Object.entries(wishes)) {
    if (Object.hasOwn(SWITCHES, name)) SWITCHES[name](world, value);
    else if (Faults.kinds.includes(name)) world.faults.plan(name, value);
    else
      throw new TypeError(
        `unknown control "${name}"; known: ${[...Object.keys(SWITCHES), ...Faults.kinds].join(', ')}`,
      );
  }
  return status(world);
}

export function status(world) {
  return {
    faults: world.faults.planned,
    rateLimit: world.rateLimit.limit,
    lag: world.events.lag,
    delays: world.delays.settings,
    waiting: world.delays.waiting,
    meanwhile: world.meanwhile.planned,
    strict: world.strict,
    ...world.oauth.settings,
    sessions: world.oauth.sessions,
    counters: {
      apiRequests: world.requests.length,
      ...world.oauth.counters,
      ...world.events.counters,
      changesByOthers: world.meanwhile.done,
    },
  };
}

function positive(value, name) {
  if (typeof value !== 'number' || !(value >= 0)) throw new TypeError(`${name} is a number of 0 or more`);
  return value;
}
