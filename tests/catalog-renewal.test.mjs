// `make catalog` (scripts/catalog.sh): renews our facts from an OpenAPI document, and says what changed. The
// script runs on facts of its own, in a folder of its own, with the project's crate.
//
//  1. the same document changes nothing
//  2. added, removed and changed operations are listed, each with what changed; then they are the facts
//  3. a document that cannot be read changes nothing, and says why

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const parameter = (name, place) => ({ name, in: place, required: place === "path", schema: { type: "string" } });
const operation = (operationId, ...parameters) => ({
  operationId,
  tags: ["Thing"],
  parameters,
  responses: { 204: { description: "Done." } },
});
const body = (...names) => ({
  content: {
    "application/json": {
      schema: { type: "object", properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])) },
    },
  },
});
const documentOf = (paths) => ({ openapi: "3.0.0", info: { title: "API", version: "2.0" }, paths });

const THING = parameter("thingId", "path");
const PATHS = {
  "/v2/things": { get: operation("thing-list"), post: { ...operation("thing-create"), requestBody: body("name") } },
  "/v2/things/{thingId}": {
    get: operation("thing-get", THING),
    patch: operation("thing-update", THING, parameter("mode", "query")),
    delete: operation("thing-delete", THING),
  },
};

let folder;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "mittwald-mcp-"));
  for (const name of ["scripts", "catalog", "bin"]) mkdirSync(join(folder, name));
  cpSync(join(ROOT, "scripts/catalog.sh"), join(folder, "scripts/catalog.sh"));
  const cargo = execFileSync("bash", ["-c", "command -v cargo"], { encoding: "utf8" }).trim();
  const onPath = join(folder, "bin/cargo");
  const project = join(ROOT, "Cargo.toml");
  writeFileSync(onPath, `#!/bin/sh\nverb=$1; shift\nexec "${cargo}" "$verb" --manifest-path "${project}" "$@"\n`);
  chmodSync(onPath, 0o755);
  const nothing = { generated_by: "make catalog", api_version: "2.0", operations: {}, schemas: {} };
  writeFileSync(join(folder, "catalog/operations.json"), JSON.stringify(nothing));
  const { status, told } = renew(JSON.stringify(documentOf(PATHS)));
  assert.equal(status, 0, told);
  assert.match(told, /5 operations: 5 added, 0 removed, 0 changed\n$/);
});
after(() => rmSync(folder, { recursive: true, force: true }));

/// Runs the script on a document; gives its exit code and what it told.
function renew(text) {
  const spec = join(folder, "spec.json");
  writeFileSync(spec, text);
  const env = { ...process.env, SPEC: spec, PATH: `${join(folder, "bin")}:${process.env.PATH}` };
  const { status, stderr } = spawnSync(join(folder, "scripts/catalog.sh"), { env, encoding: "utf8" });
  return { status, told: stderr };
}

const facts = () => readFileSync(join(folder, "catalog/operations.json"), "utf8");

test("the same document changes nothing", () => {
  const known = facts();
  assert.deepEqual(renew(JSON.stringify(documentOf(PATHS))), {
    status: 0,
    told: "5 operations: 0 added, 0 removed, 0 changed\n",
  });
  assert.equal(facts(), known);
});

test("a document that cannot be read changes nothing, and says why", () => {
  const known = facts();
  for (const [text, why] of [
    ["{", /EOF/],
    ["{}", /info.version/],
    [JSON.stringify({ ...documentOf(PATHS), paths: 1 }), /paths/],
  ]) {
    const { status, told } = renew(text);
    assert.notEqual(status, 0);
    assert.match(told, why);
    assert.equal(facts(), known);
  }
});

test("added, removed and changed operations are listed, and are the facts then", () => {
  const changed = structuredClone(PATHS);
  changed["/v2/things"].post.requestBody = body("name", "colour");
  changed["/v2/things/{thingId}"].get.operationId = "thing-show";
  changed["/v2/things/{thingId}"].patch.parameters = [THING, parameter("force", "query")];
  // Deprecated is as good as gone.
  changed["/v2/things/{thingId}"].delete.deprecated = true;
  changed["/v2/things/{thingId}/copies"] = { post: operation("thing-copy", THING) };
  const { status, told } = renew(JSON.stringify(documentOf(changed)));
  assert.equal(status, 0, told);
  assert.deepEqual(told.trim().split("\n").sort(), [
    "+ POST /v2/things/{thingId}/copies (thing-copy)",
    "- DELETE /v2/things/{thingId} (thing-delete)",
    "5 operations: 1 added, 1 removed, 3 changed",
    "~ GET /v2/things/{thingId}: operationId was thing-get",
    "~ PATCH /v2/things/{thingId}: parameter force added, parameter mode removed",
    "~ POST /v2/things: body changed",
  ]);
  const { operations } = JSON.parse(facts());
  assert.ok("POST /v2/things/{thingId}/copies" in operations && !("DELETE /v2/things/{thingId}" in operations));
});
