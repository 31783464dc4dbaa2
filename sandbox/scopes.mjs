// OAuth scopes: the 43 known names, and which one an operation needs.
// Tag decides the domain, method decides the right. Where a domain has no `delete` scope,
// `write` covers it. `null`: no scope is known for the tag, so any signed-in token will do.

const FULL = [
  'app',
  'backup',
  'cronjob',
  'database',
  'domain',
  'extension',
  'mail',
  'project',
  'registry',
  'sshuser',
  'stack',
];
const READ_WRITE = ['contract', 'customer', 'user', 'conversation'];

export const SCOPES = [
  ...FULL.flatMap((domain) => [`${domain}:read`, `${domain}:write`, `${domain}:delete`]),
  ...READ_WRITE.flatMap((domain) => [`${domain}:read`, `${domain}:write`]),
  'order:domain-create',
  'order:domain-preview',
];
const KNOWN = new Set(SCOPES);

const DOMAIN_OF_TAG = {
  App: 'app',
  Backup: 'backup',
  Container: 'stack',
  Contract: 'contract',
  Conversation: 'conversation',
  Cronjob: 'cronjob',
  Customer: 'customer',
  Database: 'database',
  Domain: 'domain',
  Mail: 'mail',
  Marketplace: 'extension',
  Project: 'project',
  'Project File System': 'project',
  'SSH/SFTP User': 'sshuser',
  User: 'user',
  'AI hosting': null,
  Article: null,
  File: null,
  Leadfyndr: null,
  LeadFyndr: null,
  License: null,
  Misc: null,
  Notification: null,
  'Page Insights': null,
  Relocation: null,
};

/** Operations whose scope does not follow from their tag. */
const BY_OPERATION = {
  'POST /v2/orders': 'order:domain-create',
  'POST /v2/order-previews': 'order:domain-preview',
  // Whoever holds a token may give it up.
  'PUT /v2/logout': null,
};

const RIGHT_OF_METHOD = { GET: 'read', DELETE: 'delete' };

export function scopeFor(op) {
  if (op.key in BY_OPERATION) return BY_OPERATION[op.key];
  const domain = op.path.includes('/registries') ? 'registry' : DOMAIN_OF_TAG[op.tag];
  if (domain === undefined) throw new Error(`scopes.mjs does not know the tag ${op.tag}`);
  if (domain === null) return null;
  const scope = `${domain}:${RIGHT_OF_METHOD[op.method] ?? 'write'}`;
  return KNOWN.has(scope) ? scope : `${domain}:write`;
}

export const isScope = (name) => KNOWN.has(name);
