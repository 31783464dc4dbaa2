// A client's side of OAuth, one raw request at a time, so that a test can leave out, repeat or forge
// any of it.

import { createHash, randomBytes } from "node:crypto";
import { AGREE, Browser, walk } from "./browser.mjs";

export const REDIRECT_URI = "http://127.0.0.1:7777/callback";

/// Registers a client; `metadata` overrides single members.
export async function register(connector, metadata = {}) {
  const answer = await postJson(`${connector.origin}/register`, {
    client_name: "Test client",
    redirect_uris: [REDIRECT_URI],
    token_endpoint_auth_method: "none",
    ...metadata,
  });
  if (answer.status !== 201) throw new Error(`The registration was refused: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export function pkce() {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: challengeOf(verifier) };
}

export function challengeOf(verifier) {
  return createHash("sha256").update(verifier).digest("base64url");
}

/// The address of an authorization request. A parameter set to undefined is left out, one set to a
/// list is repeated.
export function authorizeUrl(connector, parameters) {
  const url = new URL(`${connector.origin}/authorize`);
  url.search = form(parameters).toString();
  return url.href;
}

/// A complete, correct authorization request and what belongs to it.
export function authorizationRequest(connector, client, parameters = {}) {
  const { verifier, challenge } = pkce();
  const state = randomBytes(8).toString("hex");
  const redirectUri = parameters.redirect_uri ?? client.redirect_uris[0];
  const url = authorizeUrl(connector, {
    response_type: "code",
    client_id: client.client_id,
    redirect_uri: redirectUri,
    code_challenge: challenge,
    code_challenge_method: "S256",
    state,
    resource: connector.mcp,
    ...parameters,
  });
  return { url, verifier, state, redirectUri };
}

/// Walks the pages as a person who agrees at this level; gives the code with what its exchange needs.
export async function obtainCode(
  connector,
  client,
  { level = "manage", parameters, browser = new Browser(), answers } = {},
) {
  const request = authorizationRequest(connector, client, parameters);
  const agreed = { ...AGREE, "/consent": { values: { level }, button: { decision: "allow" } }, ...answers };
  const answer = await walk(browser, request.url, request.redirectUri, agreed);
  return { ...request, answer, code: answer.get("code") };
}

/// Exchanges a code as `obtainCode` gave it; `parameters` override single ones.
export function exchange(connector, client, { code, verifier, redirectUri }, parameters = {}, headers = {}) {
  const fields = {
    grant_type: "authorization_code",
    client_id: client.client_id,
    client_secret: client.client_secret,
    code,
    code_verifier: verifier,
    redirect_uri: redirectUri,
    ...parameters,
  };
  return postForm(`${connector.origin}/token`, fields, headers);
}

export function refresh(connector, client, refreshToken, parameters = {}, headers = {}) {
  const fields = {
    grant_type: "refresh_token",
    client_id: client.client_id,
    client_secret: client.client_secret,
    refresh_token: refreshToken,
    ...parameters,
  };
  return postForm(`${connector.origin}/token`, fields, headers);
}

export function revoke(connector, client, token, parameters = {}) {
  return postForm(`${connector.origin}/revoke`, {
    client_id: client.client_id,
    client_secret: client.client_secret,
    token,
    ...parameters,
  });
}

/// The whole way: registers, walks the pages, exchanges the code.
export async function signIn(connector, { client, ...options } = {}) {
  const registered = client ?? (await register(connector));
  const granted = await obtainCode(connector, registered, options);
  const answer = await exchange(connector, registered, granted);
  if (answer.status !== 200) throw new Error(`The code was refused: ${JSON.stringify(answer.body)}`);
  return { client: registered, granted, tokens: answer.body };
}

/// An access token that was good and has expired: it lived as long as a short-lived token of mittwald.
export async function expiredToken(connector) {
  await connector.control({ tokenLifetime: 3 });
  const { tokens } = await signIn(connector);
  await connector.control({ tokenLifetime: 3600 });
  await new Promise((later) => setTimeout(later, tokens.expires_in * 1000 + 100));
  return tokens.access_token;
}

/// The claims of an access token, unverified: what a curious client could read.
export function claimsOf(accessToken) {
  return JSON.parse(Buffer.from(accessToken.split(".")[1], "base64url").toString("utf8"));
}

export async function postForm(url, fields, headers = {}) {
  const type = { "content-type": "application/x-www-form-urlencoded" };
  return read(await fetch(url, { method: "POST", headers: { ...type, ...headers }, body: form(fields).toString() }));
}

export async function postJson(url, value, headers = {}) {
  const type = { "content-type": "application/json" };
  const body = typeof value === "string" ? value : JSON.stringify(value);
  return read(await fetch(url, { method: "POST", headers: { ...type, ...headers }, body }));
}

/// Status, headers and body of a response; the body parsed where it is JSON.
export async function read(response) {
  const text = await response.text();
  const isJson = (response.headers.get("content-type") ?? "").startsWith("application/json");
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
}

function form(fields) {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) body.append(name, one);
  }
  return body;
}
