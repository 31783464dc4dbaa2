// MySQL databases and users, Redis databases, and the versions one can choose.

import { conflict } from '../problems.mjs';

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
        'POST /v2/mysql-databases/{mysqlDatabaseId}/users': (job) => ({ ...newUser(job, job.record.id, false) }),
      },
    },
    {
      name: 'redisDatabase',
      item: '/v2/redis-databases/{redisDatabaseId}',
      lists: ['/v2/projects/{projectId}/redis-databases'],
      parent: inProject,
      search,
      create: {
        'POST /v2/projects/{projectId}/redis-databases': (job) => ({
          ...newDatabase(job, 'redis'),
          port: 6379,
          hostname: `redis-${job.digits(6)}.db.project.host`,
        }),
      },
    },
  ],

  views: {
    'GET /v2/mysql-versions': () => MYSQL_VERSIONS,
    'GET /v2/redis-versions': () => REDIS_VERSIONS,
    'GET /v2/mysql-charsets': (job) =>
      MYSQL_VERSIONS.filter((v) => !job.query.version || v.number === job.query.version).map((v) => ({
        name: 'utf8mb4',
        versionId: v.id,
        collations: ['utf8mb4_unicode_ci', 'utf8mb4_general_ci'],
      })),
    'GET /v2/mysql-users/{mysqlUserId}/php-my-admin-url': (job) => ({
      url: `${job.origin}/phpmyadmin/${job.record.name}`,
    }),
  },

  effects: {
    'POST /v2/projects/{projectId}/mysql-databases': (job) =>
      createMysql(job, job.record.id, job.body.database, job.body.user),
    'POST /v2/mysql-databases/{mysqlDatabaseId}/actions/copy': (job) =>
      createMysql(job, job.record.projectId, { ...job.record, description: job.body.description }, job.body.user),
    'POST /v2/mysql-users/{mysqlUserId}/actions/disable': (job) => switchUser(job, true),
    'POST /v2/mysql-users/{mysqlUserId}/actions/enable': (job) => switchUser(job, false),
    'DELETE /v2/mysql-users/{mysqlUserId}': (job) => {
      if (job.record.mainUser) throw conflict('the main user of a database cannot be deleted');
      job.remove('mysqlUser', job.record.id);
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

function createMysql(job, projectId, { description, version, characterSettings }, user) {
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
  return { id, userId };
}

function switchUser(job, disabled) {
  job.patch('mysqlUser', job.record.id, {
    disabled,
    status: disabled ? 'disabled' : 'ready',
    statusSetAt: job.now,
    updatedAt: job.now,
  });
}
