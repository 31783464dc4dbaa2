// Container stacks, services, volumes, registries, and what an image says of itself; what a
// declaration does is in stack-declaration.mjs.

import { conflict, preconditionFailed } from '../problems.mjs';
import { beginRecreation, changeStack, linkedServices, withParts } from './stack-declaration.mjs';

const inProject = { of: 'project', key: 'projectId' };
const inStack = { of: 'stack', key: 'stackId' };
const descending = (order) => (a, b) => order(b, a);
const text = (key) => (a, b) => a[key].localeCompare(b[key], 'de');
const number = (key) => (a, b) => a[key] - b[key];
const OF_A_SERVICE = '/v2/stacks/{stackId}/services/{serviceId}';
/** Images whose ports are known; all others listen on 8080. */
const PORTS = [
  [/nginx|httpd|caddy/, '80/tcp'],
  [/mysql|mariadb/, '3306/tcp'],
  [/postgres/, '5432/tcp'],
  [/redis|valkey/, '6379/tcp'],
];

export const containers = {
  collections: [
    {
      name: 'stack',
      item: '/v2/stacks/{stackId}',
      lists: ['/v2/stacks', '/v2/projects/{projectId}/stacks'],
      parent: inProject,
      search: ['description', 'prefix'],
      create: {
        'POST /v2/projects/{projectId}/stacks': (job) => ({
          disabled: false,
          prefix: job.shortId('st'),
          templateId: job.body.templateConfig?.templateId,
        }),
      },
    },
    {
      name: 'service',
      item: OF_A_SERVICE,
      lists: ['/v2/services', '/v2/projects/{projectId}/services'],
      parent: inStack,
      search: ['description', 'serviceName', 'shortId'],
      orders: { descriptionAsc: text('description'), descriptionDesc: descending(text('description')) },
    },
    {
      name: 'volume',
      item: '/v2/stacks/{stackId}/volumes/{volumeId}',
      lists: ['/v2/projects/{projectId}/volumes', '/v2/stacks/{stackId}/volumes'],
      parent: inStack,
      search: ['name'],
      orders: {
        nameAsc: text('name'),
        nameDesc: descending(text('name')),
        storageAsc: number('storageUsageInBytes'),
        storageDesc: descending(number('storageUsageInBytes')),
      },
    },
    {
      name: 'registry',
      item: '/v2/registries/{registryId}',
      lists: ['/v2/projects/{projectId}/registries'],
      parent: inProject,
      create: {
        'POST /v2/projects/{projectId}/registries': (job) => {
          insistOnNewUri(job, job.record.id, job.body.uri);
          return { credentials: shownCredentials(job.body.credentials) };
        },
      },
      filters: { hasCredentials: (value, want) => (value.credentials !== undefined) === want },
    },
  ],

  views: {
    [`GET ${OF_A_SERVICE}/logs`]: (job) => logLines(job).join('\n') + '\n',
    'GET /v2/container-image-config': (job) => {
      const port = PORTS.find(([pattern]) => pattern.test(job.query.imageReference))?.[1] ?? '8080/tcp';
      return {
        digest: digestOf(job),
        exposedPorts: [{ port, isAiGenerated: false }],
        env: [],
        volumes: [],
        user: 'app',
        userId: 1000,
        isUserRoot: false,
        isAiAvailable: false,
        hasAiGeneratedData: false,
      };
    },
  },

  effects: {
    'PATCH /v2/stacks/{stackId}': (job) => changeStack(job, false),
    'PUT /v2/stacks/{stackId}': (job) => changeStack(job, true),
    'DELETE /v2/stacks/{stackId}/volumes/{volumeId}': (job) => {
      job.insist(!linkedServices(job, job.record).length, () =>
        preconditionFailed('the volume is mounted by a service and cannot be deleted'),
      );
      job.remove('volume', job.record.id);
    },
    [`POST ${OF_A_SERVICE}/actions/start`]: (job) => follow(job, ['starting', 'running']),
    [`POST ${OF_A_SERVICE}/actions/stop`]: (job) => follow(job, ['stopping', 'stopped']),
    [`POST ${OF_A_SERVICE}/actions/restart`]: (job) => follow(job, ['stopping', 'starting', 'running']),
    [`POST ${OF_A_SERVICE}/actions/recreate`]: (job) => beginRecreation(job, job.record.id),
    [`POST ${OF_A_SERVICE}/actions/pull`]: (job) => {
      const pendingState = { ...job.record.pendingState, imageDigest: digestOf(job) };
      job.patch('service', job.record.id, { pendingState, requiresRecreate: true });
      if (!job.query.skipRecreate) beginRecreation(job, job.record.id);
    },
    'PATCH /v2/registries/{registryId}': (job) => {
      const { credentials, ...plain } = job.body;
      if (plain.uri && plain.uri !== job.record.uri) insistOnNewUri(job, job.record.projectId, plain.uri);
      job.patch('registry', job.record.id, {
        ...plain,
        ...(credentials && { credentials: shownCredentials(credentials) }),
      });
    },
  },

  shown: {
    stack: withParts,
    volume: (job, volume) => ({ ...volume, linkedServices: linkedServices(job, volume) }),
  },
};

/** What is kept of credentials: whose they are. */
const shownCredentials = (given) => given && { username: given.username, valid: true };

const digestOf = (job) => `sha256:${job.uuid().replaceAll('-', '')}${job.uuid().replaceAll('-', '')}`;

function insistOnNewUri(job, projectId, uri) {
  const taken = job.list('registry').some(([, registry]) => registry.projectId === projectId && registry.uri === uri);
  if (taken) throw conflict(`the project has a registry ${uri} already`);
}

/** A service goes through these states; the last one stays. */
function follow(job, states) {
  const { id } = job.record;
  const set = (status) => (store, statusSetAt) =>
    store.patch('service', id, { status, statusSetAt, message: undefined });
  job.begin('service', id, {
    steps: states.map(set),
    failed: (store, statusSetAt) =>
      store.patch('service', id, { status: 'error', statusSetAt, message: 'The container ended with exit code 1.' }),
  });
}

function logLines(job) {
  const lines = Array.from(
    { length: 200 },
    (_, i) => `${new Date(job.time - (200 - i) * 1000).toISOString()} ${job.record.serviceName} request ${i + 1} done`,
  );
  return lines.slice(-(job.query.tail ?? lines.length));
}
