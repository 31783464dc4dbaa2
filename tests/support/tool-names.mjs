// The names under which tools were known before: catalog/aliases.toml and catalog/former-tools.toml, an
// entry on each line.

import { readFileSync } from "node:fs";

const CATALOG = new URL("../../catalog/", import.meta.url);
const ENTRY = /^(mittwald_\w+) = \{ (.*) \}$/;

/// Older name -> `{ tool, fix }`: the tool that is called, and arguments that are always this.
export function olderNames() {
  const read = ([name, text]) => [name, { tool: textOf(text, "tool"), fix: fixIn(text) }];
  return new Map(entries("aliases.toml").map(read));
}

/// Name on the former server -> `{ tool, args, leftOut }`: what does its job, and former argument -> ours.
export function formerTools() {
  return new Map(
    entries("former-tools.toml").map(([name, text]) => [
      name,
      { tool: textOf(text, "tool"), args: pairsIn(text, "args"), leftOut: textOf(text, "left_out") },
    ]),
  );
}

function entries(file) {
  const lines = readFileSync(new URL(file, CATALOG), "utf8").split("\n");
  return lines
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => {
      const [, name, text] = ENTRY.exec(line) ?? [];
      if (!name) throw new Error(`${file}: cannot read ${line}`);
      return [name, text];
    });
}

const textOf = (text, key) => new RegExp(`(?:^|, )${key} = "([^"]*)"`).exec(text)?.[1];

/// Pairs of names in an inline table.
function pairsIn(text, key) {
  const table = new RegExp(`(?:^|, )${key} = \\{ ([^}]*) \\}`).exec(text)?.[1] ?? "";
  return Object.fromEntries([...table.matchAll(/(\w+) = "(\w+)"/g)].map(([, from, to]) => [from, to]));
}

/// Values as TOML and JSON write them alike: texts, numbers, true and false.
function fixIn(text) {
  const table = /(?:^|, )fix = \{ ([^}]*) \}/.exec(text)?.[1] ?? "";
  const pairs = [...table.matchAll(/(\w+) = ("[^"]*"|[\w.]+)/g)];
  return Object.fromEntries(pairs.map(([, key, value]) => [key, JSON.parse(value)]));
}
