// Ids that the sandbox's person may use: for the parameters of a path, and for anything that is called
// like one. A second sandbox tells them, since the seed is the same in every one: so the first one's log
// holds nothing but the connector's requests.

import { sightOf } from "../../sandbox/access.mjs";
import { collectionOf } from "../../sandbox/model.mjs";
import { DEMO_USER } from "../../sandbox/seed/people.mjs";
import { startSandbox } from "../../sandbox/server.mjs";

/// Most ids that are tried for one parameter.
const MOST = 8;
/// Names that do not end like the parameter that they mean.
const OTHER_NAMES = { parentZoneId: "dnsZoneId", systemSoftwareVersion: "systemSoftwareVersionId" };

export async function existingIds() {
  const sandbox = await startSandbox();
  const { model, store, facts } = sandbox.state;
  const sees = sightOf(model, store, DEMO_USER.userId);
  const known = new Map();

  const visible = (collection, fits = () => true) =>
    store
      .list(collection.name)
      .filter(([id, value]) => sees(collection, id, value) && fits(value))
      .map(([id]) => id);

  /// Values for the parameters of an operation's path that hang together, best first. A parameter that
  /// names nothing of the person's (a date, a fixed word) is left out.
  async function forPath(op) {
    if (!known.has(op.key)) known.set(op.key, fillings(op));
    return known.get(op.key);
  }

  async function fillings(op) {
    let found = [{ values: {}, above: undefined }];
    for (const [, name] of op.path.matchAll(/\{([^}]+)\}/g)) {
      const longer = [];
      for (const filling of found) {
        for (const [id, above] of await idsBelow(op, name, filling))
          longer.push({ values: id === undefined ? filling.values : { ...filling.values, [name]: id }, above });
      }
      found = longer;
    }
    return found.map(({ values }) => values);
  }

  async function idsBelow(op, name, { values, above }) {
    const collection = collectionOf(model, op.path, name);
    if (name === "userId") return [[DEMO_USER.userId, above]];
    if (!collection) return [[undefined, above]];
    if (collection.derived) return (await madeUp(collection, values)).map((id) => [id, above]);
    const hangs = (value) =>
      !above || collection.parents.every(({ of, key }) => of !== above.name || value[key] === above.id);
    const ids = spread(visible(collection, hangs));
    return ids.map((id) => [id, { name: collection.name, id }]);
  }

  /// What the sandbox makes up for collections that no family describes.
  async function madeUp({ lists, idKey }, values) {
    const path = lists[0].replace(/\{([^}]+)\}/g, (_, name) => values[name]);
    const answer = await fetch(sandbox.origin + path, { headers: { "x-access-token": "sandbox-token" } });
    return answer.ok ? spread((await answer.json()).map((row) => row[idKey])) : [];
  }

  /// Ids of what a query parameter or a key of a body means: `targetProjectId`, `serviceIds`.
  function forName(name) {
    const single = OTHER_NAMES[name] ?? name.replace(/Ids$/, "Id");
    const ends = [...model.byParam.keys()].filter((param) => single.toLowerCase().endsWith(param.toLowerCase()));
    const [longest] = ends.sort((a, b) => b.length - a.length);
    return longest ? spread(visible(model.byParam.get(longest))) : [];
  }

  return { facts, forPath, forName, close: () => sandbox.close() };
}

/// Some of these, from the beginning to the end: neighbours are often alike, and refuse the same things.
function spread(ids) {
  const step = Math.max(1, ids.length / MOST);
  return ids.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}
