// Backups with what they hold, restores, exports, schedules.

import { createHash } from 'node:crypto';
import { by } from '../listing.mjs';
import { conflict, notFound, refused } from '../problems.mjs';
import { directoryOf } from './filesystem.mjs';

const inProject = { of: 'project', key: 'projectId' };
const OF_A_BACKUP = '/v2/project-backups/{projectBackupId}';
const WEEK_MS = 7 * 86_400_000;
/** The API declares a plain string; `Completed` is what its own clients wait for. */
const ENDED = new Set(['Completed', 'Failed']);

export const backups = {
  collections: [
    {
      name: 'backup',
      item: OF_A_BACKUP,
      lists: ['/v2/projects/{projectId}/backups'],
      parent: inProject,
      search: ['description', 'id'],
      create: {
        'POST /v2/projects/{projectId}/backups': (job) => ({
          status: 'Pending',
          deletable: true,
          requestedAt: job.now,
          expiresAt: job.body.expirationTime,
          dumps: dumpsOf(job, job.record.id),
        }),
      },
      filters: {
        withExportsOnly: (value, want) => !want || value.export !== undefined,
        runningRestoresOnly: (value, want) => !want || value.restore?.phase === 'running',
        runningBackupsOnly: (value, want) => !want || !ENDED.has(value.status),
      },
      orders: { newestFirst: (a, b) => by('requestedAt')(b, a), oldestFirst: by('requestedAt') },
    },
    {
      name: 'backupSchedule',
      item: '/v2/project-backup-schedules/{projectBackupScheduleId}',
      lists: ['/v2/projects/{projectId}/backup-schedules'],
      parent: inProject,
      create: { 'POST /v2/projects/{projectId}/backup-schedules': () => ({ isSystemBackup: false }) },
    },
  ],

  views: {
    [`GET ${OF_A_BACKUP}/path`]: (job) => directoryOf(job, job.record.projectId, job.query.directory ?? '/'),
    [`GET ${OF_A_BACKUP}/database-dumps`]: (job) => ({ databases: dumpsIn(job) }),
  },

  effects: {
    [`PATCH ${OF_A_BACKUP}`]: (job) =>
      job.patch('backup', job.record.id, {
        ...('description' in job.body && { description: job.body.description }),
        ...(job.body.expirationTime && { expiresAt: job.body.expirationTime }),
      }),
    [`DELETE ${OF_A_BACKUP}`]: (job) => {
      if (!job.record.deletable) throw conflict('a system backup cannot be deleted');
      job.remove('backup', job.record.id);
    },
    [`POST ${OF_A_BACKUP}/restore`]: restore,
    [`POST ${OF_A_BACKUP}/export`]: exportIt,
    [`DELETE ${OF_A_BACKUP}/export`]: (job) => job.patch('backup', job.record.id, { export: undefined }),
  },

  created: {
    backup: (job, { id }) => {
      const set = (status) => (store) => store.patch('backup', id, { status, createdAt: undefined });
      job.begin('backup', id, {
        steps: [
          set('Pending'),
          set('InProgress'),
          (store, createdAt) => store.patch('backup', id, { status: 'Completed', createdAt }),
        ],
        failed: set('Failed'),
      });
    },
  },
};

const dumpName = ({ name }) => `dbdump-${name.replace('_', '-')}`;

function dumpsOf(job, projectId) {
  return job
    .list('mysqlDatabase')
    .filter(([, database]) => database.projectId === projectId)
    .map(([, database]) => dumpName(database));
}

/** A backup of the seed holds what its project has now; any other what it had then. */
const dumpsIn = (job) => job.record.dumps ?? dumpsOf(job, job.record.projectId);

function restore(job) {
  const { record, body } = job;
  const { pathRestore, databaseRestores = [] } = body;
  job.insist(pathRestore || databaseRestores.length, () =>
    refused('nothing to restore: pathRestore or databaseRestores'),
  );
  job.insist(record.restore?.phase !== 'running', () => refused('a restore of this backup is running'));
  for (const { databaseBackupDump, targetDatabaseId } of databaseRestores) {
    job.insist(dumpsIn(job).includes(databaseBackupDump), () => notFound(`dump ${databaseBackupDump}`));
    const target = job.world.store.get('mysqlDatabase', targetDatabaseId);
    job.insist(target?.projectId === record.projectId, () => notFound(`database ${targetDatabaseId}`));
  }
  const started = {
    ...(pathRestore && {
      pathRestore: {
        clearTargetPath: false,
        ...pathRestore,
        determinedTargetPath: pathRestore.targetRestorePath ?? pathRestore.sourcePaths[0] ?? '/',
      },
    }),
    ...(databaseRestores.length && { databaseRestores }),
  };
  const set = (phase, status) => (store, statusSetAt) => {
    store.patch('backup', record.id, { restore: { ...started, phase } });
    for (const { targetDatabaseId } of databaseRestores)
      store.patch('mysqlDatabase', targetDatabaseId, { status, isReady: status === 'ready', statusSetAt });
  };
  job.begin('restore', record.id, { steps: [set('running', 'importing'), set('completed', 'ready')] });
}

function exportIt(job) {
  const { id } = job.record;
  job.insist(job.record.status === 'Completed', () => refused('the backup is not complete'));
  const { format, password } = job.body;
  const made = { format, withPassword: Boolean(password) };
  const set = (change) => (store) => store.patch('backup', id, { export: { ...made, ...change } });
  job.begin('backupExport', id, {
    steps: [
      set({ phase: 'Pending' }),
      set({ phase: 'Exporting' }),
      (store, time) =>
        set({
          phase: 'Completed',
          downloadURL: `${job.origin}/exports/${id}.${format}`,
          expiresAt: new Date(Date.parse(time) + WEEK_MS).toISOString(),
          sha256Checksum: createHash('sha256').update(id).digest('hex'),
        })(store),
    ],
    failed: set({ phase: 'Failed' }),
  });
}
