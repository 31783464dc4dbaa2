// Cronjobs of apps and of containers, and their executions.

import { by } from '../listing.mjs';
import { notFound, preconditionFailed } from '../problems.mjs';

const inProject = { of: 'project', key: 'projectId' };
const HOUR_MS = 3_600_000;
const RUN_MS = 1200;
const UNDER_WAY = new Set(['Pending', 'Running']);

export const cronjobs = {
  collections: [
    {
      name: 'cronjob',
      item: '/v2/cronjobs/{cronjobId}',
      lists: ['/v2/projects/{projectId}/cronjobs'],
      parent: inProject,
      create: {
        'POST /v2/projects/{projectId}/cronjobs': (job) => ({
          shortId: job.shortId('cron'),
          failedExecutionAlertThreshold: 1,
          nextExecutionTime: new Date(job.time + HOUR_MS).toISOString(),
          ...aimOf(job, { appId: '' }),
        }),
      },
      filters: {
        includeServiceCronjobs: () => true,
        stackId: (value, want) => value.target?.stackId === want,
      },
    },
    {
      name: 'cronjobExecution',
      item: '/v2/cronjobs/{cronjobId}/executions/{executionId}',
      lists: ['/v2/cronjobs/{cronjobId}/executions'],
      parent: { of: 'cronjob', key: 'cronjobId' },
      create: { 'POST /v2/cronjobs/{cronjobId}/executions': execute },
      filters: {
        since: (value, want) => value.start >= want,
        until: (value, want) => value.start <= want,
        triggeredByUser: (value, want) => (value.triggeredBy !== undefined) === want,
      },
      orders: {
        newestFirst: (a, b) => by('start')(b, a),
        oldestFirst: by('start'),
        slowestFirst: (a, b) => b.durationInMilliseconds - a.durationInMilliseconds,
        fastestFirst: by('durationInMilliseconds'),
      },
    },
  ],

  views: {
    'GET /v2/cronjobs/{cronjobId}/executions/{executionId}/analysis': (job) => ({
      message: job.record.successful
        ? 'Nothing went wrong in this execution.'
        : `The command ended with exit code ${job.record.exitCode ?? 1}; its last line was "connection refused".`,
    }),
  },

  effects: {
    'PATCH /v2/cronjobs/{cronjobId}': (job) => {
      const { target: _target, destination: _destination, ...plain } = job.body;
      job.patch('cronjob', job.record.id, { ...plain, ...aimOf(job, job.record), updatedAt: job.now });
    },
  },

  created: {
    cronjobExecution: (job, { id, cronjobId }) => {
      const set = (change) => (store, time) => {
        store.patch('cronjobExecution', id, typeof change === 'function' ? change(time) : change);
        store.patch('cronjob', cronjobId, { latestExecution: store.get('cronjobExecution', id) });
      };
      const ended = (result) =>
        set((end) => ({ ...result, executionStart: job.now, executionEnd: end, end, durationInMilliseconds: RUN_MS }));
      job.begin('cronjobExecution', id, {
        steps: [
          set({ status: 'Pending' }),
          set((executionStart) => ({ status: 'Running', executionStart })),
          ended({ status: 'Complete', successful: true, exitCode: 0 }),
        ],
        failed: ended({ status: 'Failed', successful: false, exitCode: 1 }),
      });
    },
  },
};

/**
 * What a cronjob does, in the newer word (`target`) and the older ones beside it; a container is
 * named by its short id, its name or its id, and shown by its short id.
 */
function aimOf(job, before) {
  const { body } = job;
  if (body.target?.stackId) {
    const { serviceIdentifier, command, stackId } = body.target;
    const service = job
      .list('service')
      .map(([, value]) => value)
      .find((one) => [one.id, one.shortId, one.serviceName].includes(serviceIdentifier) && one.stackId === stackId);
    job.insist(service, () => notFound(`service ${serviceIdentifier} of stack ${stackId}`));
    const target = { command, stackId, serviceShortId: service?.shortId ?? serviceIdentifier };
    return { target, appId: '', appInstallationId: undefined, destination: undefined };
  }
  const destination = body.target?.destination ?? body.destination ?? before.destination;
  const given = body.target?.appInstallationId ?? body.appInstallationId ?? body.appId;
  const appInstallationId = given ?? before.appInstallationId;
  if (given) job.insist(job.world.store.knows('appInstallation', given), () => notFound(`app installation ${given}`));
  if (!appInstallationId || !destination) return destination ? { destination } : {};
  return { target: { appInstallationId, destination }, destination, appInstallationId, appId: appInstallationId };
}

function execute(job) {
  const { concurrencyPolicy, id, shortId } = job.record;
  const isBusy = job.list('cronjobExecution').some(([, e]) => e.cronjobId === id && UNDER_WAY.has(e.status));
  if (concurrencyPolicy === 'forbid' && isBusy)
    throw preconditionFailed('the cronjob is running, and may run once at a time');
  return {
    status: 'Pending',
    successful: false,
    start: job.now,
    logPath: `/var/log/cron/${shortId}-${job.digits(6)}.log`,
    triggeredBy: { id: job.userId },
  };
}
