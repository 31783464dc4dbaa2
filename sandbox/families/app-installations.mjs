// What happens to an installed app: installed, changed, upgraded, copied, linked to databases,
// removed. Phases go as the API names them, and `current` follows `desired` when the work is done.

import { notFound, preconditionFailed, refused } from '../problems.mjs';
import { compareVersions } from '../version-range.mjs';
import { checkInputs, mergedInputs, missingInputs } from './app-inputs.mjs';
import { createMysql } from './databases.mjs';
import { changedSoftware, missingSoftware, neededSoftware, settled, wishedSoftware } from './system-software.mjs';

const OF_AN_APP = '/v2/app-installations/{appInstallationId}';
/** Who sets a password that nobody is told: the installer, for the app's own database. */
const INSTALLER = { accessLevel: 'full', externalAccess: false };

export const effects = {
  'POST /v2/projects/{projectId}/app-installations': install,
  [`POST ${OF_AN_APP}/actions/copy`]: copy,
  [`PATCH ${OF_AN_APP}`]: change,
  [`DELETE ${OF_AN_APP}`]: uninstall,
  [`DELETE ${OF_AN_APP}/databases/{databaseId}`]: (job) =>
    job.patch('appInstallation', job.record.id, {
      linkedDatabases: job.record.linkedDatabases.filter((d) => d.databaseId !== job.params.databaseId),
    }),
};

function versionOf(job, versionId) {
  const version = job.get('appVersion', versionId);
  if (!version) throw notFound(`app version ${versionId}`);
  return version;
}

/** What a version of the app would need that the installation does not have. */
export function lacking(job, installation) {
  const target = versionOf(job, job.query.targetAppVersionID);
  return {
    missingSystemSoftwareDependencies: missingSoftware(target, installation.systemSoftware),
    missingUserInputs: missingInputs(target, installation.userInputs, ['update']),
  };
}

function install(job) {
  const { body, record: project } = job;
  const version = versionOf(job, body.appVersionId);
  const inputs = checkInputs(job, version, body.userInputs, ['installation', 'reconfigure']);
  const app = job.get('app', version.appId);
  const id = job.uuid();
  const shortId = job.shortId('a');
  job.put('appInstallation', id, {
    id,
    shortId,
    projectId: project.id,
    projectDescription: project.description,
    appId: app.id,
    appName: app.name,
    description: body.description,
    installationPath: body.installationPath ?? `/html/${shortId}`,
    updatePolicy: body.updatePolicy,
    userInputs: inputs,
    disabled: false,
    appExternalVersion: version.externalVersion,
    createdAt: job.now,
    deletionRequested: false,
    updateAvailable: !version.recommended,
    linkedDatabases: version.databases.map(() => ownDatabase(job, project.id, `${app.name} ${shortId}`)),
    systemSoftware: neededSoftware(job, version, body.systemSoftware),
    phase: 'pending',
    appVersion: { desired: version.id, lastChangedAt: job.now, lastChangeBy: job.userId },
  });
  beginInstallation(job, id, { error: 'The installation of the app failed.' });
  return { id };
}

/** pending, installing, ready: for what is new and for what is copied. */
function beginInstallation(job, id, { error, done = () => {} }) {
  const set = (change) => (store) => store.patch('appInstallation', id, change);
  job.begin('app', id, {
    steps: [
      set({ phase: 'pending' }),
      set({ phase: 'installing' }),
      (store) => {
        set(({ appVersion, systemSoftware }) => ({
          phase: 'ready',
          appVersion: { ...appVersion, current: appVersion.desired },
          systemSoftware: systemSoftware.map(settled),
        }))(store);
        done(store);
      },
    ],
    failed: (store) => {
      set({ phase: 'installing', lastError: error })(store);
      done(store);
    },
  });
}

function ownDatabase(job, projectId, description) {
  const { id, userId } = createMysql(job, projectId, { description, version: '8.4' }, INSTALLER);
  return { databaseId: id, kind: 'mysql', purpose: 'primary', databaseUserIds: { admin: userId } };
}

/** Until the copy is there, what is copied is locked from deletion. */
function copy(job) {
  const { record, body } = job;
  const id = job.uuid();
  const shortId = job.shortId('a');
  const project = job.reach('project', body.targetProjectId ?? record.projectId);
  const { lockedBy: _lock, lastError: _error, ...source } = record;
  job.put('appInstallation', id, {
    ...source,
    id,
    shortId,
    projectId: project.id,
    projectDescription: project.description,
    description: body.description,
    installationPath: body.installationPath ?? `${record.installationPath}-${shortId.slice(2)}`,
    createdAt: job.now,
    linkedDatabases: record.linkedDatabases
      .filter(({ kind }) => kind === 'mysql')
      .map(() => ownDatabase(job, project.id, `${record.appName} ${shortId}`)),
    appVersion: { ...record.appVersion, current: undefined, lastChangedAt: job.now, lastChangeBy: job.userId },
    phase: 'pending',
  });
  const lock = (change) => (store) =>
    store.patch('appInstallation', record.id, ({ lockedBy = {} }) => ({ lockedBy: change(lockedBy) }));
  lock((locks) => ({ ...locks, [id]: 'copy' }))(job.world.store);
  const unlock = lock(({ [id]: _done, ...locks }) => locks);
  beginInstallation(job, id, { error: 'The copy of the app failed.', done: unlock });
  return { id };
}

function change(job) {
  const { record, body } = job;
  const { appVersionId, systemSoftware, databases, userInputs, ...plain } = body;
  const version = appVersionId && versionOf(job, appVersionId);
  if (version) insistOnUpgrade(job, version, systemSoftware);
  const wished = systemSoftware && wishedSoftware(job, systemSoftware, record.systemSoftware);
  const inputs =
    userInputs &&
    mergedInputs(
      record.userInputs,
      checkInputs(job, version ?? versionOf(job, record.appVersion.desired), userInputs, []),
    );
  job.patch('appInstallation', record.id, {
    ...plain,
    ...(databases && { linkedDatabases: linked(job, databases) }),
    ...(inputs && { userInputs: inputs }),
  });
  if (version || wished || inputs) beginChange(job, version, wished);
}

function beginChange(job, version, wished) {
  const { id } = job.record;
  const asked = { lastChangedAt: job.now, lastChangeBy: job.userId };
  const set = (change) => (store) => store.patch('appInstallation', id, change);
  const begun = ({ appVersion, systemSoftware }) => ({
    phase: version ? 'upgrading' : 'reconfiguring',
    ...(version && { appVersion: { ...appVersion, previous: appVersion.current, desired: version.id, ...asked } }),
    ...(wished && { systemSoftware: changedSoftware(systemSoftware, wished, { done: false }) }),
  });
  const ended = (app) => ({
    phase: 'ready',
    lastError: undefined,
    ...(version && {
      appVersion: { ...begun(app).appVersion, current: version.id },
      appExternalVersion: version.externalVersion,
      updateAvailable: !version.recommended,
    }),
    ...(wished && { systemSoftware: changedSoftware(app.systemSoftware, wished, { done: true }) }),
  });
  job.begin(version ? 'appUpgrade' : 'appReconfigure', id, {
    steps: [set(begun), set(ended)],
    failed: set({ phase: 'ready', lastError: `The ${version ? 'update' : 'change'} of the app failed.` }),
  });
}

/** The API has no way back to an older version, and none past what a version needs. */
function insistOnUpgrade(job, version, wishes = {}) {
  const { record } = job;
  job.insist(version.appId === record.appId, () => refused('that is a version of another app'));
  const isNewer = compareVersions(version.externalVersion, record.appExternalVersion) > 0;
  job.insist(isNewer, () => refused(`${version.externalVersion} is not newer than ${record.appExternalVersion}`));
  const planned = changedSoftware(record.systemSoftware, wishedSoftware(job, wishes, record.systemSoftware), {
    done: true,
  });
  const missing = missingSoftware(version, planned);
  job.insist(!missing.length, () =>
    refused(
      `the version needs system software: ${missing.map((m) => `${m.systemSoftwareId} ${m.versionRange}`).join(', ')}`,
    ),
  );
}

/** New links need a purpose; a link may take another's place; what is not named stays. */
function linked(job, databases) {
  let links = job.record.linkedDatabases;
  for (const [databaseId, { replacesDatabaseId, ...wish }] of Object.entries(databases)) {
    const before = links.find((link) => link.databaseId === databaseId);
    const replaced = links.find((link) => link.databaseId === replacesDatabaseId);
    const kind = job.world.store.knows('redisDatabase', databaseId) ? 'redis' : 'mysql';
    const database = job.world.store.get(`${kind}Database`, databaseId);
    job.insist(database?.projectId === job.record.projectId, () => notFound(`database ${databaseId} of this project`));
    job.insist(wish.purpose || before || replaced, () => refused(`database ${databaseId} needs a purpose`));
    const link = { purpose: 'primary', ...replaced, ...before, ...wish, kind, databaseId };
    links = [...links.filter((one) => one !== before && one !== replaced), link];
  }
  return links;
}

/** Its databases stay; hostnames that led to it show the default page. */
function uninstall(job) {
  const { id, lockedBy = {} } = job.record;
  if (Object.keys(lockedBy).length) throw preconditionFailed('the app is being copied and cannot be deleted now');
  for (const [ingressId, { paths }] of job.list('ingress')) {
    if (!paths.some(({ target }) => target.installationId === id)) continue;
    const left = paths.map((path) =>
      path.target.installationId === id ? { ...path, target: { useDefaultPage: true } } : path,
    );
    job.patch('ingress', ingressId, { paths: left });
  }
  job.remove('appInstallation', id);
}
