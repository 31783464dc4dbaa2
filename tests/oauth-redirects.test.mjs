// Where answers may go: the addresses of every client we know, and what an attacker would try instead.
// The table is tests/support/redirect-table.json; src/oauth/redirect_uri/tests.rs walks it natively.
//
//  1. every client registers its addresses in one request, and gets them back to the letter
//  2. each of them, and a loopback one on another port, leads to consent, and only there the form may lead
//  3. a code arrives at each client's address
//  4. what cannot be an address of a client is not registered
//  5. what is not the registered address, however like it, ends on a page
//  6. the code stays with the address it was asked for

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Browser } from "./support/browser.mjs";
import { authorizationRequest, exchange, obtainCode, postJson, register } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

const table = JSON.parse(readFileSync(new URL("support/redirect-table.json", import.meta.url), "utf8"));

let connector;
before(async () => {
  connector = await startConnector();
});
after(() => connector?.dispose());

const open = (client, uri) => new Browser().open(authorizationRequest(connector, client, { redirect_uri: uri }).url);

test("every client can register and ask with its addresses", async () => {
  assert.ok(table.clients.length >= 20);
  for (const { name, registers, requests = [] } of table.clients) {
    const client = await register(connector, { client_name: name, redirect_uris: registers });
    assert.deepEqual(client.redirect_uris, registers, name);
    for (const uri of [...registers, ...requests]) {
      const page = await open(client, uri);
      assert.equal(page.status, 200, `${name}: ${uri}`);
      assert.equal(page.location, undefined);
      assert.ok(page.forms.some((form) => new URL(form.action).pathname === "/consent"));
      const policy = page.headers.get("content-security-policy");
      const [, targets] = /form-action ([^;]+)(?:;|$)/.exec(policy);
      const { protocol, origin, host, hostname, port } = new URL(uri);
      // CSP has no IPv6 addresses.
      const web = hostname === "[::1]" ? `http://*:${port || 80}` : origin;
      const target = protocol.startsWith("http") ? web : protocol;
      assert.ok(targets.split(" ").includes(target), `${name}: ${uri}: ${targets}`);
      if (protocol === "https:") assert.ok(page.text.includes(host.split(":")[0]), `${uri} is shown`);
    }
  }
});

test("a code arrives at each client's address", async () => {
  for (const { name, registers, requests = [] } of table.clients) {
    const client = await register(connector, { client_name: name, redirect_uris: registers });
    const uri = requests[0] ?? registers.at(-1);
    const granted = await obtainCode(connector, client, { parameters: { redirect_uri: uri } });
    assert.ok(granted.code, name);
    assert.equal((await exchange(connector, client, granted)).status, 200, name);
  }
});

test("what cannot be an address of a client is not registered", async () => {
  assert.ok(table.unregistrable.length >= 30);
  for (const uri of table.unregistrable) {
    const { status, body } = await postJson(`${connector.origin}/register`, { redirect_uris: [uri] });
    assert.equal(status, 400, JSON.stringify(uri));
    assert.equal(body.error, "invalid_redirect_uri", JSON.stringify(uri));
  }
});

test("what is not the registered address ends on a page", async () => {
  assert.ok(table.mismatches.length >= 30);
  for (const [registered, requested, why] of table.mismatches) {
    const client = await register(connector, { redirect_uris: [registered] });
    const page = await open(client, requested);
    assert.equal(page.status, 400, why);
    assert.equal(page.location, undefined, why);
    assert.equal(page.forms.length, 0, why);
    assert.equal(page.headers.get("refresh"), null, why);
    assert.ok(!page.html.includes("evil.example"), why);
  }
});

test("the code stays with the address it was asked for", async () => {
  const [first, second] = ["https://claude.ai/api/mcp/auth_callback", "https://claude.com/api/mcp/auth_callback"];
  const client = await register(connector, { redirect_uris: [first, second] });
  const granted = await obtainCode(connector, client, { parameters: { redirect_uri: first } });
  for (const other of [second, `${first}/`, "https://evil.example/cb"]) {
    const { status, body } = await exchange(connector, client, granted, { redirect_uri: other });
    assert.equal(status, 400);
    assert.equal(body.error, "invalid_grant");
  }
  assert.equal((await exchange(connector, client, granted)).status, 200, "and none of that used it up");
});
