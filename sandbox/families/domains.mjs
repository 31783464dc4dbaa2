// Domains and DNS zones; hostnames are in ingresses.mjs, certificates in certificates.mjs.

import { conflict, invalid, refused } from '../problems.mjs';
import { validate } from '../validate.mjs';
import { zoneFile } from './zone-file.mjs';

const inProject = { of: 'project', key: 'projectId' };
const ZONE = { $ref: '#/schemas/de.mittwald.v1.dns.Zone' };
const SET_IN_ZONE = { a: 'combinedARecords', mx: 'mx', txt: 'txt', srv: 'srv', cname: 'cname', caa: 'caa' };
const EMPTY_ZONE = { combinedARecords: {}, cname: {}, mx: {}, txt: {}, srv: {}, caa: {} };
const OF_A_DOMAIN = '/v2/domains/{domainId}';
const isTaken = (job, domain) => job.list('domain').some(([, d]) => d.domain === domain);

export const domains = {
  collections: [
    {
      name: 'domain',
      item: OF_A_DOMAIN,
      idKey: 'domainId',
      lists: ['/v2/domains'],
      parent: inProject,
      search: ['domain'],
    },
    {
      name: 'dnsZone',
      item: '/v2/dns-zones/{dnsZoneId}',
      lists: ['/v2/projects/{projectId}/dns-zones'],
      parent: inProject,
      create: {
        'POST /v2/dns-zones': (job) => {
          const parent = job.reach('dnsZone', job.body.parentZoneId);
          const domain = `${job.body.name}.${parent.domain}`;
          if (job.list('dnsZone').some(([, zone]) => zone.domain === domain))
            throw conflict(`there is a zone ${domain}`);
          return { domain, projectId: parent.projectId, parentZoneId: parent.id, recordSet: EMPTY_ZONE };
        },
      },
    },
  ],

  views: {
    'GET /v2/dns-zones/{dnsZoneId}/zone-file': (job) => {
      if (job.record.parentZoneId) throw refused('a sub zone has no zone file of its own; ask for the zone above it');
      const subZones = job.list('dnsZone').filter(([, zone]) => zone.parentZoneId === job.record.id);
      return zoneFile([job.record, ...subZones.map(([, zone]) => zone)]);
    },
    'GET /v2/domain-suggestions': (job) => ({
      domains: ['kontor', 'hafen', 'elbe']
        .slice(0, job.query.domainCount ?? 3)
        .map((word) => `${word}-${slug(job.query.prompt)}.example`),
    }),
  },

  effects: {
    'POST /v2/domain-registrable': (job) => ({ registrable: !isTaken(job, job.body.domain), isPremium: false }),
    'POST /v2/domain-transferable': (job) => ({
      transferable: !isTaken(job, job.body.domain) && Boolean(job.body.authCode),
      reasons: {
        domainDoesNotExist: false,
        wrongAuthCode: !job.body.authCode,
        transferLock: false,
        domainAgeTooSmall: false,
      },
    }),
    [`DELETE ${OF_A_DOMAIN}`]: (job) => {
      const { domain, domainId } = job.record;
      const isBelow = (name) => name === domain || name.endsWith(`.${domain}`);
      for (const [id, zone] of job.list('dnsZone')) if (isBelow(zone.domain)) job.remove('dnsZone', id);
      if (job.query.deleteIngresses)
        for (const [id, { hostname }] of job.list('ingress')) if (isBelow(hostname)) job.remove('ingress', id);
      job.remove('domain', domainId);
      return { isAsync: false };
    },
    [`PATCH ${OF_A_DOMAIN}/project-id`]: (job) =>
      job.body.projectId &&
      job.patch('domain', job.record.domainId, { projectId: job.reach('project', job.body.projectId).id }),
    [`PATCH ${OF_A_DOMAIN}/nameservers`]: (job) =>
      register(job, 'UPDATE', { nameservers: job.body.nameservers, usesDefaultNameserver: false }),
    [`PATCH ${OF_A_DOMAIN}/contacts/{contact}`]: changeContact,
    [`POST ${OF_A_DOMAIN}/scheduled-deletion`]: (job) =>
      job.patch('domain', job.record.domainId, { scheduledDeletionDate: job.body.deletionDate }),
    [`DELETE ${OF_A_DOMAIN}/scheduled-deletion`]: (job) =>
      job.patch('domain', job.record.domainId, { scheduledDeletionDate: undefined }),
    'DELETE /v2/dns-zones/{dnsZoneId}': (job) => {
      const { id } = job.record;
      for (const [subId, zone] of job.list('dnsZone')) if (zone.parentZoneId === id) job.remove('dnsZone', subId);
      job.remove('dnsZone', id);
    },
    'PUT /v2/dns-zones/{dnsZoneId}/record-sets/{recordSet}': setRecords,
    'POST /v2/dns-zones/{dnsZoneId}/record-sets/{recordSet}/actions/set-managed': (job) => {
      const managed = job.params.recordSet === 'a' ? { managedBy: { ingressId: hostOf(job) } } : { managed: true };
      putRecords(job, SET_IN_ZONE[job.params.recordSet], managed);
      return job.params.recordSet === 'a' ? managed.managedBy : {};
    },
  },
};

const slug = (text) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '') || 'idee';

function hostOf(job) {
  return job.list('ingress').find(([, i]) => i.hostname === job.record.domain)?.[0] ?? job.uuid();
}

/** What the registry has to do: requested while it lasts, gone when it is done, or failed. */
function register(job, processType, change, whileRunning = {}) {
  const { domainId, processes = [] } = job.record;
  const others = processes.filter((one) => one.processType !== processType);
  const process = { processType, transactionId: job.uuid() };
  const set = (state, more) => (store, lastUpdate) =>
    store.patch('domain', domainId, { ...more, processes: [...others, { ...process, state, lastUpdate }] });
  job.begin('domain', domainId, {
    steps: [
      set('REQUESTED', whileRunning),
      (store) => store.patch('domain', domainId, { ...change, processes: others }),
    ],
    failed: set('FAILED', whileRunning),
  });
  return process.transactionId;
}

function changeContact(job) {
  const { handles } = job.record;
  const before = handles.ownerC;
  const wanted = { ...before.current, handleFields: job.body.contact };
  const transactionId = register(
    job,
    'OWNER_CHANGE',
    { handles: { ...handles, ownerC: { current: wanted } } },
    { handles: { ...handles, ownerC: { ...before, desired: wanted } } },
  );
  return { isAsync: true, transactionId };
}

/** The body's union covers all six record types; which one fits depends on the path. */
function setRecords(job) {
  const name = SET_IN_ZONE[job.params.recordSet];
  const wanted = { ...EMPTY_ZONE, [name]: job.body };
  const violations = validate(job.facts, ZONE, { id: job.record.id, domain: job.record.domain, recordSet: wanted }).map(
    (v) => ({ ...v, path: v.path.replace(`.recordSet.${name}`, '') }),
  );
  if (violations.length) throw invalid(violations);
  putRecords(job, name, job.body);
}

function putRecords(job, name, records) {
  job.patch('dnsZone', job.record.id, ({ recordSet }) => ({ recordSet: { ...recordSet, [name]: records } }));
}
