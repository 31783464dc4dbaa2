// Nothing is deleted, overwritten or paid for before a person agreed to just that.
//
//  1. the first call shows what would happen and changes nothing; the second, with its token, does it
//  2. a token works once, also of many calls at the same time, and also after the runtime was ended in between
//  3. it is good for nothing else: other arguments, another tool, address, connection
//  4. what was shown has changed in between: a new preview instead
//  5. the official client of the new revision asks the person in a form; yes does it, no does not, in their language
//  6. an address that only reads has neither the tool nor a use for its token

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { SHOP } from "../sandbox/seed/projects.mjs";
import { assertError, callOf, connect, legacyClient, textOf } from "./support/mcp-client.mjs";
import { keepSeed } from "./support/seed-keeper.mjs";
import { startConnector } from "./support/worker.mjs";

const PATH = "/mcp/x/backup";
const DELETE = "mittwald_backup_schedule_delete";

let connector;
let seed;
let session;
let client;
let schedules;
before(async () => {
  connector = await startConnector({ persist: true });
  seed = keepSeed(connector.sandbox);
  session = await connect(connector, { path: PATH, level: "delete" });
  client = legacyClient(session.url, session.token);
});
after(() => connector?.dispose());
beforeEach(async () => {
  seed.restore();
  connector.sandbox.requests.length = 0;
  const listed = await client.call("mittwald_backup_schedule_list", { projectId: SHOP });
  [, schedules] = Object.entries(listed.structuredContent).find(([, value]) => Array.isArray(value));
  schedules = schedules.filter(({ isSystemBackup }) => !isSystemBackup);
  assert.ok(schedules.length > 0);
});

const ask = async (name, args, through = client) => (await through.send(callOf(name, args))).body.result;
const writes = () => connector.sandbox.requests.filter(({ method }) => method !== "GET");

async function preview(args = { projectBackupScheduleId: schedules[0].id }) {
  const result = await ask(DELETE, args);
  assert.equal(result.isError, false, textOf(result));
  return result.structuredContent;
}

const confirmed = (token, args = {}) => ({ projectBackupScheduleId: schedules[0].id, ...args, confirmation_token: token });

async function refused(pending, pattern) {
  const before = writes().length;
  const result = await pending;
  assert.equal(result.isError, true, textOf(result));
  assert.match(textOf(result), pattern);
  assert.equal(writes().length, before, "nothing was changed");
}

test("shows first, and changes with the token", async () => {
  const shown = await preview();
  assert.equal(shown.done, false);
  assert.equal(shown.preview.now.id, schedules[0].id);
  assert.match(shown.next, /Nothing was changed yet/);
  assert.deepEqual(writes(), []);
  const done = await ask(DELETE, confirmed(shown.confirmation_token));
  assert.deepEqual(done.structuredContent, { done: true, projectBackupScheduleId: schedules[0].id });
  assert.deepEqual(writes().map(({ method }) => method), ["DELETE"]);
});

test("a token works once", async () => {
  const { confirmation_token: token } = await preview();
  // The thing stays: only the token may keep the others from happening.
  await connector.control({ fail: { match: "/v2/project-backup-schedules", method: "DELETE", status: 503 } });
  const all = await Promise.all(Array.from({ length: 10 }, () => ask(DELETE, confirmed(token))));
  const used = all.filter((result) => /used already/.test(textOf(result)));
  assert.equal(used.length, 9, all.map(textOf).join("\n"));
  assert.equal(writes().length, 1);
  await refused(ask(DELETE, confirmed(token)), /used already/);
});

test("an end of the runtime between preview and change loses nothing and allows nothing twice", async () => {
  const { confirmation_token: token } = await preview();
  await connector.restart();
  const done = await ask(DELETE, confirmed(token));
  assert.equal(done.structuredContent?.done, true, textOf(done));
  await connector.restart();
  seed.restore();
  await refused(ask(DELETE, confirmed(token)), /used already/);
});

test("a token is good for nothing else", async () => {
  const { confirmation_token: token } = await preview();
  await refused(ask(DELETE, confirmed(`${token}x`)), /none of this connector's/);
  const backups = await client.call("mittwald_backup_list", { projectId: SHOP });
  const backup = backups.structuredContent.backups[0];
  await refused(ask("mittwald_backup_delete", { projectBackupId: backup.id, confirmation_token: token }), /another tool/);
  const elsewhere = await connect(connector, { path: "/mcp/x/all", level: "delete" });
  await refused(ask(DELETE, confirmed(token), legacyClient(elsewhere.url, elsewhere.token)), /another connection/);
  const other = await connect(connector, { path: PATH, level: "delete" });
  await refused(ask(DELETE, confirmed(token), legacyClient(other.url, other.token)), /another connection/);
});

test("what has changed in between is shown anew", async () => {
  const { confirmation_token: token } = await preview();
  await client.call("mittwald_backup_schedule_update", { projectBackupScheduleId: schedules[0].id, description: "Wichtig" });
  const before = writes().length;
  const again = (await ask(DELETE, confirmed(token))).structuredContent;
  assert.equal(again.preview.now.description, "Wichtig");
  assert.match(again.next, /looks different by now/);
  assert.notEqual(again.confirmation_token, token);
  assert.equal(writes().length, before);
});

/// The official client, whose person answers a form.
async function modern(answer, language) {
  const asked = [];
  const one = new Client({ name: "test", version: "1" }, { capabilities: { elicitation: {} }, versionNegotiation: { mode: { pin: "2026-07-28" } } });
  one.setRequestHandler("elicitation/create", async ({ params }) => {
    asked.push(params);
    return answer;
  });
  const headers = { authorization: `Bearer ${session.token}`, "accept-language": language };
  await one.connect(new StreamableHTTPClientTransport(new URL(session.url), { requestInit: { headers } }));
  return { asked, call: (args) => one.callTool({ name: DELETE, arguments: args }), close: () => one.close() };
}

test("the client of the new revision asks the person itself", async () => {
  const args = { projectBackupScheduleId: schedules[0].id };
  const no = await modern({ action: "decline" }, "de");
  const declined = await no.call(args);
  assert.equal(declined.isError, true);
  assert.match(textOf(declined), /did not agree/);
  assert.match(no.asked[0].message, /Möchten Sie das\?/);
  assert.deepEqual(writes(), []);
  const yes = await modern({ action: "accept", content: { confirm: true } }, "en");
  const done = await yes.call(args);
  assert.equal(done.structuredContent?.done, true, textOf(done));
  assert.match(yes.asked[0].message, /Do you want this\?/);
  assert.equal(writes().length, 1);
  await Promise.all([no.close(), yes.close()]);
});

test("an address that only reads has no use for a token", async () => {
  const { confirmation_token: token } = await preview();
  const reader = await connect(connector, { path: `${PATH}/readonly` });
  const answer = await legacyClient(reader.url, reader.token).send(callOf(DELETE, confirmed(token)));
  assertError(answer, 200, -32602);
  assert.deepEqual(writes(), []);
});
