// The conformance suite's fixtures (src/mcp/fixtures.rs) are in build-conformance and nowhere else.
//
//  1. what only the conformance build lists (tools, prompts, resources, templates): the product lists none of it
//  2. none of these names is in the product's WebAssembly; all of them are in the other one
//  3. the product answers neither calls of them nor the methods that exist for the suite alone

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { assertError, callOf, connect, legacyClient, message, modernClient } from "./support/mcp-client.mjs";
import { startConnector } from "./support/worker.mjs";

const LISTS = {
  "tools/list": ["tools", "name"],
  "prompts/list": ["prompts", "name"],
  "resources/list": ["resources", "uri"],
  "resources/templates/list": ["resourceTemplates", "uriTemplate"],
};

const wasmOf = (build) => readFileSync(new URL(`../${build}/index_bg.wasm`, import.meta.url));

const builds = {};
let names;
before(async () => {
  for (const build of ["build", "build-conformance"]) builds[build] = await listsOf(build);
  const product = Object.values(builds.build.lists).flat();
  names = Object.values(builds["build-conformance"].lists).flat().filter((name) => !product.includes(name));
});
after(async () => {
  for (const { connector } of Object.values(builds)) await connector?.dispose();
});

async function listsOf(build) {
  const connector = await startConnector({ build });
  const { url, token } = await connect(connector, { path: "/mcp/x/all" });
  const client = modernClient(url, token);
  const lists = {};
  for (const [method, [list, key]] of Object.entries(LISTS)) {
    const { body } = await client.request(method);
    lists[method] = (body.result?.[list] ?? []).map((item) => item[key]);
  }
  return { connector, client, legacy: legacyClient(url, token), lists };
}

test("what the suite needs is in the conformance build's lists", () => {
  const { lists } = builds["build-conformance"];
  for (const [method, name] of [
    ["tools/list", "test_simple_text"],
    ["tools/list", "json_schema_2020_12_tool"],
    ["prompts/list", "test_simple_prompt"],
    ["resources/list", "test://static-text"],
    ["resources/templates/list", "test://template/{id}/data"],
  ])
    assert.ok(lists[method].includes(name), name);
  assert.ok(names.length > 15, names.join());
});

test("the product lists none of it", () => {
  for (const name of Object.values(builds.build.lists).flat()) assert.doesNotMatch(name, /^test[_:]|json_schema/);
});

test("the product's WebAssembly names none of it, the other one all", () => {
  const product = wasmOf("build");
  const other = wasmOf("build-conformance");
  for (const name of names) {
    const text = name.replace(/\{.*/, "");
    assert.ok(other.includes(text), `${text} is not found where it is: this test would prove nothing`);
    assert.ok(!product.includes(text), `${text} is in the product`);
  }
  for (const text of ["test://", "test_", "for testing"]) assert.ok(!product.includes(text), `${text} is in the product`);
});

test("the product knows no tool of these names, and no method that is there for the suite alone", async () => {
  const { client, legacy } = builds.build;
  for (const name of builds["build-conformance"].lists["tools/list"].filter((name) => names.includes(name)))
    assert.match(assertError(await legacy.send(callOf(name)), 200, -32602).message, /not found/);
  for (const method of ["logging/setLevel", "resources/subscribe", "resources/unsubscribe"]) {
    assertError(await legacy.send(message(method, { level: "info", uri: "test://watched-resource" })), 200, -32601);
    assertError(await client.request(method, { level: "info" }), 404, -32601);
  }
});
