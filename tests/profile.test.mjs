// Who is signed in, for clients that hold several mittwald accounts (OpenAI's profile tool).
//
//  1. it is marked as the profile tool, takes nothing, and its answer has OpenAI's four fields and no other
//  2. every surface serves it; the id is mittwald's user id, on each of them the same
//  3. two people are told apart; arguments are refused

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { DEMO_USER } from "../sandbox/seed/people.mjs";
import { AGENCY } from "../sandbox/seed/projects.mjs";
import { legacyClient, textOf } from "./support/mcp-client.mjs";
import { tokenFor } from "./support/project-choice.mjs";
import { startConnector } from "./support/worker.mjs";

const NAME = "mittwald_profile_get";
const SURFACES = ["/mcp", "/mcp/readonly", "/mcp/x/dns", "/mcp/x/all", `/mcp/p/${AGENCY}`, `/mcp/p/${AGENCY}/x/mail/readonly`];

let connector;
before(async () => {
  connector = await startConnector();
});
after(() => connector?.dispose());

const at = (path) => legacyClient(connector.origin + path, "sandbox-token");

describe("the profile tool", () => {
  test("is as OpenAI wants it, on every surface", async () => {
    for (const path of SURFACES) {
      const { tools } = (await at(path).request("tools/list")).body.result;
      const marked = tools.filter(({ _meta }) => _meta["openai/profile"] === true);
      assert.deepEqual(marked.map(({ name }) => name), [NAME], path);
      const [{ inputSchema, outputSchema, annotations }] = marked;
      assert.deepEqual(inputSchema, { type: "object", additionalProperties: false });
      assert.deepEqual(Object.keys(outputSchema.properties), ["id", "name", "email", "nickname"]);
      assert.deepEqual([outputSchema.required, outputSchema.additionalProperties], [["id"], false]);
      assert.equal(annotations.readOnlyHint, true);
    }
  });

  test("tells the same person everywhere", async () => {
    for (const path of SURFACES) {
      const { structuredContent: profile } = await at(path).call(NAME);
      assert.equal(profile.id, DEMO_USER.userId, path);
      assert.equal(profile.email, "demo@example.com");
      assert.ok(profile.name.startsWith(profile.nickname));
      assert.deepEqual(Object.keys(profile).sort(), ["email", "id", "name", "nickname"]);
    }
  });

  test("is for a connection to one project, too", async () => {
    const token = await tokenFor(connector, AGENCY);
    const { structuredContent: profile } = await legacyClient(connector.mcp, token).call(NAME);
    assert.equal(profile.id, DEMO_USER.userId);
  });

  test("takes no arguments", async () => {
    const result = await at("/mcp").call(NAME, { userId: "self" });
    assert.equal(result.isError, true);
    assert.match(textOf(result), /userId/);
  });
});
