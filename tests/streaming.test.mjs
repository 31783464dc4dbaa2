// Answers that begin before they are complete, and clients that leave before they are.
//
//  1. with a progress token, a call of several requests answers as an event stream: progress, then the result
//  2. without one, or from a client that takes no stream, or where nothing is to tell, the answer is plain
//  3. a page of a known site may read the stream; what is refused beforehand stays a plain 401 or 403
//  4. an array of the oldest revision streams, too, and its answers come in one array at the end
//  5. a silence of 15 seconds is filled with a comment; by it, a client that closed its end is noticed
//  6. a client that resets the connection stops a plain call: the second request is never sent
//  7. it stops a streaming call just so, in every revision
//  8. a client that only closes its end stops a streaming call with the next thing that is written to it
//  9. a write that was sent already stays in the log of writes as one whose outcome nobody knows
// 10. each request has one line in the log, also one that was left: what it was, and how far it came

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openConnections, writesIn } from "./support/connections.mjs";
import { bearer, callOf, connect, message, MODERN, modernHeaders, modernMessage } from "./support/mcp-client.mjs";
import { events, open } from "./support/streaming-client.mjs";
import { startConnector } from "./support/worker.mjs";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const META = { progressToken: "p1", traceparent: `00-${TRACE}-b7ad6b7169203331-01` };
/// Where short ids of servers and of projects are found.
const [SERVERS, PROJECTS] = ["/v2/servers", "/v2/projects"];
const [SERVER_ID, PROJECT_ID] = ["s-elbe01", "p-tb82qm"];
/// Long enough for a client to leave in between, in milliseconds.
const STALL = 700;

let connector;
let url;
let token;
before(async () => {
  connector = await startConnector({ persist: true });
  ({ url, token } = await connect(connector, { path: "/mcp/x/all" }));
});
after(() => connector?.dispose());
/// Requests to mittwald and log lines from here on.
let sent;
let logged;
beforeEach(async () => {
  // What an isolate remembers of short ids is gone: every test needs two requests.
  await connector.restart();
  sent = connector.sandbox.requests.length;
  logged = connector.logs.length;
});
const requests = () => connector.sandbox.requests.slice(sent).map(({ method, path }) => `${method} ${path.split("?")[0]}`);
const lines = () => connector.logs.slice(logged).filter(({ message: text }) => text.startsWith("{")).map(({ message: text }) => JSON.parse(text));
/// The log's lines, once there are so many.
async function linesOnce(count, holds = () => true) {
  for (let tries = 0; tries < 100 && !(lines().length >= count && holds(lines())); tries += 1) await sleep(50);
  assert.equal(lines().length, count, JSON.stringify(lines()));
  return lines();
}

const legacy = (name, args, _meta = META) => message("tools/call", { name, arguments: args, _meta });
const modern = (name, args, meta = META) => modernMessage("tools/call", { name, arguments: args }, { meta });
/// Opens a call as a client of its era.
function ask(body, headers = {}, port = undefined) {
  const era = body.params?._meta?.["io.modelcontextprotocol/protocolVersion"] === MODERN ? modernHeaders(body) : { "mcp-protocol-version": "2025-11-25" };
  return open(url, body, { ...bearer(token), ...era, ...headers }, port);
}
const [LIST, IMAGE, MOVE] = ["mittwald_project_list", "mittwald_container_image_get", "mittwald_domain_move"];
const OF_SERVER = { serverId: SERVER_ID };

describe("an answer that begins before it is complete", () => {
  for (const [era, make] of [["legacy", legacy], ["modern", modern]]) {
    test(`goes as a stream to who asks for progress: steps, then the result (${era})`, async () => {
      const { head, text } = await ask(make(LIST, OF_SERVER)).end();
      assert.equal(head.status, 200);
      assert.equal(head.headers["content-type"], "text/event-stream");
      assert.equal(head.headers["cache-control"], "no-store, no-transform");
      assert.equal(head.headers["x-accel-buffering"], "no");
      const { messages } = events(text);
      const [result, ...progress] = [messages.at(-1), ...messages.slice(0, -1)];
      assert.equal(result.id, 1);
      assert.ok(result.result.structuredContent.projects.length > 0);
      assert.deepEqual(progress.map(({ method }) => method), ["notifications/progress", "notifications/progress"]);
      assert.deepEqual(progress.map(({ params }) => [params.progressToken, params.progress]), [["p1", 0], ["p1", 1]]);
      assert.ok(!text.includes(TRACE), "a trace goes into the log and nowhere else");
      const [line] = await linesOnce(1);
      assert.deepEqual({ ...line.mcp, revision: "" }, { method: "tools/call", tool: LIST, revision: "", outcome: "ok" });
      assert.deepEqual([line.route, line.status, line.trace], ["mcp", 200, TRACE]);
    });
  }

  const plainAnswer = ({ head, text }) => {
    assert.equal(head.headers["content-type"], "application/json");
    assert.ok(JSON.parse(text).result.structuredContent.projects.length > 0, text);
  };
  for (const accept of ["application/json", "*/*", "application/json, text/event-stream;q=0"]) {
    test(`is plain for who takes only ${accept}`, async () => {
      plainAnswer(await ask(legacy(LIST, OF_SERVER), { accept }).end());
    });
  }

  test("is plain where nobody asked, or nothing is to tell", async () => {
    plainAnswer(await ask(legacy(LIST, OF_SERVER, {})).end());
    // The server was found just now: one request, and nothing to tell on the way.
    plainAnswer(await ask(legacy(LIST, OF_SERVER)).end());
  });

  test("may be read by a page of a known site, and refusals stay plain", async () => {
    const origin = "http://localhost:6274";
    const { head } = await ask(legacy(LIST, OF_SERVER), { origin }).end();
    assert.equal(head.headers["content-type"], "text/event-stream");
    assert.equal(head.headers["access-control-allow-origin"], origin);
    assert.equal(head.headers.vary, "Origin");
    const call = legacy(IMAGE, { imageReference: "nginx", projectId: PROJECT_ID });
    const foreign = await ask(call, { origin: "https://evil.example" }).end();
    assert.deepEqual([foreign.head.status, foreign.head.headers["content-type"]], [403, "application/json"]);
    const unknown = await ask(call, bearer("a.b.c")).end();
    assert.equal(unknown.head.status, 401);
    assert.ok(unknown.head.headers["www-authenticate"]);
  });

  test("may be one to an array of messages", async () => {
    const call = (id, name, args) => message("tools/call", { name, arguments: args, _meta: { progressToken: id } }, id);
    const batch = [call(1, LIST, OF_SERVER), call(2, IMAGE, { imageReference: "nginx", projectId: PROJECT_ID })];
    const { head, text } = await open(url, batch, bearer(token)).end();
    assert.equal(head.headers["content-type"], "text/event-stream");
    const { messages } = events(text);
    assert.deepEqual(messages.slice(0, -1).map(({ params }) => params.progressToken), [1, 1, 2, 2]);
    assert.deepEqual(messages.at(-1).map(({ id }) => id), [1, 2]);
  });
});

describe("a long silence", () => {
  // Longer than the pause between comments (15 s), shorter than the time for a request (25 s).
  const SILENCE = 17_000;

  test("is filled with comments, which also show who has left without a word", async () => {
    await connector.control({ stall: { ms: SILENCE, match: SERVERS, count: 2 } });
    const [stays, leaves] = [ask(legacy(LIST, OF_SERVER)), ask(modern(LIST, OF_SERVER), {}, connector.innerPort)];
    await leaves.until(({ text }) => text.includes("notifications/progress"));
    leaves.close();
    const { messages, comments } = events((await stays.end()).text);
    assert.equal(comments, 1);
    assert.ok(messages.at(-1).result);
    const outcomes = (await linesOnce(2)).map(({ mcp, ms }) => [mcp.outcome, ms < SILENCE]);
    assert.deepEqual(outcomes, [["left", true], ["ok", false]]);
    assert.deepEqual(requests().sort(), [`GET ${PROJECTS}`, `GET ${SERVERS}`, `GET ${SERVERS}`]);
  });
});

describe("a client that leaves", () => {
  const stall = (settings) => connector.control({ stall: { ms: STALL, ...settings } });
  /// Waits until mittwald got the first request of a call, leaves, and waits until the second would be over.
  async function leave(client, how) {
    for (let tries = 0; tries < 500 && !requests().length; tries += 1) await sleep(10);
    client[how]();
    await sleep(2 * STALL);
  }

  const domains = () => ask(legacy("mittwald_domain_list", {}, {})).end();
  const move = async (projectId) => {
    const { text } = await domains();
    const domain = JSON.parse(text).result.structuredContent.domains[0];
    [sent, logged] = [connector.sandbox.requests.length, connector.logs.length];
    return { domainId: domain.domainId, projectId: projectId ?? domain.projectId };
  };

  for (const [era, make] of [["legacy", legacy], ["modern", modern]]) {
    test(`stops a plain call between its requests (${era})`, async () => {
      const args = await move(PROJECT_ID);
      await stall({ match: PROJECTS, method: "GET" });
      await leave(ask(make(MOVE, args), { accept: "application/json" }), "reset");
      assert.deepEqual(requests(), [`GET ${PROJECTS}`]);
      const [line] = await linesOnce(1);
      assert.deepEqual([line.route, line.status, line.mcp.tool, line.mcp.outcome], ["mcp", 499, MOVE, "left"]);
    });

    test(`stops a streaming call just so (${era})`, async () => {
      const args = await move(PROJECT_ID);
      await stall({ match: PROJECTS, method: "GET" });
      const client = ask(make(MOVE, args));
      await client.until(({ text }) => text.includes("notifications/progress"));
      await leave(client, "reset");
      assert.deepEqual(requests(), [`GET ${PROJECTS}`]);
      const [line] = await linesOnce(1);
      assert.deepEqual([line.mcp.tool, line.mcp.outcome], [MOVE, "left"]);
    });
  }

  test("and only closes its end is noticed with the next thing written to it", async () => {
    await stall({ match: SERVERS });
    const client = ask(legacy(LIST, OF_SERVER), {}, connector.innerPort);
    await client.until(({ text }) => text.includes("notifications/progress"));
    await stall({ match: PROJECTS });
    await leave(client, "close");
    const [line] = await linesOnce(1);
    assert.equal(line.mcp.outcome, "left");
  });

  test("leaves a write that was sent as one whose outcome nobody knows", async () => {
    const args = await move();
    await stall({ method: "PATCH" });
    await leave(ask(legacy(MOVE, args)), "reset");
    assert.deepEqual(requests(), [`PATCH /v2/domains/${args.domainId}/project-id`]);
    const { page } = await openConnections(connector, { lang: "en" });
    const [newest] = writesIn(page.document);
    assert.equal(newest.tool, MOVE);
    assert.match(newest.text, /outcome unknown/);
  });
});
