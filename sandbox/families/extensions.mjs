// Extensions of the marketplace, where they are installed, and what a page's speed is measured by.

export const extensions = {
  collections: [
    {
      name: 'extension',
      item: '/v2/extensions/{extensionId}',
      lists: ['/v2/extensions'],
      public: true,
      search: ['name'],
    },
    {
      name: 'extensionInstance',
      item: '/v2/extension-instances/{extensionInstanceId}',
      lists: ['/v2/extension-instances'],
      // One of the two is set, like the reference that answers show.
      parent: [
        { of: 'project', key: 'projectId' },
        { of: 'customer', key: 'customerId' },
      ],
      search: ['extensionName'],
      create: { 'POST /v2/extension-instances': install },
      filters: {
        context: (value, want) => value.aggregateReference.aggregate === want,
        contextId: (value, want) => value.aggregateReference.id === want,
      },
    },
  ],

  views: {
    'GET /v2/projects/{projectId}/extensions/{extensionId}': (job) => ({
      ...job
        .list('extensionInstance')
        .map(([, value]) => value)
        .find((value) => isInstalled(value, job.params)),
      ...job.params,
    }),
    'GET /v2/projects/{projectId}/page-insights': (job) =>
      job
        .visible('domain')
        .filter(({ projectId }) => projectId === job.params.projectId)
        .filter(({ domain }) => domain === (job.query.domain ?? domain))
        .map(({ domain }) => ({ domain, paths: [{ path: '/', performanceScore: 87, createdAt: job.now }] })),
    'GET /v2/page-insights': (job) => ({ domain: job.query.domain, path: job.query.path }),
  },

  effects: {
    'POST /v2/extension-instances/{extensionInstanceId}/actions/disable': (job) => setDisabled(job, true),
    'POST /v2/extension-instances/{extensionInstanceId}/actions/enable': (job) => setDisabled(job, false),
  },
};

const isInstalled = (value, { projectId, extensionId }) =>
  value.projectId === projectId && value.extensionId === extensionId;

function setDisabled(job, disabled) {
  job.patch('extensionInstance', job.record.id, { disabled });
}

function install(job) {
  const { context, contextId, extensionId } = job.body;
  job.reach(context, contextId);
  const { name, contributorId } = job.reach('extension', extensionId);
  return {
    [`${context}Id`]: contextId,
    aggregateReference: { aggregate: context, domain: context, id: contextId },
    extensionName: name,
    contributorId,
    contributorName: 'Sandbox Contributor',
    disabled: false,
    pendingInstallation: false,
    pendingRemoval: false,
    webhookExecutionHalted: false,
    chargeability: { isChargeable: false, reasons: { isNonChargeableCustomer: false, isOwnExtension: false } },
  };
}
