// What each reading tool asks of mittwald, and that it answers what mittwald said.
//
//  1. the tools of the first minutes: one request, exactly the one that the API defines, and the API's own values in the answer
//  2. the request carries mittwald's token and nothing of the client's
//  3. filters and sorting reach the API under its own names
//  4. pages are asked for, counted, and can be walked

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertToolError, bearer, callOf, connect, legacyClient, post } from "./support/mcp-client.mjs";
import { toolCaller } from "./support/tool-schemas.mjs";
import { startConnector } from "./support/worker.mjs";

const WEBSITE = "Kontor Nord Website";

let connector;
let client;
let signedIn;
let caller;
before(async () => {
  connector = await startConnector();
  signedIn = await connect(connector, { path: "/mcp/x/all" });
  client = legacyClient(signedIn.url, signedIn.token);
  caller = await toolCaller(connector, client);
});
after(() => connector?.dispose());

const use = (...call) => caller.use(...call);
const ofWebsite = async () => ({ projectId: await caller.projectNamed(WEBSITE) });
const column = (rows, ...names) => rows.map((row) => names.map((name) => row[name]));

/// Tool -> how it is called, the path and query it asks for, and how its answer compares with the API's.
const CALLS = {
  mittwald_project_list: {
    request: () => ["/v2/projects", { limit: "50" }],
    compare({ projects, total }, api) {
      assert.deepEqual(column(projects, "id", "description"), column(api, "id", "description"));
      assert.equal(total, 3, "the other organisation's project is not this person's");
    },
  },
  mittwald_project_get: {
    args: ofWebsite,
    request: ({ projectId }) => [`/v2/projects/${projectId}`, {}],
    compare(answer, api) {
      for (const name of ["id", "shortId", "description", "customerId", "serverId", "status", "createdAt", "directories"])
        assert.deepEqual(answer[name], api[name], name);
    },
  },
  mittwald_app_list: {
    args: ofWebsite,
    request: ({ projectId }) => [`/v2/projects/${projectId}/app-installations`, { limit: "50" }],
    compare({ apps, total }, api) {
      assert.deepEqual(column(apps, "id", "appName"), column(api, "id", "appName"));
      assert.equal(total, api.length);
      const wordpress = apps.find(({ appName }) => appName === "WordPress");
      assert.match(wordpress.version, /^\d+\.\d+/);
      assert.equal(wordpress.linkedDatabases[0].kind, "mysql");
    },
  },
  mittwald_app_get: {
    async args() {
      const apps = await caller.truth(`/v2/projects/${(await ofWebsite()).projectId}/app-installations`);
      return { appInstallationId: apps.find(({ appName }) => appName === "WordPress").id };
    },
    request: ({ appInstallationId }) => [`/v2/app-installations/${appInstallationId}`, {}],
    compare(answer, api) {
      for (const name of ["id", "projectId", "appName", "phase", "installationPath"])
        assert.deepEqual(answer[name], api[name], name);
      assert.equal(answer.version, api.appExternalVersion);
      assert.equal(answer.appVersion.currentId, api.appVersion.current);
      assert.deepEqual(column(answer.linkedDatabases, "databaseId"), column(api.linkedDatabases, "databaseId"));
    },
  },
  mittwald_database_mysql_list: {
    args: ofWebsite,
    request: ({ projectId }) => [`/v2/projects/${projectId}/mysql-databases`, {}],
    compare({ databases, total }, api) {
      assert.deepEqual(column(databases, "id", "host"), column(api, "id", "hostname"));
      assert.equal(total, api.length);
    },
  },
  mittwald_database_mysql_get: {
    async args() {
      const databases = await caller.truth(`/v2/projects/${(await ofWebsite()).projectId}/mysql-databases`);
      return { mysqlDatabaseId: databases[0].id };
    },
    request: ({ mysqlDatabaseId }) => [`/v2/mysql-databases/${mysqlDatabaseId}`, {}],
    compare(answer, api) {
      assert.equal(answer.host, api.hostname);
      assert.equal(answer.externalHost, api.externalHostname);
      assert.equal(answer.port, 3306);
      assert.equal(answer.name, api.name);
      assert.equal(answer.mainUser.name, api.mainUser.name);
      assert.doesNotMatch(JSON.stringify(answer), /password/i);
    },
  },
  mittwald_database_redis_list: {
    args: ofWebsite,
    request: ({ projectId }) => [`/v2/projects/${projectId}/redis-databases`, {}],
    compare({ databases }, api) {
      assert.ok(databases.length >= 1);
      assert.deepEqual(column(databases, "host", "port"), column(api, "hostname", "port"));
    },
  },
  mittwald_backup_list: {
    args: ofWebsite,
    request: ({ projectId }) => [`/v2/projects/${projectId}/backups`, { limit: "50" }],
    compare({ backups, total }, api) {
      assert.ok(backups.length >= 2);
      assert.deepEqual(column(backups, "id", "status"), column(api, "id", "status"));
      assert.equal(total, api.length);
    },
  },
  mittwald_backup_schedule_list: {
    args: ofWebsite,
    request: ({ projectId }) => [`/v2/projects/${projectId}/backup-schedules`, {}],
    compare({ schedules }, api) {
      assert.ok(schedules.length >= 1);
      assert.deepEqual(column(schedules, "id", "schedule", "ttl"), column(api, "id", "schedule", "ttl"));
    },
  },
  mittwald_conversation_list: {
    request: () => ["/v2/conversations", { limit: "50" }],
    compare({ conversations }, api) {
      assert.deepEqual(column(conversations, "conversationId", "title"), column(api, "conversationId", "title"));
      assert.deepEqual(
        conversations.map(({ category }) => category),
        api.map(({ category }) => category.name),
      );
    },
  },
  mittwald_conversation_show: {
    args: async () => ({ conversationId: (await caller.truth("/v2/conversations"))[0].conversationId }),
    request: ({ conversationId }) => [`/v2/conversations/${conversationId}`, {}],
    compare(answer, api) {
      for (const name of ["conversationId", "title", "status"]) assert.equal(answer[name], api[name]);
      assert.equal(answer.mainUser.name, api.mainUser.clearName);
    },
  },
  mittwald_user_get: {
    request: () => ["/v2/users/self", {}],
    compare(answer, api) {
      assert.equal(answer.userId, api.userId);
      assert.equal(answer.firstName, api.person.firstName);
      assert.equal(answer.email, "demo@example.com");
      assert.equal(Object.keys(answer.projectMemberships).length, 3);
    },
  },
};

describe("reading tools", () => {
  for (const [name, { args = async () => ({}), request, compare }] of Object.entries(CALLS)) {
    test(`${name} makes one request and answers what the API said`, async () => {
      const given = await args();
      const { answer, requests } = await use(name, given);
      const [path, query] = request(given);
      assert.equal(requests.length, 1);
      const [asked] = requests;
      assert.deepEqual([asked.method, asked.path, asked.query, asked.body, asked.status], ["GET", path, query, undefined, 200]);
      compare(answer, await caller.truth(path));
    });
  }

  test("send mittwald's token and nothing of the client's", async () => {
    const before = connector.sandbox.requests.length;
    const headers = {
      ...bearer(signedIn.token),
      cookie: "a=b",
      "x-forwarded-for": "203.0.113.9",
      "x-evil": "1",
      "user-agent": "evil/1.0",
      "if-event-reached": "x",
    };
    await post(signedIn.url, callOf("mittwald_project_list"), headers);
    const [{ headers: sent }] = connector.sandbox.requests.slice(before);
    assert.match(sent["x-access-token"], /^sbx-access-/);
    assert.match(sent["user-agent"], /^mittwald-mcp\/\d/);
    assert.match(sent.accept, /application\/json/);
    for (const name of ["authorization", "cookie", "x-forwarded-for", "x-evil", "if-event-reached", "mcp-session-id"])
      assert.equal(sent[name], undefined, name);
    assert.ok(!JSON.stringify(sent).includes(signedIn.token));
  });
});

describe("filters and sorting", () => {
  test("reach the API under its own names", async () => {
    const [{ customerId }] = await caller.truth("/v2/projects");
    const filters = { customerId, searchTerm: "Tee", sort: "description", order: "desc" };
    const { answer, requests } = await use("mittwald_project_list", filters);
    assert.deepEqual(requests[0].query, { ...filters, limit: "50" });
    assert.deepEqual(column(answer.projects, "description"), [["Teehandel Brandt Shop"]]);
    const none = (await use("mittwald_project_list", { searchTerm: "nothing is called this" })).answer;
    assert.deepEqual([none.projects, none.total], [[], 0]);
  });

  test("that are lists are repeated, as the API reads them", async () => {
    const lists = { status: ["open", "closed"] };
    const { answer, requests } = await use("mittwald_conversation_list", lists);
    assert.deepEqual(requests[0].query, { ...lists, limit: "50" });
    const states = new Set(answer.conversations.map(({ status }) => status));
    assert.deepEqual([...states].sort(), ["closed", "open"]);
  });

  test("narrow what is answered", async () => {
    const { conversations } = (await use("mittwald_conversation_list", { status: ["open"] })).answer;
    assert.ok(conversations.length >= 2 && conversations.every(({ status }) => status === "open"));
    const given = await ofWebsite();
    const running = await use("mittwald_backup_list", { ...given, runningBackupsOnly: true, sortOrder: "oldestFirst" });
    assert.deepEqual(running.requests[0].query, { runningBackupsOnly: "true", sortOrder: "oldestFirst", limit: "50" });
    const every = await use("mittwald_backup_list", { ...given, runningBackupsOnly: false });
    assert.deepEqual(every.requests[0].query, { runningBackupsOnly: "false", limit: "50" });
  });
});

describe("pages", () => {
  test("are asked for by number and counted", async () => {
    const { answer, requests } = await use("mittwald_project_list", { limit: 2, page: 2 });
    assert.deepEqual(requests[0].query, { limit: "2", skip: "2" });
    assert.deepEqual([answer.projects.length, answer.total, answer.page, answer.limit], [1, 3, 2, 2]);
    assert.ok(!("more" in answer));
  });

  test("say how to go on", async () => {
    assert.match((await use("mittwald_project_list", { limit: 2 })).answer.more, /1 more.*page 2/);
    const beyond = (await use("mittwald_project_list", { limit: 2, page: 9 })).answer;
    assert.deepEqual([beyond.projects, beyond.total], [[], 3]);
    assert.match(beyond.more, /past the end.*3/);
  });

  test("can be walked one by one without losing or repeating anything", async () => {
    const website = await ofWebsite();
    for (const [name, args, key, id] of [
      ["mittwald_project_list", {}, "projects", "id"],
      ["mittwald_app_list", website, "apps", "id"],
      ["mittwald_backup_list", website, "backups", "id"],
      ["mittwald_conversation_list", {}, "conversations", "conversationId"],
    ]) {
      const whole = (await use(name, args)).answer;
      const walked = [];
      for (let page = 1; page <= whole.total; page += 1) {
        const { answer } = await use(name, { ...args, limit: 1, page });
        assert.equal(answer.total, whole.total);
        assert.equal("more" in answer, page < whole.total, `${name} page ${page}`);
        walked.push(...column(answer[key], id));
      }
      assert.deepEqual(walked, column(whole[key], id), name);
    }
  });

  test("that are absurdly far are an answer, too", async () => {
    const far = { limit: 100, page: 9_007_199_254_740_991 };
    const { isError, structuredContent, content } = await client.call("mittwald_project_list", far);
    if (isError) assert.match(content[0].text, /page/);
    else assert.deepEqual(structuredContent.projects, []);
  });

  test("are not asked of an operation that has none", async () => {
    const args = { ...(await ofWebsite()), limit: 1 };
    const answer = await client.send(callOf("mittwald_backup_schedule_list", args));
    assert.match(assertToolError(answer), /"limit" is unknown/);
  });
});

test("the sandbox had nothing to complain about", () => {
  assert.deepEqual(connector.sandbox.failures, []);
  assert.deepEqual(connector.sandbox.requests.filter(({ violations }) => violations?.length), []);
  for (const { level, message } of connector.logs) assert.equal(level, "log", message);
});
