// Apps, their versions, system software, and what is installed; what happens to an installation
// is in app-installations.mjs.

import { by } from '../listing.mjs';
import { compareVersions, inRange } from '../version-range.mjs';
import { effects, lacking } from './app-installations.mjs';

const phpOf = (app) => app.systemSoftware?.find((s) => s.name === 'php')?.externalVersion ?? '';
const inProject = { of: 'project', key: 'projectId' };
const versionRange = (value, range) => inRange(value.externalVersion, range);

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
      filters: { versionRange },
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
      filters: { versionRange },
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
        sortByPhpVersionAsc: (a, b) => compareVersions(phpOf(a), phpOf(b)),
        sortByPhpVersionDesc: (a, b) => compareVersions(phpOf(b), phpOf(a)),
      },
    },
  ],

  views: {
    'GET /v2/apps/{appId}/versions/{baseAppVersionId}/update-candidates': (job) =>
      job
        .list('appVersion')
        .map(([, version]) => version)
        .filter((version) => version.appId === job.params.appId)
        .filter((version) => compareVersions(version.externalVersion, job.record.externalVersion) > 0)
        .filter((version) => !job.query.onlyRecommended || version.recommended),
    'GET /v2/app-installations/{appInstallationId}/status': (job) => ({
      state: 'running',
      logFileLocation: `/var/log/${job.record.shortId}.log`,
      uptimeSeconds: 86_400,
    }),
    'GET /v2/app-installations/{appInstallationId}/systemSoftware': (job) =>
      job.record.systemSoftware
        .map((s) => job.get('systemSoftware', s.systemSoftwareId))
        .filter(Boolean)
        .filter(({ tags }) => !job.query.tagFilter || tags.includes(job.query.tagFilter)),
    'GET /v2/app-installations/{appInstallationId}/missing-dependencies': (job) => lacking(job, job.record),
  },

  effects,
};
