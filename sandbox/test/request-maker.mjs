// A valid request for any operation: ids that exist, generated query and body.

import { collectionOf } from '../model.mjs';
import { generate, uuidFrom } from '../shape.mjs';
import { sightOf } from '../access.mjs';
import { DEMO_USER } from '../seed/people.mjs';
import { isObject } from '../validate.mjs';
import { signIn } from './calls.mjs';

const SSH_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample jule@notebook';
const TTL = { ttl: { auto: true } };
const RECORDS = { settings: TTL, records: [{ priority: 10, fqdn: 'mx.kontor-nord.example' }] };

/** What cannot be guessed from the schema: [operation, what the body or a parameter must be]. */
const BODIES = {
  'POST /v2/users/self/ssh-keys': () => ({ publicKey: SSH_KEY }),
  'PUT /v2/users/self/sessions': async (box) => ({ refreshToken: (await signIn(box)).refresh_token }),
  'PUT /v2/dns-zones/{dnsZoneId}/record-sets/{recordSet}': () => RECORDS,
};
const PARAMS = {
  'PUT /v2/dns-zones/{dnsZoneId}/record-sets/{recordSet}': { recordSet: 'mx' },
};
/** Records an operation refuses by design. */
const SUITABLE = {
  'DELETE /v2/mysql-users/{mysqlUserId}': (value) => !value.mainUser,
  'POST /v2/mysql-users/{mysqlUserId}/actions/disable': (value) => !value.mainUser,
  'DELETE /v2/project-backups/{projectBackupId}': (value) => value.deletable,
};
/** Body properties that name a record under another name than its path parameter. */
const REFERENCES = {
  parentZoneId: 'dnsZoneId',
  targetProjectId: 'projectId',
  contextId: 'projectId',
  targetAppVersionID: 'appVersionId',
};

/** @returns {{path, body, headers}} */
export async function makeRequest(box, op, { full }) {
  const params = await pathParams(box, op);
  const query = new URLSearchParams();
  const headers = {};
  for (const param of op.params) {
    if (param.in === 'query' && (full || param.required)) addQuery(box, query, param, op.key);
    if (param.in === 'header' && param.required)
      headers[param.name] = String(generate(box.state.facts, param.schema, `${op.key}/${param.name}`));
  }
  const path = op.path.replace(/\{([^}]+)\}/g, (_, name) => encodeURIComponent(params[name]));
  return { path: query.size ? `${path}?${query}` : path, ...(await bodyOf(box, op, full)), headers };
}

async function pathParams(box, op) {
  const { model, store, facts } = box.state;
  const sees = sightOf(model, store, DEMO_USER.userId);
  const params = {};
  let above;
  for (const [, name] of op.path.matchAll(/\{([^}]+)\}/g)) {
    const collection = collectionOf(model, op.path, name);
    const declared = op.params.find((p) => p.in === 'path' && p.name === name);
    if (PARAMS[op.key]?.[name]) params[name] = PARAMS[op.key][name];
    else if (name === 'userId') params[name] = 'self';
    else if (collection?.derived) params[name] = await derivedId(box, collection, params);
    else if (collection) {
      const hangs = (value) =>
        !above || collection.parents.every(({ of, key }) => of !== above.name || value[key] === above.id);
      const [id] =
        store
          .list(collection.name)
          .find(
            ([key, value]) => sees(collection, key, value) && hangs(value) && (SUITABLE[op.key]?.(value) ?? true),
          ) ?? fail(`no ${collection.name} for ${op.key}`);
      params[name] = id;
      above = { name: collection.name, id };
    } else params[name] = generate(facts, declared.schema, uuidFrom(`${op.key}/${name}`));
  }
  return params;
}

async function derivedId(box, collection, params) {
  const list = collection.lists[0].replace(/\{([^}]+)\}/g, (_, name) => params[name]);
  await box.call('GET', list);
  const [key] =
    box.state.store.list(collection.name).find(([k]) => k.includes(`${list}/`)) ?? fail(`no record below ${list}`);
  return key.slice(key.lastIndexOf('/') + 1);
}

function addQuery(box, query, { name, schema }, key) {
  const known = REFERENCES[name] && box.state.store.list(box.state.model.byParam.get(REFERENCES[name]).name)[0][0];
  const value = known ?? generate(box.state.facts, schema, `${key}?${name}`, { full: true });
  for (const item of [value].flat()) query.append(name, name === 'page' || name === 'skip' ? '0' : String(item));
}

async function bodyOf(box, op, full) {
  if (BODIES[op.key]) return { body: await BODIES[op.key](box) };
  if (!op.body || op.method === 'GET' || (!op.body.required && !full)) return {};
  if (op.body.type === 'multipart/form-data') {
    const form = new FormData();
    for (const name of op.body.schema.required) form.append(name, new Blob(['sandbox']), 'file.txt');
    return { form };
  }
  if (op.body.type !== 'application/json') return { form: new URLSearchParams() };
  return { body: withReferences(box, generate(box.state.facts, op.body.schema, op.key, { full })) };
}

/** Generated ids become ids of records the demo user has. */
function withReferences(box, value) {
  const { model, store } = box.state;
  if (Array.isArray(value)) return value.map((item) => withReferences(box, item));
  if (!isObject(value)) return value;
  const sees = sightOf(model, store, DEMO_USER.userId);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const collection = typeof inner === 'string' && model.byParam.get(REFERENCES[name] ?? name);
      const known = collection && store.list(collection.name).find(([key, record]) => sees(collection, key, record));
      return [name, known ? known[0] : withReferences(box, inner)];
    }),
  );
}

function fail(why) {
  throw new Error(why);
}
