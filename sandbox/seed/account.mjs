// What belongs to a person or to the books: sessions, API tokens, SSH keys, cronjobs, SSH and
// SFTP users, contracts, invoices, orders, licences.

import { uuidFrom } from '../shape.mjs';
import { INSTALLATIONS } from './apps.mjs';
import { DEMO_USER, KONTOR, LINDENHOF, OTHER_USER } from './people.mjs';
import { AGENCY, CLUB, SHOP } from './projects.mjs';

const id = (name) => uuidFrom(`kontor-nord/account/${name}`);
const RECIPIENT = {
  salutation: 'other',
  company: 'Kontor Nord GmbH',
  address: { street: 'Große Elbstraße', houseNumber: '42', zip: '22767', city: 'Hamburg', countryCode: 'DE' },
};
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExample0001';

export function seedAccount(t) {
  return {
    session: [DEMO_USER, OTHER_USER].map((user) => ({
      tokenId: id(`session/${user.userId}`),
      userId: user.userId,
      created: t.ago(3),
      lastAccess: t.ago(0, 8),
      device: { browser: 'Firefox 142', os: 'Linux', type: 'desktop' },
      location: { city: 'Hamburg', country: 'DE' },
    })),
    apiToken: [
      {
        apiTokenId: id('api-token/ci'),
        userId: DEMO_USER.userId,
        description: 'Deployment-Pipeline',
        roles: ['api_read', 'api_write'],
        createdAt: t.ago(190),
      },
    ],
    sshKey: [
      {
        sshKeyId: id('ssh-key/1'),
        userId: DEMO_USER.userId,
        algorithm: 'ssh-ed25519',
        key: KEY,
        comment: 'jule@notebook',
        fingerprint: '5e:0c:7d:11:42:9a',
        createdAt: t.ago(410),
      },
    ],
    ...cronjobs(t),
    sshUser: [
      {
        id: id('ssh/1'),
        projectId: SHOP,
        description: 'Deployment',
        userName: 'ssh-k4d0pl',
        active: true,
        hasPassword: false,
        publicKeys: [{ comment: 'ci', key: KEY }],
        createdAt: t.ago(300),
        authUpdatedAt: t.ago(300),
        updatedAt: t.ago(300),
      },
      {
        id: id('ssh/2'),
        projectId: AGENCY,
        description: 'Tjark',
        userName: 'ssh-tj4rk1',
        active: true,
        hasPassword: true,
        createdAt: t.ago(250),
        authUpdatedAt: t.ago(40),
        updatedAt: t.ago(40),
      },
    ],
    sftpUser: [
      sftpUser(t, '1', CLUB, 'Fotograf', 'sftp-f0t0gr', '/html/typo3/fileadmin'),
      sftpUser(t, '2', SHOP, 'Produktbilder', 'sftp-b1ld3r', '/html/shop/public/media'),
      sftpUser(t, '3', AGENCY, 'Druckerei', 'sftp-druck1', '/html/website/wp-content/uploads'),
    ],
    ...books(t),
  };
}

function sftpUser(t, key, projectId, description, userName, directory) {
  return {
    id: id(`sftp/${key}`),
    projectId,
    description,
    userName,
    accessLevel: 'full',
    directories: [directory],
    active: true,
    hasPassword: true,
    expiresAt: t.ahead(30),
    createdAt: t.ago(20),
    authUpdatedAt: t.ago(20),
    updatedAt: t.ago(20),
  };
}

function license(t, key, projectId, description) {
  return {
    id: id(`license/${key}`),
    projectId,
    description,
    kind: 'typo3-elts',
    reference: { id: projectId, domain: 'project', aggregate: 'project' },
    expiryDate: t.ahead(200),
    meta: {},
  };
}

function cronjobs(t) {
  const jobs = [
    [
      'typo3',
      'cron-t3sch1',
      CLUB,
      'TYPO3-Scheduler',
      '*/15 * * * *',
      { interpreter: '/usr/bin/php', path: '/html/typo3/vendor/bin/typo3', parameters: 'scheduler:run' },
      INSTALLATIONS.club,
      true,
    ],
    [
      'feed',
      'cron-f33d02',
      SHOP,
      'Produktfeed',
      '0 5 * * *',
      { url: 'https://teehandel-brandt.example/feed/refresh' },
      INSTALLATIONS.shop,
      true,
    ],
    [
      'archive',
      'cron-4rch1v',
      AGENCY,
      'Matomo-Archivierung',
      '5 * * * *',
      { interpreter: '/usr/bin/php', path: '/html/matomo/console', parameters: 'core:archive' },
      INSTALLATIONS.matomo,
      false,
    ],
  ];
  const executions = jobs.flatMap(([key], j) =>
    [0, 1, 2].map((n) => ({
      id: `${key}-${n}`,
      cronjobId: id(`cronjob/${key}`),
      status: j === 1 && n === 1 ? 'Failed' : 'Complete',
      successful: !(j === 1 && n === 1),
      exitCode: j === 1 && n === 1 ? 1 : 0,
      start: t.ago(n, 5),
      end: t.ago(n, 5, 1),
      durationInMilliseconds: 41_000 + n * 900,
      logPath: `/var/log/cron/${key}-${n}.log`,
    })),
  );
  return {
    cronjob: jobs.map(([key, shortId, projectId, description, interval, destination, appId, active]) => ({
      id: id(`cronjob/${key}`),
      shortId,
      projectId,
      description,
      interval,
      destination,
      appId,
      appInstallationId: appId,
      active,
      target: { appInstallationId: appId, destination },
      timeout: 600,
      failedExecutionAlertThreshold: 3,
      timeZone: 'Europe/Berlin',
      concurrencyPolicy: 'forbid',
      email: DEMO_USER.email,
      createdAt: t.ago(220),
      updatedAt: t.ago(50),
      nextExecutionTime: t.ahead(1, 5),
      latestExecution: executions.find((e) => e.cronjobId === id(`cronjob/${key}`)),
    })),
    cronjobExecution: executions,
  };
}

function books(t) {
  const item = (key, description, price) => ({
    itemId: id(`item/${key}`),
    description,
    isActivated: true,
    isBaseItem: true,
    contractPeriod: 1,
    invoicingPeriod: 1,
    totalPrice: { value: price, currency: 'EUR' },
    articles: [],
    activationDate: t.ago(600),
  });
  const contract = (key, customerId, contractNumber, of, description, price) => ({
    contractId: id(`contract/${key}`),
    customerId,
    contractNumber,
    of,
    baseItem: item(key, description, price),
    additionalItems: [],
  });
  return {
    contract: [
      contract('server', KONTOR, 'C-512004-1', 'server', 'Server Elbe', 8900),
      contract('club', KONTOR, 'C-512004-2', 'project', 'Projekt Ruderclub Alster', 1200),
      contract('domains', KONTOR, 'C-512004-3', 'domain', 'Domains', 300),
      contract('atelier', LINDENHOF, 'C-518731-1', 'project', 'Projekt Atelier Lindenhof', 900),
    ],
    invoice: [1, 2, 3].map((n) => ({
      id: id(`invoice/${n}`),
      customerId: KONTOR,
      invoiceNumber: `RE-2026-04${10 + n}`,
      date: t.ago(30 * n),
      status: n === 1 ? 'CONFIRMED' : 'PAID',
      invoiceType: 'REGULAR',
      currency: 'EUR',
      totalNet: 104,
      totalGross: 123.76,
      amountPaid: n === 1 ? 0 : 123.76,
      pdfId: id(`pdf/${n}`),
      groups: [],
      recipient: RECIPIENT,
    })),
    order: [
      {
        orderId: id('order/1'),
        orderNumber: 'B-77120',
        customerId: KONTOR,
        projectId: CLUB,
        status: 'EXECUTED',
        type: 'NEW_ORDER',
        invoicingPeriod: 1,
        items: [],
        orderDate: t.ago(210),
        summary: { summary: 12, recurring: 12, nonRecurring: 0 },
      },
    ],
    license: [
      license(t, '1', CLUB, 'TYPO3 12 ELTS'),
      license(t, '2', SHOP, 'TYPO3 11 ELTS (alter Shop)'),
      license(t, '3', AGENCY, 'TYPO3 10 ELTS (Archiv)'),
    ],
  };
}
