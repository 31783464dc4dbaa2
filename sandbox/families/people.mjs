// Users, organisations, memberships, invites, sessions, API tokens, SSH keys.

import { conflict, refused } from '../problems.mjs';

const ofUser = (userId, value) => value.userId === userId;
const isMember = (job, name, key) => job.list(name).some(([, m]) => m.userId === job.userId && m.customerId === key);

export const people = {
  collections: [
    // Whoever is signed in may look up a profile; what is private in it stays with its owner.
    { name: 'user', item: '/v2/users/{userId}', idKey: 'userId', public: true, own: ofUser },
    {
      name: 'customer',
      item: '/v2/customers/{customerId}',
      idKey: 'customerId',
      lists: ['/v2/customers'],
      search: ['name', 'customerNumber'],
      create: {
        'POST /v2/customers': (job) => ({
          customerNumber: `5${job.digits(5)}`,
          creationDate: job.now,
          memberCount: 1,
          projectCount: 0,
          executingUserRoles: ['owner'],
        }),
      },
      filters: { role: (value, want) => value.executingUserRoles?.includes(want) ?? false },
    },
    {
      name: 'customerMembership',
      item: '/v2/customer-memberships/{customerMembershipId}',
      parent: { of: 'customer', key: 'customerId' },
      lists: ['/v2/customer-memberships', '/v2/customers/{customerId}/memberships'],
      search: ['email', 'firstName', 'lastName'],
    },
    {
      name: 'customerInvite',
      item: '/v2/customer-invites/{customerInviteId}',
      parent: { of: 'customer', key: 'customerId' },
      lists: ['/v2/customer-invites', '/v2/customers/{customerId}/invites'],
      search: ['mailAddress'],
      create: {
        'POST /v2/customers/{customerId}/invites': (job) => {
          const { mailAddress } = job.body;
          const isInvited = ([, one]) => one.customerId === job.record.customerId && one.mailAddress === mailAddress;
          if (job.list('customerInvite').some(isInvited)) throw conflict(`${mailAddress} is invited already`);
          return { accepted: false, customerName: job.record.name, information: { invitedBy: job.userId } };
        },
      },
    },
    {
      name: 'session',
      item: '/v2/users/self/sessions/{tokenId}',
      idKey: 'tokenId',
      lists: ['/v2/users/self/sessions'],
      sees: ofUser,
    },
    {
      name: 'apiToken',
      item: '/v2/users/self/api-tokens/{apiTokenId}',
      idKey: 'apiTokenId',
      lists: ['/v2/users/self/api-tokens'],
      sees: ofUser,
    },
    { name: 'sshKey', item: '/v2/users/self/ssh-keys/{sshKeyId}', idKey: 'sshKeyId', sees: ofUser },
  ],

  views: {
    'GET /v2/users/{userId}': (job) =>
      job.record.userId === job.userId ? profile(job) : { userId: job.record.userId, person: job.record.person },
    'GET /v2/users/self/sessions/current/status': (job) => ({
      userId: job.userId,
      tokenId: job.identity.tokenId,
      isEmployee: false,
      isImpersonated: false,
    }),
    'GET /v2/users/self/credentials/email': (job) => ({ email: job.get('user', job.userId).email }),
    'GET /v2/users/self/credentials/mfa': (job) => ({
      confirmed: job.get('user', job.userId).mfa?.active ?? false,
      initialized: job.get('user', job.userId).mfa?.setup ?? false,
    }),
    'GET /v2/users/self/credentials/password-updated-at': (job) => ({
      passwordUpdatedAt: job.get('user', job.userId).passwordUpdatedAt,
    }),
    'GET /v2/users/self/ssh-keys': (job) => ({ sshKeys: job.visible('sshKey') }),
    'GET /v2/users/self/ssh-keys/{sshKeyId}': (job) => ({ sshKey: job.record }),
  },

  effects: {
    'PUT /v2/users/self/sessions': (job) => {
      const session = job.world.oauth.refreshSession(job.body.refreshToken, job.identity?.token);
      if (!session) throw refused('the refresh token is unknown or was used before');
      return session;
    },
    'PUT /v2/logout': (job) => job.world.oauth.endSession(job.identity.tokenId),
    'POST /v2/users/self/api-tokens': (job) => {
      const tokenId = job.uuid();
      const token = `sandbox-token-${job.uuid()}`;
      job.put('apiToken', tokenId, { apiTokenId: tokenId, userId: job.userId, createdAt: job.now, ...job.body });
      job.addToken(token, { userId: job.userId, tokenId, readonly: !job.body.roles.includes('api_write') });
      return { token };
    },
    'DELETE /v2/users/self/api-tokens/{apiTokenId}': (job) => {
      job.dropTokens(job.record.apiTokenId);
      job.remove('apiToken', job.record.apiTokenId);
    },
    'POST /v2/users/self/ssh-keys': (job) => {
      const [algorithm, key, comment = ''] = job.body.publicKey.split(' ');
      if (!key) throw refused('publicKey must be "algorithm key comment"');
      const sshKeyId = job.uuid();
      job.put('sshKey', sshKeyId, {
        sshKeyId,
        userId: job.userId,
        algorithm,
        key: job.body.publicKey,
        comment,
        fingerprint: job.digits(12),
        createdAt: job.now,
        ...(job.body.expiresAt && { expiresAt: job.body.expiresAt }),
      });
    },
    'PUT /v2/users/self/ssh-keys/{sshKeyId}': (job) => job.patch('sshKey', job.record.sshKeyId, job.body),
    'PUT /v2/users/self/personal-information': (job) => job.patch('user', job.userId, { person: job.body.person }),
    'PUT /v2/users/self/credentials/email': (job) => job.patch('user', job.userId, { email: job.body.email }),
    'POST /v2/customer-invites/{customerInviteId}/actions/accept': (job) => {
      const user = job.get('user', job.userId);
      const { customerId, role } = job.record;
      if (!isMember(job, 'customerMembership', customerId)) {
        const membershipId = job.uuid();
        job.put('customerMembership', membershipId, {
          id: membershipId,
          customerId,
          role,
          userId: job.userId,
          email: user.email,
          mfa: false,
          firstName: user.person.firstName,
          lastName: user.person.lastName,
          memberSince: job.now,
        });
      }
      job.remove('customerInvite', job.record.id);
    },
    'POST /v2/customer-invites/{customerInviteId}/actions/decline': (job) =>
      job.remove('customerInvite', job.record.id),
  },

  /** Whoever creates an organisation owns it; nobody could see it otherwise. */
  created: {
    customer: (job, value) => {
      const user = job.get('user', job.userId);
      const membershipId = job.uuid();
      job.put('customerMembership', membershipId, {
        id: membershipId,
        customerId: value.customerId,
        role: 'owner',
        userId: job.userId,
        email: user.email,
        mfa: false,
        firstName: user.person.firstName,
        lastName: user.person.lastName,
        memberSince: job.now,
      });
    },
  },
};

function profile(job) {
  const mine = (name, key) =>
    Object.fromEntries(
      job
        .list(name)
        .filter(([, m]) => m.userId === job.userId)
        .map(([id, m]) => [
          m[key],
          {
            id,
            role: m.role,
            memberSince: m.memberSince,
            ...(m.inherited !== undefined && { inherited: m.inherited }),
            ...(m.expiresAt && { expiresAt: m.expiresAt }),
          },
        ]),
    );
  return {
    ...job.record,
    customerMemberships: mine('customerMembership', 'customerId'),
    projectMemberships: mine('projectMembership', 'projectId'),
  };
}
