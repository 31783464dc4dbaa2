// Our facts of the API (catalog/operations.json, which every tool is compiled from and the sandbox checks
// with) against those of mittwald's own npm package, which mittwald generates by other code.
//
//  1. every operation that a tool calls exists there, under its method, path and operationId
//  2. the names of its path and query parameters and of the fields of its body are the same, and which of
//     them are required, but for differences that are explained; deprecated names may be missing here
//  3. each kind of difference is told
//
// This proves that nothing of what a request is made of was lost, invented or renamed on the way from the
// API's document to our facts, and, once the package is renewed in package.json, what changed in the API
// since. The package has no deprecated operations, so one that a tool uses and mittwald gives up is told by
// 1. It does not prove types, limits or answers, nor that the API does as it says.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { clientOperations } from "./support/api-client.mjs";
import { factsOf } from "./support/field-names.mjs";

const catalog = new URL("../catalog/", import.meta.url);
const facts = JSON.parse(readFileSync(new URL("operations.json", catalog), "utf8"));
const client = clientOperations();

/// What tools call: their own operations, those they rest on, and the GETs that prove a project.
function usedOperations() {
  const used = new Set();
  for (const file of readdirSync(new URL("tools/", catalog))) {
    const text = readFileSync(new URL(`tools/${file}`, catalog), "utf8");
    // In the proofs of a project, a parameter may say which argument fills it.
    for (const [, verb, path] of text.matchAll(/(?<!#.*)\b(GET|POST|PUT|PATCH|DELETE) (\/v2\/[^\s":]*)/g))
      used.add(`${verb} ${path.replaceAll(/=[^}]*/g, "")}`);
  }
  return [...used].sort();
}

/// Every difference between the two about these operations, in words.
function differences(keys, facts, client) {
  return keys.flatMap((key) => {
    const ours = factsOf(facts, key);
    const theirs = client.get(key);
    if (!theirs) return [`${key} is not in the package`];
    const id = ours.id === theirs.id ? [] : [`${key} is ${theirs.id} in the package, not ${ours.id}`];
    const parts = ["path", "query", "body"].flatMap((part) =>
      partDifferences(ours[part], theirs[part]).map((difference) => `${key} ${part}: ${difference}`),
    );
    return [...id, ...parts];
  });
}

function partDifferences(ours, theirs) {
  if (!ours || !theirs) return ours === theirs ? [] : [`${theirs ? "only" : "not"} in the package`];
  const lacks = (names, others) => [...names].filter((name) => !others.has(name));
  return [
    ...lacks(ours.known, theirs.known).map((name) => `${name} is not in the package`),
    ...lacks(theirs.current, ours.known).map((name) => `${name} is only in the package`),
    ...lacks(ours.required, theirs.required).map((name) => `${name} is required here only`),
    ...lacks(theirs.required, ours.required).map((name) => `${name} is required in the package only`),
  ];
}

/// Differences that are none of ours, sorted; one that is gone must go from here.
const EXPLAINED = [
  // Deprecated by the API's document, and therefore not among our facts; the package's types of query
  // parameters do not say what is deprecated.
  "GET /v2/articles query: customerId is only in the package",
  "GET /v2/articles/{articleId} query: customerId is only in the package",
  // Optional parameters that the API has got since release 4.442.0 of the package.
  "GET /v2/extension-instances query: hasAcceptedAllScopes is not in the package",
  "GET /v2/projects/{projectId}/cronjobs query: stackId is not in the package",
  "GET /v2/projects/{projectId}/sftp-users query: page is not in the package",
  "GET /v2/projects/{projectId}/ssh-users query: page is not in the package",
];

const used = usedOperations();

describe("what tools call", () => {
  test("is in mittwald's package, with the same parameters and fields", () => {
    assert.ok(used.length > 300, `${used.length} operations`);
    assert.deepEqual(differences(used, facts, client), EXPLAINED);
  });

  test("was compared whole, but for bodies that are no objects with names", () => {
    const nameless = used.filter((key) => client.get(key).body === null);
    assert.deepEqual(nameless, ["PATCH /v2/ingresses/{ingressId}/paths"], "a list");
    assert.ok(used.filter((key) => client.get(key).body).length > 100);
    assert.ok(used.filter((key) => client.get(key).query.known.size > 0).length > 50);
  });
});

describe("a difference is told:", () => {
  const key = "POST /v2/customers/{customerId}/ai-hosting-keys";
  const list = "GET /v2/customers";
  const told = (change, of = key) => {
    const changed = structuredClone(facts);
    change(changed.operations[of], changed.operations);
    return differences([of], changed, client);
  };

  test("an operation that the package lacks", () => {
    const changed = structuredClone(client);
    changed.delete(key);
    assert.deepEqual(differences([key], facts, changed), [`${key} is not in the package`]);
  });

  test("another operationId", () => {
    assert.deepEqual(told((operation) => (operation.id = "other")), [
      `${key} is ai-hosting-customer-create-key in the package, not other`,
    ]);
  });

  test("another path or query parameter", () => {
    const renamed = told((operation) => (operation.params.find(({ name }) => name === "customerId").name = "orgId"));
    assert.deepEqual(renamed.sort(), [
      `${key} path: customerId is only in the package`,
      `${key} path: customerId is required in the package only`,
      `${key} path: orgId is not in the package`,
      `${key} path: orgId is required here only`,
    ]);
    const limit = (operation) => operation.params.find(({ name }) => name === "limit");
    assert.deepEqual(told((operation) => (limit(operation).required = true), list), [
      `${list} query: limit is required here only`,
    ]);
  });

  test("another field of the body, or none", () => {
    const field = told(({ body }) => delete body.schema.properties.name);
    assert.deepEqual(field, [`${key} body: name is only in the package`]);
    assert.deepEqual(told(({ body }) => (body.schema.required = [])), [
      `${key} body: name is required in the package only`,
    ]);
    assert.deepEqual(told((operation) => delete operation.body), [`${key} body: only in the package`]);
  });
});
