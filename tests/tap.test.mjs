// The tap on the Worker's line (tests/support/tap.mjs), tried against servers that say what a test wants: it changes
// nothing, reads everything, and what it is there for is found.
//
//  1. bytes, ends and broken lines pass both ways as they are
//  2. every framing of an answer is read: counted, chunked, ended by the connection, none at all, compressed
//  3. answers belong to their requests: one after the other on a line, early ones, interim ones, HEAD
//  4. what is no HTTP is said, and passes all the same
//  5. a secret in an error is found: in a field, in a body, in a page, in an address, in part; elsewhere it may stand
//  6. a message that does not fit its revision is found; the schemas of four revisions are there
//  7. equal shapes are judged once, other ones again

import assert from "node:assert/strict";
import { connect, createServer } from "node:net";
import { afterEach, describe, test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { bodyText, MessageReader } from "./support/http-messages.mjs";
import { Leaks } from "./support/leaks.mjs";
import { startTap } from "./support/tap.mjs";
import { WireCheck } from "./support/wire-check.mjs";
import { definitionsOf, REVISIONS } from "./support/wire-schemas.mjs";
import { freePort } from "./support/worker.mjs";

const open = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/// A server that does with each connection what `serve(socket)` says, behind a tap; gives the tap's port and what
/// it read.
async function tapped(serve) {
  const sockets = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket.on("error", () => {}));
    serve(socket);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((closed) => server.close(closed));
  });
  const exchanges = [];
  const lost = [];
  const port = await freePort();
  const tap = await startTap({ port, exchanged: (one) => exchanges.push(one), lost: (reason) => lost.push(reason) });
  open.push(() => tap.close());
  tap.leadTo(server.address().port);
  return { port, tap, exchanges, lost };
}

/// Connects and sends; gives the bytes that came until the end, and how the line ended.
function talk(port, text, { half = true } = {}) {
  return new Promise((resolve) => {
    const chunks = [];
    let error;
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", (why) => (error = why.code));
    socket.on("end", () => socket.end());
    socket.on("close", () => resolve({ bytes: Buffer.concat(chunks), error }));
    if (half) socket.end(text);
    else socket.write(text);
  });
}

const GET = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";
const answerOf = (body, fields = "") => `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${fields}\r\n${body}`;
const texts = (exchanges) => exchanges.map(({ request, response }) => [request.start.split(" HTTP")[0], response.status, bodyText(response)]);

/// A server that waits for the client's end and then sends this.
const saying = (...parts) => (socket) => socket.resume().on("end", () => {
  for (const part of parts) socket.write(part);
  socket.end();
});

describe("the line", () => {
  test("carries bytes both ways as they are, however much they are", async () => {
    const blob = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7919) % 256));
    let arrived;
    const { port } = await tapped((socket) => {
      const chunks = [];
      socket.on("data", (chunk) => chunks.push(chunk)).on("end", () => {
        arrived = Buffer.concat(chunks);
        socket.end(arrived);
      });
    });
    const { bytes } = await talk(port, blob);
    assert.ok(arrived.equals(blob), "the server got what was sent");
    assert.ok(bytes.equals(blob), "the client got what was sent back");
  });

  test("carries an answer while the client still holds its side open, and the end of it", async () => {
    const { port } = await tapped((socket) => socket.once("data", () => socket.end(answerOf("early"))));
    const { bytes, error } = await talk(port, "POST / HTTP/1.1\r\ncontent-length: 5000000\r\n\r\n", { half: false });
    assert.match(bytes.toString(), /early$/);
    assert.equal(error, undefined);
  });

  test("breaks where the server breaks it", async () => {
    const { port } = await tapped((socket) => socket.once("data", () => socket.resetAndDestroy()));
    assert.equal((await talk(port, GET, { half: false })).error, "ECONNRESET");
  });

  test("breaks where the client breaks it", async () => {
    let told;
    const gone = new Promise((resolve) => (told = resolve));
    const { port } = await tapped((socket) => socket.on("error", (error) => told(error.code)).on("end", () => told("end")).resume());
    const socket = connect({ port, host: "127.0.0.1" }, () => socket.write(GET, () => setTimeout(() => socket.resetAndDestroy(), 20)));
    assert.equal(await gone, "ECONNRESET");
  });

  test("is refused while nothing listens behind it, and leads to what listens then", async () => {
    const { port, tap } = await tapped(saying(answerOf("one")));
    tap.leadTo(await freePort());
    assert.equal((await talk(port, GET)).error, "ECONNRESET");
    const other = createServer({ allowHalfOpen: true }, saying(answerOf("two")));
    await new Promise((ready) => other.listen(0, "127.0.0.1", ready));
    open.push(() => new Promise((closed) => other.close(closed)));
    tap.leadTo(other.address().port);
    assert.match((await talk(port, GET)).bytes.toString(), /two$/);
  });
});

describe("an answer is read", () => {
  const CHUNKED = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;x=y\r\nHello\r\n7\r\n, w\r\nrl\r\n0\r\nx-late: 1\r\n\r\n";
  const compressed = (coding, bytes) => Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\ncontent-encoding: ${coding}\r\ncontent-length: ${bytes.length}\r\n\r\n`), bytes]);
  const cases = {
    "counted": [[answerOf("Hello")], "Hello"],
    "chunked": [[CHUNKED], "Hello, w\r\nrl"],
    "until the end": [["HTTP/1.1 200 OK\r\n\r\nHel", "lo"], "Hello"],
    "without a body": [["HTTP/1.1 204 No Content\r\n\r\n"], ""],
    "gzip": [[compressed("gzip", gzipSync("Hello"))], "Hello"],
    "br": [[compressed("br", brotliCompressSync("Hello"))], "Hello"],
    "deflate": [[compressed("deflate", deflateSync("Hello"))], "Hello"],
  };
  for (const [name, [parts, body]] of Object.entries(cases)) {
    test(name, async () => {
      const { port, exchanges, lost } = await tapped(saying(...parts));
      await talk(port, GET);
      assert.deepEqual(exchanges.map(({ response }) => bodyText(response)), [body]);
      assert.deepEqual(lost, []);
    });
  }

  test("byte by byte as well as at once", () => {
    const read = [];
    const reader = new MessageReader({ began: () => "response", ended: ({ body }) => read.push(body.toString()), lost: assert.fail });
    for (const byte of Buffer.from(answerOf("one") + CHUNKED + answerOf(""))) reader.push(Buffer.from([byte]));
    assert.deepEqual(read, ["one", "Hello, w\r\nrl", ""]);
  });

  test("as far as it came, if the line breaks", async () => {
    const { port, exchanges } = await tapped(saying("HTTP/1.1 500 No\r\ncontent-length: 10\r\n\r\nHel"));
    await talk(port, GET);
    assert.deepEqual(texts(exchanges), [["GET /", 500, "Hel"]]);
    assert.equal(exchanges[0].response.cut, true);
  });
});

describe("an answer belongs to its request", () => {
  test("one after the other on one line", async () => {
    const { port, exchanges } = await tapped(saying(answerOf("a"), "HTTP/1.1 304 No\r\ncontent-length: 9\r\n\r\n", answerOf("c")));
    await talk(port, "POST /1 HTTP/1.1\r\ncontent-length: 3\r\n\r\none" + GET.replace("/", "/2") + GET.replace("/", "/3"));
    assert.deepEqual(texts(exchanges), [["POST /1", 200, "a"], ["GET /2", 304, ""], ["GET /3", 200, "c"]]);
    assert.equal(bodyText(exchanges[0].request), "one");
  });

  test("HEAD has no body, interim answers are none", async () => {
    const { port, exchanges } = await tapped(saying("HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n", answerOf("b")));
    await talk(port, `${GET.replace("GET", "HEAD")}${GET}`);
    assert.deepEqual(texts(exchanges), [["HEAD /", 200, ""], ["GET /", 200, "b"]]);
  });

  test("also if it comes before the request is complete", async () => {
    const { port, exchanges } = await tapped((socket) => socket.once("data", () => socket.end(answerOf("early"))));
    await talk(port, "POST /big HTTP/1.1\r\ncontent-length: 5000000\r\n\r\n", { half: false });
    assert.deepEqual(texts(exchanges), [["POST /big", 200, "early"]]);
  });
});

test("what is no HTTP is said, and passes all the same", async () => {
  const { port, lost, exchanges } = await tapped(saying("SSH-2.0-hello\r\n\r\n"));
  assert.match((await talk(port, GET)).bytes.toString(), /^SSH/);
  assert.equal(lost.length, 1);
  assert.deepEqual(exchanges, []);
});

/// An exchange as the tap would have read it.
function exchange({ ask = "GET /", asked = "", sent = [], status = 400, fields = [], body = "" }) {
  return {
    request: { start: `${ask} HTTP/1.1`, fields: sent, body: Buffer.from(asked) },
    response: { start: `HTTP/1.1 ${status} X`, status, fields, body: Buffer.from(body) },
  };
}

const SECRET = "abcdefgh-ijklmnop_0123456789";
const JSON_TYPE = ["content-type", "application/json"];

describe("a secret in an error is found", () => {
  const places = {
    "in a body": { body: `no: ${SECRET}.` },
    "in a field": { fields: [["www-authenticate", `Bearer error="${SECRET}"`]] },
    "in a foreign cookie": { fields: [["set-cookie", `x=${SECRET}`]] },
    "in the address of an error": { status: 302, fields: [["location", `http://client/?error=x&error_description=${SECRET}`]] },
    "in a page, escaped": { body: `<p>${SECRET.replace("-", "&#45;")}</p>` },
    "in an address, escaped": { body: `/x?y=${SECRET.replace("_", "%5F")}` },
    "in a JSON-RPC error under 200": { status: 200, fields: [JSON_TYPE], body: JSON.stringify({ error: { message: SECRET } }) },
    "in a tool's error in a batch": { status: 200, fields: [JSON_TYPE], body: JSON.stringify([{}, { result: { isError: true, content: [SECRET] } }]) },
    "in an error on a stream": { status: 200, fields: [["content-type", "text/event-stream"]], body: `event: message\ndata: {"error":\ndata: "${SECRET}"}\n\n` },
  };
  for (const [name, answer] of Object.entries(places)) {
    test(name, () => {
      const leaks = new Leaks();
      leaks.learn("a token", SECRET);
      leaks.exchanged(exchange(answer));
      const [told, ...more] = leaks.report();
      assert.match(told, /^a token \(abcd…, 28 characters\) stands in the answer \d+ to GET \/$/);
      assert.deepEqual(more, []);
    });
  }

  test("but not where it belongs", () => {
    const leaks = new Leaks();
    leaks.learn("a token", SECRET);
    for (const answer of [
      { status: 200, body: SECRET },
      { status: 200, fields: [JSON_TYPE], body: JSON.stringify({ result: { content: [SECRET] } }) },
      { status: 302, fields: [["location", `http://client/?code=${SECRET}`]] },
      { status: 400, fields: [["set-cookie", `mittwald-mcp-signin=${SECRET}`]] },
    ])
      leaks.exchanged(exchange(answer));
    assert.deepEqual(leaks.report(), []);
  });

  test("nor in a form that is shown again to its own browser, while a stranger's page must not have it", () => {
    const body = `<input type="hidden" name="request" value="${SECRET}">`;
    for (const [sent, found] of [[[["cookie", "mittwald-mcp-signin=x"]], 0], [[["cookie", "mittwald-mcp-language=de"]], 1], [[], 1]]) {
      const leaks = new Leaks();
      leaks.learn("a sealed field", SECRET);
      leaks.exchanged(exchange({ ask: "POST /consent", sent, body }));
      assert.equal(leaks.report().length, found);
    }
  });

  test("in part: the last part of a token is a secret too", () => {
    const leaks = new Leaks();
    leaks.learn("a token", `head.claims.${SECRET}`);
    leaks.exchanged(exchange({ body: SECRET }));
    assert.equal(leaks.report().length, 1);
  });

  const form = (fields) => ({ ask: "POST /token", asked: new URLSearchParams(fields).toString() });
  const ways = {
    "sent as bearer": { sent: [["authorization", `Bearer ${SECRET}`]] },
    "sent as Basic": { sent: [["authorization", `Basic ${Buffer.from(`id:${SECRET}`).toString("base64")}`]] },
    "sent as API token": { sent: [["x-mittwald-api-token", SECRET]] },
    "sent as cookie": { sent: [["cookie", `a=b; mittwald-mcp-signin=${SECRET}`]] },
    "sent as code": form({ code: SECRET }),
    "sent as verifier": form({ code_verifier: SECRET }),
    "sent as refresh token": form({ refresh_token: SECRET }),
    "sent as client secret": form({ client_secret: SECRET }),
    "sent to be revoked": { ...form({ token: SECRET }), ask: "POST /revoke" },
    "given out as access token": { ...form({}), status: 200, fields: [JSON_TYPE], body: JSON.stringify({ access_token: SECRET }) },
    "given out as refresh token": { ...form({}), status: 200, fields: [JSON_TYPE], body: JSON.stringify({ refresh_token: SECRET }) },
    "given out as client secret": { ask: "POST /register", status: 201, fields: [JSON_TYPE], body: JSON.stringify({ client_secret: SECRET }) },
    "given out as code": { status: 303, fields: [["location", `http://client/?code=${SECRET}&state=x`]] },
    "given out as cookie": { status: 200, fields: [["set-cookie", `__Host-mittwald-mcp-signin=${SECRET}; Path=/`]] },
    "given out in a form": { status: 200, fields: [["content-type", "text/html"]], body: `<input type="hidden" name="request" value="${SECRET}">` },
    "given to mittwald as state": { status: 303, fields: [["location", `http://mittwald/api/v2/oauth2/authorize?state=${SECRET}`]] },
  };
  for (const [name, way] of Object.entries(ways)) {
    test(name, () => {
      const leaks = new Leaks();
      leaks.exchanged(exchange(way));
      leaks.exchanged(exchange({ body: SECRET }));
      assert.equal(leaks.report().length, 1);
    });
  }

  test("while client ids and states may be repeated", () => {
    const leaks = new Leaks();
    leaks.exchanged(exchange({ ask: `GET /authorize?client_id=${SECRET}&state=${SECRET}`, body: SECRET }));
    leaks.exchanged(exchange({ ask: "POST /register", status: 201, fields: [JSON_TYPE], body: JSON.stringify({ client_id: SECRET }) }));
    assert.deepEqual(leaks.report(), []);
  });
});

describe("a message that does not fit is found", () => {
  /// What the check says of this answer to this message.
  function told(asked, message, { version, status = 200, path = "/mcp", type = "application/json" } = {}) {
    const wire = new WireCheck();
    const sent = version ? [["mcp-protocol-version", version]] : [];
    const body = typeof message === "string" ? message : JSON.stringify(message);
    wire.exchanged(exchange({ ask: `POST ${path}`, asked: JSON.stringify(asked), sent, status, fields: [["content-type", type]], body }));
    return wire.report().join("\n");
  }
  const ask = (method, params) => ({ jsonrpc: "2.0", id: 1, method, params });
  const result = (value) => ({ jsonrpc: "2.0", id: 1, result: value });
  const modern = { _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } };
  const TOOL = { name: "x", inputSchema: { type: "object" } };
  const CACHED = { resultType: "complete", ttlMs: 1, cacheScope: "private" };

  test("the schemas of four revisions are there, and differ", () => {
    const counts = REVISIONS.map((revision) => Object.keys(definitionsOf(revision)).length);
    assert.deepEqual(counts, [83, 91, 145, 154]);
    assert.ok(!definitionsOf("2025-03-26").Tool.properties.outputSchema);
    assert.ok(definitionsOf("2025-06-18").Tool.properties.outputSchema);
    assert.ok(definitionsOf("2026-07-28").DiscoverResult.required.includes("ttlMs"));
  });

  test("what fits passes, in every revision", () => {
    for (const version of ["2024-11-05", ...REVISIONS.slice(0, 3)]) {
      assert.equal(told(ask("tools/list"), result({ tools: [TOOL] }), { version }), "", version);
      assert.equal(told(ask("ping"), result({}), { version }), "", version);
      assert.equal(told(ask("x"), { jsonrpc: "2.0", id: 1, error: { code: -32601, message: "no" } }, { version }), "", version);
    }
    assert.equal(told(ask("tools/list", modern), result({ tools: [TOOL], ...CACHED })), "");
  });

  const wrong = {
    "a member is missing": [[ask("tools/list"), result({ tools: [{ name: "x" }] })], /inputSchema/],
    "a member is of another type": [[ask("tools/call"), result({ content: [{ type: "text", text: 3 }] })], /content/],
    "a member is not of this revision": [[ask("tools/list"), result({ tools: [TOOL], ttlMs: 3 }), { version: "2025-11-25" }], /tools\/list \(2025-11-25\).*ttlMs/],
    "a member is of no revision": [[ask("tools/call"), result({ content: [], text: "x" })], /additional properties: text/],
    "a member of this revision is missing": [[ask("tools/list", modern), result({ tools: [] })], /ttlMs|cacheScope|resultType/],
    "the empty result is not empty": [[ask("ping"), result({ pong: true })], /pong/],
    "there are a result and an error": [[ask("ping"), { ...result({}), error: { code: 1, message: "no" } }], /result/],
    "it is no JSON-RPC": [[ask("ping"), { id: 1, result: {} }], /jsonrpc/],
    "an error has no code": [[ask("ping"), { jsonrpc: "2.0", id: 1, error: { message: "no" } }], /code/],
    "an error's data are wrong": [[ask("tools/list", modern), { jsonrpc: "2.0", id: 1, error: { code: -32022, message: "no", data: {} } }, { status: 400 }], /data/],
    "its id is null": [[ask("ping"), { jsonrpc: "2.0", id: null, error: { code: 1, message: "no" } }], /id/],
    "its id is another": [[ask("ping"), { jsonrpc: "2.0", id: 2, result: {} }], /nobody asked/],
    "the method is unknown here": [[ask("x/y"), result({})], /no schema/],
    "it is an array": [[ask("ping"), [result({})]], /array/],
    "there is none": [[ask("ping"), "nonsense"], /no JSON in the answer/],
    "it comes on a stream": [[ask("ping"), `event: message\ndata: ${JSON.stringify(result({ pong: 1 }))}\n\n`, { type: "text/event-stream" }], /pong/],
    "it is a notification that no server sends": [[ask("ping"), `data: {"jsonrpc":"2.0","method":"notifications/x"}\n\n`, { type: "text/event-stream" }], /notifications\/x/],
    "one of a batch": [[[ask("ping"), { ...ask("tools/list"), id: 2 }], [result({}), { jsonrpc: "2.0", id: 2, result: {} }]], /^tools\/list \(2025-03-26\)/],
    "the agreed revision does not have it": [[ask("initialize", { protocolVersion: "2026-07-28" }), result({ protocolVersion: "2025-06-18", capabilities: { tools: { x: 1 } }, serverInfo: { name: "x", version: "1" } })], /^initialize \(2025-06-18\).*: x$/m],
  };
  for (const [name, [given, expected]] of Object.entries(wrong)) test(name, () => assert.match(told(...given), expected));

  test("other paths are not MCP's", () => assert.equal(told(ask("ping"), { nonsense: true }, { path: "/token" }), ""));

  test("the same shape is judged once, another one again", () => {
    const wire = new WireCheck();
    const answer = (value, id = 1) =>
      wire.exchanged(exchange({ ask: "POST /mcp", asked: JSON.stringify({ ...ask("tools/call"), id }), status: 200, fields: [JSON_TYPE], body: JSON.stringify({ jsonrpc: "2.0", id, result: value }) }));
    for (let id = 1; id < 9; id += 1) answer({ content: [{ type: "text", text: `number ${id}` }], structuredContent: { [`n${id}`]: id } }, id);
    assert.equal(wire.judged, 1);
    answer({ content: [{ type: "text", text: "a" }, { type: "text", text: "b" }], structuredContent: {} });
    answer({ content: [{ type: "text", text: "number 1" }], structuredContent: { n1: 1 } });
    assert.equal(wire.judged, 1);
    assert.deepEqual(wire.report(), []);
    answer({ content: [{ type: "text" }] });
    assert.equal(wire.judged, 2);
    assert.ok(wire.report().length > 0);
  });
});
