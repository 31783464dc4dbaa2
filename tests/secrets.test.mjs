// No secret stands in a log line or in an answer that is an error.
//
// A whole life of a connection is walked with a confidential client, then everything that can be refused
// is sent with real secrets in it. Afterwards the Worker's complete log, and every refusal, is searched.
//
//  1. the Worker's log, after success and after every kind of refusal
//  2. the answers to those refusals
//  3. pages and redirects, apart from the code that the client must get
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
/// Secret -> what it is.
const secrets = new Map();
/// Refusals: status, header fields and body as text, with what was asked.
const refusals = [];
let accessToken;

const keep = (what, ...values) => values.forEach((value) => secrets.set(value, what));

before(async () => {
  connector = await startConnector();
  keep("master key", connector.bindings.MASTER_KEY);
  watchMittwald();
  await liveAndBeRefused();
});
after(() => connector?.dispose());

/// Notes every code and token that the sandbox gives out.
function watchMittwald() {
  const { oauth } = connector.sandbox.state;
  const { token, allow, begin } = oauth;
  oauth.begin = (query) => {
    keep("state towards mittwald", query.get("state"));
    return begin.call(oauth, query);
  };
  oauth.allow = (...who) => {
    const location = allow.apply(oauth, who);
    keep("mittwald's code", new URL(location).searchParams.get("code"));
    return location;
  };
  oauth.token = (headers, text) => {
    const verifier = new URLSearchParams(text).get("code_verifier");
    if (verifier) keep("verifier towards mittwald", verifier);
    const answer = token.call(oauth, headers, text);
    if (answer.status === 200) keep("mittwald's token", answer.body.access_token, answer.body.refresh_token);
    return answer;
  };
}

async function refused(what, answer) {
  const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  assert.ok(answer.status >= 400, `${what} should be refused, not ${answer.status}`);
  refusals.push({ what, text: `${headers}\n\n${answer.text ?? answer.html}` });
}

async function liveAndBeRefused() {
  const client = await register(connector, { token_endpoint_auth_method: "client_secret_post" });
  keep("client secret", client.client_secret);
  const browser = new Browser();
  const request = authorizationRequest(connector, client);
  keep("verifier", request.verifier);
  const page = await browser.open(request.url);
  keep("cookie", browser.cookiesFor(connector.origin).split("=")[1]);
  const sealed = page.forms[0].fields.find(({ name }) => name === "request").value;
  keep("sealed request", sealed);
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
  keep("code", code, code.split(".")[2]);
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
  keep("access token", tokens.access_token, tokens.access_token.split(".")[2]);
  keep("refresh token", tokens.refresh_token, tokens.refresh_token.split(".")[4]);
  accessToken = tokens.access_token;
  const { body: next } = await refresh(connector, client, tokens.refresh_token);
  keep("access token", next.access_token, next.access_token.split(".")[2]);
  keep("refresh token", next.refresh_token, next.refresh_token.split(".")[4]);
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
  keep("API token", "sandbox-token-unknown");
  await refused("a token at the wrong address", await post("/mcp/readonly", signedIn, "{}"));
  await refused("a changed token", await post("/mcp", { authorization: `Bearer ${token.slice(0, -2)}` }, "{}"));
  await refused("an unknown API token", await post("/mcp", { authorization: "Bearer sandbox-token-unknown" }, "{}"));
  await refused("a token in the address", await post(`/mcp?access_token=${token}`, {}, "{}"));
  await refused("a token as body", await post("/mcp", signedIn, token));
  await refused("an unknown path", await post(`/${token}`, signedIn, "{}"));
  await connector.control({
    fail: { match: "/v2/projects", status: 500, body: JSON.stringify({ message: "sbx-secret-of-mittwald" }) },
  });
  keep("mittwald's own error text", "sbx-secret-of-mittwald");
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
  refusals.push({ what: "a tool that failed", text: failed.text });
}

/// The secrets that stand in a text.
function found(text) {
  return [...secrets].filter(([secret]) => text.includes(secret)).map(([, what]) => what);
}

test("there is something to look for", () => {
  const kinds = new Set(secrets.values());
  for (const kind of [
    "master key",
    "client secret",
    "verifier",
    "verifier towards mittwald",
    "cookie",
    "code",
    "mittwald's code",
    "mittwald's token",
    "access token",
    "refresh token",
    "state towards mittwald",
  ])
    assert.ok(kinds.has(kind), kind);
  for (const [secret, what] of secrets) assert.ok(typeof secret === "string" && secret.length >= 20, what);
  assert.ok(refusals.length >= 20);
});

test("the log holds no secret", () => {
  assert.ok(connector.logs.length >= refusals.length);
  for (const { message } of connector.logs) assert.deepEqual(found(message), [], message.slice(0, 100));
});

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

test("no refusal repeats a secret that it was sent", () => {
  for (const { what, text } of refusals) assert.deepEqual(found(text), [], what);
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
  assert.deepEqual(found(arrived.location), []);
});

test("mittwald's token cannot be read from the access token", () => {
  const claims = JSON.stringify(claimsOf(accessToken));
  assert.ok(claimsOf(accessToken).mittwald.length > 40);
  assert.deepEqual(found(claims), []);
  assert.ok(!claims.includes("demo@example.com"));
});
