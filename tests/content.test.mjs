// What there is besides tools, request by request: languages, hints for caches, challenges, other people.
//
//  1. the language: Accept-Language, the client's hint, the argument; English otherwise
//  2. hints for caches: public only what is the same for everybody, and the same it is
//  3. a missing right is a challenge (403), on resources as on tools
//  4. nobody sees another person's things, in lists, completions or by their ids
//  5. lists are remembered: typing on asks mittwald nothing
//  6. a revoked sign-in at mittwald is told, with a challenge

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AGENCY } from "../sandbox/seed/projects.mjs";
import {
  askingNothing,
  assertError,
  CHALLENGE_KEY,
  connect,
  legacyClient,
  modernClient,
  modernMessage,
} from "./support/mcp-client.mjs";
import { OTHER_PERSON } from "./support/project-choice.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
let client;
let url;
let token;
before(async () => {
  connector = await startConnector();
  ({ url, token } = await connect(connector));
  client = modernClient(url, token);
});
after(() => connector?.dispose());

/// The result of a request that must succeed.
async function result(method, params, { as = client, headers, meta } = {}) {
  const answer = await as.send(modernMessage(method, params, { meta }), headers);
  assert.equal(answer.status, 200, answer.text);
  assert.ok(answer.body.result, answer.text);
  return answer.body.result;
}

const completing = (uri, name, value) => ({ ref: { type: "ref/resource", uri }, argument: { name, value } });
const APP = ["mittwald://app/{appInstallationId}", "appInstallationId"];

describe("the language", () => {
  const title = async (options) => {
    const { prompts } = await result("prompts/list", {}, options);
    return prompts.find(({ name }) => name === "cronjob_setup").title;
  };
  const GERMAN = "Cronjob einrichten und prüfen";
  const ENGLISH = "Set up and check a cron job";

  test("is the browser's or the client's hint, English otherwise", async () => {
    assert.equal(await title(), ENGLISH);
    assert.equal(await title({ headers: { "accept-language": "de-DE,de;q=0.9,en;q=0.8" } }), GERMAN);
    assert.equal(await title({ headers: { "accept-language": "fr" } }), ENGLISH);
    assert.equal(await title({ meta: { "openai/locale": "de-DE" } }), GERMAN);
    assert.equal(await title({ meta: { "openai/locale": "en-US" }, headers: { "accept-language": "de" } }), ENGLISH);
    assert.equal(await title({ meta: { "openai/locale": 7 }, headers: { "accept-language": "de" } }), GERMAN);
  });

  test("is that of the argument before all", async () => {
    const told = async (language, options) => {
      const args = { projectId: AGENCY, task: "x", ...(language && { language }) };
      return (await result("prompts/get", { name: "cronjob_setup", arguments: args }, options)).messages[0].content.text;
    };
    assert.match(await told("de"), /^# Cronjob einrichten/);
    assert.match(await told("en", { headers: { "accept-language": "de" } }), /^# Set up/);
    assert.match(await told(undefined, { headers: { "accept-language": "de" } }), /^# Cronjob einrichten/);
  });
});

describe("hints for caches", () => {
  test("are public only for what is the same for everybody", async () => {
    const other = await connect(connector, { answers: OTHER_PERSON, level: "read" });
    const stranger = { as: modernClient(other.url, other.token), headers: { "accept-language": "de" } };
    for (const [method, params, scope] of [
      ["prompts/list", {}, "private"],
      ["resources/list", {}, "private"],
      ["resources/templates/list", {}, "private"],
      ["resources/read", { uri: "mittwald://tools" }, "private"],
      ["resources/read", { uri: `mittwald://project/${AGENCY}` }, "private"],
      ["resources/read", { uri: "mittwald://guide/de/cronjob_setup" }, "public"],
      ["resources/read", { uri: "skill://cronjob-setup/SKILL.md" }, "public"],
      ["skills/list", {}, "public"],
      ["skills/get", { uri: "skill://cronjob-setup/SKILL.md" }, "public"],
      ["resources/directory/read", { uri: "skill://cronjob-setup" }, "public"],
    ]) {
      const mine = await result(method, params);
      const what = `${method} ${params.uri ?? ""}`;
      assert.equal(mine.cacheScope, scope, what);
      assert.ok(Number.isInteger(mine.ttlMs) && mine.ttlMs >= 0, what);
      if (scope === "public") assert.deepEqual(await result(method, params, stranger), mine, what);
    }
    assert.equal((await result("resources/read", { uri: `mittwald://project/${AGENCY}` })).ttlMs, 0);
    for (const method of ["prompts/get", "completion/complete"]) {
      const params = { "prompts/get": { name: "cronjob_setup", arguments: { projectId: AGENCY, task: "x" } } }[method];
      const got = await result(method, params ?? completing(...APP, ""));
      assert.ok(!("ttlMs" in got) && !("cacheScope" in got), method);
    }
  });
});

test("a missing right is a challenge that reaches the client", async () => {
  const limited = await connect(connector, { level: "read", parameters: { scope: "app:read" } });
  const ask = () => modernClient(limited.url, limited.token).request("resources/read", { uri: `mittwald://project/${AGENCY}` });
  const answer = await askingNothing(connector, ask, "a project without the right");
  const error = assertError(answer, 403, -32603);
  const challenge = answer.headers.get("www-authenticate");
  assert.match(challenge, /error="insufficient_scope"/);
  assert.match(challenge, /scope="[^"]*project:read/);
  assert.deepEqual(error.data[CHALLENGE_KEY], [challenge]);
  assert.match(error.message, /needs the right project:read/);
  const listed = await modernClient(limited.url, limited.token).request("resources/list");
  assert.equal(listed.status, 200);
  assert.ok(!listed.text.includes("mittwald://project/"), "without the right there are no projects, and the rest is there");
  const legacy = await legacyClient(limited.url, limited.token).request("resources/read", { uri: `mittwald://project/${AGENCY}` });
  assertError(legacy, 403, -32603);
});

test("nobody sees what is another person's", async () => {
  const session = await connect(connector, { answers: OTHER_PERSON });
  const stranger = modernClient(session.url, session.token);
  const mine = (await result("completion/complete", completing(...APP, ""))).completion.values;
  assert.ok(mine.length > 0);
  const theirs = (await result("completion/complete", completing(...APP, ""), { as: stranger })).completion.values;
  assert.deepEqual(
    theirs.filter((id) => mine.includes(id)),
    [],
  );
  const own = (await result("resources/list", {})).resources.map(({ uri }) => uri);
  const { resources } = await result("resources/list", {}, { as: stranger });
  const projects = resources.filter(({ uri }) => uri.startsWith("mittwald://project/"));
  assert.ok(projects.length > 0);
  for (const { uri } of projects) assert.ok(!own.includes(uri), uri);
  for (const uri of [`mittwald://project/${AGENCY}`, `mittwald://app/${mine[0]}`]) {
    const error = assertError(await stranger.request("resources/read", { uri }), 200, -32602);
    assert.equal(error.data.uri, uri);
  }
});

test("a list is remembered while somebody types", async () => {
  const session = await connect(connector);
  const typist = modernClient(session.url, session.token);
  await result("completion/complete", completing(...APP, "k"), { as: typist });
  const type = () => result("completion/complete", completing(...APP, "ko"), { as: typist });
  await askingNothing(connector, type, "a further letter");
});

test("a sign-in that mittwald has ended is told", async () => {
  const session = await connect(connector);
  const ended = modernClient(session.url, session.token);
  await connector.control({ fail: { method: "GET", match: "/v2/projects/", status: 401 } });
  const error = assertError(await ended.request("resources/read", { uri: `mittwald://project/${AGENCY}` }), 200, -32603);
  assert.match(error.message, /sign in again/i);
  assert.match(error.data[CHALLENGE_KEY][0], /invalid_token/);
});
