// What belongs to a project in the sandbox: one thing of each kind, by its id, and the texts that occur
// nowhere else, so that a test can name another project's things and notice when it is told about them.

import { belongsTo, sightOf } from "../../sandbox/access.mjs";
import { DEMO_USER } from "../../sandbox/seed/people.mjs";

/// Things that most operations do not refuse by design: the main user of a database cannot be deleted.
const SUITABLE = {
  mysqlDatabase: ({ id }, all) => all("mysqlUser").some((user) => user.databaseId === id && !user.mainUser),
  mysqlUser: (user) => !user.mainUser,
  backup: ({ deletable }) => deletable,
  stack: ({ id }, all) => all("volume").some(({ stackId }) => stackId === id),
  projectMembership: ({ userId }) => userId !== DEMO_USER.userId,
  customerMembership: ({ userId }) => userId !== DEMO_USER.userId,
  mailAddress: ({ mailbox }) => mailbox,
  appInstallation: ({ linkedDatabases }) => linkedDatabases.length,
};

/// Where an argument's name is not a path parameter of the API: the collection it is from.
const NAMED_OTHERWISE = {
  targetProjectId: "project",
  useCredentialsForProjectId: "project",
  targetDatabaseId: "mysqlDatabase",
  databaseId: "mysqlDatabase",
  replacesDatabaseId: "mysqlDatabase",
  databaseUserId: "mysqlUser",
  installationId: "appInstallation",
  containerId: "service",
  serviceIdentifier: "service",
  aggregateId: "appInstallation",
  contextId: "project",
  parentZoneId: "dnsZone",
  domainName: "domain",
  rateLimitId: "mailRateLimit",
  targetAppVersionID: "appVersion",
};

/// The things of one project, or, without a project, those that the demo user sees.
export async function belongingsOf({ state: world, origin }, projectId) {
  const { model, store } = world;
  await fillDerived(world, origin, projectId);
  const sees = sightOf(model, store, DEMO_USER.userId);
  const values = (name) => store.list(name).map(([, value]) => value);

  function isOwn(collection, key, value) {
    if (collection.derived) return !projectId || key.includes(projectId);
    if (!projectId) return sees(collection, key, value);
    if (collection.name === "project") return key === projectId;
    return belongsTo(model, store, collection, value, "project", projectId);
  }

  function recordsOf(collection) {
    return store.list(collection.name).filter(([key, value]) => isOwn(collection, key, value));
  }

  const samples = new Map();
  function sample(collection) {
    if (!samples.has(collection.name)) samples.set(collection.name, choose(collection));
    return samples.get(collection.name);
  }

  /// A stack and one of its services, not of any other: what hangs under a sample is preferred.
  function choose(collection) {
    const hangs = (value) =>
      collection.parents.every(({ of, key }) => {
        const above = value[key] !== undefined && reachable(of) && sample(model.byName.get(of));
        return !above || above.key === value[key];
      });
    const suits = SUITABLE[collection.name] ?? (() => true);
    const found = recordsOf(collection).filter(([, value]) => hangs(value));
    const [key, value] = found.find(([, each]) => suits(each, values)) ?? found[0] ?? [];
    return key && { key, value, id: collection.derived ? key.slice(key.lastIndexOf("/") + 1) : key };
  }
  const reachable = (name) => !["customer", "server"].includes(name) || !projectId;

  return {
    projectId,
    /// The record that an argument of this name can mean; undefined where the project has none.
    of(name) {
      const collection = collectionNamed(model, name, projectId);
      const found = collection && sample(collection);
      return found && name === "domainName" ? { ...found, id: found.value.domain } : found;
    },
    /// Whether such an argument names something that everybody may see.
    isPublic: (name) => Boolean(collectionNamed(model, name, projectId)?.public),
    /// Texts that only this project's records contain: ids, names, descriptions, addresses.
    marks: () => marksOf(world, recordsOf),
  };
}

/// The collection that an argument's name stands for.
function collectionNamed(model, name, projectId) {
  const known = NAMED_OTHERWISE[name];
  if (known) return model.byName.get(known);
  const derived = [...model.byName.values()].filter((each) => each.derived && each.param === name);
  const suitable = derived.find(({ item }) => item.startsWith("/v2/projects/{projectId}/") === Boolean(projectId));
  return model.byParam.get(name) ?? suitable ?? derived[0];
}

/// Collections that no family describes come into being when they are listed.
async function fillDerived({ model }, origin, projectId) {
  const lists = [...model.byName.values()].filter(({ derived }) => derived).map((each) => each.lists[0]);
  for (const list of lists.filter((path) => projectId || !path.includes("{"))) {
    const path = list.replace("{projectId}", projectId);
    if (!path.includes("{")) await fetch(origin + path, { headers: { "x-access-token": "sandbox-token" } });
  }
}

function marksOf({ model, store }, recordsOf) {
  const own = new Set();
  const others = new Set();
  for (const collection of model.byName.values()) {
    const records = new Set(recordsOf(collection).map(([key]) => key));
    for (const [key, value] of store.list(collection.name)) gather(value, records.has(key) ? own : others);
  }
  const elsewhere = [...others].join("\n");
  return [...own].filter((text) => isTelling(text) && !elsewhere.includes(text));
}

/// Times, numbers and short words occur everywhere.
function isTelling(text) {
  return text.length >= 5 && /[a-z]/i.test(text) && !/^\d{4}-\d\d-\d\dT/.test(text);
}

function gather(value, into) {
  if (typeof value === "string") into.add(value);
  else if (value && typeof value === "object") for (const inner of Object.values(value)) gather(inner, into);
}
