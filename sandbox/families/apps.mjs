// Apps, their versions, installations, system software.

import { by } from '../listing.mjs';
import { notFound } from '../problems.mjs';

const phpOf = (app) => app.systemSoftware?.find((s) => s.name === 'php')?.externalVersion ?? '';
const inProject = { of: 'project', key: 'projectId' };

export const apps = {
  collections: [
    { name: 'app', item: '/v2/apps/{appId}', lists: ['/v2/apps'], public: true },
    {
      name: 'appVersion',
      item: '/v2/apps/{appId}/versions/{appVersionId}',
      lists: ['/v2/apps/{appId}/versions'],
      aliases: ['baseAppVersionId'],
      parent: { of: 'app', key: 'appId' },
      public: true,
      filters: { versionRange: () => true },
    },
    {
      name: 'systemSoftware',
      item: '/v2/system-softwares/{systemSoftwareId}',
      lists: ['/v2/system-softwares'],
      public: true,
    },
    {
      name: 'systemSoftwareVersion',
      item: '/v2/system-softwares/{systemSoftwareId}/versions/{systemSoftwareVersionId}',
      lists: ['/v2/system-softwares/{systemSoftwareId}/versions'],
      parent: { of: 'systemSoftware', key: 'systemSoftwareId' },
      public: true,
      filters: { versionRange: () => true },
    },
    {
      name: 'appInstallation',
      item: '/v2/app-installations/{appInstallationId}',
      parent: inProject,
      lists: ['/v2/app-installations', '/v2/projects/{projectId}/app-installations'],
      search: ['description', 'appName', 'shortId', 'projectDescription', 'installationPath'],
      filters: { appIds: (value, ids) => ids.includes(value.appId) },
      orders: {
        newestFirst: (a, b) => by('createdAt')(b, a),
        oldestFirst: by('createdAt'),
        sortByPhpVersionAsc: (a, b) => phpOf(a).localeCompare(phpOf(b)),
        sortByPhpVersionDesc: (a, b) => phpOf(b).localeCompare(phpOf(a)),
      },
    },
  ],

  views: {
    'GET /v2/apps/{appId}/versions/{baseAppVersionId}/update-candidates': updateCandidates,
    'GET /v2/app-installations/{appInstallationId}/status': (job) => ({
      state: 'running',
      logFileLocation: `/var/log/${job.record.shortId}.log`,
      uptimeSeconds: 86_400,
    }),
    'GET /v2/app-installations/{appInstallationId}/systemSoftware': (job) =>
      job.record.systemSoftware.map((s) => job.get('systemSoftware', s.systemSoftwareId)).filter(Boolean),
    'GET /v2/app-installations/{appInstallationId}/missing-dependencies': () => ({
      missingSystemSoftwareDependencies: [],
      missingUserInputs: [],
    }),
  },

  effects: {
    'POST /v2/projects/{projectId}/app-installations': install,
    'POST /v2/app-installations/{appInstallationId}/actions/copy': copy,
    'PATCH /v2/app-installations/{appInstallationId}': change,
    'DELETE /v2/app-installations/{appInstallationId}/databases/{databaseId}': (job) =>
      job.patch('appInstallation', job.record.id, {
        linkedDatabases: job.record.linkedDatabases.filter((d) => d.databaseId !== job.params.databaseId),
      }),
  },
};

function versionOf(job, versionId) {
  const version = job.get('appVersion', versionId);
  if (!version) throw notFound(`app version ${versionId}`);
  return version;
}

function install(job) {
  const version = versionOf(job, job.body.appVersionId);
  const app = job.get('app', version.appId);
  const id = job.uuid();
  const shortId = job.shortId('a');
  job.put('appInstallation', id, {
    id,
    shortId,
    projectId: job.record.id,
    projectDescription: job.record.description,
    appId: app.id,
    appName: app.name,
    description: job.body.description,
    installationPath: job.body.installationPath ?? `/html/${shortId}`,
    updatePolicy: job.body.updatePolicy,
    userInputs: job.body.userInputs,
    phase: 'ready',
    disabled: false,
    appExternalVersion: version.externalVersion,
    appVersion: { desired: version.id, current: version.id, lastChangedAt: job.now, lastChangeBy: job.userId },
    createdAt: job.now,
    deletionRequested: false,
    updateAvailable: false,
    linkedDatabases: [],
    systemSoftware: Object.entries(job.body.systemSoftware ?? {}).map(([softwareId, wish]) =>
      software(job, softwareId, wish),
    ),
  });
  return { id };
}

function copy(job) {
  const id = job.uuid();
  const target = job.body.targetProjectId ?? job.record.projectId;
  const project = job.reach('project', target);
  job.put('appInstallation', id, {
    ...job.record,
    id,
    shortId: job.shortId('a'),
    projectId: target,
    projectDescription: project.description,
    description: job.body.description,
    installationPath: job.body.installationPath ?? `${job.record.installationPath}-kopie`,
    createdAt: job.now,
    linkedDatabases: [],
  });
  return { id };
}

function change(job) {
  const { appVersionId, systemSoftware, databases, ...plain } = job.body;
  const update = { ...plain };
  if (appVersionId) {
    const version = versionOf(job, appVersionId);
    update.appExternalVersion = version.externalVersion;
    update.updateAvailable = !version.recommended;
    update.appVersion = {
      previous: job.record.appVersion.current,
      desired: version.id,
      current: version.id,
      lastChangedAt: job.now,
      lastChangeBy: job.userId,
    };
  }
  if (systemSoftware) {
    const wished = Object.entries(systemSoftware).map(([softwareId, wish]) => software(job, softwareId, wish));
    update.systemSoftware = [
      ...job.record.systemSoftware.filter((s) => !(s.systemSoftwareId in systemSoftware)),
      ...wished,
    ];
  }
  if (databases)
    update.linkedDatabases = Object.entries(databases).map(([databaseId, link]) => ({
      databaseId,
      kind: 'mysql',
      purpose: 'primary',
      ...link,
    }));
  job.patch('appInstallation', job.record.id, update);
}

/** The wish names a version id; an unknown one is the caller's mistake, not the sandbox's. */
function software(job, softwareId, { systemSoftwareVersion, updatePolicy }) {
  const kind = job.get('systemSoftware', softwareId);
  const version = systemSoftwareVersion && job.get('systemSoftwareVersion', systemSoftwareVersion);
  if (!kind) throw notFound(`system software ${softwareId}`);
  if (systemSoftwareVersion && !version) throw notFound(`system software version ${systemSoftwareVersion}`);
  const chosen =
    version ??
    job
      .list('systemSoftwareVersion')
      .map(([, v]) => v)
      .findLast((v) => v.systemSoftwareId === softwareId);
  return {
    systemSoftwareId: softwareId,
    name: kind.name,
    externalVersion: chosen.externalVersion,
    updatePolicy: updatePolicy ?? 'patchLevel',
    updateAvailable: false,
    systemSoftwareVersion: { desired: chosen.id, current: chosen.id },
  };
}

function updateCandidates(job) {
  const versions = job
    .list('appVersion')
    .map(([, v]) => v)
    .filter((v) => v.appId === job.params.appId);
  const base = versions.findIndex((v) => v.id === job.record.id);
  return versions.slice(base + 1).filter((v) => !job.query.onlyRecommended || v.recommended);
}
