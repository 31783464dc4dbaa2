// Which operation works on which collection. The hand-made families (families/*.mjs) say it
// for what a person looks at; for the rest it follows from the paths: a list `GET P` beside
// an item `GET P/{id}` is a collection, any other GET is a single value of its own.
//
// A collection declares:
//   name     'mysqlDatabase'
//   item     path of one record; its last parameter is the id
//   lists    paths that list it, filtered by the path's parameters
//   idKey    property that holds the id (default 'id')
//   parent   {of: collection, key: property} or a list of them; decides ownership
//   public   everyone may read it
//   sees     (user, value) => boolean, where ownership is no parent
//   own      (user, value) => boolean, for public records: who may do more than read it
//   create   {'POST /v2/...': (job) => properties beyond the request's own}
//   search   properties a search term looks into
//   filters  {query parameter: (value, wanted) => boolean}
//   orders   {value of sort/sortOrder: (a, b) => number}
//   aliases  other path parameters that name a record of it
//   shortIds whether paths may name a record by its shortId
//   appears  kind of delay (delays.mjs) until a created record is there
//
// A family further says, by operation: views (GET -> what to show), effects (what a mutation
// does, and answers); by collection: created (what else a create brings about), shown (what
// an answer adds to the stored record).

const LAST_PARAM = /^(.*)\/\{([^}]+)\}$/;

export function buildModel(facts, families) {
  const model = {
    byName: new Map(),
    byItem: new Map(),
    byParam: new Map(),
    byList: new Map(),
    byCreate: new Map(),
    effects: {},
    views: {},
    created: {},
    shown: {},
    unknown: [],
  };
  for (const family of families) {
    for (const collection of family.collections) declare(model, collection);
    Object.assign(model.effects, family.effects);
    Object.assign(model.views, family.views);
    Object.assign(model.created, family.created);
    Object.assign(model.shown, family.shown);
  }
  for (const op of facts.operations) if (op.method === 'GET') derive(facts, model, op);
  for (const collection of model.byName.values()) {
    for (const list of collection.lists) {
      const key = `POST ${list}`;
      if (facts.byKey.has(key) && !model.byCreate.has(key)) model.byCreate.set(key, { collection, fill: () => ({}) });
    }
  }
  checkNames(facts, model);
  return model;
}

function declare(model, given) {
  const collection = { idKey: 'id', lists: [], create: {}, search: [], filters: {}, orders: {}, ...given };
  collection.parents = collection.parent ? [collection.parent].flat() : [];
  const [, , param] = LAST_PARAM.exec(collection.item);
  collection.param = param;
  model.byName.set(collection.name, collection);
  model.byItem.set(collection.item, collection);
  for (const name of collection.derived ? [] : [param, ...(collection.aliases ?? [])])
    model.byParam.set(name, collection);
  for (const list of collection.lists) model.byList.set(list, collection);
  for (const [key, fill] of Object.entries(collection.create)) model.byCreate.set(key, { collection, fill });
  return collection;
}

function derive(facts, model, op) {
  const parts = LAST_PARAM.exec(op.path);
  if (!parts || model.byItem.has(op.path)) return;
  const list = facts.byKey.get(`GET ${parts[1]}`);
  if (!list || facts.deref(list.answer.schema).type !== 'array') return;
  declare(model, {
    name: `derived:${op.path}`,
    derived: true,
    item: op.path,
    lists: [parts[1]],
    idKey: idKeyOf(facts, op, parts[2]),
    tag: op.tag,
  });
}

/** `/ai-hosting-keys/{keyId}` answers objects with `keyId`; most others with `id`. */
function idKeyOf(facts, op, param) {
  const properties = facts.deref(op.answer.schema).properties ?? {};
  return param in properties ? param : 'id';
}

/** The collection a path parameter names, or undefined: by the path up to it, else by name. */
export function collectionOf(model, path, param) {
  const prefix = path.slice(0, path.indexOf(`{${param}}`) + param.length + 2);
  return model.byItem.get(prefix) ?? model.byParam.get(param);
}

/**
 * Operations a family names and operations.json does not hold: either misspelt (a test
 * refuses that) or dropped by the API since, which must not keep the sandbox from starting.
 */
function checkNames(facts, model) {
  const keys = [
    ...Object.keys(model.effects),
    ...Object.keys(model.views),
    ...model.byCreate.keys(),
    ...[...model.byList.keys()].map((path) => `GET ${path}`),
  ];
  model.unknown = keys.filter((key) => !facts.byKey.has(key));
}
