// The check that every test's connector goes through at its end would notice.
//
//  1. a secret anywhere in a line
//  2. a name that a line does not have
//  3. a word that could be a token

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertDiscreet } from "./support/log-lines.mjs";

const LINE = { method: "POST", route: "mcp", status: 200, ms: 3, mcp: { method: "tools/call", tool: "mittwald_app_get", revision: "2025-11-25", outcome: "ok" } };
/// Finds these texts.
const finding = (...secrets) => (text) => secrets.filter((secret) => text.includes(secret));
const line = (changes) => [{ message: JSON.stringify({ ...LINE, ...changes }) }];

test("what the Worker writes passes", () => {
  assertDiscreet(line({}), finding("sbx-access-1"));
  assertDiscreet(line({ left_out: ["conversation:read"], mcp: null }), finding());
  assertDiscreet([{ message: "The connector is not configured: PUBLIC_URL is no https address." }], finding("key"));
  assertDiscreet(line({ trace: "0af7651916cd43dd8448eb211c80319c" }), finding());
});

test("a secret is found wherever it stands", () => {
  assert.throws(() => assertDiscreet(line({ route: "sbx-access-1" }), finding("sbx-access-1")), /secret/);
  assert.throws(() => assertDiscreet([{ message: "MASTER_KEY abc is malformed" }], finding("abc")), /secret/);
});

test("other names and longer words are refused", () => {
  assert.throws(() => assertDiscreet(line({ path: "/mcp" }), finding()));
  assert.throws(() => assertDiscreet(line({ mcp: { ...LINE.mcp, arguments: "{}" } }), finding()));
  assert.throws(() => assertDiscreet(line({ mcp: { ...LINE.mcp, tool: "x".repeat(43) } }), finding()));
  assert.throws(() => assertDiscreet(line({ route: "/callback?code=1" }), finding()));
  assert.throws(() => assertDiscreet(line({ trace: "00-0af7651916cd43dd8448eb211c80319c" }), finding()));
});
