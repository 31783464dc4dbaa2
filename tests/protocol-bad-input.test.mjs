// What bad input gets: the right kind of answer, and nothing sent to mittwald.
//
//  1. bodies that are no JSON, no message, or not what they seem
//  2. bodies that are too large, with and without an announced length
//  3. content types
//  4. ids, methods and parameters of the wrong kind
//  5. texts that are no texts: lone surrogates, control characters
//  6. arguments: each mistake named with what was expected, all in one answer
//  7. ids that try to leave their place in the path, and texts that try to leave theirs in the query
//  8. methods of HTTP, and addresses that are nearly right
//  9. pages of other origins
// 10. after all of it the Worker has not stumbled once

import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { after, before, describe, test } from "node:test";
import {
  assertError,
  assertToolError,
  bearer,
  callOf,
  connect,
  legacyClient,
  message,
  modernHeaders,
  modernMessage,
  post,
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

/// Runs `ask` and checks that mittwald was asked nothing meanwhile.
async function unsent(ask, about) {
  const before = connector.sandbox.requests.length;
  const answer = await ask();
  assert.equal(connector.sandbox.requests.length, before, `mittwald was asked for ${about}`);
  return answer;
}

/// Calls a tool that must refuse its arguments; gives the sentence.
async function refusedArguments(name, args) {
  const body = typeof args === "string" ? JSON.stringify(callOf(name)).replace("{}", () => args) : callOf(name, args);
  const text = assertToolError(await unsent(() => send(body), JSON.stringify(args)));
  assert.match(text, /^Nothing was sent/);
  assert.ok(text.includes(name));
  return text;
}

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

describe("a content type", () => {
  test("other than JSON is refused", async () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "application/jsonp",
      "application/json-seq",
      "application/xml",
      "text/plain, application/json",
      "application/json, text/plain",
      "json",
      "",
    ]) {
      const answer = await unsent(() => send(callOf("mittwald_project_list"), { "content-type": type }), type);
      assert.match(assertError(answer, 415, -32600, type).message, /application\/json/);
    }
  });

  test("that is missing is refused", async () => {
    const answer = await send(Buffer.from(PING), { "content-type": undefined });
    assertError(answer, 415, -32600);
  });

  test("may have parameters and capitals", async () => {
    for (const type of ["application/json; charset=utf-8", "Application/JSON", "application/json;charset=UTF-8"])
      assert.equal((await send(PING, { "content-type": type })).status, 200, type);
  });
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

describe("arguments", () => {
  test("that nobody knows are named, with what is meant", async () => {
    assert.match(await refusedArguments("mittwald_project_get", { project_id: "p" }), /"project_id".*projectId is probably meant/);
    const text = await refusedArguments("mittwald_project_list", { weather: true });
    assert.match(text, /"weather" is unknown/);
    for (const name of ["customerId", "searchTerm", "limit", "page"]) assert.ok(text.includes(name));
    for (const name of ["__proto__", "constructor", "toString"])
      assert.ok((await refusedArguments("mittwald_project_list", `{"${name}":1}`)).includes(name));
  });

  test("that are missing are named, with what they must be", async () => {
    assert.match(await refusedArguments("mittwald_project_get", {}), /projectId is missing.*text/);
    const text = await refusedArguments("mittwald_project_update", {});
    assert.match(text, /projectId is missing/);
    assert.match(text, /description is missing/);
    assert.match(text, /2 problems/);
    assert.match(await refusedArguments("mittwald_project_get", { projectId: null }), /projectId is missing/);
  });

  test("of the wrong type are named, with what came and what was expected", async () => {
    for (const [value, came] of [
      [1, "number 1"],
      [true, "true"],
      [["a"], "a list"],
      [{ a: 1 }, "an object"],
    ]) {
      const text = await refusedArguments("mittwald_project_get", { projectId: value });
      assert.match(text, /projectId must be a text/);
      assert.ok(text.includes(came), text);
    }
    for (const value of ["10", true, [], {}, 1.5, "1e1"])
      assert.match(await refusedArguments("mittwald_project_list", { limit: value }), /limit must be a whole number from 1 to 100/);
    for (const value of ["true", 1, "yes", []])
      assert.match(
        await refusedArguments("mittwald_backup_list", { projectId: "p", runningBackupsOnly: value }),
        /runningBackupsOnly must be true or false/,
      );
    for (const value of ["open", { 0: "open" }, 1])
      assert.match(await refusedArguments("mittwald_conversation_list", { status: value }), /status must be a list/);
  });

  test("out of range are named, with the range", async () => {
    for (const limit of [0, -1, 101, 1e9, 1e300, -1e300])
      assert.match(await refusedArguments("mittwald_project_list", { limit }), /limit must be a whole number from 1 to 100/);
    for (const page of [0, -3]) assert.match(await refusedArguments("mittwald_project_list", { page }), /page/);
    assert.match(await refusedArguments("mittwald_project_list", '{"limit":99999999999999999999999}'), /limit/);
  });

  test("outside a closed list are named, with the list", async () => {
    const sort = await refusedArguments("mittwald_project_list", { sort: "name" });
    assert.match(sort, /sort must be one of "createdAt", "description"; it is the text "name"/);
    const status = await refusedArguments("mittwald_conversation_list", { status: ["open", "closed", "urgent"] });
    assert.match(status, /status\[2\] must be one of/);
    assert.doesNotMatch(status, /status\[[01]\]/);
  });

  test("of the wrong format are named, with an example", async () => {
    const text = await refusedArguments("mittwald_app_list", { projectId: "p", appIds: ["wordpress"] });
    assert.match(text, /appIds\[0\] must be a UUID such as [0-9a-f-]{36}/);
  });

  test("with several mistakes are told all at once", async () => {
    const text = await refusedArguments("mittwald_project_list", {
      limit: 0,
      page: "two",
      customerId: 5,
      sort: "name",
      order: "up",
      nonsense: 1,
    });
    for (const name of ["limit", "page", "customerId", "sort", "order", "nonsense"])
      assert.match(text, new RegExp(`^- .*\\b${name}\\b`, "m"), name);
    assert.match(text, /6 problems/);
  });

  test("given twice are refused", async () => {
    assert.match(await refusedArguments("mittwald_project_list", '{"limit":1,"limit":2}'), /limit.*twice/);
    assert.match(await refusedArguments("mittwald_project_list", '{"limit":1,"l\\u0069mit":2}'), /limit.*twice/);
  });

  test("in great number or length do not come back at length", async () => {
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`argument${index}`, index]));
    assert.ok((await refusedArguments("mittwald_project_list", many)).length < 6000);
    const long = await refusedArguments("mittwald_project_list", { sort: "x".repeat(50_000), ["y".repeat(50_000)]: 1 });
    assert.ok(long.length < 1500);
    assert.ok((await refusedArguments("mittwald_project_get", { projectId: "z".repeat(10_000) })).length < 1500);
  });

  test("that are null count as left out, and whole numbers may be written with a point", async () => {
    const { structuredContent } = await client.call("mittwald_project_list", { limit: null, searchTerm: null });
    assert.equal(structuredContent.limit, 50);
    const { body } = await send(JSON.stringify(callOf("mittwald_project_list", { limit: 2 })).replace(":2}", ":2.0}"));
    assert.equal(body.result.structuredContent.limit, 2);
  });
});

describe("an id", () => {
  const TRICKS = [
    "",
    ".",
    "..",
    "../users",
    "..\\users",
    "a/b",
    "a/../../users/self",
    "/",
    "//evil.example",
    "%2e%2e",
    "%2E%2E%2Fusers",
    "a%2fb",
    "%252e%252e",
    "?x=1",
    "a?x=1",
    "a#b",
    "a;b=1",
    "\\",
    "a\u0000",
    "a\nb",
    "a\r\nx-access-token: stolen",
    "\u007f",
    "x".repeat(301),
  ];
  const TOOLS = {
    mittwald_project_get: "projectId",
    mittwald_project_update: "projectId",
    mittwald_app_list: "projectId",
    mittwald_app_get: "appInstallationId",
    mittwald_database_mysql_get: "mysqlDatabaseId",
    mittwald_conversation_show: "conversationId",
    mittwald_user_get: "userId",
  };
  for (const [tool, argument] of Object.entries(TOOLS)) {
    test(`of ${tool} never leaves its place`, async () => {
      const rest = tool === "mittwald_project_update" ? { description: "x" } : {};
      for (const trick of TRICKS) {
        const text = await refusedArguments(tool, { [argument]: trick, ...rest });
        assert.ok(text.includes(argument), `${JSON.stringify(trick)}: ${text}`);
        assert.ok(text.length < 600);
      }
    });
  }

  test("of unusual but harmless letters is one segment, encoded", async () => {
    for (const id of ["p-ü x", "a..b", "...", "a:b@c", "a&b=c", "a+b", "‮evil", "．．／users", "👋", "<b>", "'\"", "{projectId}"]) {
      const before = connector.sandbox.requests.length;
      const answer = await send(callOf("mittwald_project_get", { projectId: id }));
      assertToolError(answer);
      const sent = connector.sandbox.requests.slice(before);
      assert.equal(sent.length, 1, id);
      assert.equal(sent[0].method, "GET");
      assert.match(sent[0].path, /^\/v2\/projects\/[^/?#]+$/);
      assert.equal(decodeURIComponent(sent[0].path.slice("/v2/projects/".length)), id);
      assert.deepEqual(sent[0].query, {});
    }
  });
});

describe("a text for the query", () => {
  test("stays in its parameter", async () => {
    for (const searchTerm of ["a&limit=100&skip=3", "x#y", "?", "a=b", "a b+c", "%26", "ü👋", "\r\nx: y", "&", "\u0000"]) {
      const before = connector.sandbox.requests.length;
      await send(callOf("mittwald_project_list", { searchTerm, limit: 2 }));
      const sent = connector.sandbox.requests.slice(before);
      assert.equal(sent.length, 1);
      assert.equal(sent[0].path, "/v2/projects");
      assert.deepEqual(sent[0].query, { searchTerm, limit: "2" });
    }
  });
});

describe("methods of HTTP", () => {
  for (const path of ["/mcp", "/mcp/readonly"]) {
    test(`other than POST at ${path}: sign in first, then use POST`, async () => {
      const signedIn = path === "/mcp" ? token : (await connect(connector, { path })).token;
      for (const method of ["GET", "HEAD", "DELETE", "PUT", "PATCH"]) {
        const bare = await fetch(connector.origin + path, { method });
        assert.equal(bare.status, 401, method);
        assert.match(bare.headers.get("www-authenticate"), /^Bearer resource_metadata=/);
        const headers = { ...bearer(signedIn), accept: "text/event-stream" };
        const known = await fetch(connector.origin + path, { method, headers });
        assert.equal(known.status, 405, method);
        assert.equal(known.headers.get("allow"), "POST");
        assert.equal(known.headers.get("www-authenticate"), null);
        for (const answer of [bare, known]) assert.equal((await answer.text()) === "", method === "HEAD", method);
      }
    });
  }
});

describe("addresses that are nearly right", () => {
  for (const path of [
    "/mcp/",
    "/mcp//",
    "/mcp/x/unknown",
    "/mcp/x/",
    "/mcp/p/",
    "/mcp/readonly/",
    "/mcp/readonly/readonly",
    "/mcp/Readonly",
    "/mcp/%72eadonly",
    "/MCP",
    "/mcpx",
    "/sse",
    "/message",
  ]) {
    test(`${path} is not found, with and without a token`, async () => {
      for (const headers of [{}, bearer(token)]) {
        for (const answer of [
          await post(connector.origin + path, PING, headers),
          await read(await fetch(connector.origin + path, { headers })),
        ]) {
          assert.equal(answer.status, 404);
          assert.equal(answer.headers.get("www-authenticate"), null);
          assert.ok(answer.text.includes(`${connector.origin}/mcp`), answer.text);
        }
      }
    });
  }

  test("a query does not make another address", async () => {
    assert.equal((await post(`${url}?x=1`, PING, bearer(token))).status, 200);
  });
});

describe("pages of other origins", () => {
  const OWN = () => [connector.origin, "https://claude.ai", "https://chatgpt.com", "https://vscode.dev", "http://localhost:6274"];
  const FOREIGN = [
    "https://evil.example",
    "http://claude.ai",
    "https://claude.ai.evil.example",
    "https://evil-claude.ai",
    "https://claude.ai:8443",
    "http://localhost.evil.example",
    "http://127.0.0.1.evil.example",
    "null",
    "nonsense",
    "https://",
  ];

  test("that are known may call, and may read how to sign in", async () => {
    for (const origin of OWN()) {
      const called = await send(PING, { origin });
      assert.equal(called.status, 200, origin);
      assert.equal(called.headers.get("access-control-allow-origin"), origin);
      const bare = await post(url, PING, { origin });
      assert.equal(bare.status, 401);
      assert.equal(bare.headers.get("access-control-allow-origin"), origin);
      assert.match(bare.headers.get("access-control-expose-headers"), /WWW-Authenticate/i);
      assert.match(bare.headers.get("vary") ?? "", /Origin/i);
    }
  });

  test("that are foreign may not, token or no token", async () => {
    for (const origin of FOREIGN) {
      for (const headers of [{}, bearer(token)]) {
        const answer = await unsent(() => post(url, callOf("mittwald_project_list"), { ...headers, origin }), origin);
        const error = assertError(answer, 403, -32600, origin);
        assert.match(error.message, /origin/i);
        assert.ok(!("id" in answer.body));
        assert.equal(answer.headers.get("access-control-allow-origin"), null);
      }
    }
  });

  test("ask before they call: the preflight needs no token", async () => {
    const wanted = "authorization,content-type,mcp-protocol-version,mcp-method,mcp-name,mcp-session-id";
    const preflight = (origin) =>
      fetch(url, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": wanted },
      });
    for (const origin of OWN()) {
      const answer = await preflight(origin);
      assert.equal(answer.status, 204);
      assert.equal(answer.headers.get("access-control-allow-origin"), origin);
      assert.match(answer.headers.get("access-control-allow-methods"), /POST/);
      const allowed = answer.headers.get("access-control-allow-headers").toLowerCase().split(/,\s*/);
      for (const name of wanted.split(",")) assert.ok(allowed.includes(name), name);
      assert.equal(answer.headers.get("access-control-allow-credentials"), null, "no cookies are used here");
    }
    for (const origin of FOREIGN) {
      const answer = await preflight(origin);
      assert.equal(answer.status, 403, origin);
      assert.equal(answer.headers.get("access-control-allow-origin"), null);
    }
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
