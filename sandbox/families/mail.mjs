// Mail addresses, delivery boxes, project mail settings.

import { timesFrom } from '../seed/time.mjs';
import { mailbox } from '../seed/mail.mjs';

const inProject = { of: 'project', key: 'projectId' };
const domainOf = (value) => value.address.split('@')[1];
const localOf = (value) => value.address.split('@')[0];

export const mail = {
  collections: [
    {
      name: 'mailAddress',
      item: '/v2/mail-addresses/{mailAddressId}',
      lists: ['/v2/mail-addresses/', '/v2/projects/{projectId}/mail-addresses'],
      parent: inProject,
      search: ['address'],
      create: { 'POST /v2/projects/{projectId}/mail-addresses': newAddress },
      filters: {
        forwardAddress: (value, want) => value.forwardAddresses.length > 0 === want,
        catchAll: (value, want) => value.isCatchAll === want,
        autoResponder: (value, want) => value.autoResponder.active === want,
        mailArchive: (value, want) => value.archive.active === want,
      },
      orders: {
        'address.domain': (a, b) => domainOf(a).localeCompare(domainOf(b)),
        'address.local': (a, b) => localOf(a).localeCompare(localOf(b)),
      },
    },
    {
      name: 'deliveryBox',
      item: '/v2/delivery-boxes/{deliveryBoxId}',
      lists: ['/v2/projects/{projectId}/delivery-boxes'],
      parent: inProject,
      search: ['description', 'name'],
      create: {
        'POST /v2/projects/{projectId}/delivery-boxes': (job) => ({
          name: `r${job.digits(5)}`,
          authenticationEnabled: true,
          sendingEnabled: true,
          passwordUpdatedAt: job.now,
        }),
      },
    },
    {
      name: 'mailRateLimit',
      item: '/v2/mail-rate-limits/{mailRateLimitId}',
      lists: ['/v2/mail-rate-limits'],
      public: true,
    },
  ],

  views: {
    'GET /v2/projects/{projectId}/mail-settings': (job) => ({
      projectId: job.record.id,
      blacklist: [],
      whitelist: [],
      ...job.single(),
    }),
  },

  effects: {
    'PATCH /v2/projects/{projectId}/mail-settings/{mailSetting}': (job) =>
      job.setSingle(`/v2/projects/${job.record.id}/mail-settings`, job.body),
    'PATCH /v2/mail-addresses/{mailAddressId}/autoresponder': (job) =>
      update(job, { autoResponder: job.body.autoResponder ?? { active: false } }),
    'PATCH /v2/mail-addresses/{mailAddressId}/catch-all': (job) => update(job, { isCatchAll: job.body.active }),
    'PATCH /v2/mail-addresses/{mailAddressId}/password': (job) =>
      update(job, { mailbox: { ...boxOf(job), passwordUpdatedAt: job.now } }),
    'PATCH /v2/mail-addresses/{mailAddressId}/spam-protection': (job) =>
      update(job, { mailbox: { ...boxOf(job), spamProtection: job.body.spamProtection } }),
    'PATCH /v2/mail-addresses/{mailAddressId}/quota': (job) =>
      update(job, {
        mailbox: { ...boxOf(job), storageInBytes: { ...boxOf(job).storageInBytes, limit: job.body.quotaInBytes } },
      }),
    'POST /v2/mail-addresses/{mailAddressId}/actions/request-rate-limit-change': (job) =>
      update(job, { rateLimitChangeRequest: { rateLimitId: job.body.rateLimitId } }),
    'DELETE /v2/mail-addresses/{mailAddressId}/mail-archive': (job) =>
      update(job, { archive: { active: false, quota: 0, usedBytes: 0 }, isArchived: false }),
    'PATCH /v2/delivery-boxes/{deliveryBoxId}/password': (job) =>
      job.patch('deliveryBox', job.record.id, { passwordUpdatedAt: job.now }),
  },
};

function update(job, change) {
  job.patch('mailAddress', job.record.id, { ...change, updatedAt: job.now });
}

/** A forward has no mailbox; setting one of its aspects gives it an empty one. */
function boxOf(job) {
  return job.record.mailbox ?? mailbox(timesFrom(job.time), 0, `p${job.digits(5)}`);
}

function newAddress(job) {
  const wish = job.body.mailbox;
  const box = wish && {
    ...mailbox(timesFrom(job.time), 0, `p${job.digits(5)}`, wish.quotaInBytes),
    passwordUpdatedAt: job.now,
  };
  if (box) box.spamProtection.active = wish.enableSpamProtection;
  return {
    isCatchAll: false,
    isArchived: false,
    isBackupInProgress: false,
    receivingDisabled: false,
    forwardAddresses: [],
    autoResponder: { active: false },
    archive: { active: false, quota: 0, usedBytes: 0 },
    updatedAt: job.now,
    ...job.body,
    mailbox: box,
  };
}
