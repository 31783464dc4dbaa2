// Lets every request meet the sandbox's seed data: what one call deletes must not be missing in the next.

import { fillStore } from "../../sandbox/seed/index.mjs";
import { Store } from "../../sandbox/store.mjs";

/// Watches a sandbox. `restore()` brings the seed back where something may have changed; while
/// `eachRequest` is set, every single request begins with that. Who is signed in stays signed in.
export function keepSeed(sandbox) {
  const world = sandbox.state;
  const { route } = world;
  const records = seedOf(world);
  const keeper = { eachRequest: false, restore };
  let changed = true;

  function restore() {
    if (!changed) return;
    changed = false;
    world.tokens.clear();
    world.store = new Store(world.now);
    for (const record of records) world.store.seed(...record);
  }

  world.route = (method, path) => {
    if (keeper.eachRequest) restore();
    changed ||= method !== "GET";
    return route(method, path);
  };
  return keeper;
}

/// Every record as [collection, id, value]. They are used again and again, so nobody may change them in
/// place: the sandbox would fail, and say so.
function seedOf({ model, now }) {
  const store = new Store(now);
  fillStore(store, model, now());
  return store.names().flatMap((name) => store.list(name).map(([id, value]) => [name, id, frozen(value)]));
}

function frozen(value) {
  if (typeof value !== "object" || value === null) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
