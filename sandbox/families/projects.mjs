// Servers, projects, their members and invites, licences, traces of requests. Who may log in to a
// project is in shell-users.mjs.

import { conflict } from '../problems.mjs';
import { issue, newIngress } from './ingresses.mjs';

const search = ['description', 'shortId'];
const inProject = { of: 'project', key: 'projectId' };

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
        'POST /v2/projects/{projectId}/invites': (job) => {
          const { mailAddress } = job.body;
          const isInvited = ([, invite]) => invite.projectId === job.record.id && invite.mailAddress === mailAddress;
          if (job.list('projectInvite').some(isInvited)) throw conflict(`${mailAddress} is invited already`);
          return {
            accepted: false,
            projectDescription: job.record.description,
            information: { invitedBy: job.userId },
          };
        },
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
    'POST /v2/project-invites/{projectInviteId}/actions/accept': accept,
    'POST /v2/project-invites/{projectInviteId}/actions/decline': (job) => job.remove('projectInvite', job.record.id),
  },

  created: {
    project: (job, value) => {
      addDefaults(job, value);
      beginProject(job, value.id);
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
    ...notReady(job.now),
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

const notReady = (statusSetAt) => ({ isReady: false, readiness: 'creating', status: 'pending', statusSetAt });

function beginProject(job, id) {
  const set = (change) => (store, statusSetAt) => store.patch('project', id, { ...change, statusSetAt });
  job.begin('project', id, {
    steps: [set(notReady(job.now)), set({ isReady: true, readiness: 'ready', status: 'ready' })],
    failed: set({ isReady: false, readiness: 'unready', status: 'error' }),
  });
}

/** Every project has a hostname and a container stack of its own from the beginning. */
function addDefaults(job, { id, shortId }) {
  const ingressId = job.uuid();
  job.put('ingress', ingressId, {
    ...newIngress(job, `${shortId}.project.example`, { isDefault: true }),
    id: ingressId,
    projectId: id,
    paths: [{ path: '/', target: { useDefaultPage: true } }],
  });
  issue(job, ingressId);
  job.put('stack', id, { id, projectId: id, description: 'default', disabled: false, prefix: shortId });
}

/** Whoever accepts is a member; who is one already stays what they are. */
function accept(job) {
  const { projectId, role, membershipExpiresAt } = job.record;
  const isMember = ([, one]) => one.projectId === projectId && one.userId === job.userId;
  if (!job.list('projectMembership').some(isMember)) {
    const { email, person, mfa } = job.get('user', job.userId);
    const id = job.uuid();
    job.put('projectMembership', id, {
      id,
      projectId,
      role,
      userId: job.userId,
      email,
      firstName: person.firstName,
      lastName: person.lastName,
      mfa: mfa?.active ?? false,
      inherited: false,
      memberSince: job.now,
      inviteId: job.record.id,
      ...(membershipExpiresAt && { expiresAt: membershipExpiresAt }),
    });
  }
  job.remove('projectInvite', job.record.id);
}
