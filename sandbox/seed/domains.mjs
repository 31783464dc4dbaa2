// Domains, the hostnames (ingresses) that point at apps, DNS zones and certificates.

import { uuidFrom } from '../shape.mjs';
import { INSTALLATIONS } from './apps.mjs';
import { AGENCY, ATELIER, CLUB, SHOP } from './projects.mjs';
import { SERVICES } from './containers.mjs';

const id = (name) => uuidFrom(`kontor-nord/domain/${name}`);
const NAMESERVERS = ['ns1.sandbox.example', 'ns2.sandbox.example'];
const IPS = { v4: ['192.0.2.80'], v6: ['2001:db8::80'] };

/** domain, project, the app its www and bare hostnames show */
const DOMAINS = [
  ['kontor-nord.example', AGENCY, INSTALLATIONS.website],
  ['teehandel-brandt.example', SHOP, INSTALLATIONS.shop],
  ['ruderclub-alster.example', CLUB, INSTALLATIONS.club],
  ['atelier-lindenhof.example', ATELIER, INSTALLATIONS.atelier],
];
const OTHER_HOSTS = [
  ['statistik.kontor-nord.example', AGENCY, { installationId: INSTALLATIONS.matomo }],
  ['magazin.teehandel-brandt.example', SHOP, { installationId: INSTALLATIONS.magazine }],
  ['suche.teehandel-brandt.example', SHOP, { container: { id: SERVICES.search, portProtocol: '7700/tcp' } }],
  ['alt.ruderclub-alster.example', CLUB, { url: 'https://ruderclub-alster.example/' }],
];

/** Bought certificates: key, project, domain */
const CERTIFIED = [
  ['1', SHOP, 'teehandel-brandt.example'],
  ['2', AGENCY, 'kontor-nord.example'],
];

export function seedDomains(t) {
  return {
    domain: DOMAINS.map(([domain, projectId], i) => ({
      domainId: id(domain),
      domain,
      projectId,
      connected: true,
      deleted: false,
      hasAuthCode: false,
      nameservers: NAMESERVERS,
      usesDefaultNameserver: true,
      contactHash: id(`contact/${i < 3 ? 'kontor' : 'atelier'}`),
      handles: {
        ownerC: {
          current: { handleRef: `KN${1000 + i}`, handleFields: [{ name: 'city', value: i < 3 ? 'Hamburg' : 'Köln' }] },
        },
      },
      processes: [],
    })),
    ingress: [
      ...DOMAINS.flatMap(([domain, projectId, app]) =>
        [domain, `www.${domain}`].map((host) => ingress(t, host, projectId, { installationId: app }, host === domain)),
      ),
      ...OTHER_HOSTS.map(([host, projectId, target]) => ingress(t, host, projectId, target, false)),
    ],
    dnsZone: DOMAINS.map(([domain, projectId]) => ({
      id: id(`zone/${domain}`),
      domain,
      projectId,
      recordSet: {
        combinedARecords: { managedBy: { ingressId: id(`ingress/${domain}`) } },
        cname: {},
        srv: {},
        caa: {},
        mx: { managed: true },
        txt: { settings: { ttl: { auto: true } }, entries: [`v=spf1 include:spf.${domain} -all`] },
      },
    })),
    certificateRequest: CERTIFIED.map((row) => certificateRequest(t, ...row)),
    certificate: CERTIFIED.map((row) => certificate(t, ...row)),
  };
}

function certificateRequest(t, key, projectId, domain) {
  return {
    id: id(`certificate-request/${key}`),
    projectId,
    certificateType: 1,
    commonName: domain,
    isCompleted: true,
    createdAt: t.ago(80),
    certificateData: {},
    dnsNames: [domain],
  };
}

function certificate(t, key, projectId, domain) {
  return {
    id: id(`certificate/${key}`),
    projectId,
    certificateType: 1,
    certificateRequestId: id(`certificate-request/${key}`),
    commonName: domain,
    dnsNames: [domain, `www.${domain}`],
    isExpired: false,
    issuer: 'Sandbox CA',
    validFrom: t.ago(80),
    validTo: t.ahead(285),
  };
}

function ingress(t, hostname, projectId, target, isDefault) {
  return {
    id: id(`ingress/${hostname}`),
    hostname,
    projectId,
    isDefault,
    isDomain: isDefault,
    isEnabled: true,
    ips: IPS,
    dnsValidationErrors: [],
    ownership: { verified: true },
    paths: [{ path: '/', target }],
    tls: { acme: true, isCreated: true },
  };
}
