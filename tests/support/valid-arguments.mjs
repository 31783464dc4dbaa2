// Calls that a tool accepts, made from its inputSchema: what it requires, and every id that it takes, as a
// placeholder such as "<stackId>". What a schema cannot say (a cron expression, which arguments go
// together) stands in tables.

import { createHash } from "node:crypto";

const PLACEHOLDER = /<([A-Za-z]+)>/g;
const AHEAD = new Date(Date.now() + 40 * 86_400_000).toISOString();
const SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample jule@notebook";

/// Names that end like an id and are none: numbers of the tax office and of public buyers.
const NO_IDS = new Set(["vatId", "leitwegId"]);

/// Values for texts whose name says what the API wants.
const TEXTS = [
  [/^(interval|schedule)$/, "*/5 * * * *"],
  [/^ttl$/, "P7D"],
  [/mail|forward|^address$|list$/i, "neu@kontor-nord.example"],
  [/^url$/, "https://kontor-nord.example/"],
  [/^domain$|hostname/i, "kontor-nord.example"],
  [/phone/i, "+49405550100"],
  [/publicKey/, SSH_KEY],
  [/settingsString/, "e30="],
  [/path|file$|director/i, "/html"],
];

const CRONJOB_TARGETS = [
  { appInstallationId: "<appInstallationId>", url: "https://kontor-nord.example/cron" },
  { stackId: "<stackId>", serviceIdentifier: "<serviceIdentifier>", command: "date" },
];
const LINKED = {
  purpose: "primary",
  databaseUserIds: { admin: "<databaseUserId>" },
  replacesDatabaseId: "<replacesDatabaseId>",
};
const SERVED = [
  { path: "/", target: { installationId: "<installationId>" } },
  { path: "/suche", target: { container: { id: "<containerId>", portProtocol: "80/tcp" } } },
];
const MACHINE = { machineType: "shared.large" };

/// Tool -> arguments that must be known to call it; several where they exclude one another.
const KNOWN = {
  mittwald_app_database_link: { databases: { "<databaseId>": LINKED } },
  mittwald_cronjob_create: CRONJOB_TARGETS,
  mittwald_cronjob_update: CRONJOB_TARGETS,
  mittwald_mail_backup_restore: { backupId: "20260820" },
  mittwald_invoice_settings_update: { method: "invoice" },
  mittwald_project_tariff_preview: MACHINE,
  mittwald_project_tariff_change: MACHINE,
  mittwald_project_order: MACHINE,
  mittwald_project_order_preview: MACHINE,
  mittwald_domain_nameservers_set: { nameservers: ["ns1.kontor-nord.example", "ns2.kontor-nord.example"] },
  mittwald_dns_record_add: { name: "kontor-nord.example", type: "TXT", value: "site=1" },
  mittwald_dns_record_remove: { name: "kontor-nord.example", type: "TXT", value: "v=spf1 include:spf.kontor-nord.example -all" },
  mittwald_dns_a_set: { a: ["192.0.2.80"], aaaa: ["2001:db8::80"] },
  mittwald_ingress_create: { paths: SERVED },
  mittwald_ingress_paths_set: { paths: SERVED },
  mittwald_page_insight_get: { domain: "<domainName>" },
  search: { query: "umzug" },
  fetch: [{ id: "app:<appInstallationId>" }, { id: "mysql-database:<mysqlDatabaseId>" }, { id: "domain:<domainId>" }],
  mittwald_conversation_create: { relatedToKind: "project", relatedToId: "<projectId>" },
  mittwald_conversation_update: { relatedToKind: "project", relatedToId: "<projectId>" },
};

/// Whether an argument of this name means a thing by its id.
export const isIdName = (name) => /(Id|ID|Ids|Identifier)$/.test(name) && !NO_IDS.has(name);

/// What a value is called that stands in a list, or that is just the id of what it stands in.
export const nameInside = (outer, name) => (name === "id" ? `${outer}Id` : name.replace(/Ids$/, "Id"));

/// The ways to call a tool: arguments with placeholders, for each. Where it takes several ids that may be
/// left out: all of them, and each without the others.
export function waysToCall({ name, inputSchema }) {
  if (KNOWN[name]) return [KNOWN[name]].flat().map((known) => ({ ...required(inputSchema), ...known }));
  const needed = required(inputSchema);
  const more = Object.entries(inputSchema.properties ?? {})
    .filter(([key, schema]) => !(key in needed) && takesIds(key, schema))
    .map(([key, schema]) => ({ [key]: valueOf(key, schema) }));
  const all = Object.assign({}, needed, ...more);
  return more.length > 1 ? [all, ...more.map((one) => ({ ...needed, ...one }))] : [all];
}

/// The names of the placeholders in the order in which they stand there.
export function idsIn(way) {
  return [...JSON.stringify(way).matchAll(PLACEHOLDER)].map(([, name]) => name);
}

/// The arguments with ids in the place of the placeholders: `idOf(name, position)`.
export function filled(way, idOf) {
  let position = 0;
  return JSON.parse(JSON.stringify(way).replace(PLACEHOLDER, (_, name) => idOf(name, position++)));
}

/// An id of the same form that nothing has.
export function unknownLike(id) {
  const other = createHash("sha256").update(id).digest("hex");
  let at = 0;
  const letter = () => other[at++ % other.length];
  return /^[a-z]-/.test(id) ? id.slice(0, 2) + id.slice(2).replace(/./g, letter) : id.replace(/[0-9a-f]/gi, letter);
}

/// What a schema requires, and all ids inside.
function required(schema) {
  return object(schema, (name) => schema.required?.includes(name));
}

function object({ properties = {} }, isWanted, outer = "") {
  const wanted = Object.entries(properties).filter(([name]) => isWanted(name));
  return Object.fromEntries(wanted.map(([name, schema]) => [name, valueOf(nameInside(outer, name), schema)]));
}

function takesIds(name, { items, properties = {} }) {
  if (items) return takesIds(name, items);
  return isIdName(name) || Object.entries(properties).some(([key, schema]) => takesIds(nameInside(name, key), schema));
}

function valueOf(name, schema) {
  if (schema.enum) return schema.enum[0];
  if (schema.type === "array") return [valueOf(name, schema.items)];
  if (schema.type === "object") {
    const isWanted = (key) => schema.required?.includes(key) || takesIds(nameInside(name, key), schema.properties[key]);
    return object(schema, isWanted, name);
  }
  if (schema.type === "boolean") return true;
  if (schema.type === "integer" || schema.type === "number") return numberIn(schema);
  if (isIdName(name)) return `<${nameInside("", name)}>`;
  if (schema.format === "date-time") return AHEAD;
  const text = TEXTS.find(([pattern]) => pattern.test(name))?.[1] ?? "neu";
  return text.padEnd(schema.minLength ?? 0, "x");
}

function numberIn({ minimum = 1, maximum = 10 }) {
  return Math.max(minimum, Math.min(10, maximum));
}
