// The system software of an app: what a version needs, what is wished for, what is installed.

import { notFound } from '../problems.mjs';
import { inRange } from '../version-range.mjs';

const versionsOf = (job, softwareId) =>
  job
    .list('systemSoftwareVersion')
    .map(([, version]) => version)
    .filter((version) => version.systemSoftwareId === softwareId);

/** Dependencies of a version that no installed software satisfies. */
export function missingSoftware({ systemSoftwareDependencies = [] }, installed) {
  return systemSoftwareDependencies.filter(
    ({ systemSoftwareId, versionRange }) =>
      !installed.some((s) => s.systemSoftwareId === systemSoftwareId && inRange(s.externalVersion, versionRange)),
  );
}

/** What a new app gets: what its version needs, in the newest fitting version, unless wished otherwise. */
export function neededSoftware(job, { systemSoftwareDependencies = [] }, wishes = {}) {
  const needed = systemSoftwareDependencies
    .filter(({ systemSoftwareId }) => !wishes[systemSoftwareId]?.systemSoftwareVersion)
    .map(({ systemSoftwareId, versionRange }) => {
      const fitting = versionsOf(job, systemSoftwareId).findLast((v) => inRange(v.externalVersion, versionRange));
      const { updatePolicy } = wishes[systemSoftwareId] ?? {};
      return asInstalled(job, systemSoftwareId, fitting, updatePolicy);
    });
  const named = new Set(needed.map((s) => s.systemSoftwareId));
  const others = Object.fromEntries(Object.entries(wishes).filter(([softwareId]) => !named.has(softwareId)));
  return [...needed, ...wishedSoftware(job, others, [])];
}

/** A wish names a version, or keeps the installed one; an unknown id is the caller's mistake. */
export function wishedSoftware(job, wishes, installed) {
  return Object.entries(wishes).map(([softwareId, { systemSoftwareVersion, updatePolicy }]) => {
    const before = installed.find((s) => s.systemSoftwareId === softwareId);
    if (!job.get('systemSoftware', softwareId)) throw notFound(`system software ${softwareId}`);
    const versions = versionsOf(job, softwareId);
    const chosen = versions.find(({ id }) => id === (systemSoftwareVersion ?? before?.systemSoftwareVersion.desired));
    if (systemSoftwareVersion && !chosen) throw notFound(`system software version ${systemSoftwareVersion}`);
    return asInstalled(job, softwareId, chosen ?? versions.at(-1), updatePolicy ?? before?.updatePolicy);
  });
}

function asInstalled(job, softwareId, version, updatePolicy = 'patchLevel') {
  return {
    systemSoftwareId: softwareId,
    name: job.get('systemSoftware', softwareId).name,
    externalVersion: version.externalVersion,
    updatePolicy,
    updateAvailable: !version.recommended,
    systemSoftwareVersion: { desired: version.id, lastChangedAt: job.now, lastChangeBy: job.userId },
  };
}

/** Installed software with wishes in the place of what they change: asked for only, or `done`. */
export function changedSoftware(installed, wished, { done }) {
  const kept = installed.filter((s) => !wished.some((w) => w.systemSoftwareId === s.systemSoftwareId));
  const changed = wished.map((wish) => {
    const before = installed.find((s) => s.systemSoftwareId === wish.systemSoftwareId);
    const current = before?.systemSoftwareVersion.current;
    const asked = { ...wish, systemSoftwareVersion: { ...wish.systemSoftwareVersion, current, previous: current } };
    return done ? settled(asked) : { ...asked, externalVersion: before?.externalVersion ?? wish.externalVersion };
  });
  return [...kept, ...changed];
}

/** The work is done: what was desired is there. */
export function settled(software) {
  const { systemSoftwareVersion } = software;
  return { ...software, systemSoftwareVersion: { ...systemSoftwareVersion, current: systemSoftwareVersion.desired } };
}
