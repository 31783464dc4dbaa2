// Certificates and requests for them. There are three ways to ask for one: to bring it (with its
// key), to get a signing request for somebody else to sign, and to let mittwald prove the name by
// a CNAME, which then takes its time.

import { X509Certificate } from 'node:crypto';
import { conflict, refused } from '../problems.mjs';

const inProject = { of: 'project', key: 'projectId' };
const [EXTERNAL, DNS] = [2, 3];
const YEAR_MS = 365 * 86_400_000;

export const certificates = {
  collections: [
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
    },
  ],
  views: {},
  effects: {
    'POST /v2/certificate-requests': (job) => {
      job.reach('project', job.body.projectId);
      if ('privateKey' in job.body) return bring(job);
      return 'contact' in job.body ? askForSignature(job) : proveByDns(job);
    },
    'PUT /v2/certificates/{certificateId}': (job) => {
      const read = readCertificate(job.body.certificate);
      job.insist(read, () => refused('certificate_decode_failed'));
      job.patch('certificate', job.record.id, { ...read, certificate: job.body.certificate, isExpired: false });
    },
  },
};

function putRequest(job, value) {
  const id = job.uuid();
  const request = {
    id,
    projectId: job.body.projectId,
    createdAt: job.now,
    isCompleted: false,
    certificateData: {},
    ...value,
  };
  job.put('certificateRequest', id, request);
  return request;
}

function putCertificate(job, request, value) {
  const id = job.uuid();
  job.put('certificate', id, {
    id,
    projectId: request.projectId,
    certificateRequestId: request.id,
    certificateType: request.certificateType,
    commonName: request.commonName,
    dnsNames: request.dnsNames,
    ...value,
  });
  return id;
}

const valid = (time) => ({ validFrom: time, validTo: new Date(Date.parse(time) + YEAR_MS).toISOString() });

function bring(job) {
  const { certificate } = job.body;
  const read = readCertificate(certificate);
  job.insist(read, () => refused('certificate_decode_failed'));
  const about = read ?? { commonName: 'imported.example', dnsNames: ['imported.example'], ...valid(job.now) };
  const request = putRequest(job, { certificateType: EXTERNAL, isCompleted: true, ...about });
  putCertificate(job, request, { certificate, isExpired: about.validTo < job.now, ...about });
  return request;
}

function readCertificate(pem) {
  try {
    const { subject, issuer, subjectAltName = '', validFrom, validTo } = new X509Certificate(pem);
    const nameIn = (text) => /CN=([^\n]+)/.exec(text)?.[1] ?? '';
    return {
      commonName: nameIn(subject),
      issuer: nameIn(issuer),
      dnsNames: [...subjectAltName.matchAll(/DNS:([^,\s]+)/g)].map(([, name]) => name),
      validFrom: new Date(validFrom).toISOString(),
      validTo: new Date(validTo).toISOString(),
    };
  } catch {
    return undefined;
  }
}

function askForSignature(job) {
  const { commonName, contact } = job.body;
  const signingRequest = `-----BEGIN CERTIFICATE REQUEST-----\n${Buffer.from(commonName).toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
  const request = putRequest(job, {
    certificateType: EXTERNAL,
    commonName,
    contact,
    dnsNames: [commonName],
    certificateData: { signingRequest },
  });
  return { ...request, signingRequest };
}

/** The certificate is there at once, to show where the CNAME has to point; it is of use when ready. */
function proveByDns(job) {
  const { commonName, projectId } = job.body;
  const isOpen = ([, one]) => one.commonName === commonName && one.projectId === projectId && !one.isCompleted;
  if (job.list('certificateRequest').some(isOpen)) throw conflict(`a certificate for ${commonName} is being issued`);
  const request = putRequest(job, { certificateType: DNS, commonName, dnsNames: [commonName] });
  const cnameTarget = `${job.digits(10)}.acme.project.example`;
  const id = putCertificate(job, request, {});
  const set =
    (status, change = {}, message) =>
    (store, updatedAt) =>
      store.patch('certificate', id, {
        ...change,
        dnsCertSpec: { cnameTarget, status: { status, updatedAt, ...(message && { message }) } },
      });
  job.begin('certificate', request.id, {
    steps: [
      set('issuing'),
      (store, time) => {
        set('ready', { issuer: 'Sandbox CA', isExpired: false, ...valid(time) })(store, time);
        store.patch('certificateRequest', request.id, { isCompleted: true, issuer: 'Sandbox CA', ...valid(time) });
      },
    ],
    failed: set('cnameError', {}, `_acme-challenge.${commonName} does not point to ${cnameTarget}`),
    watch: [id, request.id],
  });
  return request;
}
