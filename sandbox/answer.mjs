// From a checked request to the value that answers it: the family's own word first (views,
// effects), else generic create, read, update, delete, else a made-up value of the declared
// shape. shape.mjs gives every answer its declared form afterwards.

import { belongsTo } from './access.mjs';
import { listPage } from './listing.mjs';
import { collectionOf } from './model.mjs';
import { forbidden, notFound } from './problems.mjs';
import { shape, uuidFrom } from './shape.mjs';
import { isObject, validate } from './validate.mjs';

const NO_COLLECTION = { search: [], filters: {}, orders: {} };
const GENERATED_ITEMS = 2;

/** @returns {{value, headers}} value still unshaped; undefined where nothing is known */
export function answer(job) {
  resolvePath(job);
  const { op, world } = job;
  if (op.method === 'GET') return read(job);
  const effect = world.model.effects[op.key];
  if (effect) return { value: effect(job) ?? echo(job) };
  if (world.model.byCreate.has(op.key)) return { value: create(job) };
  if (op.method === 'PUT' || op.method === 'PATCH') return { value: update(job) };
  if (op.method === 'DELETE') return { value: remove(job) };
  return { value: echo(job) };
}

/** Looks up every record the path names; 404 if it does not exist, 403 if it is not yours. */
function resolvePath(job) {
  const { model, store } = job.world;
  job.path = job.op.path;
  let before;
  for (const name of Object.keys(job.params)) {
    const collection = collectionOf(model, job.op.path, name);
    if (name === 'userId' && job.params[name] === 'self' && job.userId) job.params[name] = job.userId;
    const prefix = job.path.slice(0, job.path.indexOf(`{${name}}`));
    if (collection) {
      const id = longId(job, collection, job.params[name]);
      const key = collection.derived ? derivedKey(job, collection, prefix, id) : id;
      const value = lookUp(job, collection, key, job.params[name]);
      if (before && !hangsTogether(store, collection, value, before)) throw notFound(`${collection.param} ${id}`);
      job.params[name] = id;
      before = job.found[name] = { collection, key, value };
      job.record = value;
    }
    job.path = job.path.replace(`{${name}}`, encodeURIComponent(job.params[name]));
  }
}

function longId(job, collection, id) {
  if (!collection.shortIds || job.get(collection.name, id)) return id;
  return job.list(collection.name).find(([, value]) => value.shortId === id)?.[0] ?? id;
}

function lookUp(job, collection, key, shown) {
  const value = job.get(collection.name, key);
  if (value === undefined) {
    // The API answers 403, not 404, for what was created a moment ago and is not visible yet.
    if (job.world.store.knows(collection.name, key)) throw job.world.events.tooEarly(`${collection.param} ${shown}`);
    throw notFound(`${collection.param} ${shown}`);
  }
  if (job.world.events.refusesEarlyWrites && job.world.store.get(collection.name, key, job.time) === undefined)
    throw job.world.events.tooEarly(`${collection.param} ${shown}`);
  const plainRead = job.op.method === 'GET' && job.op.path === collection.item;
  if (collection.own && !plainRead && !collection.own(job.userId, value)) {
    throw forbidden(`${collection.param} ${shown} is somebody else's`);
  }
  if (!collection.public && job.userId === undefined) return value;
  if (!job.sees(collection, key, value)) throw forbidden(`no access to ${collection.param} ${shown}`);
  return value;
}

/** `/stacks/{stackId}/services/{serviceId}`: the service must be one of that stack. */
function hangsTogether(store, collection, value, before) {
  const link = collection.parents.find(({ of }) => of === before.collection.name);
  return !link || value[link.key] === undefined || value[link.key] === before.key;
}

function read(job) {
  const { model, facts } = job.world;
  const view = model.views[job.op.key];
  const own = job.op.path.endsWith('}') ? model.byItem.get(job.op.path) : undefined;
  if (view) return page(job, view(job));
  if (own) return { value: shown(job, own, job.record) };
  const listed = model.byList.get(job.op.path);
  if (listed) return list(job, listed);
  const isArray = facts.deref(job.op.answer.schema).type === 'array';
  if (isArray) return page(job, job.single() ?? Array.from({ length: GENERATED_ITEMS }, () => undefined));
  return { value: { ...job.params, ...job.single() } };
}

/** A view of an array is paged like any list; everything else is shown as it is. */
function page(job, value) {
  if (!Array.isArray(value)) return { value };
  const made = value.map(
    (item, i) =>
      item ??
      shape(job.facts, job.facts.deref(job.op.answer.schema).items ?? {}, { ...job.params }, `${job.path}[${i}]`),
  );
  const { items, headers } = listPage(job.facts, job.op, NO_COLLECTION, made, pagingOnly(job.query));
  return { value: items, headers };
}

function pagingOnly({ limit, skip, page: number }) {
  return Object.fromEntries(Object.entries({ limit, skip, page: number }).filter(([, v]) => v !== undefined));
}

function list(job, collection) {
  const { model, store, facts } = job.world;
  const base = collection.derived ? fillDerived(job, collection, job.path) : '';
  const within = Object.values(job.found);
  const values = job
    .list(collection.name)
    .filter(([key]) => !collection.derived || key.startsWith(`${base}/`))
    .filter(([key, value]) => job.sees(collection, key, value))
    .filter(([, value]) =>
      within.every(
        ({ collection: of, key }) =>
          !reaches(model, collection, of) || belongsTo(model, store, collection, value, of.name, key),
      ),
    )
    .map(([, value]) => shown(job, collection, value));
  const { query, narrowed } = narrow(job, collection, values);
  const { items, headers } = listPage(facts, job.op, collection, narrowed, query);
  return { value: items, headers };
}

/** Whether records of a collection can hang under another collection at all. */
function reaches(model, collection, ancestor) {
  return collection.parents.some(({ of }) => of === ancestor.name || reaches(model, model.byName.get(of), ancestor));
}

/** `?projectId=` and its like mean "anywhere below", not only an equal property. */
function narrow(job, collection, values) {
  const { model, store } = job.world;
  const query = { ...job.query };
  let narrowed = values;
  for (const [name, want] of Object.entries(job.query)) {
    const ancestor = model.byParam.get(name);
    if (!ancestor || collection.filters[name] || !reaches(model, collection, ancestor)) continue;
    const id = longId(job, ancestor, want);
    narrowed = narrowed.filter((value) => belongsTo(model, store, collection, value, ancestor.name, id));
    delete query[name];
  }
  return { query, narrowed };
}

function shown(job, collection, value) {
  return job.world.model.shown[collection.name]?.(job, value) ?? value;
}

function create(job) {
  const { collection, fill } = job.world.model.byCreate.get(job.op.key);
  const id = job.uuid();
  const parents = {};
  for (const { of, key } of collection.parents) {
    const above = Object.values(job.found).find((f) => f.collection.name === of);
    if (above) parents[key] = above.key;
    else if (isObject(job.body) && job.body[key] !== undefined) job.reach(of, job.body[key]);
  }
  const declared = declaredProperties(job.facts, itemSchema(job, collection));
  const stamps = Object.fromEntries(
    ['createdAt', 'updatedAt'].filter((name) => name in declared).map((name) => [name, job.now]),
  );
  const value = {
    ...stamps,
    ...fill(job),
    ...fitting(job.facts, declared, job.body),
    ...parents,
    [collection.idKey]: id,
  };
  const key = collection.derived ? `${fillDerived(job, collection, job.path)}/${id}` : id;
  const record = collection.derived ? { ...pathProperties(job, declared), ...value } : value;
  const put = () => job.put(collection.name, key, record);
  if (collection.appears) job.world.delays.appear(collection.appears, id, put);
  else put();
  job.world.model.created[collection.name]?.(job, value);
  // What a creation brings about may have changed the record at once.
  return { id, ...value, ...job.world.store.get(collection.name, key) };
}

function update(job) {
  const target = Object.values(job.found).at(-1);
  if (job.world.facts.byKey.has(`GET ${job.op.path}`) && !job.world.model.byItem.has(job.op.path)) {
    if (isObject(job.body)) job.setSingle(job.path, job.body);
    return { ...job.params, ...job.single() };
  }
  if (!target) return echo(job);
  const { collection, key } = target;
  const declared = declaredProperties(job.facts, itemSchema(job, collection));
  const change = fitting(job.facts, declared, job.body);
  if ('updatedAt' in declared) change.updatedAt = job.now;
  job.patch(collection.name, key, change);
  return { ...echo(job), ...job.world.store.get(collection.name, key) };
}

function remove(job) {
  const last = Object.keys(job.params).at(-1);
  const target = job.found[last];
  if (job.op.path.endsWith(`{${last}}`) && target) removeTree(job, target.collection, target.key);
  else job.remove('single', job.path);
  return echo(job);
}

/** What hangs under a record goes with it. */
function removeTree(job, collection, key) {
  job.remove(collection.name, key);
  for (const child of job.world.model.byName.values()) {
    for (const { of, key: link } of child.parents) {
      if (of !== collection.name) continue;
      for (const [childKey, value] of job.world.store.list(child.name))
        if (value[link] === key) removeTree(job, child, childKey);
    }
  }
}

/** What an action's answer may be built from: ids of the path, the record, the body. */
function echo(job) {
  return { ...job.record, ...job.params, ...(isObject(job.body) ? job.body : {}) };
}

function itemSchema(job, collection) {
  return job.world.facts.byKey.get(`GET ${collection.item}`)?.answer.schema ?? {};
}

export function declaredProperties(facts, schema) {
  const s = facts.deref(schema);
  const parts = (s.allOf ?? []).map((part) => declaredProperties(facts, part));
  return Object.assign({}, ...parts, s.properties);
}

/** Of a body, the properties that the stored object has too, with a value it can take. */
function fitting(facts, declared, body) {
  if (!isObject(body)) return {};
  return Object.fromEntries(
    Object.entries(body).filter(
      ([name, value]) => name in declared && validate(facts, declared[name], value, { closed: false }).length === 0,
    ),
  );
}

function pathProperties(job, declared) {
  return Object.fromEntries(Object.entries(job.params).filter(([name]) => name in declared));
}

/**
 * Where the records of a derived collection hang: under their concrete list path, and where
 * that names no parent and is not public, under the user: strangers share nothing.
 */
function derivedBase(job, collection, listPath) {
  const op = job.facts.byKey.get(`GET ${collection.lists[0]}`);
  return op.auth && !collection.lists[0].includes('{') ? `${job.userId}:${listPath}` : listPath;
}

/** Collections no family describes start with two made-up records per parent. */
function fillDerived(job, collection, listPath) {
  const { store, facts } = job.world;
  const base = derivedBase(job, collection, listPath);
  if (store.get('filled', base)) return base;
  store.seed('filled', base, true);
  const schema = itemSchema(job, collection);
  for (let i = 0; i < GENERATED_ITEMS; i++) {
    const seed = `${base}#${i}`;
    const id = uuidFrom(seed);
    const value = {
      ...shape(facts, schema, undefined, seed),
      ...pathProperties(job, declaredProperties(facts, schema)),
      [collection.idKey]: id,
    };
    store.seed(collection.name, `${base}/${id}`, value);
  }
  return base;
}

function derivedKey(job, collection, prefix, id) {
  return `${fillDerived(job, collection, prefix.replace(/\/$/, ''))}/${id}`;
}
