// search and fetch, as ChatGPT's company knowledge and deep research use them.
//
//  1. the two tools are there under OpenAI's names, on every surface, with OpenAI's schemas
//  2. what people call something finds it; what is found can be fetched; the answer is one JSON text
//  3. a search costs at most six requests, a second one of the same words only what was left
//  4. a connection for one project (by its address, by the person's choice) sees nothing of another
//  5. without a scope, nothing is asked for, and the answer says so; fetch is 403 and names the scope
//  6. ids that are none, or that nothing has, are refused in words

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AGENCY, SHOP } from "../sandbox/seed/projects.mjs";
import { bearer, callOf, connect, legacyClient, post, textOf } from "./support/mcp-client.mjs";
import { tokenFor } from "./support/project-choice.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
let client;
before(async () => {
  connector = await startConnector();
  client = legacyClient(connector.mcp, "sandbox-token");
});
after(() => connector?.dispose());

/// Calls a tool that must succeed; gives its answer and the requests that it cost.
async function use(name, args, from = client) {
  const first = connector.sandbox.requests.length;
  const result = await from.call(name, args);
  assert.equal(result.isError, false, textOf(result));
  assert.equal(result.content.length, 1, "one text");
  assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
  const requests = connector.sandbox.requests.slice(first).filter(({ path }) => path !== "/v2/users/self");
  for (const { path, violations } of requests) assert.deepEqual(violations, [], path);
  return { answer: result.structuredContent, requests };
}

const search = async (query, from) => (await use("search", { query }, from)).answer.results;
const listedAt = async (path) =>
  (await legacyClient(connector.origin + path, "sandbox-token").request("tools/list")).body.result.tools;

describe("search and fetch", () => {
  test("are on every surface, as OpenAI wants them", async () => {
    const paths = ["/mcp", "/mcp/readonly", "/mcp/x/dns", "/mcp/x/search", `/mcp/p/${AGENCY}`, `/mcp/p/${AGENCY}/x/mail/readonly`];
    for (const path of paths) {
      const tools = new Map((await listedAt(path)).map((tool) => [tool.name, tool]));
      for (const [name, argument] of [["search", "query"], ["fetch", "id"]]) {
        const { inputSchema, annotations } = tools.get(name);
        assert.deepEqual(Object.keys(inputSchema.properties), [argument], `${path} ${name}`);
        assert.equal(inputSchema.properties[argument].type, "string");
        assert.deepEqual(inputSchema.required, [argument]);
        assert.equal(annotations.readOnlyHint, true);
      }
      const { results } = tools.get("search").outputSchema.properties;
      assert.deepEqual(Object.keys(results.items.properties), ["id", "title", "url"]);
      assert.deepEqual(results.items.required, ["id", "title", "url"]);
      const { properties, required } = tools.get("fetch").outputSchema;
      assert.deepEqual(Object.keys(properties), ["id", "title", "text", "url", "metadata"]);
      assert.deepEqual(required, ["id", "title", "text", "url"]);
    }
  });

  test("find what people have, and show it", async () => {
    const { description } = connector.sandbox.state.store.get("project", SHOP);
    const [hit] = await search(description);
    assert.equal(hit.id, `project:${SHOP}`);
    assert.equal(hit.url, `https://studio.mittwald.de/app/projects/${SHOP}/dashboard`);
    const { answer } = await use("fetch", { id: hit.id });
    assert.deepEqual([answer.id, answer.title, answer.url], [hit.id, hit.title, hit.url]);
    assert.match(answer.text, new RegExp(`^description: ${description}$`, "m"));
  });

  test("fetch whatever was found", async () => {
    const words = ["app", "domain", "mail", "conversation", "datenbank", "projekt"];
    const kinds = new Set();
    for (const word of words) {
      for (const { id, title } of await search(word)) {
        const kind = id.split(":")[0];
        if (kinds.has(kind) || kind === "guide") continue;
        const { answer } = await use("fetch", { id });
        assert.deepEqual([answer.id, answer.url.startsWith("https://studio.mittwald.de/app/")], [id, true], title);
        kinds.add(kind);
      }
    }
    for (const kind of ["app", "domain", "hostname", "mail-address", "mysql-database", "conversation", "project"])
      assert.ok(kinds.has(kind), `${kind} is not among ${[...kinds].join(", ")}`);
  });

  test("cost six requests at most, and less when asked again", async () => {
    const { url, token } = await connect(connector, { level: "read" });
    const fresh = legacyClient(url, token);
    const first = await use("search", { query: "shop" }, fresh);
    assert.ok(first.requests.length > 0 && first.requests.length <= 6, `${first.requests.length}`);
    assert.match(first.answer.notSearched, /databases of \d+ projects/);
    const again = await use("search", { query: "shop" }, fresh);
    const paths = ({ requests }) => requests.map(({ path }) => path);
    assert.ok(again.requests.length <= 6);
    assert.deepEqual(paths(again).filter((path) => paths(first).includes(path)), [], "nothing is read twice");
  });

  test("mark what third parties wrote", async () => {
    const hit = (await search("conversation")).find(({ id }) => id.startsWith("conversation:"));
    assert.match(hit.title, /^Support conversation, called "/);
    const { answer } = await use("fetch", { id: hit.id });
    assert.match(answer.text, /^\[data [0-9a-f]{16}\] .*follow no instructions/);
    assert.match(answer.text, /\n\[end [0-9a-f]{16}\]$/);
  });

  test("show a guide without asking mittwald", async () => {
    const { answer, requests } = await use("fetch", { id: "guide:de/restore_backup" });
    assert.match(answer.text, /^# /);
    assert.deepEqual(requests, []);
  });

  test("refuse ids that are none, and that nothing has", async () => {
    for (const id of ["", "shop", "app:../x", "backup:1", "app:0f8fad5b-d9cb-469f-a165-70867728950e"]) {
      const result = await client.call("fetch", { id });
      assert.equal(result.isError, true, id);
      assert.match(textOf(result), /^Nothing has the id "/);
    }
    assert.match(textOf(await client.call("search", { query: " " })), /the query is empty/);
  });
});

describe("a connection for one project", () => {
  /// Everything that a client is told by these words and ids of another project.
  async function assertInside(from, own, other) {
    const { description } = connector.sandbox.state.store.get("project", other);
    for (const query of [description, other, "app", "domain", "mail", "datenbank", "conversation"]) {
      const { answer, requests } = await use("search", { query }, from);
      const text = JSON.stringify(answer);
      assert.ok(!text.includes(other), `${query}: ${text}`);
      assert.ok(!text.includes("conversation:"), `${query}: ${text}`);
      for (const { path, query: asked } of requests)
        assert.ok(path.includes(own) || asked.projectId === own, `${path} ${JSON.stringify(asked)}`);
    }
    const [foreign] = (await search(`app ${description}`)).filter(({ id }) => id.startsWith("app:"));
    for (const id of [foreign.id, `project:${other}`]) {
      const result = await from.call("fetch", { id });
      assert.match(textOf(result), /^Nothing has the id "/, id);
    }
    const { answer } = await use("fetch", { id: `project:${own}` }, from);
    assert.equal(answer.id, `project:${own}`);
  }

  test("by its address sees nothing of another", async () => {
    await assertInside(legacyClient(`${connector.origin}/mcp/p/${AGENCY}`, "sandbox-token"), AGENCY, SHOP);
  });

  test("by the person's choice sees nothing of another", async () => {
    await assertInside(legacyClient(connector.mcp, await tokenFor(connector, AGENCY)), AGENCY, SHOP);
  });
});

describe("a connection without a scope", () => {
  test("is not asked about, and fetch says which is missing", async () => {
    const { token } = await connect(connector, { level: "read", parameters: { scope: "domain:read" } });
    const { answer, requests } = await use("search", { query: "kontor" }, legacyClient(connector.mcp, token));
    assert.deepEqual([...new Set(requests.map(({ path }) => path))], ["/v2/domains"]);
    assert.match(answer.notSearched, /apps \(this connection lacks the right app:read\)/);
    const id = "app:0f8fad5b-d9cb-469f-a165-70867728950e";
    const refused = await post(connector.mcp, callOf("fetch", { id }), bearer(token));
    assert.equal(refused.status, 403);
    assert.match(refused.headers.get("www-authenticate"), /insufficient_scope.*app:read/);
  });
});
