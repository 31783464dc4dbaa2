// What the tools cost those who hold them: bytes of tools/list, tokens of what a host hands to the model.
//
//  1. every budget holds, and one that is exceeded is told
//  2. docs/tokens.md is what `make tokens` writes today
//  3. what is counted is what the Worker serves

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { BUDGETS, exceeded } from "../scripts/tokens/budgets.mjs";
import { measured, read, tokens } from "../scripts/tokens/measure.mjs";
import { page } from "../scripts/tokens/page.mjs";
import { legacyClient } from "./support/mcp-client.mjs";
import { startConnector } from "./support/worker.mjs";

let surfaces;
let rows;
before(async () => {
  surfaces = await read();
  rows = measured(surfaces);
});

describe("a budget", () => {
  test("holds", () => assert.deepEqual(exceeded(rows), []));

  test("that is exceeded is told, each by itself", () => {
    const largest = { name: "a", tokens: 900 };
    const within = [
      { surface: "/mcp", tools: 60, bytes: 75_000, tokens: 12_000, largest },
      { surface: "/mcp/x/all", tools: 999, bytes: 450_000, tokens: 60_000, largest },
    ];
    assert.deepEqual(exceeded(within), []);
    const [core, all] = within;
    const beyond = [
      [{ ...core, tools: 61 }, all],
      [{ ...core, tokens: 12_001 }, all],
      [{ ...core, bytes: 75_001 }, all],
      [core, { ...all, tokens: 60_001 }],
      [core, { ...all, bytes: 450_001 }],
      [core, { ...all, largest: { name: "b", tokens: 901 } }],
    ];
    assert.equal(beyond.length, BUDGETS.length);
    for (const [index, rows] of beyond.entries()) {
      const [problem, ...more] = exceeded(rows);
      const { surface, of } = BUDGETS[index];
      assert.ok(problem.startsWith(`${surface} has `) && problem.includes(of), problem);
      assert.deepEqual(more, []);
    }
  });
});

test("docs/tokens.md is up to date", async () => {
  const kept = await readFile(new URL("../docs/tokens.md", import.meta.url), "utf8");
  assert.equal(kept, page(rows), "run `make tokens`");
});

describe("what is counted", () => {
  let connector;
  before(async () => {
    connector = await startConnector();
  });
  after(() => connector?.dispose());

  test("is what the Worker serves, on every surface", async () => {
    for (const { surface, bytes, tools } of surfaces) {
      const client = legacyClient(connector.origin + surface, "sandbox-token");
      const { text, body } = await client.request("tools/list");
      const served = body.result.tools;
      assert.deepEqual(served.map(({ name }) => name).sort(), tools.map(({ name }) => name).sort(), surface);
      const texts = new Map(tools.map(({ name, text }) => [name, text]));
      for (const { name, description, inputSchema } of served)
        assert.deepEqual(JSON.parse(texts.get(name)), { name, description, inputSchema });
      // Whatever is around the tools is small.
      const sent = Buffer.byteLength(text);
      assert.ok(sent >= bytes && sent <= bytes + 500, `${surface}: ${sent} bytes are sent, ${bytes} counted`);
    }
  });

  test("in tokens is o200k's", () => {
    // The encoding before o200k makes eight of the first.
    assert.equal(tokens("日本語のドメイン"), 6);
    assert.equal(tokens('{"name":"mittwald_project_list","description":"Lists projects."}'), 14);
    assert.ok(tokens("<|endoftext|>") > 1, "text like any other");
  });
});
