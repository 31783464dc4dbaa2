// Servers, projects, their members and invites, SSH and SFTP users, licences, traces of requests.

const search = ['description', 'shortId'];
const inProject = { of: 'project', key: 'projectId' };
const access = (job) => ({
  active: true,
  hasPassword: Boolean(job.body.authentication?.password),
  publicKeys: job.body.authentication?.publicKeys,
  authUpdatedAt: job.now,
});

export const projects = {
  collections: [
    {
      name: 'server',
      item: '/v2/servers/{serverId}',
      lists: ['/v2/servers'],
      parent: { of: 'customer', key: 'customerId' },
      search,
    },
    {
      name: 'project',
      item: '/v2/projects/{projectId}',
      lists: ['/v2/projects', '/v2/customers/{customerId}/projects'],
      parent: [
        { of: 'customer', key: 'customerId' },
        { of: 'server', key: 'serverId' },
      ],
      search,
      shortIds: true,
      create: { 'POST /v2/servers/{serverId}/projects': newProject },
    },
    {
      name: 'projectMembership',
      item: '/v2/project-memberships/{projectMembershipId}',
      parent: inProject,
      lists: ['/v2/project-memberships', '/v2/projects/{projectId}/memberships'],
      search: ['email', 'firstName', 'lastName'],
      filters: { isInherited: (value, want) => value.inherited === want, hasMfa: (value, want) => value.mfa === want },
    },
    {
      name: 'projectInvite',
      item: '/v2/project-invites/{projectInviteId}',
      parent: inProject,
      lists: ['/v2/project-invites', '/v2/projects/{projectId}/invites'],
      search: ['mailAddress'],
      create: {
        'POST /v2/projects/{projectId}/invites': (job) => ({
          accepted: false,
          projectDescription: job.record.description,
          information: { invitedBy: job.userId },
        }),
      },
    },
    {
      name: 'sshUser',
      item: '/v2/ssh-users/{sshUserId}',
      lists: ['/v2/projects/{projectId}/ssh-users'],
      parent: inProject,
      create: {
        'POST /v2/projects/{projectId}/ssh-users': (job) => ({ userName: job.shortId('ssh'), ...access(job) }),
      },
    },
    {
      name: 'sftpUser',
      item: '/v2/sftp-users/{sftpUserId}',
      lists: ['/v2/projects/{projectId}/sftp-users'],
      parent: inProject,
      create: {
        'POST /v2/projects/{projectId}/sftp-users': (job) => ({
          userName: job.shortId('sftp'),
          accessLevel: 'read',
          ...access(job),
        }),
      },
    },
    {
      name: 'license',
      item: '/v2/licenses/{licenseId}',
      lists: ['/v2/projects/{projectId}/licenses'],
      parent: inProject,
    },
    {
      name: 'strace',
      item: '/v2/projects/{projectId}/straces/{straceId}',
      parent: inProject,
      create: {
        'POST /v2/projects/{projectId}/straces': (job) => ({
          executedAt: job.now,
          result: { errorMessage: `${job.body.url} did not answer` },
        }),
      },
    },
  ],

  views: {
    'GET /v2/projects/{projectId}/memberships/self': (job) =>
      job
        .list('projectMembership')
        .map(([, m]) => m)
        .find((m) => m.userId === job.userId && m.projectId === job.record.id),
  },

  effects: {
    'POST /v2/project-invites/{projectInviteId}/actions/accept': (job) => job.remove('projectInvite', job.record.id),
    'POST /v2/project-invites/{projectInviteId}/actions/decline': (job) => job.remove('projectInvite', job.record.id),
  },

  created: {
    project: (job, value) => {
      const customer = job.get('customer', value.customerId);
      job.patch('customer', value.customerId, { projectCount: customer.projectCount + 1 });
    },
  },
};

function newProject(job) {
  const server = job.record;
  const shortId = job.shortId('p');
  return {
    shortId,
    customerId: server.customerId,
    customerMeta: { id: server.customerId },
    serverId: server.id,
    serverShortId: server.shortId,
    enabled: true,
    isReady: true,
    readiness: 'ready',
    status: 'ready',
    statusSetAt: job.now,
    deletionRequested: false,
    directories: { Home: `/home/${shortId}`, Web: '/html' },
    serverGroupId: server.groupId,
    supportedFeatures: ['redis', 'node', 'container'],
    webStorageUsageInBytes: 0,
    webStorageUsageInBytesSetAt: job.now,
    backupStorageUsageInBytes: 0,
    backupStorageUsageInBytesSetAt: job.now,
  };
}
