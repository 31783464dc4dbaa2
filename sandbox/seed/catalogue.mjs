// The apps one can choose from, their versions, what they ask for, and system software.

import { uuidFrom } from '../shape.mjs';

const id = (name) => uuidFrom(`kontor-nord/app/${name}`);
export const appId = (name) => id(name);
export const versionId = (app, version) => id(`version/${app}/${version}`);
export const softwareId = (name) => id(`software/${name}`);
export const softwareVersionId = (name, version) => id(`software-version/${name}/${version}`);

/** Versions, oldest first; the last one is recommended. */
export const SOFTWARE = {
  php: ['8.1.33', '8.2.29', '8.3.23', '8.4.10'],
  node: ['20.19.3', '22.17.0'],
  python: ['3.13.5'],
  mysql: ['8.4'],
};
const EXPIRED = { 'php 8.1.33': '2025-12-31T00:00:00Z' };

const PASSWORD_RULE = JSON.stringify({ minLength: 8, lower: 1, upper: 1, digit: 1, special: 1 });

function input(name, schema, extra = {}) {
  return {
    name,
    dataType: 'text',
    required: true,
    lifecycleConstraint: 'installation',
    validationSchema: JSON.stringify({ type: 'string', ...schema }),
    ...extra,
  };
}

const host = input('host', { minLength: 1 }, { format: 'url', dataSource: 'ingresses' });
const title = input('site_title', { minLength: 1, maxLength: 100 });
const admin = [
  input('admin_user', { minLength: 3, maxLength: 60 }),
  input('admin_email', { format: 'email' }, { format: 'email' }),
  input(
    'admin_pass',
    { minLength: 8 },
    { format: 'password', additionalValidationSchema: { kind: 'password-rule', schema: PASSWORD_RULE } },
  ),
];
const adminNames = [input('admin_firstname', { minLength: 1 }), input('admin_lastname', { minLength: 1 })];
const choice = (name, values) =>
  input(name, { enum: values }, { dataType: 'select', defaultValue: values[0], required: true });
const shop = [
  input('shop_email', { format: 'email' }, { format: 'email' }),
  choice('shop_lang', ['de-DE', 'en-GB']),
  choice('shop_currency', ['EUR', 'USD', 'GBP']),
];
const entrypoint = input('entrypoint', { minLength: 1 }, { lifecycleConstraint: 'reconfigure' });

/** name -> versions, oldest first, what each needs, and what a person is asked for */
const APPS = {
  WordPress: { versions: ['6.7.2', '6.8.1', '6.8.2'], inputs: [host, title, ...admin], database: true },
  'Shopware 6': {
    versions: ['6.6.10.4', '6.7.1.2'],
    inputs: [host, title, ...admin, ...adminNames, ...shop],
    database: true,
    docRoot: '/public',
    needs: { '6.6.10.4': { php: '>=8.2' }, '6.7.1.2': { php: '>=8.2', node: '>=20' } },
  },
  TYPO3: {
    versions: ['12.4.33', '13.4.15'],
    inputs: [host, title, ...admin, choice('install_mode', ['composer', 'symlink'])],
    database: true,
    docRoot: '/public',
    needs: { '12.4.33': { php: '>=8.1 <8.5' }, '13.4.15': { php: '>=8.2 <8.5' } },
  },
  Nextcloud: { versions: ['30.0.8', '31.0.5'], inputs: [host, ...admin], database: true },
  Matomo: { versions: ['5.2.2', '5.3.2'], inputs: [host, title, ...admin], database: true },
  'Node.js': { versions: ['1.0.0'], inputs: [entrypoint], runtime: 'node' },
  PHP: { versions: ['1.0.0'] },
  Python: { versions: ['1.0.0'], inputs: [entrypoint], runtime: 'python' },
  'Shopware 5': {
    versions: ['5.7.18', '5.7.19'],
    inputs: [host, title, ...admin, ...adminNames, ...shop],
    database: true,
    needs: { '5.7.18': { php: '>=7.4 <8.3' }, '5.7.19': { php: '>=7.4 <8.3' } },
  },
  Contao: {
    versions: ['4.13.55', '5.3.38'],
    inputs: [host, title, ...admin, ...adminNames],
    database: true,
    docRoot: '/public',
    needs: { '5.3.38': { php: '>=8.1' } },
  },
  'Joomla!': { versions: ['5.3.1', '5.3.2'], inputs: [host, title, ...admin, ...adminNames], database: true },
  'PHP Worker': { versions: ['1.0.0'], inputs: [entrypoint] },
  Static: { versions: ['1.0.0'], runtime: null },
};
const CUSTOM = /Node|PHP|Python|Static/;

export const runtimeOf = (name) => (APPS[name].runtime === undefined ? 'php' : APPS[name].runtime);

export function seedCatalogue() {
  return {
    app: Object.keys(APPS).map((name) => ({ id: id(name), name, tags: [CUSTOM.test(name) ? 'custom' : 'cms'] })),
    appVersion: Object.entries(APPS).flatMap(([name, app]) =>
      app.versions.map((version, i) => appVersion(name, app, version, i === app.versions.length - 1)),
    ),
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
        ...(EXPIRED[`${name} ${version}`] && { expiryDate: EXPIRED[`${name} ${version}`] }),
      })),
    ),
  };
}

function appVersion(name, { inputs = [], database, docRoot = '/', needs = {} }, version, recommended) {
  const runtime = runtimeOf(name);
  const dependencies = needs[version] ?? (runtime ? { [runtime]: '*' } : {});
  return {
    id: versionId(name, version),
    appId: id(name),
    externalVersion: version,
    internalVersion: `${version}-0`,
    docRoot,
    docRootUserEditable: CUSTOM.test(name),
    recommended,
    systemSoftwareDependencies: Object.entries(dependencies).map(([software, versionRange]) => ({
      systemSoftwareId: softwareId(software),
      versionRange,
    })),
    databases: database
      ? [{ kind: 'mysql', description: name, parameters: {}, version: softwareVersionId('mysql', '8.4') }]
      : [],
    userInputs: inputs,
  };
}
