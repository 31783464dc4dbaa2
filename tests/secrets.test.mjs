// No secret stands in a log line or in an answer that is an error: the hard cases.
//
// Every test's connector is searched for that when it ends (support/leaks.mjs). Here a whole life of a connection is
// walked with a confidential client, and everything that can be refused is sent with real secrets in it, also where
// no client would put them.
//
//  1. refusals while a sign-in, a token, a connection live and end
//  2. secrets in addresses, in bodies, in a registration, in place of a client id
//  3. mittwald's own words in an error, and its failure during a sign-in
//  4. the access token: mittwald's token is sealed in it
//  5. what the log does say: one line of JSON per request, with fixed names

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AGREE, Browser } from "./support/browser.mjs";
import {
  authorizationRequest,
  authorizeUrl,
  claimsOf,
  exchange,
  postForm,
  postJson,
  read,
  refresh,
  register,
  revoke,
} from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
/// What was refused.
const refusals = [];
let accessToken;

before(async () => {
  connector = await startConnector();
  watchMittwald();
  await liveAndBeRefused();
});
after(() => connector?.dispose());

/// Notes the codes that the sandbox gives out, also those that never come to us.
function watchMittwald() {
  const { oauth } = connector.sandbox.state;
  const { allow } = oauth;
  oauth.allow = (...who) => {
    const location = allow.apply(oauth, who);
    connector.leaks.learn("mittwald's code", new URL(location).searchParams.get("code"));
    return location;
  };
}

async function refused(what, answer) {
  assert.ok(answer.status >= 400, `${what} should be refused, not ${answer.status}`);
  refusals.push(what);
}

async function liveAndBeRefused() {
  const client = await register(connector, { token_endpoint_auth_method: "client_secret_post" });
  const browser = new Browser();
  const request = authorizationRequest(connector, client);
  connector.leaks.learn("verifier", request.verifier);
  const page = await browser.open(request.url);
  await refused(
    "a consent form without its cookie",
    await new Browser().submit(page, page.forms[0], {}, { decision: "allow" }),
  );
  const sent = await browser.submit(page, page.forms[0], {}, { decision: "allow" });
  await refused("a consent form twice", await browser.submit(page, page.forms[0], {}, { decision: "allow" }));
  const signIn = await browser.open(sent.location);
  const back = await browser.submit(signIn, signIn.forms[0], AGREE["/sign-in"].values, { decision: "allow" });
  await refused("a callback without its cookie", await new Browser().open(back.location));
  const arrived = await browser.open(back.location);
  await refused("a callback twice", await browser.open(back.location));
  const code = new URL(arrived.location).searchParams.get("code");
  await tokenRefusals(client, { ...request, code });
}

async function tokenRefusals(client, granted) {
  await refused("a wrong verifier", await exchange(connector, client, granted, { code_verifier: "a".repeat(43) }));
  await refused(
    "a wrong secret",
    await exchange(connector, client, granted, { client_secret: `${client.client_secret}x` }),
  );
  await refused("a wrong media type", await exchange(connector, client, granted, {}, { "content-type": "text/plain" }));
  await refused("two codes", await exchange(connector, client, granted, { code: [granted.code, granted.code] }));
  await refused("a foreign resource", await exchange(connector, client, granted, { resource: "https://evil.example" }));
  const { body: tokens } = await exchange(connector, client, granted);
  accessToken = tokens.access_token;
  const { body: next } = await refresh(connector, client, tokens.refresh_token);
  await mcpRefusals(next.access_token);
  await refused("a foreign scope", await refresh(connector, client, next.refresh_token, { scope: "openid" }));
  await refused(
    "a refresh token in the address",
    await postForm(`${connector.origin}/token?refresh_token=${next.refresh_token}`, {}),
  );
  await refused("a revocation by nobody", await revoke(connector, {}, next.refresh_token));
  await refused("a code twice", await exchange(connector, client, granted));
  await refused("a refresh after the end", await refresh(connector, client, next.refresh_token));
  await refused(
    "a registration with a secret in it",
    await postJson(`${connector.origin}/register`, { redirect_uris: [`http://evil.example/${next.refresh_token}`] }),
  );
  await refused(
    "an authorization request of nobody",
    await new Browser().open(authorizeUrl(connector, { client_id: client.client_secret, state: granted.code })),
  );
}

async function mcpRefusals(token) {
  const post = async (path, headers, body) =>
    read(
      await fetch(connector.origin + path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body,
      }),
    );
  const signedIn = { authorization: `Bearer ${token}` };
  await refused("a token at the wrong address", await post("/mcp/readonly", signedIn, "{}"));
  await refused("a changed token", await post("/mcp", { authorization: `Bearer ${token.slice(0, -2)}` }, "{}"));
  await refused("an unknown API token", await post("/mcp", { authorization: "Bearer sandbox-token-unknown" }, "{}"));
  await refused("a token in the address", await post(`/mcp?access_token=${token}`, {}, "{}"));
  await refused("a token as body", await post("/mcp", signedIn, token));
  await refused("an unknown path", await post(`/${token}`, signedIn, "{}"));
  await connector.control({
    fail: { match: "/v2/projects", status: 500, body: JSON.stringify({ message: "sbx-secret-of-mittwald" }) },
  });
  connector.leaks.learn("mittwald's own error text", "sbx-secret-of-mittwald");
  const call = {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "mittwald_project_list", arguments: {} },
  };
  const failed = await post(
    "/mcp",
    { ...signedIn, accept: "application/json, text/event-stream" },
    JSON.stringify(call),
  );
  assert.equal(failed.body.result.isError, true);
  refusals.push("a tool that failed");
}

test("there is something to look for, and somewhere", () => {
  const kinds = connector.leaks.kinds();
  for (const kind of [
    "master key",
    "verifier",
    "code_verifier towards mittwald",
    "access_token of mittwald's",
    "refresh_token of mittwald's",
    "cookie",
    "sealed field request",
    "state towards mittwald",
    "mittwald's code",
    "authorization code",
    "access_token that was given out",
    "refresh_token that was given out",
    "client_secret that was given out",
    "mittwald's own error text",
  ])
    assert.ok(kinds.has(kind), kind);
  assert.ok(refusals.length >= 20);
  assert.ok(connector.leaks.errors >= 15, String(connector.leaks.errors));
  assert.ok(connector.logs.length >= refusals.length);
});

test("no refusal repeats a secret that it was sent", () => assert.deepEqual(connector.leaks.report(), []));

test("the log is one line of JSON per request, and names no path, query or person", () => {
  for (const { message, level } of connector.logs) {
    const line = JSON.parse(message);
    assert.equal(level, "log");
    for (const member of ["method", "route", "status", "ms"]) assert.ok(member in line, message);
    assert.match(line.route, /^[a-z-]+$/);
    assert.ok(
      !message.includes("demo@example.com") && !message.includes("?") && !message.includes("Petersen"),
      message,
    );
  }
});

test("a failed sign-in tells the client nothing of mittwald's", async () => {
  const client = await register(connector);
  const browser = new Browser();
  const page = await browser.open(authorizationRequest(connector, client).url);
  const sent = await browser.submit(page, page.forms[0], {}, { decision: "allow" });
  const signIn = await browser.open(sent.location);
  const back = await browser.submit(signIn, signIn.forms[0], AGREE["/sign-in"].values, { decision: "allow" });
  await connector.control({ fail: { match: "/v2/users/self", status: 500 } });
  const arrived = await browser.open(back.location);
  assert.match(arrived.location, /error=temporarily_unavailable/);
  assert.deepEqual(connector.leaks.find(arrived.location), []);
});

test("mittwald's token cannot be read from the access token", () => {
  const claims = JSON.stringify(claimsOf(accessToken));
  assert.ok(claimsOf(accessToken).mittwald.length > 40);
  assert.deepEqual(connector.leaks.find(claims), []);
  assert.ok(!claims.includes("demo@example.com"));
});
