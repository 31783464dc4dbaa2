// Mailboxes, forwards and delivery boxes.

import { uuidFrom } from '../shape.mjs';
import { AGENCY, ATELIER, CLUB, SHOP } from './projects.mjs';

const id = (name) => uuidFrom(`kontor-nord/mail/${name}`);
const GB = 1024 ** 3;
const RATE_LIMIT = id('rate-limit/standard');

const BOXES = [
  ['info@kontor-nord.example', AGENCY, 4.2, 'p1'],
  ['jule.petersen@kontor-nord.example', AGENCY, 7.9, 'p2'],
  ['bestellung@teehandel-brandt.example', SHOP, 2.6, 'p3'],
  ['vorstand@ruderclub-alster.example', CLUB, 0.4, 'p4'],
  ['hallo@atelier-lindenhof.example', ATELIER, 1.1, 'p5'],
];
const FORWARDS = [
  ['rechnung@kontor-nord.example', AGENCY, ['mina.rahimi@kontor-nord.example']],
  ['kontakt@ruderclub-alster.example', CLUB, ['vorstand@ruderclub-alster.example']],
];

export function seedMail(t) {
  return {
    mailRateLimit: [
      { id: RATE_LIMIT, rateLimit: 500 },
      { id: id('rate-limit/large'), rateLimit: 5000 },
    ],
    mailAddress: [
      ...BOXES.map(([address, projectId, used, name], i) => ({
        ...base(t, address, projectId, []),
        mailbox: mailbox(t, used, `${name}4217`),
        autoResponder:
          i === 1
            ? { active: true, message: 'Ich bin bis Montag nicht im Büro.', startsAt: t.ago(2), expiresAt: t.ahead(3) }
            : { active: false },
      })),
      ...FORWARDS.map(([address, projectId, to]) => base(t, address, projectId, to)),
    ],
    deliveryBox: [deliveryBox(t, AGENCY, 'Website-Formulare', 'r1042'), deliveryBox(t, SHOP, 'Shop-Mails', 'r1043')],
  };
}

function base(t, address, projectId, forwardAddresses) {
  return {
    id: id(address),
    address,
    projectId,
    forwardAddresses,
    isCatchAll: false,
    isArchived: false,
    isBackupInProgress: false,
    receivingDisabled: false,
    updatedAt: t.ago(33),
    autoResponder: { active: false },
    archive: { active: false, quota: 0, usedBytes: 0 },
  };
}

export function mailbox(t, usedGb, name, limitBytes = 10 * GB) {
  return {
    name,
    sendingEnabled: true,
    passwordUpdatedAt: t.ago(150),
    mailsystemSettings: { rateLimitId: RATE_LIMIT },
    spamProtection: { active: true, autoDeleteSpam: false, folder: 'spam', relocationMinSpamScore: 4 },
    storageInBytes: { limit: limitBytes, current: { value: Math.round(usedGb * GB), updatedAt: t.ago(0, 4) } },
  };
}

function deliveryBox(t, projectId, description, name) {
  return {
    id: id(`delivery-box/${name}`),
    projectId,
    description,
    name,
    authenticationEnabled: true,
    sendingEnabled: true,
    passwordUpdatedAt: t.ago(100),
    updatedAt: t.ago(100),
  };
}
