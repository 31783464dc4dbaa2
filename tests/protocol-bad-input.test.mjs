// Messages that are none: the right kind of answer, and nothing sent to mittwald.
//
//  1. bodies that are no JSON, no message, or not what they seem
//  2. bodies that are too large, with and without an announced length
//  3. ids, methods and parameters of the wrong kind
//  4. texts that are no texts: lone surrogates, control characters
//  5. after all of it the Worker has not stumbled once

import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { after, before, describe, test } from "node:test";
import {
  argumentsRefused,
  askingNothing,
  assertError,
  bearer,
  callOf,
  connect,
  legacyClient,
  message,
  modernHeaders,
  modernMessage,
} from "./support/mcp-client.mjs";
import { requestAs } from "./support/raw-http.mjs";
import { read } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

const MIB = 1024 * 1024;

let connector;
let client;
let url;
let token;
before(async () => {
  connector = await startConnector();
  ({ url, token } = await connect(connector));
  client = legacyClient(url, token);
});
after(() => connector?.dispose());

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const send = (body, headers) => client.send(body, headers);

const unsent = (ask, about) => askingNothing(connector, ask, about);

const refusedArguments = (name, args) => argumentsRefused(connector, client, name, args);

describe("a body", () => {
  const NOT_JSON = {
    "is empty": "",
    "is white space": " \r\n\t ",
    "is no JSON": "hello",
    "is a form": "jsonrpc=2.0&id=1&method=ping",
    "is an HTML page": "<html></html>",
    "is cut off": PING.slice(0, -1),
    "is cut off in a string": PING.slice(0, 12),
    "has single quotes": PING.replaceAll('"', "'"),
    "has a comma too many": '{"jsonrpc":"2.0","id":1,"method":"ping",}',
    "has a comment": `/* x */${PING}`,
    "has a byte order mark": `\uFEFF${PING}`,
    "has something behind it": `${PING}x`,
    "is two messages": `${PING}${PING}`,
    "is two messages on two lines": `${PING}\n${PING}`,
    "ends in a zero byte": `${PING}\0`,
    "has a raw line break in a string": '{"jsonrpc":"2.0","id":1,"method":"pi\nng"}',
    "has a number that is none": '{"jsonrpc":"2.0","id":01,"method":"ping"}',
    "has NaN": '{"jsonrpc":"2.0","id":NaN,"method":"ping"}',
    "is an unfinished array": `[${PING},`,
    "is only brackets": "[".repeat(60),
  };
  for (const [what, body] of Object.entries(NOT_JSON)) {
    test(`that ${what} is refused`, async () => {
      const answer = await send(body);
      const error = assertError(answer, 400, -32700, what);
      assert.ok(!("id" in answer.body), "there is no id to repeat");
      assert.match(error.message, /JSON/);
    });
  }

  test("that is not UTF-8 is refused", async () => {
    for (const bytes of [
      Buffer.from(PING, "utf16le"),
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(PING, "utf16le")]),
      Buffer.from(PING.replace("ping", "p\xfcng"), "latin1"),
      Buffer.from(PING.replace("ping", "p\xed\xa0\x80"), "latin1"),
    ])
      assertError(await send(bytes), 400, -32700);
  });

  test("that is compressed is refused", async () => {
    assertError(await send(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])), 400, -32700);
  });

  test("that is JSON but no message is refused", async () => {
    for (const body of ["1", '"ping"', "null", "true", "{}", '{"id":1}', '{"jsonrpc":"2.0"}', '{"jsonrpc":"2.0","id":1}']) {
      const { body: answer } = await send(body);
      assertError(await send(body), 400, -32600, body);
      if (!body.includes('"id"')) assert.ok(!("id" in answer), body);
    }
  });

  test("of another JSON-RPC is refused", async () => {
    for (const version of ['"1.0"', "2.0", "2", "null", '"2.0 "', '"2"']) {
      const answer = await send(`{"jsonrpc":${version},"id":"q","method":"ping"}`);
      assertError(answer, 400, -32600, version);
      assert.equal(answer.body.id, "q");
    }
    assertError(await send('{"id":1,"method":"ping"}'), 400, -32600);
  });

  test("may have white space around it and members that nobody knows", async () => {
    for (const body of [` \n${PING}\r\n`, PING.replace("}", ',"extra":{"a":[1]}}')])
      assert.equal((await send(body)).status, 200);
  });

  test("with a member given twice is refused", async () => {
    for (const body of [
      '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}',
      '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/list"}',
      '{"jsonrpc":"2.0","jsonrpc":"2.0","id":1,"method":"ping"}',
      '{"jsonrpc":"2.0","id":1,"method":"ping","params":{},"params":{}}',
      '{"jsonrpc":"2.0","id":1,"method":"ping","m\\u0065thod":"tools/list"}',
    ])
      assert.match(assertError(await send(body), 400, -32600, body).message, /twice/);
  });

  test("that is nested without end is refused, and quickly", async () => {
    const before = performance.now();
    for (const [body, code] of [
      ["[".repeat(100_000), -32600],
      [`${"[".repeat(100_000)}${"]".repeat(100_000)}`, -32600],
      [`{"jsonrpc":"2.0","id":1,"method":"ping","params":${'{"a":'.repeat(50_000)}1${"}".repeat(50_001)}`, -32600],
      [`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"mittwald_project_list","arguments":{"limit":${"[".repeat(200)}${"]".repeat(200)}}}}`, -32600],
    ])
      assert.match(assertError(await unsent(() => send(body)), 400, code).message, /nested/);
    assert.ok(performance.now() - before < 2000);
  });

  test("with brackets inside strings is not nested", async () => {
    const text = `${"[{".repeat(500)}\\"\\\\`;
    const answer = await send(`{"jsonrpc":"2.0","id":"${text}","method":"ping"}`);
    assert.equal(answer.status, 200);
    assert.equal(answer.body.id, JSON.parse(`"${text}"`));
  });
});

describe("a body that is too large", () => {
  const filled = (size) => PING.replace("ping", "x".repeat(size - PING.length + 4));

  for (const announced of [MIB + 1, 50 * MIB, 5_000_000_000]) {
    test(`is refused by the ${announced} bytes that it announces, unread`, { timeout: 5000 }, async () => {
      const { status, text } = await requestAs(`127.0.0.1:${connector.port}`, connector.port, "/mcp", {
        method: "POST",
        headers: { ...bearer(token), "content-type": "application/json" },
        announced,
      });
      assert.equal(status, 413);
      const { error, ...rest } = JSON.parse(text);
      assert.equal(error.code, -32600);
      assert.match(error.message, /1048576/);
      assert.deepEqual(rest, { jsonrpc: "2.0" });
    });
  }

  test("is refused once it was measured, where it announces none", async () => {
    const { status, text } = await stream(Array.from({ length: 20 }, () => Buffer.alloc(64 * 1024, 32)));
    assert.equal(status, 413);
    assert.equal(JSON.parse(text).error.code, -32600);
  });

  test("is not: one MiB is taken, announced or not", async () => {
    assertError(await send(filled(MIB)), 200, -32601);
    const { status, text } = await stream([Buffer.from(filled(MIB))]);
    assert.equal(status, 200, text.slice(0, 200));
    assert.equal(JSON.parse(text).error.code, -32601);
  });

  test("is not: one that comes in pieces is read whole", async () => {
    const { status, text } = await stream([...PING].map((piece) => Buffer.from(piece)));
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(text).result, {});
  });

  /// Posts pieces as they are, without a Content-Length. The server may answer before it has read them all.
  function stream(pieces) {
    return new Promise((resolve, reject) => {
      const headers = { ...bearer(token), "content-type": "application/json" };
      const sent = httpRequest(url, { method: "POST", headers }, (answer) => {
        const chunks = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("end", () => resolve({ status: answer.statusCode, text: Buffer.concat(chunks).toString("utf8") }));
      });
      sent.on("error", reject);
      for (const piece of pieces) sent.write(piece);
      sent.end();
    });
  }
});

describe("ids, methods and parameters", () => {
  for (const id of ["null", "true", "{}", "[]", '{"a":1}', "[1]", "1.5", "-0.25", "1e-3"]) {
    test(`the id ${id} is refused: MCP has strings and whole numbers`, async () => {
      const answer = await unsent(() => send(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`), id);
      assert.match(assertError(answer, 400, -32600, id).message, /\bid\b/);
      assert.ok(!("id" in answer.body));
    });
  }

  test("a method that is no text is refused", async () => {
    for (const method of ["1", "null", "{}", "[]", "true", '"\\ud800"'])
      assertError(await send(`{"jsonrpc":"2.0","id":1,"method":${method}}`), 400, -32600, method);
  });

  test("params that are no object are refused", async () => {
    for (const params of ["[]", "[1]", '"x"', "1", "true"]) {
      const answer = await send(`{"jsonrpc":"2.0","id":"p","method":"tools/list","params":${params}}`);
      assertError(answer, 400, -32602, params);
      assert.equal(answer.body.id, "p");
    }
  });

  test("null for no params is understood", async () => {
    assert.equal((await send('{"jsonrpc":"2.0","id":1,"method":"tools/list","params":null}')).status, 200);
  });

  test("a method that nobody knows is named, but not at any length", async () => {
    const error = assertError(await send(message("m".repeat(5000))), 200, -32601);
    assert.ok(error.message.includes("mmm") && error.message.length < 200);
  });

  test("a call without a name, or with one that is no text, says so", async () => {
    for (const params of [undefined, {}, { name: 1 }, { name: null }, { name: ["mittwald_project_list"] }]) {
      const answer = await unsent(() => send(message("tools/call", params)), JSON.stringify(params));
      assert.match(assertError(answer, 200, -32602).message, /name/);
    }
  });

  test("an unknown tool names itself and its remedy", async () => {
    for (const name of ["mittwald_nothing", "", "../../etc/passwd", "constructor", "__proto__"]) {
      const answer = await unsent(() => send(callOf(name)), name);
      const error = assertError(answer, 200, -32602, name);
      assert.match(error.message, /Tool not found.*Refresh/s);
      assert.ok(error.message.includes(name));
    }
  });

  test("name and arguments given twice are refused", async () => {
    for (const params of [
      '{"name":"mittwald_project_list","name":"mittwald_project_update"}',
      '{"name":"mittwald_project_list","arguments":{},"arguments":{"limit":1}}',
    ]) {
      const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`;
      assertError(await unsent(() => send(body), params), 200, -32602);
    }
  });
});

describe("texts that are no texts", () => {
  test("an id with a lone surrogate goes back as it came", async () => {
    const { status, text } = await send('{"jsonrpc":"2.0","id":"\\ud800x","method":"ping"}');
    assert.equal(status, 200);
    assert.equal(text, '{"jsonrpc":"2.0","id":"\\ud800x","result":{}}');
  });

  test("a tool's name with a lone surrogate is no name", async () => {
    const body = JSON.stringify(callOf("NAME")).replace("NAME", "mittwald\\udfff");
    assertError(await send(body), 200, -32602);
  });

  test("an argument with a lone surrogate is refused", async () => {
    for (const broken of ["\\ud800", "\\udc00\\ud800", "a\\ud83d"]) {
      const text = await refusedArguments("mittwald_project_list", `{"searchTerm":"${broken}"}`);
      assert.match(text, /searchTerm/);
    }
  });

  test("an argument's name with a lone surrogate is refused", async () => {
    await refusedArguments("mittwald_project_list", '{"\\ud800":1}');
  });

  test("a member's name with a lone surrogate breaks nothing", async () => {
    for (const body of [
      '{"jsonrpc":"2.0","id":1,"method":"ping","\\ud800":1}',
      '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"\\ud800":1}}',
      '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"\\ud800":1}}}',
    ])
      assert.ok([200, 400].includes((await send(body)).status), body);
  });

  test("text beyond ASCII arrives whole", async () => {
    const [{ id, description }] = (await client.call("mittwald_project_list")).structuredContent.projects;
    for (const wished of ["Grüße 👋🏽 – „Zeile“", '\\"<script>&amp;', "a\u0000b\u001f\u2028c"]) {
      await client.call("mittwald_project_update", { projectId: id, description: wished });
      const { structuredContent } = await client.call("mittwald_project_get", { projectId: id });
      assert.equal(structuredContent.description, wished);
    }
    await client.call("mittwald_project_update", { projectId: id, description });
  });
});

describe("duplicate members of the modern era", () => {
  test("in params and _meta are refused", async () => {
    const body = JSON.stringify(modernMessage("tools/list"));
    for (const twice of [
      body.replace('"params":{', '"params":{"_meta":{},'),
      body.replace('"_meta":{', '"_meta":{"io.modelcontextprotocol/protocolVersion":"2025-11-25",'),
    ])
      assertError(await send(twice, modernHeaders({ method: "tools/list" })), 400, -32602, twice);
  });
});

test("the Worker has not stumbled once", async () => {
  assert.equal((await send(PING)).status, 200);
  for (const { level, message: line } of connector.logs) {
    assert.equal(level, "log", line);
    assert.doesNotMatch(line, /panic|unreachable|RuntimeError/);
    assert.ok(JSON.parse(line).status < 500, line);
  }
  assert.deepEqual(connector.sandbox.failures, []);
});
