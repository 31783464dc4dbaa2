// Domains, ingresses (hostnames), DNS zones, certificates.

import { invalid } from '../problems.mjs';
import { validate } from '../validate.mjs';

const inProject = { of: 'project', key: 'projectId' };
const ZONE = { $ref: '#/schemas/de.mittwald.v1.dns.Zone' };
const SET_IN_ZONE = { a: 'combinedARecords', mx: 'mx', txt: 'txt', srv: 'srv', cname: 'cname', caa: 'caa' };
const EMPTY_ZONE = { combinedARecords: {}, cname: {}, mx: {}, txt: {}, srv: {}, caa: {} };
const servedBy = (key) => (value, want) =>
  value.paths?.some(({ target }) => target[key] === want || target[key]?.id === want) ?? false;
const isTaken = (job, domain) => job.list('domain').some(([, d]) => d.domain === domain);

export const domains = {
  collections: [
    {
      name: 'domain',
      item: '/v2/domains/{domainId}',
      idKey: 'domainId',
      lists: ['/v2/domains'],
      parent: inProject,
      search: ['domain'],
    },
    {
      name: 'ingress',
      item: '/v2/ingresses/{ingressId}',
      lists: ['/v2/ingresses'],
      parent: inProject,
      search: ['hostname'],
      filters: {
        appInstallationId: servedBy('installationId'),
        containerId: servedBy('container'),
        certificateId: (value, want) => value.tls?.certificateId === want,
      },
      create: {
        'POST /v2/ingresses': (job) => ({
          isDefault: false,
          isDomain: false,
          isEnabled: true,
          tls: { acme: true, isCreated: false },
          ips: { v4: ['192.0.2.80'], v6: ['2001:db8::80'] },
          dnsValidationErrors: ['ERROR_NO_A_RECORD'],
          ownership: { verified: false, txtRecord: `sandbox-verification=${job.digits(12)}` },
        }),
      },
    },
    {
      name: 'dnsZone',
      item: '/v2/dns-zones/{dnsZoneId}',
      lists: ['/v2/projects/{projectId}/dns-zones'],
      parent: inProject,
      create: {
        'POST /v2/dns-zones': (job) => {
          const parent = job.reach('dnsZone', job.body.parentZoneId);
          return { domain: `${job.body.name}.${parent.domain}`, projectId: parent.projectId, recordSet: EMPTY_ZONE };
        },
      },
    },
    {
      name: 'certificate',
      item: '/v2/certificates/{certificateId}',
      lists: ['/v2/certificates'],
      parent: inProject,
      filters: { ingressId: () => true },
    },
    {
      name: 'certificateRequest',
      item: '/v2/certificate-requests/{certificateRequestId}',
      lists: ['/v2/certificate-requests'],
      parent: inProject,
      filters: { ingressId: () => true },
      create: {
        'POST /v2/certificate-requests': () => ({ isCompleted: false, certificateType: 1, certificateData: {} }),
      },
    },
  ],

  views: {
    'GET /v2/dns-zones/{dnsZoneId}/zone-file': zoneFile,
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
    'PATCH /v2/domains/{domainId}/project-id': (job) =>
      job.body.projectId &&
      job.patch('domain', job.record.domainId, { projectId: job.reach('project', job.body.projectId).id }),
    'PATCH /v2/domains/{domainId}/nameservers': (job) =>
      job.patch('domain', job.record.domainId, { nameservers: job.body.nameservers, usesDefaultNameserver: false }),
    'POST /v2/domains/{domainId}/scheduled-deletion': (job) =>
      job.patch('domain', job.record.domainId, { scheduledDeletionDate: job.body.deletionDate }),
    'DELETE /v2/domains/{domainId}/scheduled-deletion': (job) =>
      job.patch('domain', job.record.domainId, { scheduledDeletionDate: undefined }),
    'PATCH /v2/ingresses/{ingressId}/paths': (job) => job.patch('ingress', job.record.id, { paths: job.body }),
    'PATCH /v2/ingresses/{ingressId}/tls': (job) =>
      job.patch('ingress', job.record.id, { tls: 'acme' in job.body ? { isCreated: false, ...job.body } : job.body }),
    'POST /v2/ingresses/{ingressId}/actions/verify-ownership': (job) =>
      job.patch('ingress', job.record.id, { ownership: { verified: true }, dnsValidationErrors: [] }),
    'POST /v2/ingresses/{ingressId}/actions/request-acme-certificate-issuance': (job) =>
      job.patch('ingress', job.record.id, { tls: { acme: true, isCreated: true } }),
    'PUT /v2/dns-zones/{dnsZoneId}/record-sets/{recordSet}': setRecords,
    'POST /v2/dns-zones/{dnsZoneId}/record-sets/{recordSet}/actions/set-managed': (job) => {
      const managed = job.params.recordSet === 'a' ? { managedBy: { ingressId: hostOf(job) } } : { managed: true };
      job.patch('dnsZone', job.record.id, {
        recordSet: { ...job.record.recordSet, [SET_IN_ZONE[job.params.recordSet]]: managed },
      });
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

/** The body's union covers all six record types; which one fits depends on the path. */
function setRecords(job) {
  const name = SET_IN_ZONE[job.params.recordSet];
  const wanted = { ...EMPTY_ZONE, [name]: job.body };
  const violations = validate(job.facts, ZONE, { id: job.record.id, domain: job.record.domain, recordSet: wanted }).map(
    (v) => ({ ...v, path: v.path.replace(`.recordSet.${name}`, '') }),
  );
  if (violations.length) throw invalid(violations);
  job.patch('dnsZone', job.record.id, { recordSet: { ...job.record.recordSet, [name]: job.body } });
}

function zoneFile(job) {
  const { domain, recordSet } = job.record;
  const lines = [`$ORIGIN ${domain}.`, '@ 3600 IN A 192.0.2.80'];
  for (const entry of recordSet.txt.entries ?? []) lines.push(`@ 3600 IN TXT "${entry}"`);
  for (const mx of recordSet.mx.records ?? []) lines.push(`@ 3600 IN MX ${mx.priority} ${mx.fqdn}.`);
  return `${lines.join('\n')}\n`;
}
