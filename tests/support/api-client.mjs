// What mittwald's own npm package says of each operation. Method, path and operationId are in its code;
// names of parameters and body fields, and which of them are required, only in its types, which are
// generated and therefore read line by line here: four spaces for each level, one member a line.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Descriptors } from "@mittwald/api-client";

const TYPES = "../types/generated/v2/";
const types = linesOf("types.d.ts");

/// Operations by `METHOD /path`: `id`, and `path`, `query` and `body` as names (see `names`). `body` is
/// undefined without one, and null where it has no named fields.
export function clientOperations() {
  const namespaces = namespacesByName();
  const operations = Object.entries(Descriptors).map(([name, { method, path, operationId }]) => {
    const [room, verb] = namespaces.get(name);
    const parts = [`namespace ${room} {`, `namespace ${verb} {`, "namespace Parameters {"];
    const at = parts.reduce((at, line) => find(line, at), find("namespace Paths {"));
    const read = (type) => names(declared(type, at));
    const request = { path: read("Path"), query: read("Query"), body: read("RequestBody") };
    return [`${method} ${path}`, { id: operationId, ...request }];
  });
  return new Map(operations);
}

/// Where the types of each descriptor are: `appGetApp` -> [`V2AppsAppId`, `Get`].
function namespacesByName() {
  const found = linesOf("descriptors.d.ts").map((line) =>
    /^export declare const (\w+): .*?\.Paths\.(\w+)\.(\w+)\.Parameters\.Path>/.exec(line),
  );
  return new Map(found.filter(Boolean).map(([, name, room, verb]) => [name, [room, verb]]));
}

function linesOf(file) {
  const main = import.meta.resolve("@mittwald/api-client");
  return readFileSync(fileURLToPath(new URL(TYPES + file, main)), "utf8").split("\n");
}

const depth = (line) => line.search(/\S/);

/// The line that opens this, inside what `around` opens.
function find(text, around) {
  const inside = around === undefined ? 4 : depth(types[around]) + 4;
  for (let at = around === undefined ? 0 : around + 1; at < types.length; at += 1) {
    if (depth(types[at]) === inside && types[at].trim() === text) return at;
    if (around !== undefined && depth(types[at]) === inside - 4) break;
  }
  throw new Error(`the package's types have no ${text}`);
}

/// The lines of a type or interface, without what it is called; undefined where there is none.
function declared(name, around) {
  const inside = depth(types[around]) + 4;
  const heads = [`type ${name} = `, `interface ${name} `].map((head) => " ".repeat(inside) + head);
  for (let at = around + 1; depth(types[at]) !== inside - 4; at += 1) {
    const head = heads.find((head) => types[at].startsWith(head));
    if (!head) continue;
    const lines = [types[at].slice(head.length)];
    const ends = (line) => /[;{}]$/.test(line) && !line.endsWith("{");
    while (!(depth(types[at]) === inside && ends(types[at]))) lines.push(types[(at += 1)].slice(inside));
    return lines;
  }
  return undefined;
}

/// Names of a type: `known`, `required`, and `current`, which are not deprecated. Of alternatives, known is
/// what one knows, and required what all require. Null for what has no names.
function names(lines) {
  if (lines === undefined) return undefined;
  const ways = lines[0].startsWith("{") ? alternatives(lines) : references(lines.join(" "));
  return ways.includes(null) ? null : together(ways);
}

export const together = (ways) => ({
  known: new Set(ways.flatMap(({ known }) => [...known])),
  current: new Set(ways.flatMap(({ current }) => [...current])),
  required: new Set([...ways[0].required].filter((name) => ways.every(({ required }) => required.has(name)))),
});

function references(text) {
  const schemas = find("namespace Schemas {", find("namespace Components {"));
  return text
    .replace(/;$/, "")
    .split(" | ")
    .map((reference) => {
      const name = /^MittwaldAPIV2\.Components\.Schemas\.(\w+)$/.exec(reference)?.[1];
      return name ? names(declared(name, schemas)) : null;
    });
}

/// The objects of `{ ... } | { ... };`.
function alternatives(lines) {
  const ways = [{ known: new Set(), current: new Set(), required: new Set() }];
  let deprecated = false;
  for (const line of lines) {
    if (line.startsWith("} | {")) ways.push({ known: new Set(), current: new Set(), required: new Set() });
    if (/^ {4,5}\/?\*.*@deprecated/.test(line)) deprecated = true;
    const member = /^ {4}(?:"([^"]+)"|(\w+))(\??): /.exec(line);
    if (!member) continue;
    const way = ways.at(-1);
    const name = member[1] ?? member[2];
    way.known.add(name);
    if (!deprecated) way.current.add(name);
    if (!member[3]) way.required.add(name);
    deprecated = false;
  }
  return ways;
}
