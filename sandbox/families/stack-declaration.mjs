// What declaring a stack does to its services and volumes.
//
// PATCH deletes a service that is set to `{}` and leaves the unnamed alone; PUT removes the
// unnamed and ignores description and schedule. Neither deletes a volume, it only detaches. A
// service that is changed runs as before until it is recreated.

import { refused } from '../problems.mjs';

/** Parts of a stack, newest state for writers. */
function partsOf(job, name, stackId) {
  return job
    .list(name)
    .map(([, part]) => part)
    .filter((part) => part.stackId === stackId);
}

export function withParts(job, stack) {
  const volumes = partsOf(job, 'volume', stack.id);
  return {
    ...stack,
    services: partsOf(job, 'service', stack.id),
    volumes: volumes.map((volume) => ({ ...volume, linkedServices: linkedServices(job, volume) })),
  };
}

/** Ids of the services that mount a volume, by its name. */
export function linkedServices(job, { stackId, name }) {
  return partsOf(job, 'service', stackId)
    .filter(({ pendingState }) => pendingState.volumes?.some((mount) => mount.split(':')[0] === name))
    .map(({ id }) => id);
}

export function changeStack(job, replace) {
  const { services = {}, volumes = {}, ...plain } = job.body;
  const stack = job.record;
  if (!replace) job.patch('stack', stack.id, plain);
  declareVolumes(job, stack, volumes, replace);
  const existing = partsOf(job, 'service', stack.id);
  for (const service of existing) {
    const wish = services[service.serviceName];
    const gone = wish ? Object.keys(wish).length === 0 : replace;
    if (gone) job.remove('service', service.id);
  }
  for (const [name, wish] of Object.entries(services)) {
    if (!Object.keys(wish).length) continue;
    const before = existing.find((s) => s.serviceName === name);
    declareService(job, stack, before, name, wish, replace);
  }
  return withParts(job, job.get('stack', stack.id));
}

function declareVolumes(job, stack, volumes, replace) {
  const named = new Set(Object.entries(volumes).map(([key, wish]) => wish.name ?? key));
  const known = partsOf(job, 'volume', stack.id);
  for (const { id, name, orphaned } of known) {
    if (named.has(name) ? orphaned : replace && !orphaned) job.patch('volume', id, { orphaned: !named.has(name) });
  }
  for (const name of named) if (!known.some((volume) => volume.name === name)) putVolume(job, stack, name);
}

function declareService(job, stack, before, name, wish, replace) {
  const { description, restartPolicy, deploy, environment, ...state } = wish;
  job.insist(state.image ?? before, () => refused(`service ${name} needs an image`));
  insistOnVolumes(job, stack, name, state.volumes ?? []);
  const pendingState = {
    image: before?.pendingState.image ?? 'scratch',
    ...(!replace && before?.pendingState),
    ...state,
    ...(environment && { envs: environment }),
  };
  const id = before?.id ?? job.uuid();
  const isChanged =
    before !== undefined && JSON.stringify(sorted(before.deployedState)) !== JSON.stringify(sorted(pendingState));
  job.put('service', id, {
    shortId: job.shortId('c'),
    description: name,
    restartPolicy: 'unless-stopped',
    status: 'creating',
    statusSetAt: job.now,
    deployedState: pendingState,
    ...before,
    ...(description !== undefined && { description }),
    ...(restartPolicy && { restartPolicy }),
    ...(deploy && { deploy }),
    id,
    stackId: stack.id,
    projectId: stack.projectId,
    serviceName: name,
    requiresRecreate: isChanged,
    pendingState,
  });
  if (!before) beginCreation(job, id);
  else if (isChanged && job.query.recreate) beginRecreation(job, id);
}

const sorted = (object) => Object.entries(object).sort(([a], [b]) => a.localeCompare(b));

/** A mount names a volume of the stack, or a path of the project's files. */
function insistOnVolumes(job, stack, service, mounts) {
  const known = new Set(partsOf(job, 'volume', stack.id).map(({ name }) => name));
  for (const mount of mounts) {
    const [source] = mount.split(':');
    job.insist(source.startsWith('/') || known.has(source), () =>
      refused(`service ${service} mounts the volume ${source}, which the stack does not declare`),
    );
  }
}

function putVolume(job, stack, name) {
  const id = job.uuid();
  job.put('volume', id, {
    id,
    stackId: stack.id,
    projectId: stack.projectId,
    name,
    linkedServices: [],
    orphaned: false,
    storageUsageInBytes: 0,
    storageUsageInBytesSetAt: job.now,
  });
}

const state =
  (id, status, change = {}) =>
  (store, statusSetAt) =>
    store.patch('service', id, { status, statusSetAt, message: undefined, ...change });
const failed = (id) => state(id, 'error', { message: 'The image could not be pulled.' });

function beginCreation(job, id) {
  const steps = [state(id, 'creating'), state(id, 'starting'), state(id, 'running')];
  job.begin('service', id, { steps, failed: failed(id) });
}

/** What is pending is deployed, with a container that is new. */
export function beginRecreation(job, id) {
  const deployed = (store, statusSetAt) =>
    store.patch('service', id, ({ pendingState }) => ({
      status: 'running',
      statusSetAt,
      message: undefined,
      deployedState: pendingState,
      requiresRecreate: false,
    }));
  const steps = [state(id, 'stopping'), state(id, 'creating'), state(id, 'starting'), deployed];
  job.begin('service', id, { steps, failed: failed(id) });
}
