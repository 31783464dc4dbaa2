// Every value that a deployment can get wrong is found at the first request, and named.
//
//  1. secrets: missing, too short, too long, of other letters
//  2. addresses that are none, lack their s, or carry what would break the addresses made from them
//  3. switches and patterns that are misspelt
//  4. values that are right in spite of their looks
//  5. a wrong value answers every path, also the healthy ones, and shows nothing of itself

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { masterKey, startConnector } from "./support/worker.mjs";

let connector;
let good;
before(async () => {
  connector = await startConnector();
  good = { ...connector.bindings };
});
after(() => connector?.dispose());

/// Restarts with these values and asks for `path`; then the good ones are back.
async function configured(values, paths = ["/healthz"]) {
  connector.logs.length = 0;
  await connector.restart({ ...good, MASTER_KEY_OLD: "", ...values });
  const answers = [];
  for (const path of paths) {
    const response = await fetch(connector.origin + path, { redirect: "manual" });
    answers.push({ status: response.status, headers: response.headers, text: await response.text() });
  }
  return answers;
}

/// Checks that this value stops the connector with one line that names the variable.
async function refused(name, value) {
  const [{ status, text, headers }] = await configured({ [name]: value });
  assert.equal(status, 500, `${name}=${value}: ${text}`);
  assert.match(headers.get("content-type"), /^text\/plain/);
  assert.equal(text.trim().split("\n").length, 1, text);
  assert.match(text, new RegExp(`\\b${name}\\b`), text);
  assert.ok(text.length > 40 && text.length < 400, text);
  assert.doesNotMatch(text, /panic|unreachable|undefined|Error:/);
  if (name.startsWith("MASTER_KEY") && value.trim()) assert.ok(!text.includes(value.trim()), "a secret stays secret");
  const errors = connector.logs.filter(({ level }) => level === "error");
  assert.ok(errors.length >= 1 && errors.every(({ message }) => message.includes(name)), JSON.stringify(errors));
  for (const { message } of connector.logs) assert.doesNotMatch(message, /panic|RuntimeError/);
}

const bytes = (count) => randomBytes(count).toString("base64url");

describe("secrets", () => {
  for (const [what, value] of [
    ["is empty", ""],
    ["is white space", "  "],
    ["is a word", "hunter2"],
    ["is too short", bytes(31)],
    ["is too long", bytes(33)],
    ["has other letters", `${bytes(32).slice(0, 42)}!`],
    ["is in hexadecimal", randomBytes(32).toString("hex")],
  ])
    test(`MASTER_KEY that ${what}`, () => refused("MASTER_KEY", value));

  test("MASTER_KEY_OLD with one bad key in the list", async () => {
    for (const value of ["short", `${masterKey()},short`, `${masterKey()};${masterKey()}`])
      await refused("MASTER_KEY_OLD", value);
  });
});

describe("addresses", () => {
  const ADDRESSES = ["MITTWALD_API_URL", "MITTWALD_OAUTH_AUTHORIZE_URL", "MITTWALD_OAUTH_TOKEN_URL"];
  for (const name of ADDRESSES) {
    test(`${name} that is no address`, async () => {
      for (const value of ["nonsense", "api.mittwald.de", "/v2", "ftp://api.example", "https://", "javascript:alert(1)"])
        await refused(name, value);
    });
    test(`${name} without its s`, () => refused(name, "http://api.example"));
    test(`${name} with a name and password in it`, () => refused(name, "https://user:pass@api.example"));
    test(`${name} with a fragment`, () => refused(name, "https://api.example/#x"));
  }

  test("MITTWALD_API_URL with a query, which would swallow every path", () =>
    refused("MITTWALD_API_URL", "https://api.example/?x=1"));

  for (const name of ["MITTWALD_OAUTH_AUTHORIZE_URL", "MITTWALD_OAUTH_TOKEN_URL", "MITTWALD_OAUTH_CLIENT_ID"])
    test(`${name} that is missing`, () => refused(name, ""));

  test("PUBLIC_URL that is no origin", async () => {
    for (const value of [
      "mcp.example",
      "http://mcp.example",
      "https://mcp.example/mcp",
      "https://mcp.example?x",
      "https://mcp.example#x",
      "https://user@mcp.example",
      "ftp://mcp.example",
      "*",
    ])
      await refused("PUBLIC_URL", value);
  });

  test("MITTWALD_OAUTH_REDIRECT_URL that is missing beside a public address, or no address", async () => {
    for (const value of ["", "nonsense", "http://auth.example/mittwald/callback"]) {
      const [{ status, text }] = await configured({ PUBLIC_URL: "https://mcp.example", MITTWALD_OAUTH_REDIRECT_URL: value });
      assert.equal(status, 500, value);
      assert.match(text, /MITTWALD_OAUTH_REDIRECT_URL/);
    }
  });

  test("MITTWALD_OAUTH_REDIRECT_URL that leads where nobody answers", () =>
    refused("MITTWALD_OAUTH_REDIRECT_URL", "https://auth.example/somewhere/else"));
});

describe("switches and patterns", () => {
  test("ALLOW_API_TOKENS that is misspelt", async () => {
    for (const value of ["yes", "1", "TRUE", "True", "on", "falsch"]) await refused("ALLOW_API_TOKENS", value);
  });

  test("API_TOKEN_PATTERN that would let anything through", async () => {
    for (const value of ["^", "^a", "^ab:", ".*", "sandbox", "("]) await refused("API_TOKEN_PATTERN", value);
  });

  test("DATA_JURISDICTION that no data centre has", async () => {
    for (const value of ["mars", "EU ", "eu,us"]) {
      const [{ status, text }] = await configured({ DATA_JURISDICTION: value });
      if (status === 500) assert.match(text, /DATA_JURISDICTION/);
      else assert.ok(value.trim().toLowerCase() === "eu", `${value} was taken`);
    }
  });
});

describe("values that are right in spite of their looks", () => {
  for (const [name, value] of [
    ["MASTER_KEY", ` ${masterKey()}\n`],
    ["MASTER_KEY_OLD", ` ${masterKey()} , ,${masterKey()},`],
    ["PUBLIC_URL", "https://mcp.example/"],
    ["MITTWALD_API_URL", "https://api.example/"],
    ["MITTWALD_API_URL", ""],
    ["ALLOW_API_TOKENS", ""],
    ["API_TOKEN_PATTERN", ""],
    ["API_TOKEN_PATTERN", "uuid:"],
    ["BLOCKED_CLIENTS", " , evil.example,, "],
  ])
    test(`${name}=${JSON.stringify(name.startsWith("MASTER") ? "..." : value)}`, async () => {
      const redirect = name === "PUBLIC_URL" ? { MITTWALD_OAUTH_REDIRECT_URL: "https://mcp.example/mittwald/callback" } : {};
      const [{ status, text }] = await configured({ ...redirect, [name]: value });
      assert.equal(status, 200, text);
    });
});

test("a wrong value answers every path alike, and names no other value", async () => {
  const paths = ["/", "/mcp", "/healthz", "/version", "/authorize", "/.well-known/oauth-authorization-server", "/x"];
  const answers = await configured({ ALLOW_API_TOKENS: "yes" }, paths);
  for (const { status, text, headers } of answers) {
    assert.equal(status, 500);
    assert.equal(text, answers[0].text);
    assert.equal(headers.get("cache-control"), "no-store");
    for (const value of [good.MASTER_KEY, good.MITTWALD_API_URL]) assert.ok(!text.includes(value));
  }
  const [{ status }] = await configured({});
  assert.equal(status, 200, "and the right one is well again");
});
