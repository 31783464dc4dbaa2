// MySQL databases and users, Redis databases, and the versions one can choose.

import { insistOnPassword } from '../passwords.mjs';
import { conflict, notFound, refused } from '../problems.mjs';

const MYSQL_VERSIONS = ['8.0', '8.4'].map((number) => ({
  id: `mysql-${number}`,
  name: `MySQL ${number}`,
  number,
  disabled: false,
}));
const REDIS_VERSIONS = ['7.0', '7.2', '8.0'].map((number) => ({
  id: `redis-${number}`,
  name: `Redis ${number}`,
  number,
  disabled: false,
}));
const CHARSETS = [
  { name: 'utf8mb4', collations: ['utf8mb4_unicode_ci', 'utf8mb4_general_ci'] },
  { name: 'latin1', collations: ['latin1_swedish_ci', 'latin1_german1_ci'] },
];
const CHARACTER_SETTINGS = { characterSet: 'utf8mb4', collation: 'utf8mb4_unicode_ci' };
const inProject = { of: 'project', key: 'projectId' };
const search = ['description', 'name'];

export const databases = {
  collections: [
    {
      name: 'mysqlDatabase',
      item: '/v2/mysql-databases/{mysqlDatabaseId}',
      lists: ['/v2/projects/{projectId}/mysql-databases'],
      parent: inProject,
      search,
    },
    {
      name: 'mysqlUser',
      item: '/v2/mysql-users/{mysqlUserId}',
      lists: ['/v2/mysql-databases/{mysqlDatabaseId}/users'],
      parent: { of: 'mysqlDatabase', key: 'databaseId' },
      search,
      create: {
        'POST /v2/mysql-databases/{mysqlDatabaseId}/users': (job) => {
          insistOnPassword(job.body.password, '.password');
          return newUser(job, job.record.id, false);
        },
      },
    },
    {
      name: 'redisDatabase',
      item: '/v2/redis-databases/{redisDatabaseId}',
      lists: ['/v2/projects/{projectId}/redis-databases'],
      parent: inProject,
      search,
      create: {
        'POST /v2/projects/{projectId}/redis-databases': (job) => {
          insistOnVersion(job, REDIS_VERSIONS, job.body.version);
          return {
            ...newDatabase(job, 'redis'),
            port: 6379,
            hostname: `redis-${job.digits(6)}.db.project.host`,
          };
        },
      },
    },
  ],

  views: {
    'GET /v2/mysql-versions': () => MYSQL_VERSIONS,
    'GET /v2/redis-versions': () => REDIS_VERSIONS,
    'GET /v2/mysql-charsets': (job) =>
      MYSQL_VERSIONS.filter((v) => !job.query.version || v.number === job.query.version).flatMap((v) =>
        CHARSETS.map((set) => ({ ...set, versionId: v.id })),
      ),
    'GET /v2/mysql-users/{mysqlUserId}/php-my-admin-url': (job) => ({
      url: `${job.origin}/phpmyadmin/${job.record.name}`,
    }),
  },

  effects: {
    'POST /v2/projects/{projectId}/mysql-databases': (job) => {
      const { database, user } = job.body;
      insistOnPassword(user.password, '.user.password');
      insistOnVersion(job, MYSQL_VERSIONS, database.version);
      insistOnCharset(job, database.characterSettings);
      return createMysql(job, job.record.id, database, user);
    },
    'POST /v2/mysql-databases/{mysqlDatabaseId}/actions/copy': (job) => {
      insistOnPassword(job.body.user.password, '.user.password');
      return createMysql(
        job,
        job.record.projectId,
        { ...job.record, description: job.body.description },
        job.body.user,
      );
    },
    'PATCH /v2/mysql-databases/{mysqlDatabaseId}': migrate,
    'PATCH /v2/mysql-users/{mysqlUserId}': (job) => {
      const { password, ...rights } = job.body;
      insistOnPassword(password, '.password');
      job.patch('mysqlUser', job.record.id, {
        ...rights,
        updatedAt: job.now,
        ...(password !== undefined && { passwordUpdatedAt: job.now }),
      });
    },
    'POST /v2/mysql-users/{mysqlUserId}/actions/disable': (job) => {
      if (job.record.mainUser) throw conflict('the main user of a database cannot be disabled');
      switchUser(job, true);
    },
    'POST /v2/mysql-users/{mysqlUserId}/actions/enable': (job) => switchUser(job, false),
    'DELETE /v2/mysql-users/{mysqlUserId}': (job) => {
      if (job.record.mainUser) throw conflict('the main user of a database cannot be deleted');
      job.remove('mysqlUser', job.record.id);
    },
  },

  created: {
    mysqlUser: (job, { id }) => beginUser(job, id),
    redisDatabase: (job, { id }) => {
      const set = (status) => (store, statusSetAt) => store.patch('redisDatabase', id, { status, statusSetAt });
      job.begin('redisDatabase', id, { steps: [set('pending'), set('ready')], failed: set('error') });
    },
  },

  /** What every answer that shows a database adds to what is stored. */
  shown: { mysqlDatabase: withMainUser },
};

function withMainUser(job, database) {
  const main = job
    .list('mysqlUser')
    .map(([, user]) => user)
    .find((user) => user.databaseId === database.id && user.mainUser);
  return main ? { ...database, mainUser: main } : database;
}

function newDatabase(job, kind) {
  return {
    name: job.shortId(kind).replace('-', '_'),
    status: 'ready',
    statusSetAt: job.now,
    createdAt: job.now,
    updatedAt: job.now,
    storageUsageInBytes: 0,
    storageUsageInBytesSetAt: job.now,
    finalizers: [],
  };
}

function newUser(job, databaseId, mainUser) {
  return {
    databaseId,
    mainUser,
    name: job.shortId('dbu').replace('-', '_'),
    disabled: false,
    externalAccess: false,
    status: 'ready',
    statusSetAt: job.now,
    passwordUpdatedAt: job.now,
    createdAt: job.now,
    updatedAt: job.now,
  };
}

function beginUser(job, id) {
  const set = (status) => (store, statusSetAt) => store.patch('mysqlUser', id, { status, statusSetAt });
  job.begin('mysqlUser', id, { steps: [set('pending'), set('ready')], failed: set('error') });
}

function insistOnVersion(job, versions, number) {
  const known = versions.filter(({ disabled }) => !disabled).map((version) => version.number);
  job.insist(known.includes(number), () => notFound(`version ${number} (there are ${known.join(', ')})`));
}

function insistOnCharset(job, wish) {
  if (!wish) return;
  const set = CHARSETS.find(({ name }) => name === wish.characterSet);
  job.insist(set?.collations.includes(wish.collation), () =>
    refused(`there is no collation ${wish.collation} of the character set ${wish.characterSet}`),
  );
}

/** A database and its main user; the database is there first, and of use when its user is, too. */
export function createMysql(job, projectId, { description, version, characterSettings }, user) {
  const id = job.uuid();
  const userId = job.uuid();
  const { password: _secret, ...rights } = user;
  job.put('mysqlDatabase', id, {
    id,
    projectId,
    description,
    version,
    characterSettings: characterSettings ?? CHARACTER_SETTINGS,
    isReady: true,
    isShared: false,
    hostname: `mysql-${job.digits(6)}.db.project.host`,
    externalHostname: `${job.digits(6)}.mysql.db.project.host`,
    ...newDatabase(job, 'mysql'),
  });
  job.put('mysqlUser', userId, { id: userId, ...newUser(job, id, true), ...rights });
  const set = (database, user) => (store, statusSetAt) => {
    store.patch('mysqlDatabase', id, { status: database, isReady: database === 'ready', statusSetAt });
    store.patch('mysqlUser', userId, { status: user, statusSetAt });
  };
  job.begin('mysqlDatabase', id, {
    steps: [set('pending', 'pending'), set('ready', 'pending'), set('ready', 'ready')],
    failed: set('error', 'error'),
    watch: [id, userId],
  });
  return { id, userId };
}

/** Another version or other character settings move the data; a description does not. */
function migrate(job) {
  const { id, version } = job.record;
  const { description, ...change } = job.body;
  if (change.version) insistOnVersion(job, MYSQL_VERSIONS, change.version);
  insistOnCharset(job, change.characterSettings);
  job.patch('mysqlDatabase', id, { ...(description !== undefined && { description }), updatedAt: job.now });
  const moves = change.characterSettings || (change.version && change.version !== version);
  if (!moves) return;
  const set = (status, more) => (store, statusSetAt) =>
    store.patch('mysqlDatabase', id, { status, isReady: status === 'ready', statusSetAt, ...more });
  job.begin('mysqlDatabase', id, { steps: [set('migrating'), set('ready', change)], failed: set('error') });
}

function switchUser(job, disabled) {
  job.patch('mysqlUser', job.record.id, {
    disabled,
    status: disabled ? 'disabled' : 'ready',
    statusSetAt: job.now,
    updatedAt: job.now,
  });
}
