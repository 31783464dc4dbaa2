// String formats the API's facts use: how to check one, and a value that satisfies it.
// Formats that only document (binary, hexdump, bytes ...) are absent on purpose.

const HOST_LABEL = '[a-z0-9_](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST = new RegExp(`^(?:\\*\\.)?${HOST_LABEL}(?:\\.${HOST_LABEL})*\\.?$`, 'i');
const IDN_HOST =
  /^(?:\*\.)?[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?)*\.?$/u;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;
const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const isIpv6 = (text) => /^[0-9a-f:.]{2,45}$/i.test(text) && URL.canParse(`http://[${text}]/`);
const isHost = (text) => text.length <= 253 && HOST.test(text);
const isIdnHost = (text) => text.length <= 253 && IDN_HOST.test(text);

const CHECKS = {
  uuid: (s) => UUID.test(s),
  'date-time': (s) => DATE_TIME.test(s) && !Number.isNaN(Date.parse(s)),
  date: (s) => DATE.test(s) && !Number.isNaN(Date.parse(s)),
  email: (s) => EMAIL.test(s),
  'idn-email': (s) => EMAIL.test(s),
  uri: (s) => URL.canParse(s),
  url: (s) => URL.canParse(s),
  hostname: isHost,
  'idn-hostname': isIdnHost,
  'idn-dnsname': isIdnHost,
  'naked-domain': (s) => isIdnHost(s) && s.includes('.'),
  ipv4: (s) => IPV4.test(s),
  ipv6: isIpv6,
  byte: (s) => BASE64.test(s),
  base64: (s) => BASE64.test(s),
};

const INT32 = 2 ** 31;

/** Whether `value` has the format; an unknown format accepts everything, as JSON Schema says. */
export function hasFormat(format, value) {
  if (typeof value === 'number') {
    if (format === 'int32') return value >= -INT32 && value < INT32;
    if (format === 'int64') return Number.isSafeInteger(value);
    return true;
  }
  return CHECKS[format]?.(value) ?? true;
}

/** A value of the format, the same for the same `random` (see shape.mjs). */
export function exampleOfFormat(format, random) {
  switch (format) {
    case 'uuid':
      return random.uuid();
    case 'date-time':
      return random.pastTime();
    case 'date':
      return random.pastTime().slice(0, 10);
    case 'email':
    case 'idn-email':
      return `${random.word()}@kontor-nord.example`;
    case 'uri':
    case 'url':
      return `https://${random.word()}.kontor-nord.example/${random.word()}`;
    case 'hostname':
    case 'idn-hostname':
    case 'idn-dnsname':
      return `${random.word()}.kontor-nord.example`;
    case 'naked-domain':
      return `${random.word()}.example`;
    case 'ipv4':
      return `192.0.2.${1 + random.below(250)}`;
    case 'ipv6':
      return `2001:db8::${(1 + random.below(4000)).toString(16)}`;
    case 'byte':
    case 'base64':
      return Buffer.from(random.word()).toString('base64');
    default:
      return undefined;
  }
}
