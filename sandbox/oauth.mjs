// mittwald's OAuth 2.0 side: authorization code with PKCE S256, one public client, refresh
// with rotation. Facts and what is unknown about the real one: docs of the connector; the
// sandbox is strict where the RFCs are (6749, 7636).
//
// Beyond the one redirect URI that mittwald has registered, the sandbox accepts the same path
// on any loopback port, so that a local connector can be tried.

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { isScope } from './scopes.mjs';

export const CLIENT_ID = 'mittwald-mcp-server';
const REGISTERED_REDIRECT = 'https://auth.mcp.mittwald.de/mittwald/callback';
const LOOPBACK_REDIRECT = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]):\d{1,5}\/mittwald\/callback$/;

const CODE_LIFETIME_MS = 60_000;
const SIGN_IN_LIFETIME_MS = 600_000;
/** Unfinished sign-ins kept; older ones give way, so that a loop of GETs costs no memory. */
const MAX_PENDING = 1000;
const DEFAULT_TOKEN_LIFETIME_S = 3600;
/** RFC 7636 section 4.1 and 4.2 */
const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;

export class OAuth {
  #now;
  #pending = new Map();
  #codes = new Map();
  #access = new Map();
  #refresh = new Map();
  /** tokenId -> {tokenId, userId, scopes, ended}: one per code that was exchanged */
  #sessions = new Map();

  constructor(now) {
    this.#now = now;
    this.settings = { tokenLifetime: DEFAULT_TOKEN_LIFETIME_S, refreshGrant: 'ok', refuseScopes: [], explainScopes: true };
    this.counters = {
      authorizeRequests: 0,
      tokenRequests: 0,
      codeExchanges: 0,
      refreshes: 0,
      sessionRefreshes: 0,
      sessionsEnded: 0,
      doubleSpends: 0,
      refused: 0,
    };
  }

  /**
   * Checks an authorization request.
   * @returns {{refuse: string} | {redirect: string} | {pending: string, scopes: string[]}}
   *   refuse: shown to the person, never redirected (RFC 6749 section 4.1.2.1)
   */
  begin(query) {
    this.counters.authorizeRequests += 1;
    const twice = [...new Set(query.keys())].find((name) => query.getAll(name).length > 1);
    if (twice) return { refuse: `parameter ${twice} is given more than once` };
    const request = Object.fromEntries(query);
    if (request.client_id !== CLIENT_ID) return { refuse: `client_id "${request.client_id ?? ''}" is not known` };
    if (!isRegistered(request.redirect_uri))
      return { refuse: `redirect_uri "${request.redirect_uri ?? ''}" is not registered for this client` };
    const wrong = faultOf(request) ?? this.#unknownScopes(request);
    if (wrong) return { redirect: errorRedirect(request, ...wrong) };
    const id = randomBytes(16).toString('hex');
    this.#pending.set(id, { request, until: this.#now() + SIGN_IN_LIFETIME_MS });
    if (this.#pending.size > MAX_PENDING) this.#pending.delete(this.#pending.keys().next().value);
    return { pending: id, scopes: scopesOf(request.scope) };
  }

  /** The scopes that this mittwald knows: all, but for those that a test takes away. */
  knows(scope) {
    return isScope(scope) && !this.settings.refuseScopes.includes(scope);
  }

  #unknownScopes(request) {
    const unknown = scopesOf(request.scope).filter((name) => !this.knows(name));
    if (!unknown.length) return undefined;
    return ['invalid_scope', this.settings.explainScopes ? `unknown scopes: ${unknown.join(' ')}` : 'a scope is unknown'];
  }

  /** An unfinished sign-in, or undefined when there is none (any more). */
  pending(id) {
    const entry = this.#pending.get(id);
    return entry && entry.until > this.#now()
      ? { request: entry.request, scopes: scopesOf(entry.request.scope) }
      : undefined;
  }

  deny(id) {
    const { request } = this.pending(id);
    this.#pending.delete(id);
    return errorRedirect(request, 'access_denied', 'the person declined');
  }

  allow(id, userId) {
    const { request, scopes } = this.pending(id);
    this.#pending.delete(id);
    const code = secret('code');
    this.#codes.set(code, { request, scopes, userId, until: this.#now() + CODE_LIFETIME_MS, tokens: null });
    return withParams(request.redirect_uri, { code, state: request.state });
  }

  /** POST token. @returns {{status, body, headers?}} in RFC 6749 shape */
  token(headers, text) {
    this.counters.tokenRequests += 1;
    try {
      const form = readForm(headers, text);
      identifyClient(headers, form);
      if (form.grant_type === 'authorization_code') return this.#exchange(form);
      if (form.grant_type === 'refresh_token' && this.settings.refreshGrant === 'ok') return this.#refreshGrant(form);
      throw new TokenError('unsupported_grant_type', `grant_type "${form.grant_type ?? ''}" is not supported`);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      this.counters.refused += 1;
      return {
        status: error.status,
        body: { error: error.code, error_description: error.message },
        headers: error.headers,
      };
    }
  }

  #exchange({ code, redirect_uri: redirectUri, code_verifier: verifier }) {
    if (!code || !redirectUri) throw new TokenError('invalid_request', 'code and redirect_uri are required');
    const entry = this.#codes.get(code);
    if (!entry || entry.until <= this.#now())
      throw new TokenError('invalid_grant', 'the code is unknown or has expired');
    if (entry.tokens) {
      // RFC 6749 section 4.1.2: a code used twice takes its tokens with it.
      this.#revoke(entry.tokens);
      throw new TokenError('invalid_grant', 'the code was used before');
    }
    entry.tokens = {};
    if (redirectUri !== entry.request.redirect_uri)
      throw new TokenError('invalid_grant', 'redirect_uri differs from the authorization request');
    if (!VERIFIER.test(verifier ?? '') || challengeOf(verifier) !== entry.request.code_challenge)
      throw new TokenError('invalid_grant', 'code_verifier does not match');
    this.counters.codeExchanges += 1;
    const tokenId = randomUUID();
    this.#sessions.set(tokenId, { tokenId, userId: entry.userId, scopes: entry.scopes, ended: false });
    const issued = this.#issue({ userId: entry.userId, scopes: new Set(entry.scopes), tokenId });
    entry.tokens = issued;
    return answerOf(issued);
  }

  #refreshGrant({ refresh_token: token, scope }) {
    if (!token) throw new TokenError('invalid_request', 'refresh_token is required');
    const grant = this.#spend(token);
    if (!grant) throw new TokenError('invalid_grant', 'the refresh token is unknown or was used before');
    const wanted = scope === undefined ? [...grant.scopes] : scopesOf(scope);
    if (wanted.some((name) => !grant.scopes.has(name)))
      throw new TokenError('invalid_scope', 'more scopes than were granted');
    this.counters.refreshes += 1;
    return answerOf(this.#issue({ ...grant, scopes: new Set(wanted) }));
  }

  /** PUT /v2/users/self/sessions: the same refresh token, another door. */
  refreshSession(token, usedAccessToken) {
    const grant = this.#spend(token);
    if (!grant) return undefined;
    this.#access.delete(usedAccessToken);
    this.counters.sessionRefreshes += 1;
    const issued = this.#issue(grant);
    return { token: issued.access, refreshToken: issued.refresh, expiresAt: new Date(issued.expiresAt).toISOString() };
  }

  /** A refresh token works once; a second use is counted, so that a test can see it. */
  #spend(token) {
    const entry = this.#refresh.get(token);
    if (!entry || this.#hasEnded(entry.grant)) return undefined;
    if (entry.spent) {
      this.counters.doubleSpends += 1;
      return undefined;
    }
    entry.spent = true;
    return entry.grant;
  }

  #issue(grant) {
    const issued = {
      access: secret('access'),
      refresh: secret('refresh'),
      lifetime: this.settings.tokenLifetime,
      scopes: grant.scopes,
    };
    issued.expiresAt = this.#now() + issued.lifetime * 1000;
    this.#access.set(issued.access, {
      userId: grant.userId,
      scopes: grant.scopes,
      tokenId: grant.tokenId,
      expiresAt: issued.expiresAt,
    });
    const { userId, scopes, tokenId } = grant;
    this.#refresh.set(issued.refresh, { grant: { userId, scopes, tokenId }, spent: false });
    return issued;
  }

  #revoke({ access, refresh }) {
    this.#access.delete(access);
    this.#refresh.delete(refresh);
  }

  byAccessToken(token) {
    const entry = this.#access.get(token);
    if (!entry || this.#hasEnded(entry)) return undefined;
    return { ...entry, expired: entry.expiresAt <= this.#now() };
  }

  /** PUT /v2/logout: every token that came of the same sign-in is over. */
  endSession(tokenId) {
    const session = this.#sessions.get(tokenId);
    if (!session || session.ended) return;
    session.ended = true;
    this.counters.sessionsEnded += 1;
  }

  /** What began with each sign-in, oldest first. */
  get sessions() {
    return [...this.#sessions.values()];
  }

  #hasEnded({ tokenId }) {
    return this.#sessions.get(tokenId)?.ended ?? false;
  }

  expireAll() {
    for (const entry of this.#access.values()) entry.expiresAt = 0;
  }
}

class TokenError extends Error {
  constructor(code, message, status = 400, headers = {}) {
    super(message);
    Object.assign(this, { code, status, headers });
  }
}

function isRegistered(uri) {
  return uri === REGISTERED_REDIRECT || LOOPBACK_REDIRECT.test(uri ?? '');
}

/** What is wrong with a request whose redirect can be trusted: [error, description]. */
function faultOf(request) {
  if (request.response_type !== 'code') return ['unsupported_response_type', 'response_type must be code'];
  if (request.grant_type !== undefined && request.grant_type !== 'authorization_code')
    return ['invalid_request', 'grant_type must be authorization_code'];
  if (request.code_challenge_method !== 'S256') return ['invalid_request', 'code_challenge_method must be S256'];
  if (!CHALLENGE.test(request.code_challenge ?? ''))
    return ['invalid_request', 'code_challenge must be 43 characters of base64url'];
}

function scopesOf(text) {
  return [...new Set((text ?? '').split(' ').filter(Boolean))];
}

function errorRedirect({ redirect_uri: uri, state }, error, description) {
  return withParams(uri, { error, error_description: description, state });
}

function withParams(uri, params) {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(params)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

function readForm(headers, text) {
  const type = (headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded')
    throw new TokenError('invalid_request', 'the body must be application/x-www-form-urlencoded');
  const params = new URLSearchParams(text);
  for (const name of params.keys())
    if (params.getAll(name).length > 1) throw new TokenError('invalid_request', `${name} is given more than once`);
  return Object.fromEntries(params);
}

/** Public client: client_id in the body, or as the user of Basic. A secret in the body is forbidden. */
function identifyClient(headers, form) {
  if (form.client_secret !== undefined)
    throw new TokenError('invalid_request', 'client_secret must not be sent in the body');
  const basic = /^Basic\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (basic) {
    const user = decodeURIComponent(
      Buffer.from(basic, 'base64')
        .toString('latin1')
        .split(':')[0]
        .replace(/%(?![0-9a-f]{2})/gi, '%25'),
    );
    if (user !== CLIENT_ID)
      throw new TokenError('invalid_client', 'the client is not known', 401, {
        'www-authenticate': 'Basic realm="sandbox"',
      });
  }
  if (!basic || form.client_id !== undefined) {
    if (form.client_id !== CLIENT_ID) throw new TokenError('invalid_client', 'client_id is missing or not known');
  }
}

function answerOf({ access, refresh, lifetime, scopes }) {
  return {
    status: 200,
    body: {
      access_token: access,
      refresh_token: refresh,
      token_type: 'bearer',
      expires_in: lifetime,
      scope: [...scopes].join(' '),
    },
  };
}

function challengeOf(verifier) {
  return createHash('sha256').update(verifier).digest('base64url');
}

/** Opaque, and recognisable in a log as something that must not be there. */
function secret(kind) {
  return `sbx-${kind}-${randomBytes(24).toString('base64url')}`;
}
