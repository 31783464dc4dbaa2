// A connector that is configured wrongly says so in one line, and never panics.
//
//  1. a missing or malformed master key
//  2. each variable that cannot be used
//  3. no public address: only loopback is answered

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startConnector } from "./support/worker.mjs";
import { requestAs } from "./support/raw-http.mjs";

let connector;
before(async () => (connector = await startConnector()));
after(() => connector.dispose());

for (const [name, value] of [
  ["MASTER_KEY", ""],
  ["MASTER_KEY", "short"],
  ["MASTER_KEY_OLD", "short"],
  ["PUBLIC_URL", "http://mcp.example"],
  ["MITTWALD_API_URL", "http://api.example"],
  ["MITTWALD_OAUTH_TOKEN_URL", "nonsense"],
  ["MITTWALD_OAUTH_CLIENT_ID", ""],
  ["ALLOW_API_TOKENS", "yes"],
  ["API_TOKEN_PATTERN", "("],
])
  test(`${name} = "${value}" is named in one clear line`, async () => {
    const good = connector.bindings[name];
    await connector.restart({ [name]: value });
    const response = await fetch(`${connector.origin}/healthz`);
    const text = await response.text();
    assert.equal(response.status, 500);
    assert.match(text, new RegExp(name));
    assert.equal(text.trim().split("\n").length, 1, text);
    if (value) assert.ok(name !== "MASTER_KEY" || !text.includes(` ${value} `), "the value is not repeated");
    await connector.restart({ [name]: good ?? "" });
    assert.equal((await fetch(`${connector.origin}/healthz`)).status, 200);
  });

test("without a public address another host than loopback is refused", async () => {
  const answer = await requestAs("evil.example", connector.port, "/healthz");
  assert.equal(answer.status, 421);
  for (const host of ["localhost", "127.0.0.1", "[::1]"]) {
    const ours = await requestAs(`${host}:${connector.port}`, connector.port, "/.well-known/oauth-authorization-server");
    assert.equal(JSON.parse(ours.text).issuer, `http://${host}:${connector.port}`);
  }
});
