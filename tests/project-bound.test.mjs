// A connection for one project stays inside it: every tool that /mcp/p/{project}/x/all serves is called
// with ids of another project of the same person.
//
//  1. each id by itself, and all at once: answered like ids that nobody has; no data, and no write
//  2. the other project itself, and short ids: likewise
//  3. the same calls with the project's own ids work, here and over there, so the proof can fail
//  4. what the project's own calls answer is about this project only
//  5. no id goes untried: each kind has an example in both projects, or a reason why not
//  6. tools that belong to no project are not there, by no name

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AGENCY, SHOP } from "../sandbox/seed/projects.mjs";
import { belongingsOf } from "./support/belongings.mjs";
import { assertError, legacyClient } from "./support/mcp-client.mjs";
import { olderNames } from "./support/tool-names.mjs";
import { filled, idsIn, isIdName, nameInside, unknownLike, waysToCall } from "./support/valid-arguments.mjs";
import { startConnector } from "./support/worker.mjs";

const OWN = AGENCY;
const OTHER = SHOP;

/// Ids that are in no project, so that there are no foreign ones (and those whose collection is public).
const UNBOUND = {
  articleId: "articles are mittwald's",
  templateId: "templates of stacks are mittwald's",
  backupId: "a mailbox's backups are called by their day",
  Id: "an id that says what it is the id of; each such kind is tried",
};

/// Arguments whose keys the schema does not tell.
const OPAQUE = {
  databases: "keys and values are ids, and are tried",
  services: "by names inside the stack",
  volumes: "by names inside the stack",
  systemSoftware: "system software is mittwald's",
};

let connector;
let clients;
let tools;
let everywhere;
let own;
let other;
let person;
let marks;
before(async () => {
  connector = await startConnector();
  const client = (path) => legacyClient(connector.origin + path, "sandbox-token");
  clients = { own: client(`/mcp/p/${OWN}/x/all`), other: client(`/mcp/p/${OTHER}/x/all`), all: client("/mcp/x/all") };
  tools = await listed(clients.own);
  everywhere = await listed(clients.all);
  own = await belongingsOf(connector.sandbox, OWN);
  other = await belongingsOf(connector.sandbox, OTHER);
  person = await belongingsOf(connector.sandbox);
  marks = other.marks();
});
after(() => connector?.dispose());

const listed = async (client) => (await client.request("tools/list")).body.result.tools;

/// Whether both projects have a thing that an argument of this name can mean.
const isBound = (name) => Boolean(own.of(name) && other.of(name));
const anyId = (name, project = own) => (project.of(name) ?? person.of(name))?.id ?? unknownLike(OWN);

/// Calls a tool; gives everything it answered as one text, and what was sent to mittwald for it.
async function call(client, name, args) {
  const before = connector.sandbox.requests.length;
  const result = await client.call(name, args);
  const requests = connector.sandbox.requests.slice(before);
  const writes = requests.filter(({ method }) => method !== "GET");
  return { result, text: JSON.stringify(result), requests, writes };
}

/// Calls with foreign ids, and what the same calls are with unknown ones: for each way to call the tool,
/// each id alone and all together. The project itself is no argument here, and is tried nevertheless.
function* foreignCalls(tool) {
  const project = projectArgumentOf(tool);
  for (const way of waysToCall(tool)) {
    if (project) yield* foreignWays({ ...way, [project]: "<projectId>" });
    else yield* foreignWays(way);
  }
}

function* foreignWays(way) {
  const names = idsIn(way);
  const bound = [...names.keys()].filter((i) => isBound(names[i]));
  for (const chosen of bound.map((i) => [i])) {
    yield* pair(way, names, chosen, idOf);
    if (shortIdOf(names[chosen[0]])) yield* pair(way, names, chosen, shortIdOf, "short ");
  }
  if (bound.length > 1) yield* pair(way, names, bound, idOf);
}

const idOf = (name) => other.of(name).id;
const shortIdOf = (name) => other.of(name).value.shortId;

/// The argument that only a connection without a project has.
function projectArgumentOf({ name, inputSchema }) {
  const { properties = {} } = everywhere.find((tool) => tool.name === name).inputSchema;
  return Object.keys(properties).find((key) => !(key in (inputSchema.properties ?? {})));
}

function* pair(way, names, chosen, foreignId, kind = "") {
  const swaps = new Map(chosen.map((i) => [foreignId(names[i]), unknownLike(foreignId(names[i]))]));
  const fill = (id) => filled(way, (name, i) => (chosen.includes(i) ? id(foreignId(name)) : anyId(name)));
  const about = kind + [...new Set(chosen.map((i) => names[i]))].join(" + ");
  yield { about, swaps, foreign: fill((id) => id), unknown: fill((id) => swaps.get(id)) };
}

/// What is wrong with how a foreign id was answered: nothing, if all is well.
async function complaints(name, { about, swaps, foreign, unknown }) {
  const asked = await call(clients.own, name, foreign);
  const compared = await call(clients.own, name, unknown);
  const found = asked.writes.map(({ method, path }) => `sent ${method} ${path}`);
  const sent = JSON.stringify(foreign);
  const told = marks.filter((mark) => asked.text.includes(mark) && !sent.includes(mark));
  if (told.length) found.push(`told ${told.slice(0, 3).join(", ")}`);
  const seen = blank(asked.text, swaps.keys());
  const expected = blank(compared.text, swaps.values());
  if (seen !== expected) found.push(`answered ${seen.slice(0, 400)} instead of ${expected.slice(0, 400)}`);
  return found.map((what) => `${name}, ${about}: ${what}`);
}

/// A call that has to work, on data that no call before it changed.
async function ownCall(client, { name, annotations }, args) {
  connector.sandbox.reset();
  const { result, text, requests, writes } = await call(client, name, args);
  const violations = requests.flatMap((request) => request.violations);
  const wrong = [];
  if (result.isError || violations.length) wrong.push(`${text} ${JSON.stringify(violations)}`);
  if (!annotations.readOnlyHint && !writes.length) wrong.push("no write");
  const told = marks.filter((mark) => text.includes(mark));
  return { told, wrong: wrong.map((what) => `${name} ${JSON.stringify(args)}: ${what}`) };
}

/// An answer without what differs by its nature: the ids that were sent, the mark of a fence.
function blank(text, ids) {
  const blanked = [...ids].reduce((rest, id) => rest.replaceAll(id, "<id>"), text);
  return blanked.replace(/\b[0-9a-f]{16}\b/g, "<mark>");
}

/// Names of ids anywhere in a schema, also in the words that stand for what a map holds.
function idNamesOf({ properties = {}, items, description = "" }, name = "") {
  if (items) return idNamesOf(items, name);
  const inside = Object.entries(properties).flatMap(([key, schema]) => idNamesOf(schema, nameInside(name, key)));
  const held = /Each value: (.*)/.exec(description)?.[1].match(/\w+(?=\??:)/g) ?? [];
  return [name, ...inside, ...held].filter(isIdName).map((each) => nameInside("", each));
}

/// Names of objects whose keys are not declared.
function opaqueIn({ properties = {}, items }) {
  if (items) return opaqueIn(items);
  return Object.entries(properties).flatMap(([name, schema]) =>
    schema.type === "object" && !schema.properties ? [name] : opaqueIn(schema),
  );
}

describe("a connection for one project", () => {
  test("answers ids of another one like unknown ones, without data and without a write", async () => {
    const wrong = [];
    let tried = 0;
    for (const tool of tools) {
      connector.sandbox.reset();
      for (const each of foreignCalls(tool)) {
        wrong.push(...(await complaints(tool.name, each)));
        tried += 1;
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(tried > tools.length, `only ${tried} calls`);
  });

  test("works with its own things, which shows that those calls were right, and tells of no others", async () => {
    const wrong = [];
    const telling = [];
    for (const tool of tools) {
      for (const way of waysToCall(tool)) {
        // The own project may be named, though nothing says so.
        const named = projectArgumentOf(tool) ? { [projectArgumentOf(tool)]: OWN } : {};
        const here = await ownCall(clients.own, tool, filled({ ...way, ...named }, (name) => anyId(name)));
        const there = await ownCall(clients.other, tool, filled(way, (name) => anyId(name, other)));
        wrong.push(...here.wrong, ...there.wrong);
        if (here.told.length) wrong.push(`${tool.name}: told ${here.told.slice(0, 3).join(", ")}`);
        if (there.told.length) telling.push(tool.name);
      }
    }
    assert.deepEqual(wrong, []);
    const readers = tools.filter(({ annotations }) => annotations.readOnlyHint).length;
    assert.ok(telling.length > readers / 3, `what the other project is told by: ${telling.join(", ")}`);
  });

  test("leaves no kind of id untried", () => {
    const wrong = [];
    for (const tool of tools) {
      const tried = new Set(waysToCall(tool).flatMap(idsIn));
      const inGeneral = (name) => own.isPublic(name) || name in UNBOUND;
      for (const name of idNamesOf(tool.inputSchema)) {
        if (!tried.has(name) && !(name in UNBOUND)) wrong.push(`${tool.name}: ${name} is not tried`);
        if (!isBound(name) && !inGeneral(name)) wrong.push(`${tool.name}: ${name} has no example in both projects`);
      }
      for (const name of opaqueIn(tool.inputSchema))
        if (!(name in OPAQUE)) wrong.push(`${tool.name}: what is in ${name}?`);
    }
    assert.deepEqual(wrong, []);
  });

  test("does not serve what belongs to no project, by any name", async () => {
    const names = new Set(tools.map(({ name }) => name));
    const absent = everywhere.filter(({ name }) => !names.has(name)).map(({ name }) => name);
    assert.ok(absent.includes("mittwald_project_list") && absent.includes("mittwald_user_get"));
    const older = [...olderNames()].filter(([, { tool }]) => absent.includes(tool)).map(([name]) => name);
    for (const name of [...absent, ...older]) {
      const before = connector.sandbox.requests.length;
      const error = assertError(await clients.own.request("tools/call", { name, arguments: {} }), 200, -32602, name);
      assert.match(error.message, /^Tool not found: .*outside of projects/, name);
      assert.equal(connector.sandbox.requests.length, before, name);
    }
  });
});
