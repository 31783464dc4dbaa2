// Nine installed apps, the apps and versions one can choose from, and system software.

import { uuidFrom } from '../shape.mjs';
import { DEMO_USER, withoutUndefined } from './people.mjs';
import { DATABASES, REDIS } from './databases.mjs';
import { AGENCY, ATELIER, CLUB, PROJECT_OF, SHOP } from './projects.mjs';

const id = (name) => uuidFrom(`kontor-nord/app/${name}`);
const versionId = (app, version) => id(`version/${app}/${version}`);
const softwareVersionId = (name, version) => id(`software-version/${name}/${version}`);

/** name -> versions, oldest first; the last one is recommended. */
const APPS = {
  WordPress: ['6.7.2', '6.8.1', '6.8.2'],
  'Shopware 6': ['6.6.10.4', '6.7.1.2'],
  TYPO3: ['12.4.33', '13.4.15'],
  Nextcloud: ['30.0.8', '31.0.5'],
  Matomo: ['5.2.2', '5.3.2'],
  'Node.js': ['1.0.0'],
  PHP: ['1.0.0'],
  Python: ['1.0.0'],
};
const SOFTWARE = {
  php: ['8.2.29', '8.3.23', '8.4.10'],
  node: ['20.19.3', '22.17.0'],
  python: ['3.13.5'],
  mysql: ['8.4'],
};

export const INSTALLATIONS = {
  website: id('installation/website'),
  matomo: id('installation/matomo'),
  intranet: id('installation/intranet'),
  portal: id('installation/portal'),
  shop: id('installation/shop'),
  landing: id('installation/landing'),
  magazine: id('installation/magazine'),
  club: id('installation/club'),
  atelier: id('installation/atelier'),
};

/** key, project, app, version, description, path, database, extra */
const INSTALLED = [
  ['website', AGENCY, 'WordPress', '6.8.2', 'Website Kontor Nord', '/html/website', 'website', { shortId: 'a-wp7c3d' }],
  ['matomo', AGENCY, 'Matomo', '5.3.2', 'Besucherstatistik', '/html/matomo', 'statistics', { shortId: 'a-mt0m09' }],
  [
    'intranet',
    AGENCY,
    'Nextcloud',
    '30.0.8',
    'Dateiablage',
    '/html/cloud',
    undefined,
    { shortId: 'a-nc51ud', updateAvailable: true },
  ],
  ['portal', AGENCY, 'Node.js', '1.0.0', 'Kundenportal', '/html/portal', undefined, { shortId: 'a-nd2p0r' }],
  [
    'shop',
    SHOP,
    'Shopware 6',
    '6.6.10.4',
    'Onlineshop Teehandel Brandt',
    '/html/shop',
    'shop',
    { shortId: 'a-sw6tee', updateAvailable: true },
  ],
  ['landing', SHOP, 'PHP', '1.0.0', 'Aktionsseite Adventstee', '/html/advent', undefined, { shortId: 'a-ph9adv' }],
  [
    'magazine',
    SHOP,
    'WordPress',
    '6.7.2',
    'Teemagazin',
    '/html/magazin',
    undefined,
    { shortId: 'a-wp5mag', updateAvailable: true },
  ],
  ['club', CLUB, 'TYPO3', '13.4.15', 'Vereinsseite', '/html/typo3', 'club', { shortId: 'a-t3rc05' }],
  ['atelier', ATELIER, 'WordPress', '6.8.2', 'Portfolio', '/html/portfolio', 'atelier', { shortId: 'a-wp1lhf' }],
];

export function seedApps(t) {
  return {
    app: Object.keys(APPS).map((name) => ({
      id: id(name),
      name,
      tags: [/Node|PHP|Python/.test(name) ? 'custom' : 'cms'],
    })),
    appVersion: Object.entries(APPS).flatMap(([name, versions]) =>
      versions.map((version, i) => ({
        id: versionId(name, version),
        appId: id(name),
        externalVersion: version,
        internalVersion: `${version}-0`,
        docRoot: name === 'TYPO3' ? '/public' : '/',
        docRootUserEditable: /Node|PHP|Python/.test(name),
        recommended: i === versions.length - 1,
        systemSoftwareDependencies: [{ systemSoftwareId: softwareId(runtimeOf(name)), versionRange: '*' }],
        userInputs: [],
      })),
    ),
    appInstallation: INSTALLED.map((row, i) => installation(t, row, i)),
    systemSoftware: Object.keys(SOFTWARE).map((name) => ({
      id: softwareId(name),
      name,
      tags: [name === 'mysql' ? 'database' : 'runtime'],
    })),
    systemSoftwareVersion: Object.entries(SOFTWARE).flatMap(([name, versions]) =>
      versions.map((version, i) => ({
        id: softwareVersionId(name, version),
        systemSoftwareId: softwareId(name),
        externalVersion: version,
        internalVersion: `${version}-0`,
        recommended: i === versions.length - 1,
      })),
    ),
  };
}

function installation(t, [key, projectId, appName, version, description, installationPath, database, extra], i) {
  return withoutUndefined({
    id: INSTALLATIONS[key],
    projectId,
    projectDescription: PROJECT_OF[projectId],
    appId: id(appName),
    appName,
    description,
    installationPath,
    appExternalVersion: version,
    appVersion: {
      desired: versionId(appName, version),
      current: versionId(appName, version),
      lastChangedAt: t.ago(20 + i),
      lastChangeBy: DEMO_USER.userId,
    },
    createdAt: t.ago(480 - 37 * i),
    disabled: false,
    deletionRequested: false,
    phase: 'ready',
    updatePolicy: 'patchLevel',
    updateAvailable: false,
    linkedDatabases: [
      ...(database
        ? [{ databaseId: DATABASES[database], kind: 'mysql', purpose: 'primary', databaseUserIds: {} }]
        : []),
      ...(key === 'shop' ? [{ databaseId: REDIS.shop, kind: 'redis', purpose: 'cache' }] : []),
    ],
    systemSoftware: [softwareOf(runtimeOf(appName), key === 'magazine' ? 0 : undefined)],
    userInputs: [{ name: 'site_title', value: description }],
    ...extra,
  });
}

function softwareOf(name, index = SOFTWARE[name].length - 1) {
  const version = SOFTWARE[name][index];
  const current = softwareVersionId(name, version);
  return {
    systemSoftwareId: softwareId(name),
    name,
    externalVersion: version,
    updatePolicy: 'patchLevel',
    updateAvailable: index < SOFTWARE[name].length - 1,
    systemSoftwareVersion: { desired: current, current },
  };
}

const softwareId = (name) => id(`software/${name}`);

function runtimeOf(appName) {
  if (appName === 'Node.js') return 'node';
  return appName === 'Python' ? 'python' : 'php';
}
