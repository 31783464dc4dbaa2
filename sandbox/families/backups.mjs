// Backups, restores, exports, schedules, and cronjobs, which share the clock.

import { by } from '../listing.mjs';
import { conflict } from '../problems.mjs';

const inProject = { of: 'project', key: 'projectId' };
const newest = (key) => ({ newestFirst: (a, b) => by(key)(b, a), oldestFirst: by(key) });

export const backups = {
  collections: [
    {
      name: 'backup',
      item: '/v2/project-backups/{projectBackupId}',
      lists: ['/v2/projects/{projectId}/backups'],
      parent: inProject,
      search: ['description', 'id'],
      create: {
        'POST /v2/projects/{projectId}/backups': (job) => ({
          status: 'Completed',
          deletable: true,
          requestedAt: job.now,
          createdAt: job.now,
          expiresAt: job.body.expirationTime,
        }),
      },
      filters: {
        withExportsOnly: (value, want) => !want || value.export !== undefined,
        runningRestoresOnly: (value, want) => !want || value.restore?.phase === 'running',
        runningBackupsOnly: (value, want) => !want || value.status !== 'Completed',
      },
      orders: newest('requestedAt'),
    },
    {
      name: 'backupSchedule',
      item: '/v2/project-backup-schedules/{projectBackupScheduleId}',
      lists: ['/v2/projects/{projectId}/backup-schedules'],
      parent: inProject,
      create: { 'POST /v2/projects/{projectId}/backup-schedules': () => ({ isSystemBackup: false }) },
    },
    {
      name: 'cronjob',
      item: '/v2/cronjobs/{cronjobId}',
      lists: ['/v2/projects/{projectId}/cronjobs'],
      parent: inProject,
      create: {
        'POST /v2/projects/{projectId}/cronjobs': (job) => ({
          shortId: job.shortId('cron'),
          appId: job.body.appId ?? job.body.appInstallationId ?? job.body.target?.appInstallationId ?? '',
        }),
      },
      filters: { includeServiceCronjobs: () => true },
    },
    {
      name: 'cronjobExecution',
      item: '/v2/cronjobs/{cronjobId}/executions/{executionId}',
      lists: ['/v2/cronjobs/{cronjobId}/executions'],
      parent: { of: 'cronjob', key: 'cronjobId' },
      create: {
        'POST /v2/cronjobs/{cronjobId}/executions': (job) => ({
          status: 'Complete',
          successful: true,
          exitCode: 0,
          start: job.now,
          end: job.now,
          durationInMilliseconds: 1200,
          triggeredBy: { id: job.userId },
        }),
      },
      filters: {
        since: (value, want) => value.start >= want,
        until: (value, want) => value.start <= want,
        triggeredByUser: (value, want) => (value.triggeredBy !== undefined) === want,
      },
      orders: {
        ...newest('start'),
        slowestFirst: (a, b) => b.durationInMilliseconds - a.durationInMilliseconds,
        fastestFirst: by('durationInMilliseconds'),
      },
    },
  ],

  views: {
    'GET /v2/project-backups/{projectBackupId}/path': (job) => ({ path: job.query.directory ?? '/', name: 'html' }),
  },

  effects: {
    'PATCH /v2/project-backups/{projectBackupId}': (job) =>
      job.patch('backup', job.record.id, {
        ...('description' in job.body && { description: job.body.description }),
        ...(job.body.expirationTime && { expiresAt: job.body.expirationTime }),
      }),
    'DELETE /v2/project-backups/{projectBackupId}': (job) => {
      if (!job.record.deletable) throw conflict('a system backup cannot be deleted');
      job.remove('backup', job.record.id);
    },
    'POST /v2/project-backups/{projectBackupId}/restore': (job) =>
      job.patch('backup', job.record.id, {
        restore: {
          phase: 'completed',
          ...(job.body.pathRestore && { pathRestore: { phase: 'completed', ...job.body.pathRestore } }),
          ...(job.body.databaseRestores && {
            databaseRestores: job.body.databaseRestores.map((d) => ({ phase: 'completed', ...d })),
          }),
        },
      }),
    'POST /v2/project-backups/{projectBackupId}/export': (job) =>
      job.patch('backup', job.record.id, {
        export: {
          format: job.body.format,
          withPassword: Boolean(job.body.password),
          phase: 'Completed',
          downloadURL: `${job.origin}/exports/${job.record.id}.${job.body.format}`,
        },
      }),
    'DELETE /v2/project-backups/{projectBackupId}/export': (job) =>
      job.patch('backup', job.record.id, { export: undefined }),
  },

  created: {
    cronjobExecution: (job, value) => job.patch('cronjob', value.cronjobId, { latestExecution: value }),
  },
};
