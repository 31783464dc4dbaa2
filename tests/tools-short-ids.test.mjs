// Short ids, as mStudio shows them (p-..., s-..., a-...): taken wherever a project, a server or an app is
// meant, and looked up where the API itself wants the UUID.
//
//  1. every argument that the API declares as a UUID: one more request finds it, and the call is as with it
//  2. what was found is remembered: one look-up for all calls of a person, none for what the API takes itself
//  3. it is remembered for this person only, and an unknown one is not remembered at all
//  4. an unknown one is refused with a sentence, before anything else is sent; a part of one is unknown, too
//  5. short ids of another kind, and things that look like none, are no UUIDs
//  6. mittwald out of reach during the look-up: nothing was sent, and the next call works
//  7. for one project, a short id of another one is like one that nobody has, whatever was looked up before

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { INSTALLATIONS } from "../sandbox/seed/apps.mjs";
import { AGENCY, SERVER, SHOP } from "../sandbox/seed/projects.mjs";
import { loadFacts } from "../sandbox/facts.mjs";
import { belongingsOf } from "./support/belongings.mjs";
import { catalogTools, valueOf } from "./support/catalog-tools.mjs";
import { connect, legacyClient, textOf } from "./support/mcp-client.mjs";
import { filled, waysToCall } from "./support/valid-arguments.mjs";
import { startConnector } from "./support/worker.mjs";

/// How an argument that means such a thing ends -> an example, and where its short id is looked up.
const KINDS = [
  [/projectid$/i, { short: "p-kn4a7x", uuid: AGENCY, list: "/v2/projects" }],
  [/serverid$/i, { short: "s-elbe01", uuid: SERVER, list: "/v2/servers" }],
  [/appinstallationid$/i, { short: "a-wp7c3d", uuid: INSTALLATIONS.website, list: "/v2/app-installations" }],
];
const kindOf = (name) => KINDS.find(([pattern]) => pattern.test(name))?.[1];
const LISTS = KINDS.map(([, { list }]) => list);

let connector;
let client;
let argumentsOf;
const facts = loadFacts();
before(async () => {
  connector = await startConnector();
  client = clientAt("/mcp/x/all");
  const tools = (await client.request("tools/list")).body.result.tools;
  const [own, person] = [await belongingsOf(connector.sandbox, AGENCY), await belongingsOf(connector.sandbox)];
  const idOf = (name) => kindOf(name)?.uuid ?? (own.of(name) ?? person.of(name)).id;
  /// Arguments of the first way to call a tool that has this one.
  argumentsOf = (name, argument) => {
    const ways = waysToCall(tools.find((tool) => tool.name === name));
    const way = ways.find((each) => argument in each) ?? { ...ways[0], [argument]: `<${argument}>` };
    return filled(way, idOf);
  };
});
after(() => connector?.dispose());

const clientAt = (path) => legacyClient(connector.origin + path, "sandbox-token");

/// Every argument that means a project, a server or an app, with whether the API wants its UUID.
function shortArguments() {
  // A job without an operation of its own takes its ids as they are.
  const ofOperations = catalogTools().filter(({ block }) => /^operation = /m.test(block));
  return ofOperations.flatMap(({ name, block }) => {
    const snapshot = new URL(`snapshots/tools/${name}.json`, import.meta.url);
    const { inputSchema } = JSON.parse(readFileSync(snapshot, "utf8"));
    const operation = facts.byKey.get(valueOf(block, "operation"));
    const meant = Object.keys(inputSchema.properties ?? {}).filter(kindOf);
    return meant.map((argument) => ({ name, argument, wantsUuid: wantsUuid(operation, apiName(block, argument)) }));
  });
}

/// The API's name of an argument: the last part of the key that is renamed to it.
function apiName(block, argument) {
  const key = new RegExp(`^"?([\\w.]+)"? = .*rename = "${argument}"`, "m").exec(block)?.[1] ?? argument;
  return key.split(".").at(-1);
}

function wantsUuid({ params, body }, name) {
  const param = params.find((each) => each.name === name);
  if (param) return facts.deref(param.schema).format === "uuid";
  return Boolean(body) && formatsIn(body.schema, name).has("uuid");
}

/// Formats of the properties of this name, wherever they are in a body.
function formatsIn(schema, name, found = new Set(), depth = 0) {
  const { properties = {}, oneOf = [], anyOf = [], allOf = [], items } = facts.deref(schema);
  if (name in properties) found.add(facts.deref(properties[name]).format);
  const inside = [...Object.values(properties), ...oneOf, ...anyOf, ...allOf, ...(items ? [items] : [])];
  if (depth < 6) for (const each of inside) formatsIn(each, name, found, depth + 1);
  return found;
}

/// Calls a tool; gives its result and what mittwald was asked for it.
async function call(name, args, through = client) {
  const before = connector.sandbox.requests.length;
  const result = await through.call(name, args);
  const requests = connector.sandbox.requests.slice(before);
  return { result, text: textOf(result), requests, lookUps: requests.filter(isLookUp) };
}

const isLookUp = ({ method, path, query }) =>
  method === "GET" && LISTS.includes(path) && /^[psa]-/.test(query.searchTerm ?? "") && !("limit" in query);
const shape = ({ method, path, query, body }) => ({ method, path, query, body });

describe("a short id", () => {
  const all = shortArguments();
  const counted = new Map();

  for (const { name, argument } of all.filter(({ wantsUuid: wants }) => wants)) {
    test(`is found for ${argument} of ${name}`, async () => {
      const { short, uuid, list } = kindOf(argument);
      const args = argumentsOf(name, argument);
      connector.sandbox.reset();
      const long = await call(name, { ...args, [argument]: uuid });
      connector.sandbox.reset();
      const brief = await call(name, { ...args, [argument]: short });
      assert.equal(brief.result.isError, long.result.isError, brief.text);
      assert.equal(long.result.isError, false, long.text);
      for (const each of brief.lookUps) {
        assert.deepEqual([each.path, each.query, each.status], [list, { searchTerm: short }, 200]);
        counted.set(short, (counted.get(short) ?? 0) + 1);
      }
      assert.deepEqual(brief.requests.filter((each) => !isLookUp(each)).map(shape), long.requests.map(shape));
      if (brief.lookUps.length) assert.ok(isLookUp(brief.requests[0]), "it is looked up before anything else");
    });
  }

  test("was looked up once for all those calls", () => {
    const wanted = all.filter(({ wantsUuid: wants }) => wants);
    assert.ok(wanted.length > 20, `${wanted.length} arguments`);
    for (const [, { short }] of KINDS) assert.equal(counted.get(short), 1, short);
  });

  test("goes out as it is where the API takes it", async () => {
    const taken = all.filter(({ wantsUuid: wants, argument }) => !wants && /^projectId$/.test(argument));
    assert.ok(taken.length > 20);
    for (const { name, argument } of taken) {
      connector.sandbox.reset();
      const { requests, lookUps, text } = await call(name, { ...argumentsOf(name, argument), [argument]: "p-tb82qm" });
      assert.deepEqual(lookUps, [], name);
      assert.ok(requests.some((each) => JSON.stringify(shape(each)).includes("p-tb82qm")), `${name}: ${text}`);
    }
  });
});

describe("what was found", () => {
  test("is remembered for this person only", async () => {
    const args = { projectId: "p-ra1905" };
    assert.equal((await call("mittwald_page_insight_list", args)).lookUps.length, 1);
    assert.equal((await call("mittwald_page_insight_list", args)).lookUps.length, 0);
    const values = { email: "other@example.com", password: "sandbox" };
    const answers = { "/sign-in": { values, button: { decision: "allow" } } };
    const other = await connect(connector, { answers, path: "/mcp/x/all" });
    const asked = await call("mittwald_page_insight_list", args, legacyClient(other.url, other.token));
    assert.deepEqual([asked.result.isError, asked.lookUps.length, asked.requests.length], [true, 1, 1]);
    assert.match(asked.text, /No project has the short id p-ra1905/);
  });
});

describe("what stands for nothing", () => {
  test("is refused with a sentence, before anything else is sent, each time", async () => {
    const cases = [
      ["mittwald_page_insight_list", "projectId", "p-nobody", "project"],
      ["mittwald_project_list", "serverId", "s-nobody", "server"],
      ["mittwald_app_copy", "appInstallationId", "a-nobody", "app"],
      ["mittwald_app_copy", "targetProjectId", "p-nobody", "project"],
      ["mittwald_page_insight_list", "projectId", "p-kn4a7", "project"],
      ["mittwald_page_insight_list", "projectId", "p-lh33zz", "project"],
    ];
    for (const [name, argument, short, noun] of cases) {
      for (let round = 1; round <= 2; round += 1) {
        const args = { ...argumentsOf(name, argument), [argument]: short };
        const { result, text, requests, lookUps } = await call(name, args);
        assert.equal(result.isError, true, short);
        assert.match(text, new RegExp(`No ${noun} has the short id ${short}\\b.*Nothing else was sent`));
        assert.deepEqual([requests.length, lookUps.length], [1, 1], `${name} ${short}`);
      }
    }
  });

  test("of another kind, or of no kind, is no UUID", async () => {
    const others = ["a-wp7c3d", "s-elbe01", "kn4a7x", "P-KN4A7X"];
    const malformed = ["p-", "p-kn", "p-kn 4a7x", "p-kn4a7x/..", "p-kn4a7xkn4a7xk"];
    for (const value of [...others, ...malformed]) {
      const { result, text, requests } = await call("mittwald_page_insight_list", { projectId: value });
      assert.equal(result.isError, true, value);
      assert.match(text, /projectId must be a UUID/, value);
      assert.deepEqual(requests, [], value);
    }
  });
});

describe("mittwald out of reach during the look-up", () => {
  test("means that nothing was sent, and is not remembered", async () => {
    const args = { appInstallationId: "a-mt0m09", description: "Kopie" };
    for (const status of [503, 429, 403]) {
      await connector.control({ fail: { match: "/v2/app-installations", method: "GET", status, count: 1 } });
      const { result, text, requests } = await call("mittwald_app_copy", args);
      assert.equal(result.isError, true, status);
      assert.match(text, /The short id could not be checked, so nothing was sent/, status);
      assert.deepEqual(requests.map(({ method }) => method), ["GET"], status);
    }
    const { result, requests } = await call("mittwald_app_copy", args);
    assert.equal(result.isError, false);
    assert.deepEqual(requests.map(({ method }) => method), ["GET", "POST"]);
  });
});

describe("for one project", () => {
  test("a short id of another is like one that nobody has, whatever was looked up before", async () => {
    const bound = clientAt(`/mcp/p/${AGENCY}/x/all`);
    const copy = (short) => call("mittwald_app_copy", { appInstallationId: short, description: "Kopie" }, bound);
    assert.equal((await copy("a-nd2p0r")).result.isError, false, "its own works");
    const elsewhere = { appInstallationId: "a-sw6tee", description: "Kopie" };
    assert.equal((await call("mittwald_app_copy", elsewhere)).result.isError, false, "it is there, and now remembered");
    const [foreign, unknown] = [await copy("a-sw6tee"), await copy("a-nobody")];
    assert.equal(foreign.text.replaceAll("a-sw6tee", "?"), unknown.text.replaceAll("a-nobody", "?"));
    for (const each of [SHOP, INSTALLATIONS.shop]) assert.ok(!foreign.text.includes(each), foreign.text);
    assert.ok(foreign.requests.every(({ method }) => method === "GET"));
  });
});
