// Contracts, invoices, orders, and a few lists that belong to nobody.

import { SCOPES } from '../scopes.mjs';

const ofCustomer = { of: 'customer', key: 'customerId' };
const firstOf = (job, kind) => job.visible('contract').find((c) => c.of === kind) ?? job.visible('contract')[0];

export const contracts = {
  collections: [
    {
      name: 'contract',
      item: '/v2/contracts/{contractId}',
      idKey: 'contractId',
      lists: ['/v2/customers/{customerId}/contracts'],
      parent: ofCustomer,
    },
    {
      name: 'invoice',
      item: '/v2/invoices/{invoiceId}',
      lists: ['/v2/customers/{customerId}/invoices'],
      parent: ofCustomer,
      search: ['invoiceNumber'],
      filters: { invoiceTypes: (value, wanted) => wanted.includes(value.invoiceType) },
    },
    {
      name: 'order',
      item: '/v2/orders/{orderId}',
      idKey: 'orderId',
      lists: ['/v2/orders', '/v2/customers/{customerId}/orders', '/v2/projects/{projectId}/orders'],
      parent: [ofCustomer, { of: 'project', key: 'projectId' }],
      filters: {
        includesStatus: (value, wanted) => wanted.includes(value.status),
        excludesStatus: (value, wanted) => !wanted.includes(value.status),
        types: (value, wanted) => wanted.includes(value.type),
        templateNames: () => true,
      },
    },
  ],
  views: {
    'GET /v2/scopes': ({ world }) => SCOPES.filter((name) => world.oauth.knows(name)).map((name) => ({ name })),
    'GET /v2/time-zones': () => ['Europe/Berlin', 'Europe/Vienna', 'Europe/Zurich', 'UTC'],
    'GET /v2/servers/{serverId}/contract': (job) => firstOf(job, 'server'),
    'GET /v2/projects/{projectId}/contract': (job) => firstOf(job, 'project'),
    'GET /v2/domains/{domainId}/contract': (job) => firstOf(job, 'domain'),
  },
  effects: {},
};
