// Hostnames, DNS and certificates, step by step:
// 1. a hostname under a domain of one's own: owned, and its certificate comes by itself  2. a foreign
// one: TXT record, check, certificate; a check that fails  3. a certificate that does not come
// 4. targets: app, container, URL; strict: they must be there  5. what cannot be done  6. certificates:
// by DNS, by a signing request, brought along; used for a hostname  7. zones, records, the zone file
// 8. a domain's nameservers and owner take their time; a domain is deleted with all of it

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, beforeEach, test } from 'node:test';
import { INSTALLATIONS } from '../seed/apps.mjs';
import { SERVICES } from '../seed/containers.mjs';
import { AGENCY, SHOP } from '../seed/projects.mjs';
import { sandboxFor } from './calls.mjs';

const box = await sandboxFor({ before, beforeEach, after });
const get = async (path) => (await box.call('GET', path)).body;
const send = async (method, path, body, status) => {
  const answer = await box.call(method, path, { body });
  assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
};
const APP = { installationId: INSTALLATIONS.shop };
const connect = (hostname, target = APP, status = 201) =>
  send('POST', '/v2/ingresses', { hostname, projectId: SHOP, paths: [{ path: '/', target }] }, status);
async function seen(path, of, times) {
  const values = [];
  for (let i = 0; i < times; i++) values.push(of(await get(path)));
  return values;
}
const of = async (list, test) => (await get(list)).find(test);

test("under a domain of one's own: owned, and the certificate comes by itself", async () => {
  await box.control({ delays: { tls: 2 } });
  const { id, ownership } = await connect('neu.teehandel-brandt.example');
  assert.deepEqual(ownership, { verified: true });
  const states = await seen(`/v2/ingresses/${id}`, ({ tls }) => [tls.isCreated, tls.requestDeadline !== undefined], 3);
  assert.deepEqual(states, [
    [false, true],
    [false, true],
    [true, false],
  ]);
});

test('a foreign hostname: a TXT record proves it, then the certificate comes', async () => {
  const { id, ownership } = await connect('shop.kundin.example');
  assert.equal(ownership.verified, false);
  assert.match(ownership.txtRecord, /=\d+$/);
  const path = `/v2/ingresses/${id}`;
  assert.deepEqual((await get(path)).dnsValidationErrors, ['ERROR_NO_A_RECORD']);
  await send('POST', `${path}/actions/request-acme-certificate-issuance`, undefined, 412);
  await box.control({ delays: { ownership: 1, tls: 1 } });
  await send('POST', `${path}/actions/verify-ownership`, undefined, 200);
  const states = await seen(path, ({ ownership: { verified }, tls }) => [verified, tls.isCreated], 3);
  assert.deepEqual(states, [
    [false, false],
    [true, false],
    [true, true],
  ]);
  assert.deepEqual((await get(path)).dnsValidationErrors, []);
});

test('a check without the TXT record is refused, by name', async () => {
  const { id } = await connect('shop.kundin.example');
  await box.control({ delays: { ownership: { fails: true } } });
  const { message } = await send('POST', `/v2/ingresses/${id}/actions/verify-ownership`, undefined, 412);
  assert.match(message, /shop\.kundin\.example.*TXT/);
  assert.equal((await get(`/v2/ingresses/${id}`)).ownership.verified, false);
});

test('a certificate that does not come leaves an error; asking again may help', async () => {
  await box.control({ delays: { tls: { fails: true } } });
  const { id } = await connect('neu.teehandel-brandt.example');
  const path = `/v2/ingresses/${id}`;
  const failed = await get(path);
  assert.deepEqual(failed.dnsValidationErrors, ['ERROR_ACME_CERTIFICATE_REQUEST_DEADLINE_EXCEEDED']);
  assert.equal(failed.tls.isCreated, false);
  await box.control({ delays: { tls: null } });
  await send('POST', `${path}/actions/request-acme-certificate-issuance`, undefined, 204);
  assert.deepEqual([(await get(path)).dnsValidationErrors, (await get(path)).tls.isCreated], [[], true]);
});

test('targets: strict, they must be in the project, and listen', async () => {
  await box.control({ strict: true });
  const container = (portProtocol) => ({ container: { id: SERVICES.search, portProtocol } });
  await connect('a.teehandel-brandt.example', { installationId: INSTALLATIONS.website }, 404);
  await connect('a.teehandel-brandt.example', { container: { id: SERVICES.monitor, portProtocol: '3001/tcp' } }, 404);
  await connect('a.teehandel-brandt.example', container('80/tcp'), 400);
  const { id } = await connect('a.teehandel-brandt.example', container('7700/tcp'));
  const paths = [{ path: '/alt', target: { url: 'https://kontor-nord.example/' } }];
  await send('PATCH', `/v2/ingresses/${id}/paths`, paths, 204);
  assert.deepEqual((await get(`/v2/ingresses/${id}`)).paths, [
    { path: '/', target: { useDefaultPage: true } },
    ...paths,
  ]);
});

test('strict: a hostname is there once, and the default one stays', async () => {
  await box.control({ strict: true });
  await connect('www.teehandel-brandt.example', APP, 409);
  const { id } = await of(`/v2/ingresses?projectId=${SHOP}`, ({ isDefault }) => isDefault);
  await send('DELETE', `/v2/ingresses/${id}`, undefined, 409);
});

const ask = (body, status = 201) => send('POST', '/v2/certificate-requests', { projectId: SHOP, ...body }, status);

test('by DNS: the CNAME to set is there at once, the certificate when it is issued', async () => {
  await box.control({ delays: { certificate: 2 } });
  const { id } = await ask({ commonName: '*.teehandel-brandt.example' });
  await ask({ commonName: '*.teehandel-brandt.example' }, 409);
  const ofRequest = ({ certificateRequestId }) => certificateRequestId === id;
  const certificate = await of(`/v2/certificates?projectId=${SHOP}`, ofRequest);
  assert.equal(certificate.dnsCertSpec.status.status, 'issuing');
  assert.match(certificate.dnsCertSpec.cnameTarget, /\.acme\./);
  assert.equal((await get(`/v2/certificate-requests/${id}`)).isCompleted, false);
  assert.equal((await get(`/v2/certificate-requests/${id}`)).isCompleted, true);
  const ready = await get(`/v2/certificates/${certificate.id}`);
  assert.equal(ready.dnsCertSpec.status.status, 'ready');
  assert.ok(ready.validTo > ready.validFrom);
});

test('by DNS: without the CNAME the certificate says so', async () => {
  await box.control({ delays: { certificate: { fails: true } } });
  const { id } = await ask({ commonName: 'kasse.kundin.example' });
  const { dnsCertSpec } = await of('/v2/certificates', ({ certificateRequestId }) => certificateRequestId === id);
  assert.equal(dnsCertSpec.status.status, 'cnameError');
  assert.match(dnsCertSpec.status.message, /_acme-challenge\.kasse\.kundin\.example/);
});

test('by a signing request: it waits for somebody to sign', async () => {
  const contact = { city: 'Hamburg', company: 'Teehandel', country: 'DE', organizationalUnit: 'IT', state: 'HH' };
  const { id, signingRequest } = await ask({ commonName: 'kasse.teehandel-brandt.example', contact });
  assert.match(signingRequest, /BEGIN CERTIFICATE REQUEST/);
  const request = await get(`/v2/certificate-requests/${id}`);
  assert.deepEqual([request.isCompleted, request.certificateData.signingRequest], [false, signingRequest]);
});

test('a certificate that is brought along is read, and serves the hostnames it names', async () => {
  const args = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    '-',
    '-days',
    '30',
    '-subj',
    '/CN=neu.teehandel-brandt.example',
  ];
  const pem = execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
  const [, privateKey] = /(-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----)/.exec(pem);
  const [, certificate] = /(-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----)/.exec(pem);
  const { id } = await ask({ certificate, privateKey });
  const known = await of('/v2/certificates', ({ certificateRequestId }) => certificateRequestId === id);
  assert.deepEqual([known.commonName, known.certificateType], ['neu.teehandel-brandt.example', 2]);
  assert.doesNotMatch(JSON.stringify(known), /PRIVATE KEY/);
  await box.control({ strict: true });
  await ask({ certificate: 'nothing', privateKey }, 400);
  const host = await connect('neu.teehandel-brandt.example');
  const fitting = await send(
    'POST',
    '/v2/actions/list-ingresses-compatible-with-certificate',
    { certificateId: known.id },
    200,
  );
  assert.deepEqual(
    fitting.map((one) => one.id),
    [host.id],
  );
  await send('PATCH', `/v2/ingresses/${host.id}/tls`, { certificateId: known.id }, 200);
  assert.deepEqual((await get(`/v2/ingresses/${host.id}`)).tls, { certificateId: known.id });
  const other = await of(`/v2/ingresses?projectId=${SHOP}`, ({ hostname }) => hostname.startsWith('magazin.'));
  await send('PATCH', `/v2/ingresses/${other.id}/tls`, { certificateId: known.id }, 412);
});

test('a record set is overwritten as a whole; the zone file shows zone and sub zones', async () => {
  const [zone] = await get(`/v2/projects/${SHOP}/dns-zones`);
  const settings = { ttl: { seconds: 300 } };
  const put = (set, body) => send('PUT', `/v2/dns-zones/${zone.id}/record-sets/${set}`, body, 204);
  await put('mx', { settings, records: [{ priority: 10, fqdn: 'mx.kundin.example' }] });
  await put('txt', { settings, entries: ['v="1"'] });
  await put('a', { settings, a: ['192.0.2.1'], aaaa: [] });
  await put('caa', { settings, records: [{ flags: 0, tag: 'issue', value: 'letsencrypt.example' }] });
  const { id } = await send('POST', '/v2/dns-zones', { name: 'kasse', parentZoneId: zone.id }, 201);
  await send('POST', '/v2/dns-zones', { name: 'kasse', parentZoneId: zone.id }, 409);
  await send('PUT', `/v2/dns-zones/${id}/record-sets/cname`, { settings, fqdn: 'kasse.kundin.example' }, 204);
  assert.deepEqual((await get(`/v2/dns-zones/${zone.id}/zone-file`)).trim().split('\n'), [
    '$ORIGIN teehandel-brandt.example.',
    '@ 300 IN A 192.0.2.1',
    '@ 300 IN MX 10 mx.kundin.example.',
    '@ 300 IN TXT "v=\\"1\\""',
    '@ 300 IN CAA 0 issue "letsencrypt.example"',
    'kasse 300 IN CNAME kasse.kundin.example.',
  ]);
  await send('GET', `/v2/dns-zones/${id}/zone-file`, undefined, 400);
  await send('DELETE', `/v2/dns-zones/${zone.id}`, undefined, 204);
  await send('GET', `/v2/dns-zones/${id}`, undefined, 404);
});

test('an empty record set is none', async () => {
  const [zone] = await get(`/v2/projects/${SHOP}/dns-zones`);
  await send('PUT', `/v2/dns-zones/${zone.id}/record-sets/txt`, {}, 204);
  assert.deepEqual((await get(`/v2/dns-zones/${zone.id}`)).recordSet.txt, {});
});

test('nameservers and owner change when the registry is done; or it fails', async () => {
  await box.control({ delays: { domain: 1 } });
  const { domainId, nameservers } = await of(`/v2/domains?projectId=${SHOP}`, () => true);
  const path = `/v2/domains/${domainId}`;
  const wanted = ['ns1.kundin.example', 'ns2.kundin.example'];
  await send('PATCH', `${path}/nameservers`, { nameservers: wanted }, 204);
  const states = await seen(path, (d) => [d.processes.map((p) => [p.processType, p.state]), d.nameservers], 2);
  assert.deepEqual(states, [
    [[['UPDATE', 'REQUESTED']], nameservers],
    [[], wanted],
  ]);
  const contact = [{ name: 'city', value: 'Bremen' }];
  const { transactionId } = await send('PATCH', `${path}/contacts/owner`, { contact }, 200);
  const during = await get(path);
  assert.deepEqual(
    [during.processes[0].transactionId, during.handles.ownerC.desired.handleFields],
    [transactionId, contact],
  );
  assert.deepEqual((await get(path)).handles.ownerC.current.handleFields, contact);
  await box.control({ delays: { domain: { fails: true } } });
  await send('PATCH', `${path}/nameservers`, { nameservers: wanted }, 204);
  assert.equal((await get(path)).processes[0].state, 'FAILED');
});

test('a deleted domain takes its zones along, and its hostnames where told', async () => {
  const { domainId } = await of(`/v2/domains?projectId=${AGENCY}`, () => true);
  await send('DELETE', `/v2/domains/${domainId}?deleteIngresses=true`, undefined, 200);
  assert.deepEqual(await get(`/v2/projects/${AGENCY}/dns-zones`), []);
  assert.deepEqual(await get(`/v2/ingresses?projectId=${AGENCY}`), []);
});
