// How the tests talk to a sandbox: one per test file, calls with a token, the sign-in walk.

import { createHash, randomBytes } from 'node:crypto';
import { startSandbox } from '../server.mjs';

export const REDIRECT = 'http://localhost:8787/mittwald/callback';
export const CLIENT = 'mittwald-mcp-server';

/** Starts a sandbox that ends with the test file; every test of the file begins afresh. */
export async function sandboxFor({ before, beforeEach, after }, options) {
  const box = {};
  before(async () => Object.assign(box, await startSandbox(options)));
  beforeEach(() => box.reset());
  after(() => box.close());
  box.call = (method, path, { token = 'sandbox-token', body, headers = {} } = {}) =>
    call(box, method, path, token, body, headers);
  box.control = (wishes) => call(box, 'POST', '/__control', null, wishes, {});
  return box;
}

/** @returns {{status, headers: Headers, body}} body parsed where it is JSON */
async function call(box, method, path, token, body, headers) {
  const json = body !== undefined && typeof body !== 'string';
  const response = await fetch(box.origin + path, {
    method,
    redirect: 'manual',
    body: json ? JSON.stringify(body) : body,
    headers: {
      ...(token && { 'x-access-token': token }),
      ...(json && { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  const text = await response.text();
  const parsed =
    (response.headers.get('content-type') ?? '').startsWith('application/json') && text ? JSON.parse(text) : text;
  return { status: response.status, headers: response.headers, body: parsed };
}

export function pkce() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

export function authorizeUrl(box, changes = {}, base = '/api/v2/oauth2/authorize') {
  const url = new URL(base, box.origin);
  const params = {
    response_type: 'code',
    client_id: CLIENT,
    redirect_uri: REDIRECT,
    scope: 'user:read project:read project:write',
    state: 'xyz',
    code_challenge_method: 'S256',
    code_challenge: pkce().challenge,
    ...changes,
  };
  for (const [name, value] of Object.entries(params)) if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

export const hiddenRequest = (html) => /name="request" value="([^"]+)"/.exec(html)[1];

/** Fills in the page's form. @returns the response to it, redirects not followed */
export function submit(
  box,
  request,
  { email = 'demo@example.com', password = 'sandbox', decision = 'allow', headers = {} } = {},
) {
  return fetch(`${box.origin}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers,
    body: new URLSearchParams({ request, email, password, decision }),
  });
}

export function tokenRequest(box, form, { headers = {}, path = '/api/v2/oauth2/token' } = {}) {
  return fetch(box.origin + path, { method: 'POST', headers, body: new URLSearchParams(form) });
}

/** The whole walk: authorize, form, code, token. */
export async function signIn(box, { scope = 'user:read project:read project:write', ...who } = {}) {
  const { verifier, challenge } = pkce();
  const page = await fetch(authorizeUrl(box, { scope, code_challenge: challenge }));
  const redirect = await submit(box, hiddenRequest(await page.text()), who);
  const code = new URL(redirect.headers.get('location')).searchParams.get('code');
  const response = await tokenRequest(box, {
    grant_type: 'authorization_code',
    client_id: CLIENT,
    code,
    redirect_uri: REDIRECT,
    code_verifier: verifier,
  });
  return { ...(await response.json()), code, verifier };
}
