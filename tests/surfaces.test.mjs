// The addresses a client can connect to, /mcp[/p/{project}][/x/{toolsets}][/readonly], and what each serves.
//
//  1. the core set: at most 60 tools, and some of every family
//  2. toolsets: each has its family's tools; several are served together; all is everything
//  3. readonly: what reads, and nothing else
//  4. one project: without the argument that would name it, and without what belongs to no project
//  5. the order is the same everywhere, always, for everybody, with mittwald_project_list at its head
//  6. any other address is 404, before anybody is asked who they are; its metadata too
//  7. each address describes itself: resource, and the scopes of its own tools, also in the challenge
//  8. a token is for one address and is refused at every other
//  9. a token without a tool's scope still sees the tool; a call is 403 and names the scope

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { AGENCY, SHOP } from "../sandbox/seed/projects.mjs";
import { catalogTools } from "./support/catalog-tools.mjs";
import {
  assertError,
  assertToolError,
  bearer,
  callOf,
  connect,
  legacyClient,
  message,
  post,
} from "./support/mcp-client.mjs";
import { obtainCode, read, refresh, register } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

const TOOLSETS = new URL("../catalog/toolsets.toml", import.meta.url);
const CORE_TOOLS = 60;
const CORE_BYTES = 75_000;
const ALL_BYTES = 450_000;
const P = `/mcp/p/${AGENCY}`;
/// One address of every form.
const FORMS = [
  "/mcp",
  "/mcp/readonly",
  "/mcp/x/app",
  "/mcp/x/app,dns",
  "/mcp/x/all",
  "/mcp/x/all/readonly",
  "/mcp/x/mail,backup/readonly",
  P,
  `${P}/readonly`,
  `${P}/x/database`,
  `${P}/x/app,container/readonly`,
  `${P}/x/all`,
  `${P}/x/all/readonly`,
];

let connector;
/// Path -> its tools, as an API token sees them.
const served = new Map();
before(async () => {
  connector = await startConnector();
});
after(() => connector?.dispose());

async function toolsAt(path, token = "sandbox-token") {
  const answer = await legacyClient(connector.origin + path, token).request("tools/list");
  assert.equal(answer.status, 200, `${path}: ${answer.text}`);
  return answer.body.result.tools;
}

async function at(path) {
  if (!served.has(path)) served.set(path, await toolsAt(path));
  return served.get(path);
}

const namesOf = (tools) => tools.map(({ name }) => name);
const namesAt = async (path) => namesOf(await at(path));

/// Family -> names of the tools in its files.
function families() {
  const text = readFileSync(TOOLSETS, "utf8").replace(/^#.*$/gm, "");
  const names = [...text.matchAll(/"(\w+)"/g)].map(([, name]) => name);
  const ofFamily = (name) => catalogTools().filter(({ family }) => family === name);
  return new Map(names.map((name) => [name, namesOf(ofFamily(name))]));
}

describe("the core set", () => {
  test("is at most 60 tools, small enough, with some of every family", async () => {
    const core = await at("/mcp");
    assert.ok(core.length <= CORE_TOOLS, `${core.length} tools`);
    assert.ok(JSON.stringify(core).length <= CORE_BYTES, `${JSON.stringify(core).length} bytes`);
    const names = new Set(namesOf(core));
    const absent = [...families()].filter(([, tools]) => !tools.some((tool) => names.has(tool)));
    assert.deepEqual(absent.map(([family]) => family), []);
  });

  test("is a part of everything", async () => {
    const every = new Set(await namesAt("/mcp/x/all"));
    assert.deepEqual((await namesAt("/mcp")).filter((name) => !every.has(name)), []);
    assert.ok(JSON.stringify(await at("/mcp/x/all")).length <= ALL_BYTES);
  });
});

describe("toolsets", () => {
  test("have the tools of their family, and together they are everything", async () => {
    const together = new Set();
    for (const [family, tools] of families()) {
      const names = await namesAt(`/mcp/x/${family}`);
      assert.ok(tools.length > 0, family);
      assert.deepEqual(tools.filter((name) => !names.includes(name)), [], family);
      for (const name of names) together.add(name);
    }
    assert.deepEqual([...together].sort(), (await namesAt("/mcp/x/all")).toSorted());
  });

  test("are served together, in one order", async () => {
    const [apps, zones] = [await namesAt("/mcp/x/app"), await namesAt("/mcp/x/dns")];
    const both = (await namesAt("/mcp/x/all")).filter((name) => apps.includes(name) || zones.includes(name));
    assert.deepEqual(await namesAt("/mcp/x/app,dns"), both);
    assert.deepEqual(await namesAt("/mcp/x/dns,app"), both);
  });

  test("say where a tool is that they do not have", async () => {
    const client = legacyClient(`${connector.origin}/mcp/x/dns`, "sandbox-token");
    const error = assertError(await client.request("tools/call", { name: "mittwald_app_list" }), 200, -32602);
    assert.match(error.message, /Tool not found: mittwald_app_list.*\/mcp\/x\/app\b/s);
  });
});

describe("readonly", () => {
  for (const path of FORMS.filter((form) => form.endsWith("/readonly"))) {
    test(`${path} serves what reads`, async () => {
      const whole = await at(path.replace(/\/readonly$/, ""));
      const reading = whole.filter(({ annotations }) => annotations.readOnlyHint);
      assert.deepEqual(await at(path), reading);
      assert.ok(reading.length > 0 && reading.length < whole.length);
    });
  }

  test("does not write, by any name", async () => {
    const client = legacyClient(`${connector.origin}/mcp/x/all/readonly`, "sandbox-token");
    const reading = await namesAt("/mcp/x/all/readonly");
    const writing = (await namesAt("/mcp/x/all")).filter((name) => !reading.includes(name));
    const before = connector.sandbox.requests.length;
    for (const name of [...writing, "mittwald_volume_create"]) {
      const error = assertError(await client.request("tools/call", { name, arguments: {} }), 200, -32602, name);
      assert.match(error.message, /^Tool not found: .*reading tools only/, name);
    }
    assert.equal(connector.sandbox.requests.length, before);
  });
});

describe("one project", () => {
  test("is in no schema, and nothing else of the schemas differs", async () => {
    const every = new Map((await at("/mcp/x/all")).map((tool) => [tool.name, tool]));
    let bound = 0;
    for (const tool of await at(`${P}/x/all`)) {
      const whole = every.get(tool.name);
      const { properties = {}, required = [] } = tool.inputSchema;
      const { properties: all = {}, required: needed = [] } = whole.inputSchema;
      const gone = Object.keys(all).filter((name) => !(name in properties));
      assert.ok(gone.length <= 1, `${tool.name}: ${gone}`);
      assert.ok(!("projectId" in properties), tool.name);
      const [project] = gone;
      const rest = Object.entries(all).filter(([name]) => name !== project);
      assert.deepEqual(properties, Object.fromEntries(rest), tool.name);
      assert.deepEqual(required, needed.filter((name) => name !== project), tool.name);
      assert.deepEqual({ ...tool, inputSchema: null }, { ...whole, inputSchema: null });
      bound += gone.length;
    }
    assert.ok(bound > 50, `${bound} tools took the project`);
  });

  test("leaves a part of every form of the address", async () => {
    for (const path of FORMS.filter((form) => form.startsWith(P))) {
      const names = await namesAt(path);
      const whole = await namesAt(path.replace(P, "/mcp"));
      assert.deepEqual(names.filter((name) => !whole.includes(name)), [], path);
      assert.ok(names.length > 0, path);
      assert.ok(!names.includes("mittwald_project_list") && !names.includes("mittwald_user_get"), path);
    }
  });
});

describe("the order", () => {
  test("is the same at every address, each time, for everybody", async () => {
    const order = await namesAt("/mcp/x/all");
    assert.equal(new Set(order).size, order.length, "no name twice");
    const others = await connect(connector, { path: "/mcp/x/all" });
    assert.deepEqual(namesOf(await toolsAt("/mcp/x/all", others.token)), order);
    for (const path of FORMS) {
      const names = await namesAt(path);
      assert.deepEqual(names, order.filter((name) => names.includes(name)), path);
      assert.deepEqual(namesOf(await toolsAt(path)), names, path);
      if (names.includes("mittwald_project_list")) assert.equal(names[0], "mittwald_project_list", path);
    }
    for (const path of ["/mcp", "/mcp/readonly", "/mcp/x/all"])
      assert.equal((await namesAt(path))[0], "mittwald_project_list", path);
  });
});

describe("an address that is none", () => {
  const WRONG = [
    ...FORMS.map((form) => `${form}/`),
    ...["/mcp/x", "/mcp/x/", "/mcp/x/unknown", "/mcp/x/App", "/mcp/x/core", "/mcp/x/app,unknown", "/mcp/x/unknown,app"],
    ...["/mcp/x/app,app", "/mcp/x/app,dns,app", "/mcp/x/all,app", "/mcp/x/all,all", "/mcp/x/app,", "/mcp/x/,app"],
    ...["/mcp/x/app%2Cdns", "/mcp/x/app/dns", "/mcp/x/app/x/dns", "/mcp/app", "/mcp/all", "/mcp/readonly/x/app"],
    ...["/mcp/p", "/mcp/p/", "/mcp/p/p-kn4a7x", "/mcp/p/all", "/mcp/p//x/all", `/mcp/p/${AGENCY}x`],
    ...[`/mcp/p/${AGENCY.slice(1)}`, `/mcp/p/${AGENCY.replaceAll("-", "")}`, `/mcp/p/{${AGENCY}}`],
    ...[`/mcp/p/${AGENCY},${SHOP}`, `/mcp/p/${AGENCY}/${SHOP}`],
    ...[`${P}/p/${SHOP}`, `${P}/x`, `${P}/all`, `${P}/x/none`, `${P}/x/app,app`, `/mcp/x/app/p/${AGENCY}`],
    ...[`/mcp/readonly/p/${AGENCY}`, `${P}/readonly/readonly`, `${P}/readonly/x/all`, `/p/${AGENCY}`, "/x/all"],
  ];

  test("is 404 with a token and without, and so is its metadata", async () => {
    for (const path of WRONG) {
      for (const headers of [{}, bearer("sandbox-token"), bearer("wrong")]) {
        const answer = await post(connector.origin + path, message("tools/list"), headers);
        assert.equal(answer.status, 404, path);
        assert.equal(answer.headers.get("www-authenticate"), null, path);
      }
      const metadata = await fetch(`${connector.origin}/.well-known/oauth-protected-resource${path}`);
      assert.equal(metadata.status, 404, `metadata of ${path}`);
    }
  });

  test("can be asked for by no client: a token for it is refused", async () => {
    const client = await register(connector);
    const errorFor = async (path) => {
      const parameters = { resource: connector.origin + path };
      return (await obtainCode(connector, client, { parameters })).answer.get("error");
    };
    assert.equal(await errorFor("/mcp/x/app"), null);
    for (const path of WRONG.filter((each) => !each.endsWith("/")))
      assert.equal(await errorFor(path), "invalid_target", path);
  });
});

describe("an address about itself", () => {
  for (const path of FORMS) {
    test(`${path} names itself and the scopes of its tools`, async () => {
      const url = `${connector.origin}/.well-known/oauth-protected-resource${path}`;
      const { status, body } = await read(await fetch(url));
      assert.equal(status, 200);
      assert.equal(body.resource, connector.origin + path);
      assert.deepEqual(body.authorization_servers, [connector.origin]);
      const schemes = (await at(path)).flatMap(({ securitySchemes }) => securitySchemes);
      const scopes = schemes.flatMap((scheme) => scheme.scopes ?? []);
      assert.deepEqual(body.scopes_supported, [...new Set(scopes)].sort());
      const refused = await post(connector.origin + path, message("tools/list"));
      assert.equal(refused.status, 401);
      const challenge = `Bearer resource_metadata="${url}", scope="${body.scopes_supported.join(" ")}"`;
      assert.equal(refused.headers.get("www-authenticate"), challenge);
    });
  }

  test("asks for less where it serves less", async () => {
    const scopesAt = async (path) => {
      const url = `${connector.origin}/.well-known/oauth-protected-resource${path}`;
      return (await (await fetch(url)).json()).scopes_supported;
    };
    assert.deepEqual((await scopesAt("/mcp/x/all/readonly")).filter((scope) => /:(write|delete)$/.test(scope)), []);
    assert.ok((await scopesAt("/mcp/x/all")).includes("user:write"));
    assert.ok(!(await scopesAt(`${P}/x/all`)).includes("user:write"));
    assert.ok((await scopesAt("/mcp/x/dns")).includes("domain:write"));
    assert.ok(!(await scopesAt("/mcp/x/dns")).includes("app:write"));
  });
});

describe("a token", () => {
  test("is for the address that it was given for, and refused at every other", async () => {
    const inProject = [P, `/mcp/p/${SHOP}`, `${P}/x/all`, `${P}/x/all/readonly`];
    const paths = ["/mcp", "/mcp/readonly", "/mcp/x/app", "/mcp/x/all", ...inProject];
    const tokens = [];
    for (const path of paths) tokens.push([path, (await connect(connector, { path })).token]);
    const asked = connector.sandbox.requests.length;
    for (const [of, token] of tokens) {
      for (const path of paths) {
        const answer = await post(connector.origin + path, message("tools/list"), bearer(token));
        assert.equal(answer.status, of === path ? 200 : 401, `the token of ${of} at ${path}`);
        if (of !== path) assert.match(answer.headers.get("www-authenticate"), /^Bearer error="invalid_token"/);
      }
    }
    assert.equal(connector.sandbox.requests.length, asked, "nobody asked mittwald");
  });

  test("without a tool's scope sees the tool; the call is 403 and says which scope is missing", async () => {
    for (const [path, args] of [["/mcp/x/backup,project", { projectId: AGENCY }], [`${P}/x/all`, {}]]) {
      const connected = await connect(connector, { path });
      const { refresh_token: renewal } = connected.tokens;
      const resource = connected.url;
      const { body } = await refresh(connector, connected.client, renewal, { scope: "project:read", resource });
      assert.deepEqual(namesOf(await toolsAt(path, body.access_token)), await namesAt(path));
      const before = connector.sandbox.requests.length;
      const answer = await post(resource, callOf("mittwald_backup_list", args), bearer(body.access_token));
      assert.ok(assertToolError(answer, 403).includes("backup:read"), answer.text);
      const challenge = answer.headers.get("www-authenticate");
      assert.match(challenge, /^Bearer error="insufficient_scope"/);
      assert.match(challenge, /scope="[^"]*\bbackup:read\b/);
      assert.ok(challenge.includes(`${connector.origin}/.well-known/oauth-protected-resource${path}"`), challenge);
      assert.equal(connector.sandbox.requests.length, before);
      const allowed = await post(resource, callOf("mittwald_project_get", args), bearer(body.access_token));
      assert.equal(allowed.body.result.isError, false, allowed.text);
    }
  });
});
