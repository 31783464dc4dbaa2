// Five MySQL databases with their users and two Redis databases.

import { uuidFrom } from '../shape.mjs';
import { AGENCY, ATELIER, CLUB, SHOP } from './projects.mjs';

const id = (name) => uuidFrom(`kontor-nord/database/${name}`);
const MB = 1024 ** 2;

export const DATABASES = {
  website: id('mysql/website'),
  shop: id('mysql/shop'),
  statistics: id('mysql/statistics'),
  club: id('mysql/club'),
  atelier: id('mysql/atelier'),
};
export const REDIS = { shop: id('redis/shop'), agency: id('redis/agency') };

const MYSQL = [
  ['website', AGENCY, 'mysql_x7k2pw', 'Website (WordPress)', '8.4', 640],
  ['statistics', AGENCY, 'mysql_m0t4ri', 'Matomo', '8.4', 2210],
  ['shop', SHOP, 'mysql_q9s1ta', 'Shopware', '8.0', 5380],
  ['club', CLUB, 'mysql_r5b8ne', 'TYPO3 Ruderclub', '8.4', 310],
  ['atelier', ATELIER, 'mysql_l2h6fd', 'Atelier WordPress', '8.4', 150],
];

export function seedDatabases(t) {
  const users = MYSQL.map(([key, , name], i) =>
    mysqlUser(t, DATABASES[key], `dbu_${name.slice(6)}`, true, 500 - i * 60),
  );
  users.push({
    ...mysqlUser(t, DATABASES.shop, 'dbu_w4ware', false, 90),
    description: 'Warenwirtschaft (nur lesen)',
    accessLevel: 'readonly',
    externalAccess: true,
    accessIpMask: '203.0.113.17/32',
  });
  users.push({
    ...mysqlUser(t, DATABASES.website, 'dbu_st4t1k', false, 70),
    description: 'Auswertung (nur lesen)',
    accessLevel: 'readonly',
  });
  return {
    mysqlUser: users,
    mysqlDatabase: MYSQL.map(([key, projectId, name, description, version, size], i) => ({
      id: DATABASES[key],
      projectId,
      name,
      description,
      version,
      hostname: `mysql-${key}.pg-s-elbe01.db.project.host`,
      externalHostname: `${name.slice(6)}.mysql.db.project.host`,
      characterSettings: { characterSet: 'utf8mb4', collation: 'utf8mb4_unicode_ci' },
      isReady: true,
      isShared: false,
      status: 'ready',
      statusSetAt: t.ago(500 - i * 60),
      storageUsageInBytes: size * MB,
      storageUsageInBytesSetAt: t.ago(0, 4),
      createdAt: t.ago(500 - i * 60),
      updatedAt: t.ago(14 + i),
    })),
    redisDatabase: [
      redis(t, 'shop', SHOP, 'redis_c4ch3s', 'Shop-Cache', '256Mi', 6380),
      redis(t, 'agency', AGENCY, 'redis_0bj3ct', 'WordPress Object Cache', '128Mi', 6379),
    ],
  };
}

function mysqlUser(t, databaseId, name, mainUser, days) {
  return {
    id: id(`mysql-user/${name}`),
    databaseId,
    name,
    mainUser,
    description: mainUser ? 'Hauptbenutzer' : '',
    accessLevel: 'full',
    disabled: false,
    externalAccess: false,
    status: 'ready',
    statusSetAt: t.ago(days),
    passwordUpdatedAt: t.ago(days),
    createdAt: t.ago(days),
    updatedAt: t.ago(days),
  };
}

function redis(t, key, projectId, name, description, maxMemory, port) {
  return {
    id: REDIS[key],
    projectId,
    name,
    description,
    port,
    version: '7.2',
    hostname: `redis-${key}.pg-s-elbe01.db.project.host`,
    configuration: { maxMemory, maxMemoryPolicy: 'allkeys-lru', persistent: false, additionalFlags: [] },
    status: 'ready',
    statusSetAt: t.ago(300),
    storageUsageInBytes: 42 * MB,
    storageUsageInBytesSetAt: t.ago(0, 4),
    createdAt: t.ago(300),
    updatedAt: t.ago(30),
  };
}
