// Container stacks, services, volumes, registries.

const inProject = { of: 'project', key: 'projectId' };
const inStack = { of: 'stack', key: 'stackId' };
const descending = (order) => (a, b) => order(b, a);
const text = (key) => (a, b) => a[key].localeCompare(b[key], 'de');
const number = (key) => (a, b) => a[key] - b[key];

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
      item: '/v2/stacks/{stackId}/services/{serviceId}',
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
        'POST /v2/projects/{projectId}/registries': (job) => ({
          credentials: job.body.credentials && { username: job.body.credentials.username, valid: true },
        }),
      },
      filters: { hasCredentials: (value, want) => (value.credentials !== undefined) === want },
    },
  ],

  views: {
    'GET /v2/stacks/{stackId}/services/{serviceId}/logs': (job) => logLines(job).join('\n') + '\n',
  },

  effects: {
    'PATCH /v2/stacks/{stackId}': (job) => changeStack(job, false),
    'PUT /v2/stacks/{stackId}': (job) => changeStack(job, true),
    'POST /v2/stacks/{stackId}/services/{serviceId}/actions/start': (job) => setService(job, { status: 'running' }),
    'POST /v2/stacks/{stackId}/services/{serviceId}/actions/stop': (job) => setService(job, { status: 'stopped' }),
    'POST /v2/stacks/{stackId}/services/{serviceId}/actions/restart': (job) => setService(job, { status: 'running' }),
    'POST /v2/stacks/{stackId}/services/{serviceId}/actions/pull': (job) => setService(job, { status: 'running' }),
    'POST /v2/stacks/{stackId}/services/{serviceId}/actions/recreate': (job) =>
      setService(job, { status: 'running', deployedState: job.record.pendingState, requiresRecreate: false }),
  },

  shown: { stack: withParts },
};

function partsOf(job, name, stackId) {
  return job
    .list(name)
    .map(([, part]) => part)
    .filter((part) => part.stackId === stackId);
}

function withParts(job, stack) {
  return { ...stack, services: partsOf(job, 'service', stack.id), volumes: partsOf(job, 'volume', stack.id) };
}

function setService(job, change) {
  job.patch('service', job.record.id, { ...change, statusSetAt: job.now });
}

/**
 * PATCH deletes a service that is set to `{}` and leaves the unnamed alone; PUT removes the
 * unnamed and ignores description and schedule. Neither deletes a volume, it only detaches.
 */
function changeStack(job, replace) {
  const { services = {}, volumes = {}, ...plain } = job.body;
  const stack = job.record;
  if (!replace) job.patch('stack', stack.id, plain);
  const existing = partsOf(job, 'service', stack.id);
  for (const service of existing) {
    const wish = services[service.serviceName];
    const gone = wish ? Object.keys(wish).length === 0 : replace;
    if (gone) job.remove('service', service.id);
  }
  for (const [name, wish] of Object.entries(services)) {
    if (Object.keys(wish).length)
      putService(
        job,
        stack,
        existing.find((s) => s.serviceName === name),
        name,
        wish,
      );
  }
  const named = new Set(partsOf(job, 'volume', stack.id).map((v) => v.name));
  for (const name of Object.keys(volumes)) if (!named.has(name)) putVolume(job, stack, name);
  return withParts(job, job.get('stack', stack.id));
}

function putService(job, stack, before, name, wish) {
  const id = before?.id ?? job.uuid();
  const { description, restartPolicy, deploy, environment, ...state } = wish;
  const pendingState = {
    image: 'scratch',
    ...before?.pendingState,
    ...state,
    ...(environment && { envs: environment }),
  };
  job.put('service', id, {
    id,
    stackId: stack.id,
    projectId: stack.projectId,
    serviceName: name,
    shortId: before?.shortId ?? job.shortId('c'),
    description: description ?? before?.description ?? name,
    restartPolicy: restartPolicy ?? before?.restartPolicy ?? 'unless-stopped',
    ...(deploy && { deploy }),
    status: 'running',
    statusSetAt: job.now,
    requiresRecreate: before !== undefined,
    pendingState,
    deployedState: before?.deployedState ?? pendingState,
  });
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

function logLines(job) {
  const lines = Array.from(
    { length: 200 },
    (_, i) => `${new Date(job.time - (200 - i) * 1000).toISOString()} ${job.record.serviceName} request ${i + 1} done`,
  );
  return lines.slice(-(job.query.tail ?? lines.length));
}
