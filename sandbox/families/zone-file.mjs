// A zone and its sub zones as one BIND zone file (RFC 1035).

const AUTO_TTL = 3600;
const MANAGED_A = { a: ['192.0.2.80'], aaaa: ['2001:db8::80'] };

/** @param zones the zone itself first */
export function zoneFile([zone, ...subZones]) {
  const lines = [`$ORIGIN ${zone.domain}.`];
  for (const one of [zone, ...subZones]) {
    const name = one === zone ? '@' : one.domain.slice(0, -zone.domain.length - 1);
    lines.push(...recordsOf(one.recordSet).map(([ttl, type, data]) => `${name} ${ttl} IN ${type} ${data}`));
  }
  return `${lines.join('\n')}\n`;
}

/** @returns {[number, string, string][]} */
function recordsOf({ combinedARecords = {}, mx = {}, txt = {}, srv = {}, cname = {}, caa = {} }) {
  const addresses = combinedARecords.managedBy ? MANAGED_A : combinedARecords;
  const all = (set, items, type, text) => (items ?? []).map((item) => [ttlOf(set), type, text(item)]);
  const name = (fqdn) => `${fqdn.replace(/\.$/, '')}.`;
  return [
    ...all(combinedARecords, addresses.a, 'A', (ip) => ip),
    ...all(combinedARecords, addresses.aaaa, 'AAAA', (ip) => ip),
    ...all(mx, mx.records, 'MX', ({ priority, fqdn }) => `${priority} ${name(fqdn)}`),
    ...all(txt, txt.entries, 'TXT', (entry) => `"${entry.replace(/(["\\])/g, '\\$1')}"`),
    ...all(
      srv,
      srv.records,
      'SRV',
      ({ priority = 0, weight = 0, port, fqdn }) => `${priority} ${weight} ${port} ${name(fqdn)}`,
    ),
    ...all(cname, cname.fqdn && [cname.fqdn], 'CNAME', name),
    ...all(caa, caa.records, 'CAA', ({ flags, tag, value }) => `${flags} ${tag} "${value}"`),
  ];
}

const ttlOf = ({ settings }) => settings?.ttl?.seconds ?? AUTO_TTL;
