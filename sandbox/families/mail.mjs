// Mail addresses, delivery boxes, project mail settings.

import { insistOnPassword } from '../passwords.mjs';
import { notFound, refused } from '../problems.mjs';
import { timesFrom } from '../seed/time.mjs';
import { mailbox } from '../seed/mail.mjs';

const inProject = { of: 'project', key: 'projectId' };
const domainOf = (value) => value.address.split('@')[1];
/** Days of which a mailbox has a backup. */
const BACKUPS = ['20260820', '20260819'];
const localOf = (value) => value.address.split('@')[0];

export const mail = {
  collections: [
    {
      name: 'mailAddress',
      item: '/v2/mail-addresses/{mailAddressId}',
      lists: ['/v2/mail-addresses/', '/v2/projects/{projectId}/mail-addresses'],
      parent: inProject,
      appears: 'mailAddress',
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
      appears: 'deliveryBox',
      search: ['description', 'name'],
      create: {
        'POST /v2/projects/{projectId}/delivery-boxes': (job) => {
          insistOnPassword(job.body.password, '.password');
          return {
            name: `r${job.digits(5)}`,
            authenticationEnabled: true,
            sendingEnabled: true,
            passwordUpdatedAt: job.now,
          };
        },
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
    'GET /v2/mail-addresses/{mailAddressId}/backups': () => BACKUPS.map((name) => ({ name })),
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
    'PATCH /v2/mail-addresses/{mailAddressId}/address': (job) => {
      insistOnNewAddress(job, job.body.address);
      update(job, { address: job.body.address });
    },
    'PATCH /v2/mail-addresses/{mailAddressId}/password': (job) => {
      insistOnPassword(job.body.password, '.password');
      update(job, { mailbox: { ...boxOf(job), passwordUpdatedAt: job.now } });
    },
    'POST /v2/mail-addresses/{mailAddressId}/backups/{backupId}/recovery': (job) =>
      job.insist(BACKUPS.includes(job.params.backupId), () => notFound(`mail backup ${job.params.backupId}`)),
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
    'PATCH /v2/delivery-boxes/{deliveryBoxId}/password': (job) => {
      insistOnPassword(job.body.password, '.password');
      job.patch('deliveryBox', job.record.id, { passwordUpdatedAt: job.now, updatedAt: job.now });
    },
  },
};

function update(job, change) {
  job.patch('mailAddress', job.record.id, { ...change, updatedAt: job.now });
}

/** A forward has no mailbox; setting one of its aspects gives it an empty one. */
function boxOf(job) {
  return job.record.mailbox ?? mailbox(timesFrom(job.time), 0, `p${job.digits(5)}`);
}

function insistOnNewAddress(job, address) {
  const isTaken = job.list('mailAddress').some(([, one]) => one.address === address);
  job.insist(!isTaken, () => refused(`there is an address ${address} already`));
}

function newAddress(job) {
  insistOnNewAddress(job, job.body.address);
  insistOnPassword(job.body.mailbox?.password, '.mailbox.password');
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
