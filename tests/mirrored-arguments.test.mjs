// Arguments that a modern client repeats in a header (x-mcp-header), so that what stands in between can
// route by them.
//
//  1. the definition says so to modern clients, and to nobody else
//  2. the official client repeats them by itself, and also finds out when it did not know
//  3. missing, different or broken headers are refused, and mittwald is asked nothing
//  4. legacy clients, project addresses and older names need none
//  5. a page in a browser may send them

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { SHOP } from "../sandbox/seed/projects.mjs";
import { assertError, bearer, connect, legacyClient, messageRefused, modernClient, modernHeaders, modernMessage, post } from "./support/mcp-client.mjs";
import { startConnector } from "./support/worker.mjs";

const TOOL = "mittwald_project_get";
const HEADER = "mcp-param-projectid";
const SHORT = "p-tb82qm";

let connector;
let url;
let token;
before(async () => {
  connector = await startConnector();
  ({ url, token } = await connect(connector));
});
after(() => connector?.dispose());

const definition = async (client) => (await client.request("tools/list")).body.result.tools.find(({ name }) => name === TOOL);
const callOf = (args) => modernMessage("tools/call", { name: TOOL, arguments: args });
const send = (body, headers = {}, address = url) => post(address, body, { ...bearer(token), ...modernHeaders(body), ...headers });

describe("a mirrored argument", () => {
  test("is announced to modern clients only", async () => {
    const modern = await definition(modernClient(url, token));
    assert.equal(modern.inputSchema.properties.projectId["x-mcp-header"], "ProjectId");
    const legacy = await definition(legacyClient(url, token));
    assert.ok(!JSON.stringify(legacy).includes("x-mcp-header"));
    delete modern.inputSchema.properties.projectId["x-mcp-header"];
    assert.deepEqual(modern, legacy);
  });

  for (const lists of [true, false]) {
    test(`is repeated by the official client ${lists ? "that listed the tools" : "that did not, on its second try"}`, async () => {
      const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
      const seen = [];
      const watching = (address, init) => {
        const headers = new Headers(init?.headers);
        if (headers.get("mcp-method") === "tools/call") seen.push(headers.get(HEADER));
        return fetch(address, init);
      };
      await client.connect(new StreamableHTTPClientTransport(new URL(url), { fetch: watching, requestInit: { headers: bearer(token) } }));
      if (lists) await client.listTools();
      const result = await client.callTool({ name: TOOL, arguments: { projectId: SHORT } });
      assert.equal(result.structuredContent.shortId, SHORT);
      assert.deepEqual(seen, lists ? [SHORT] : [null, SHORT]);
      await client.close();
    });
  }

  test("says the same as the body, or nothing is sent", async () => {
    const refused = (args, field) => messageRefused(connector, () => send(callOf(args), { [HEADER]: field }), 400, -32020, field);
    for (const [args, field, why] of [
      [{ projectId: SHOP }, undefined, /Mcp-Param-ProjectId is missing; it must repeat the argument projectId/],
      [{ projectId: SHOP }, SHORT, /differs from the argument projectId/],
      [{ projectId: SHOP }, SHOP.toUpperCase(), /differs/],
      [{ projectId: "Hello" }, "=?base64?SGVsbG8?=", /broken/],
      [{ projectId: "Hello" }, "=?base64?SGVs!!!bG8=?=", /broken/],
      [{}, SHOP, /the arguments have no projectId/],
    ]) {
      const { message } = await refused(args, field);
      assert.match(message, why);
    }
    for (const field of [SHOP, ` ${SHOP} `, `=?base64?${Buffer.from(SHOP).toString("base64")}?=`]) {
      const answer = await send(callOf({ projectId: SHOP }), { [HEADER]: field });
      assert.equal(answer.body.result?.structuredContent.id, SHOP, answer.text);
    }
  });

  test("is nobody else's business", async () => {
    const client = legacyClient(url, token);
    const answer = await client.send({ ...callOf({ projectId: SHOP }), params: { name: TOOL, arguments: { projectId: SHOP } } }, { [HEADER]: "other" });
    assert.equal(answer.body.result.structuredContent.id, SHOP);
    const bound = await connect(connector, { path: `/mcp/p/${SHOP}` });
    const own = callOf({});
    const shown = await post(bound.url, own, { ...bearer(bound.token), ...modernHeaders(own) });
    assert.equal(shown.body.result.structuredContent.id, SHOP);
    assertError(await send(own, { [HEADER]: SHOP }), 400, -32020);
  });

  test("may be sent from a browser", async () => {
    const answer = await fetch(url, { method: "OPTIONS", headers: { origin: "http://localhost:6274", "access-control-request-headers": HEADER } });
    assert.ok(answer.headers.get("access-control-allow-headers").toLowerCase().split(", ").includes(HEADER));
  });
});
