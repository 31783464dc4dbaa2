// What there is besides tools, with the real client packages: the first generation (2025-11-25), the
// second in both eras.
//
//  1. capabilities: prompts, resources, completions, skills; nobody is promised news
//  2. prompts are listed and told, with their values
//  3. resources are listed to the last page; guides, the table of tools and projects are read
//  4. each template's things are found by completion and read: name in, id out, thing read
//  5. what is not there is an error of the era's own kind
//  6. skills: the official host module lists, reads and verifies every file, and reads the folders
//  7. the addresses for one project and for reading only

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client as FirstClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as FirstTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { SkillsClient } from "@modelcontextprotocol/client/ext/skills";
import { AGENCY, SHOP } from "../sandbox/seed/projects.mjs";
import { connect } from "./support/mcp-client.mjs";
import { startConnector } from "./support/worker.mjs";


let connector;
before(async () => {
  connector = await startConnector();
});
after(() => connector?.dispose());

/// Opens a client at an address with a token of its own.
async function opened(Kind, Transport, options, path) {
  const { url, token } = await connect(connector, { path });
  const client = new Kind({ name: "test", version: "1" }, options);
  const headers = { authorization: `Bearer ${token}` };
  await client.connect(new Transport(new URL(url), { requestInit: { headers } }));
  return client;
}

const KINDS = [
  {
    name: "the first generation",
    speaks: "2025-11-25",
    notFound: -32002,
    open: (path) => opened(FirstClient, FirstTransport, {}, path),
  },
  ...["legacy", "auto"].map((mode) => ({
    name: `the second generation, ${mode}`,
    // In the handshake era, too, this package makes -32602 of the -32002 that it gets.
    notFound: -32602,
    speaks: mode === "auto" ? "2026-07-28" : "2025-11-25",
    open: (path) => opened(Client, StreamableHTTPClientTransport, { versionNegotiation: { mode } }, path),
  })),
];

async function everyPage(list, key) {
  const all = [];
  let cursor;
  do {
    const page = await list(cursor && { cursor });
    all.push(...page[key]);
    cursor = page.nextCursor;
  } while (cursor);
  return all;
}

const resources = (client) => everyPage((params) => client.listResources(params), "resources");
const projectsOf = (listed) => listed.filter(({ uri }) => uri.startsWith("mittwald://project/"));
const templatesOf = async (client) => (await client.listResourceTemplates()).resourceTemplates;

/// The only content of a resource.
async function read(client, uri) {
  const { contents } = await client.readResource({ uri });
  assert.equal(contents.length, 1);
  assert.equal(contents[0].uri, uri);
  return contents[0];
}

const complete = async (client, ref, name, value, context) => {
  const { completion } = await client.complete({ ref, argument: { name, value }, ...(context && { context }) });
  assert.ok(completion.values.length <= 100);
  return completion.values;
};

for (const { name, speaks, notFound, open } of KINDS) {
  describe(name, () => {
    let client;
    before(async () => {
      client = await open("/mcp");
    });
    after(() => client?.close());

    test("is offered what there is, and promised no news", () => {
      const extensions = { "io.modelcontextprotocol/skills": { directoryRead: true } };
      assert.deepEqual(client.getServerCapabilities(), {
        prompts: {},
        resources: {},
        completions: {},
        tools: {},
        ...(speaks === "2026-07-28" && { extensions }),
      });
      const beginning = client.getInstructions().slice(0, 512);
      for (const word of ["mittwald_project_list", "ids", "total", "ask the person", "language"])
        assert.ok(beginning.includes(word), word);
    });

    test("lists prompts and is told them", async () => {
      const { prompts } = await client.listPrompts();
      assert.equal(prompts.length, 21);
      for (const prompt of prompts) {
        assert.match(prompt.name, /^[a-z][a-z0-9_]{0,39}$/);
        assert.ok(prompt.title && prompt.description);
        const args = Object.fromEntries(prompt.arguments.map(({ name }) => [name, name === "language" ? "de" : `<${name}>`]));
        const { messages, description } = await client.getPrompt({ name: prompt.name, arguments: args });
        assert.ok(description);
        assert.equal(messages.length, 1);
        assert.equal(messages[0].role, "user");
        for (const value of Object.values(args).filter((one) => one !== "de"))
          assert.ok(messages[0].content.text.includes(`\`${value}\``), `${prompt.name} ${value}`);
      }
      await assert.rejects(client.getPrompt({ name: "nothing" }), { code: -32602 });
      await assert.rejects(client.getPrompt({ name: "cronjob_setup", arguments: {} }), /projectId is missing/);
    });

    test("lists resources and reads them", async () => {
      const listed = await resources(client);
      assert.equal(new Set(listed.map(({ uri }) => uri)).size, listed.length);
      for (const language of ["de", "en"])
        assert.equal(listed.filter(({ uri }) => uri.startsWith(`mittwald://guide/${language}/`)).length, 21);
      const projects = projectsOf(listed);
      assert.ok(projects.some(({ title }) => title === "Kontor Nord Website"));
      for (const { uri, mimeType, size } of listed) {
        const content = await read(client, uri);
        assert.equal(content.mimeType, mimeType);
        if (size !== undefined) assert.equal(Buffer.byteLength(content.text), size);
        if (mimeType === "application/json") assert.ok(uri.endsWith(JSON.parse(content.text).id));
      }
      const { tools } = await client.listTools();
      const table = (await read(client, "mittwald://tools")).text;
      for (const tool of tools) assert.ok(table.includes(`| \`${tool.name}\` | ${tool.title} |`), tool.name);
    });

    test("finds each kind of thing by its name and reads it", async () => {
      const templates = await templatesOf(client);
      assert.deepEqual(
        templates.map(({ name }) => name),
        ["project", "app", "database", "domain", "backup", "conversation"],
      );
      for (const { name, uriTemplate } of templates) {
        const variable = /\{(.+)\}/.exec(uriTemplate)[1];
        const ref = { type: "ref/resource", uri: uriTemplate };
        const context = { arguments: { projectId: AGENCY } };
        const ids = await complete(client, ref, variable, "", name === "conversation" ? undefined : context);
        assert.ok(ids.length > 0, name);
        for (const id of ids.slice(0, 3)) {
          const { text, mimeType } = await read(client, uriTemplate.replace(`{${variable}}`, id));
          assert.equal(mimeType, "application/json");
          assert.ok(text.includes(id), name);
        }
      }
      const prompt = { type: "ref/prompt", name: "cronjob_setup" };
      for (const typed of ["kontor nord", "KONTOR", "p-kn4a7x", AGENCY])
        assert.deepEqual(await complete(client, prompt, "projectId", typed), [AGENCY], typed);
      assert.deepEqual(await complete(client, prompt, "language", ""), ["de", "en"]);
      assert.deepEqual(await complete(client, prompt, "task", "x"), []);
      await assert.rejects(complete(client, prompt, "nothing", ""), { code: -32602 });
    });

    test("is told what is not there", async () => {
      for (const uri of ["mittwald://nothing/x", `mittwald://project/${AGENCY.replace(/^./, "0")}`, "skill://x/SKILL.md"]) {
        await assert.rejects(client.readResource({ uri }), ({ code, data }) => {
          assert.equal(code, notFound, uri);
          assert.equal(data.uri, uri);
          return true;
        });
      }
    });

    if (speaks === "2026-07-28")
      test("lists, reads and verifies skills", async () => {
        const skills = new SkillsClient(client);
        assert.ok(skills.supported && skills.directoryRead);
        const { skills: entries, invalid } = await skills.list();
        assert.deepEqual(invalid, []);
        assert.equal(entries.length, 10);
        for (const entry of entries) {
          assert.deepEqual((await skills.get(entry.uri)).skill, entry);
          const manifest = await skills.read(entry);
          assert.ok(manifest.verified && manifest.body.includes("## Check the result"));
          assert.deepEqual(manifest.frontmatter, entry.frontmatter);
          assert.ok((await skills.read(entry, "references/de.md")).text.includes("## Das Ergebnis prüfen"));
          const folder = entry.uri.replace("/SKILL.md", "");
          const { resources: children } = await skills.readDirectory(folder);
          assert.deepEqual(
            children.map(({ name, mimeType }) => [name, mimeType]),
            [
              ["SKILL.md", "text/markdown"],
              ["references", "inode/directory"],
            ],
          );
          assert.deepEqual(
            (await skills.readDirectory(`${folder}/references`)).resources.map(({ uri }) => uri),
            [`${folder}/references/de.md`],
          );
        }
        await assert.rejects(skills.get("skill://nothing/SKILL.md"), { code: -32602 });
      });

    test("stays inside one project where the address is for one", async () => {
      const one = await open(`/mcp/p/${AGENCY}`);
      const { prompts } = await one.listPrompts();
      const names = prompts.flatMap((prompt) => prompt.arguments.map(({ name }) => name));
      assert.ok(!names.includes("projectId"));
      const { messages } = await one.getPrompt({ name: "cronjob_setup", arguments: { task: "x" } });
      assert.ok(messages[0].content.text.includes(`\`${AGENCY}\``));
      assert.match(one.getInstructions(), /fixed to it/);
      assert.deepEqual(
        projectsOf(await resources(one)).map(({ uri }) => uri),
        [`mittwald://project/${AGENCY}`],
      );
      assert.ok(!(await templatesOf(one)).some(({ name }) => name === "conversation"));
      await assert.rejects(one.readResource({ uri: `mittwald://project/${SHOP}` }), { code: notFound });
      const app = { type: "ref/resource", uri: "mittwald://app/{appInstallationId}" };
      const everywhere = await complete(client, app, "appInstallationId", "");
      const foreign = await complete(client, app, "appInstallationId", "", { arguments: { projectId: SHOP } });
      const here = await complete(one, app, "appInstallationId", "");
      assert.ok(here.length > 0 && foreign.length > 0);
      for (const id of [...here, ...foreign]) assert.ok(everywhere.includes(id), id);
      for (const id of here) assert.ok(!foreign.includes(id), id);
      for (const id of foreign)
        await assert.rejects(one.readResource({ uri: `mittwald://app/${id}` }), { code: notFound });
      const there = { arguments: { projectId: SHOP } };
      assert.deepEqual(await complete(one, app, "appInstallationId", "", there), []);
      await one.close();
    });

    test("reads everywhere where the address is for reading", async () => {
      const reader = await open("/mcp/readonly");
      assert.match(reader.getInstructions(), /read-only/);
      const { messages } = await reader.getPrompt({ name: "cronjob_setup", arguments: { projectId: AGENCY, task: "x" } });
      assert.match(messages[0].content.text, /this connection only reads/);
      const listed = await resources(reader);
      assert.ok(projectsOf(listed).length > 1);
      assert.ok(!(await read(reader, "mittwald://tools")).text.includes("mittwald_project_update"));
      await read(reader, `mittwald://project/${AGENCY}`);
      await reader.close();
    });
  });
}
