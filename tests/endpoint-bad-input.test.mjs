// The endpoint before any message is read.
//
//  1. methods of HTTP other than POST: sign in first, then use POST
//  2. addresses that are nearly right are not found, with and without a token
//  3. content types other than JSON
//  4. pages of other origins may not call; known ones may, and ask first

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { askingNothing, assertError, bearer, callOf, connect, legacyClient, post } from "./support/mcp-client.mjs";
import { read } from "./support/sign-in.mjs";
import { startConnector } from "./support/worker.mjs";

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
