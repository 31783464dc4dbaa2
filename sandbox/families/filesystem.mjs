// The files of a project: one directory per app, and the logs of its cronjobs; how much there is
// of everything that takes space.

import { notFound } from '../problems.mjs';

const FILE_BYTES = 4_096;
const GB = 1024 ** 3;
const SPACE_BYTES = 20 * GB;
const OF_A_PROJECT = '/v2/projects/{projectId}';

export const filesystem = {
  collections: [],
  views: {
    [`GET ${OF_A_PROJECT}/filesystem-directories`]: (job) =>
      directoryOf(job, job.record.id, job.query.directory ?? '/'),
    [`GET ${OF_A_PROJECT}/filesystem-files`]: (job) => fileOf(job, job.query.file ?? '/html/index.php'),
    [`GET ${OF_A_PROJECT}/filesystem-file-content`]: (job) => logText(job, job.query.file),
    [`GET ${OF_A_PROJECT}/filesystem-disk-usage`]: (job) => {
      const path = job.query.directory ?? '/';
      const within = files(job, job.record.id).filter((file) => isBelow(file, path)).length;
      const isRoot = path === '/';
      return {
        path,
        totalBytes: SPACE_BYTES,
        usedBytes: isRoot ? job.record.webStorageUsageInBytes : within * FILE_BYTES,
      };
    },
    [`GET ${OF_A_PROJECT}/storage-space-statistics`]: (job) => ({ ...statistics(job), ...job.single() }),
  },
  effects: {},
};

const of = (job, name, projectId) =>
  job
    .list(name)
    .filter(([, v]) => v.projectId === projectId)
    .map(([, v]) => v);

function files(job, projectId) {
  const apps = of(job, 'appInstallation', projectId);
  const jobs = new Set(of(job, 'cronjob', projectId).map(({ id }) => id));
  const logs = job.list('cronjobExecution').filter(([, e]) => jobs.has(e.cronjobId) && e.logPath);
  return [
    ...apps.flatMap(({ installationPath }) => [
      `${installationPath}/index.php`,
      `${installationPath}/config/settings.php`,
    ]),
    ...logs.map(([, { logPath }]) => logPath),
  ];
}

const isBelow = (file, directory) => file.startsWith(directory.endsWith('/') ? directory : `${directory}/`);

/** A directory with what is directly in it; one that nobody knows is empty, and 404 where strict. */
export function directoryOf(job, projectId, directory) {
  const path = directory.length > 1 ? directory.replace(/\/$/, '') : directory;
  const below = files(job, projectId).filter((file) => isBelow(file, path));
  job.insist(below.length || path === '/', () => notFound(`directory ${directory}`));
  const start = path === '/' ? 1 : path.length + 1;
  const names = [...new Set(below.map((file) => file.slice(start).split('/')[0]))];
  const items = names.map((name) => {
    const absolutePath = `${path === '/' ? '' : path}/${name}`;
    return entry(absolutePath, below.includes(absolutePath));
  });
  return { ...entry(path, false), items };
}

function fileOf(job, file) {
  job.insist(files(job, job.record.id).includes(file), () => notFound(`file ${file}`));
  return entry(file, true);
}

function entry(absolutePath, isFile) {
  return {
    absolutePath,
    name: absolutePath.split('/').at(-1) || '/',
    isFile,
    isDirectory: !isFile,
    isExecutable: false,
    isSymlink: false,
    size: FILE_BYTES,
  };
}

/** @returns the log of a cronjob; undefined for any other file, whose bytes are the same everywhere */
function logText(job, file) {
  const execution = job.list('cronjobExecution').find(([, e]) => e.logPath === file)?.[1];
  if (!execution) return undefined;
  const last = execution.successful ? 'done' : 'connection refused';
  return `${execution.start} started\n${execution.end ?? execution.start} ${last}\n`;
}

function statistics(job) {
  const { record: project } = job;
  const setAt = project.webStorageUsageInBytesSetAt;
  const category = (kind, name, bytesOf, label) => {
    const resources = of(job, name, project.id).map((value) => ({
      id: value.id,
      name: label(value),
      usageInBytes: bytesOf(value),
      usageInBytesSetAt: setAt,
    }));
    return { kind, resources, totalUsageInBytes: resources.reduce((sum, { usageInBytes }) => sum + usageInBytes, 0) };
  };
  const space = (kind, usageInBytes) => ({
    kind,
    resources: [{ id: project.id, name: project.shortId, usageInBytes, usageInBytesSetAt: setAt }],
    totalUsageInBytes: usageInBytes,
  });
  const categories = [
    space('webspace', project.webStorageUsageInBytes),
    space('projectBackup', project.backupStorageUsageInBytes),
    category(
      'mysqlDatabase',
      'mysqlDatabase',
      (d) => d.storageUsageInBytes,
      (d) => d.name,
    ),
    category(
      'redisDatabase',
      'redisDatabase',
      (d) => d.storageUsageInBytes,
      (d) => d.name,
    ),
    category(
      'mailAddress',
      'mailAddress',
      (m) => m.mailbox?.storageInBytes.current.value ?? 0,
      (m) => m.address,
    ),
    category(
      'containerVolume',
      'volume',
      (v) => v.storageUsageInBytes,
      (v) => v.name,
    ),
  ];
  const total = categories.reduce((sum, { totalUsageInBytes }) => sum + totalUsageInBytes, 0);
  return {
    id: project.id,
    kind: 'project',
    name: project.shortId,
    description: project.description,
    childStatistics: [],
    statisticCategories: categories,
    meta: { totalUsageInBytes: total, limitInBytes: SPACE_BYTES, isExceeding: total > SPACE_BYTES },
  };
}
