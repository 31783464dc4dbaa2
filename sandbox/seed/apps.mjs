// Nine installed apps.

import { uuidFrom } from '../shape.mjs';
import { DEMO_USER, withoutUndefined } from './people.mjs';
import { SOFTWARE, appId, runtimeOf, seedCatalogue, softwareId, softwareVersionId, versionId } from './catalogue.mjs';
import { DATABASES, REDIS } from './databases.mjs';
import { AGENCY, ATELIER, CLUB, PROJECT_OF, SHOP } from './projects.mjs';

const id = (name) => uuidFrom(`kontor-nord/app/${name}`);

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
  return { ...seedCatalogue(), appInstallation: INSTALLED.map((row, i) => installation(t, row, i)) };
}

function installation(t, [key, projectId, appName, version, description, installationPath, database, extra], i) {
  return withoutUndefined({
    id: INSTALLATIONS[key],
    projectId,
    projectDescription: PROJECT_OF[projectId],
    appId: appId(appName),
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
    systemSoftware: [softwareOf(runtimeOf(appName), key === 'magazine' ? '8.2.29' : undefined)],
    userInputs: [{ name: 'site_title', value: description }],
    ...extra,
  });
}

function softwareOf(name, version = SOFTWARE[name].at(-1)) {
  const current = softwareVersionId(name, version);
  return {
    systemSoftwareId: softwareId(name),
    name,
    externalVersion: version,
    updatePolicy: 'patchLevel',
    updateAvailable: version !== SOFTWARE[name].at(-1),
    systemSoftwareVersion: { desired: current, current },
  };
}
