// Who is asking, and what may they see. Tokens are checked first, then scopes, then whether
// the record belongs to an organisation or project the user is a member of.

import { forbidden, unauthorized } from './problems.mjs';
import { scopeFor } from './scopes.mjs';
import { DEMO_USER } from './seed/people.mjs';

/** Always valid, for scripts. They act as the demo user and are not bound to scopes. */
const API_TOKENS = {
  'sandbox-token': { userId: DEMO_USER.userId, readonly: false },
  'sandbox-token-readonly': { userId: DEMO_USER.userId, readonly: true },
};

/**
 * @param grants from oauth.mjs: looks up access tokens
 * @returns {{token, userId, tokenId, scopes?: Set, readonly: boolean} | null} null: no token sent
 * @throws Problem 401 for a token that is unknown or expired
 */
export function identify(headers, grants, createdTokens) {
  const token = tokenOf(headers);
  if (!token) return null;
  if (Object.hasOwn(API_TOKENS, token)) return { token, tokenId: API_TOKENS[token].userId, ...API_TOKENS[token] };
  if (createdTokens.has(token)) return { token, ...createdTokens.get(token) };
  const grant = grants.byAccessToken(token);
  if (!grant) throw unauthorized('the access token is unknown');
  if (grant.expired) throw unauthorized('the access token has expired');
  return { token, userId: grant.userId, tokenId: grant.tokenId, scopes: grant.scopes, readonly: false };
}

function tokenOf(headers) {
  if (headers['x-access-token']) return headers['x-access-token'];
  return /^Bearer\s+(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1];
}

/** A refresh token speaks for itself; the access token beside it has usually expired. */
const SESSION_REFRESH = 'PUT /v2/users/self/sessions';

/** Whether the operation works without a valid access token. */
export const isOpen = (op) => !op.auth || op.key === SESSION_REFRESH;

/** Right to call the operation at all. */
export function authorize(op, identity) {
  if (isOpen(op)) return;
  if (!identity) throw unauthorized('an access token is required: x-access-token, or Authorization: Bearer');
  if (identity.readonly && op.method !== 'GET') throw forbidden('this token may only read');
  const scope = scopeFor(op);
  if (identity.scopes && scope && !identity.scopes.has(scope)) throw forbidden(`the token lacks the scope ${scope}`);
}

/** What one user may see, computed from the memberships that are stored now. */
export function sightOf(model, store, userId) {
  const roots = { customer: new Set(), project: new Set() };
  for (const [, m] of store.list('customerMembership')) if (m.userId === userId) roots.customer.add(m.customerId);
  for (const [, m] of store.list('projectMembership')) if (m.userId === userId) roots.project.add(m.projectId);
  const sees = (collection, id, value) => {
    if (collection.public || collection.derived) return true;
    if (collection.sees) return collection.sees(userId, value, roots);
    if (roots[collection.name]?.has(id)) return true;
    return collection.parents.some(({ of, key }) => {
      const parent = value[key] === undefined ? undefined : store.get(of, value[key]);
      return parent !== undefined && sees(model.byName.get(of), value[key], parent);
    });
  };
  return sees;
}

/** Whether a record hangs, through any chain of parents, under (ancestor, ancestorId). */
export function belongsTo(model, store, collection, value, ancestor, ancestorId) {
  return collection.parents.some(({ of, key }) => {
    if (value[key] === undefined) return false;
    if (of === ancestor) return value[key] === ancestorId;
    const parent = store.get(of, value[key]);
    return parent !== undefined && belongsTo(model, store, model.byName.get(of), parent, ancestor, ancestorId);
  });
}
