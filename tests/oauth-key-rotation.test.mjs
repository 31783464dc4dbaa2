// The master key is replaced. The former one stays in MASTER_KEY_OLD, so nobody has to sign in again.
//
//  1. client ids and secrets, access tokens, refresh tokens and codes of the former key go on working
//  2. what is issued afterwards is made with the new key
//  3. a person's new connections join the old ones
//  4. without the former key everything of it is refused, and a new sign-in works
//  5. several former keys may be listed

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  authorizationRequest,
  claimsOf,
  exchange,
  obtainCode,
  refresh,
  register,
  revoke,
  signIn,
} from "./support/sign-in.mjs";
import { masterKey, startConnector } from "./support/worker.mjs";

let connector;
before(async () => {
  connector = await startConnector({ persist: true });
});
after(() => connector?.dispose());

/// Puts a new key in the place of the present one; the former ones stay.
function rotate() {
  const { MASTER_KEY, MASTER_KEY_OLD } = connector.bindings;
  const former = [MASTER_KEY, MASTER_KEY_OLD].filter(Boolean).join(",");
  return connector.restart({ MASTER_KEY: masterKey(), MASTER_KEY_OLD: former });
}

function ping(token) {
  return fetch(connector.mcp, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }),
  });
}

const keyOf = (token) => token.split(".")[0];

test("two rotations go unnoticed", async () => {
  const client = await register(connector, { token_endpoint_auth_method: "client_secret_post" });
  const { tokens } = await signIn(connector, { client });
  const granted = await obtainCode(connector, client);
  await rotate();
  await rotate();

  assert.equal((await ping(tokens.access_token)).status, 200, "access token");
  const exchanged = await exchange(connector, client, granted);
  assert.equal(exchanged.status, 200, "code, client id and secret");
  const renewed = await refresh(connector, client, tokens.refresh_token);
  assert.equal(renewed.status, 200, "refresh token");
  assert.notEqual(keyOf(renewed.body.refresh_token), keyOf(tokens.refresh_token), "made with the new key");
  assert.equal((await ping(renewed.body.access_token)).status, 200, "mittwald's token, sealed with the old key");

  const again = await signIn(connector, { client });
  assert.equal(claimsOf(again.tokens.access_token).sub, claimsOf(tokens.access_token).sub, "the same account");
});

test("mittwald's tokens are renewed and sealed anew after a rotation", async () => {
  const client = await register(connector);
  await connector.control({ tokenLifetime: 600 });
  const { tokens } = await signIn(connector, { client });
  await connector.control({ tokenLifetime: 3600 });
  await rotate();
  const renewed = await refresh(connector, client, tokens.refresh_token);
  assert.equal(renewed.status, 200, renewed.text);
  assert.equal(renewed.body.expires_in, 900);
  assert.equal((await ping(renewed.body.access_token)).status, 200);
});

test("without the former key everything of it is refused, and a new sign-in works", async () => {
  const client = await register(connector);
  const { tokens } = await signIn(connector, { client });
  await connector.restart({ MASTER_KEY: masterKey(), MASTER_KEY_OLD: "" });

  assert.equal((await ping(tokens.access_token)).status, 401);
  const refused = await refresh(connector, client, tokens.refresh_token);
  assert.equal(refused.status, 401, "the client registers again");
  assert.equal(refused.body.error, "invalid_client");
  const page = await fetch(authorizationRequest(connector, client).url, { redirect: "manual" });
  assert.equal(page.status, 400);

  const fresh = await register(connector);
  assert.equal((await refresh(connector, fresh, tokens.refresh_token)).body.error, "invalid_grant");
  assert.equal((await revoke(connector, fresh, tokens.refresh_token)).status, 200);
  const again = await signIn(connector, { client: fresh });
  assert.equal((await ping(again.tokens.access_token)).status, 200);
});
