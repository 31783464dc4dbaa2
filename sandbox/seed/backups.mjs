// Backups of the last days and the schedules that made them.

import { uuidFrom } from '../shape.mjs';
import { AGENCY, ATELIER, CLUB, SHOP } from './projects.mjs';

const id = (name) => uuidFrom(`kontor-nord/backup/${name}`);

export function seedBackups(t) {
  const nightly = [AGENCY, SHOP, CLUB, ATELIER].flatMap((projectId, p) =>
    [1, 2, 3].map((day) => backup(t, projectId, `nightly/${p}/${day}`, day, 27)),
  );
  return {
    backup: [
      ...nightly,
      {
        ...backup(t, SHOP, 'before-update', 12, 60),
        description: 'Vor Update auf Shopware 6.7',
        deletable: true,
        export: {
          format: 'zip',
          withPassword: false,
          phase: 'Completed',
          expiresAt: t.ahead(2),
          downloadURL: 'https://backup.project.example/teehandel-brandt.zip',
        },
      },
      { ...backup(t, AGENCY, 'relaunch', 45, 120), description: 'Stand vor Relaunch', deletable: true },
    ],
    backupSchedule: [
      schedule(t, AGENCY, 'system', '0 3 * * *', 'P30D', 'Systembackup', true),
      schedule(t, SHOP, 'system', '0 3 * * *', 'P30D', 'Systembackup', true),
      schedule(t, SHOP, 'noon', '30 12 * * 1-5', 'P7D', 'Mittags, werktags', false),
      schedule(t, CLUB, 'system', '0 3 * * *', 'P30D', 'Systembackup', true),
      schedule(t, ATELIER, 'system', '0 3 * * *', 'P30D', 'Systembackup', true),
    ],
  };
}

function backup(t, projectId, key, day, keptFor) {
  return {
    id: id(`${projectId}/${key}`),
    projectId,
    status: 'Completed',
    deletable: false,
    requestedAt: t.ago(day, 3),
    createdAt: t.ago(day, 3, 11),
    expiresAt: t.ahead(keptFor),
  };
}

function schedule(t, projectId, key, cron, ttl, description, isSystemBackup) {
  return {
    id: id(`schedule/${projectId}/${key}`),
    projectId,
    schedule: cron,
    ttl,
    description,
    isSystemBackup,
    createdAt: t.ago(200),
    updatedAt: t.ago(60),
  };
}
