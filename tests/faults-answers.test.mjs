// mittwald answering, but not with what was asked for: while a tool reads, and while one writes.
//
//  1. statuses: 400, 401, 403, 404, 409, 412, 422, 429, 5xx, and ones that nobody expects
//  2. bodies of refusals that are pages, endless, or of strange shapes
//  3. successes that are none: HTML, nothing, broken JSON, other shapes, too much
//  4. redirects: within the host followed, to another host never
//
// Each time: HTTP 200 and a tool result with `isError`, whose sentence says what to do next. A write says
// whether it may have happened. Nothing of mittwald's body comes through but its own short message, nothing
// is retried, the next call works as if nothing had been, and no token stands in the log.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { assertExplained, assertQuietLog, LEAK, MAYBE, projectCaller } from "./support/failing-mittwald.mjs";
import { CHALLENGE_KEY, callOf } from "./support/mcp-client.mjs";
import { startConnector } from "./support/worker.mjs";

let connector;
let caller;
before(async () => {
  connector = await startConnector();
  caller = await projectCaller(connector);
});
after(() => connector?.dispose());

const body = (more = {}) => JSON.stringify({ type: "X", message: "short reason", trace: LEAK, ...more });

/// What a reader and a writer are told. `happened`: whether a write may have done its work.
const STATUSES = [
  { status: 400, told: /does not accept the values.*short reason/s, happened: false },
  { status: 401, told: /[Ss]ign in again.*reconnect/s, happened: false },
  { status: 403, told: /Permission denied.*short reason.*(role|mStudio)/s, happened: false },
  { status: 404, told: /knows nothing.*mittwald_project_list/s, happened: false },
  { status: 409, told: /conflicts.*short reason/s, happened: false },
  { status: 412, told: /condition.*wait/s, happened: false },
  { status: 422, told: /does not accept the values/, happened: false },
  { status: 429, headers: { "retry-after": "17" }, told: /Wait 17 seconds/, happened: false },
  { status: 429, headers: { "x-ratelimit-reset": "41" }, told: /Wait 41 seconds/, happened: false },
  { status: 429, told: /Wait a minute/, happened: false },
  { status: 500, told: /problem of its own.*500/, happened: true },
  { status: 502, told: /problem of its own.*502/, happened: true },
  { status: 503, headers: { "retry-after": "3" }, told: /problem of its own.*503/, happened: true },
  { status: 504, told: /problem of its own.*504/, happened: true },
  { status: 418, told: /status 418/, happened: false },
];

describe("a status", () => {
  for (const { status, headers, told, happened } of STATUSES) {
    const named = headers ? ` with ${Object.keys(headers)}` : "";

    test(`${status}${named} to a read is explained`, async () => {
      const { sentence } = await caller.onceFailing("fail", { status, headers, body: body() }, caller.read);
      assert.match(sentence, told);
      assert.doesNotMatch(sentence, /taken effect/);
      if (status >= 500) assert.match(sentence, /[Tt]ry again/);
    });

    test(`${status}${named} to a write is explained, and says whether it may have happened`, async () => {
      const { sentence } = await caller.onceFailing("fail", { status, headers, body: body() }, caller.write);
      assert.match(sentence, told);
      if (happened) assert.match(sentence, MAYBE);
      else assert.doesNotMatch(sentence, /may have taken effect/);
    });
  }

  test("401 lets the client start a new sign-in", async () => {
    for (const call of [caller.read, caller.write]) {
      const { answer } = await caller.onceFailing("fail", { status: 401, body: body() }, call);
      const [challenge] = answer.body.result._meta[CHALLENGE_KEY];
      assert.match(challenge, /^Bearer error="invalid_token"/);
      assert.match(challenge, /resource_metadata="/);
      assert.equal(answer.headers.get("www-authenticate"), null, "our own token is still good");
    }
  });

  test("400 with violations names the arguments as the tool calls them", async () => {
    const validationErrors = [
      { message: "is too long", path: ".description", type: "maxLength", context: { x: LEAK } },
      { message: "is not an id", path: ".projectId", type: "format", context: {} },
      { message: "is odd", path: ".somewhere.else", type: "x", context: {} },
    ];
    const settings = { status: 400, body: body({ validationErrors }) };
    const { sentence } = await caller.onceFailing("fail", settings, caller.write);
    assert.match(sentence, /^- description: is too long$/m);
    assert.match(sentence, /^- projectId: is not an id$/m);
    assert.match(sentence, /no argument sets: is odd/);
  });

  test("429 from the API's own limit names the wait that its headers say", async () => {
    await connector.control({ rateLimit: 0 });
    try {
      const sentence = assertExplained(await caller.send(caller.read), caller.token);
      const seconds = Number(/Wait (\d+) seconds/.exec(sentence)?.[1]);
      assert.ok(seconds >= 1 && seconds <= 60, sentence);
    } finally {
      await connector.control({ rateLimit: 100_000 });
    }
  });
});

describe("the body of a refusal", () => {
  for (const status of [403, 500]) {
    test(`(${status}) that is a page, long or of a strange shape does not come through`, async () => {
      const bodies = [
        { contentType: "text/html", body: `<html><h1>${LEAK}</h1></html>` },
        { contentType: "text/plain", body: `${LEAK} `.repeat(100) },
        { contentType: "application/json", body: `{"message":{"a":"${LEAK}"}}` },
        { contentType: "application/json", body: `["${LEAK}"]` },
        { contentType: "application/json", body: `{"message":"${LEAK}` },
        { contentType: "application/json", body: `{"validationErrors":"${LEAK}"}` },
        { contentType: "application/json", body: "" },
      ];
      for (const one of bodies)
        for (const call of [caller.read, caller.write]) await caller.onceFailing("fail", { status, ...one }, call);
    });
  }

  test("with an endless message is cut short", async () => {
    const settings = { status: 409, body: body({ message: "m".repeat(50_000) }) };
    assert.ok((await caller.onceFailing("fail", settings, caller.read)).sentence.includes("mmm"));
  });

  test("with control characters does not pass them on", async () => {
    const settings = { status: 409, body: body({ message: "a\u0000b\u001b[31mc\nd\re" }) };
    const { sentence } = await caller.onceFailing("fail", settings, caller.read);
    assert.doesNotMatch(sentence, /[\u0000-\u0008\u000b-\u001f]/);
  });
});

describe("a success that is none", () => {
  const json = { status: 200, contentType: "application/json" };
  const READS = {
    "an HTML page": ["garbage", {}, /HTML page/],
    "nothing at all": ["fail", { ...json, body: "" }, /nothing at all/],
    "status 204": ["fail", { status: 204, body: "" }, /nothing at all/],
    "white space": ["fail", { ...json, body: " \n " }, /nothing at all/],
    "half a JSON": ["fail", { ...json, body: `{"id":"${LEAK}` }, /not JSON/],
    "text that is no JSON": ["fail", { ...json, body: LEAK }, /not JSON/],
    "JSON behind a byte order mark": ["fail", { ...json, body: `\ufeff{"id":"${LEAK}"}` }, /not JSON/],
    "a list instead of an object": ["fail", { ...json, body: `["${LEAK}"]` }, /another form/],
    "a text instead of an object": ["fail", { ...json, body: `"${LEAK}"` }, /another form/],
    null: ["fail", { ...json, body: "null" }, /another form/],
    "plain text": ["fail", { status: 200, contentType: "text/plain", body: LEAK }, /not JSON/],
    "brackets without end": ["fail", { ...json, body: '{"a":'.repeat(100_000) }, /not JSON|another form/],
    "more than can be read": ["huge", { bytes: 9_000_000 }, /larger/],
  };
  for (const [what, [kind, settings, told]] of Object.entries(READS)) {
    test(`(${what}) in answer to a read is explained`, async () => {
      assert.match((await caller.onceFailing(kind, settings, caller.read)).sentence, told);
    });
  }

  /// A page comes from something before the API, so nobody knows what the API did.
  const WRITES = {
    "an HTML page": ["garbage", {}, MAYBE],
    "half a JSON": ["fail", { ...json, body: `{"id":"${LEAK}` }, /(may have taken effect|accepted the change).*mittwald_project_get/s],
    "more than can be read": ["huge", { bytes: 9_000_000 }, MAYBE],
  };
  for (const [what, [kind, settings, told]] of Object.entries(WRITES)) {
    test(`(${what}) in answer to a write says whether it may have happened`, async () => {
      assert.match((await caller.onceFailing(kind, settings, caller.write)).sentence, told);
    });
  }

  test("is one after all where the API promises nothing: a write", async () => {
    for (const status of [200, 204]) {
      const { answer } = await caller.failing("fail", { status, body: "" }, caller.write);
      assert.equal(answer.body.result.isError, false, answer.text);
    }
  });

  test("(a list that is an object, or has rows that are none) is explained", async () => {
    for (const text of ["{}", "[1,2]", '[{"id":1},null]', "[[]]", `["${LEAK}"]`]) {
      await connector.control({ fail: { match: "/v2/projects", method: "GET", ...json, body: text } });
      const answer = await caller.send(callOf("mittwald_project_list"));
      assert.match(assertExplained(answer, caller.token), /another form/, text);
    }
  });
});

describe("a redirect", () => {
  let decoy;
  let visited;
  before(async () => {
    visited = [];
    decoy = createServer((request, response) => {
      visited.push(request.headers);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ id: LEAK }));
    });
    await new Promise((resolve) => decoy.listen(0, "127.0.0.1", resolve));
  });
  after(() => decoy?.close());

  test("to another host is never followed, reading or writing", async () => {
    const { port } = decoy.address();
    const { host } = new URL(connector.sandbox.origin);
    for (const status of [301, 302, 303, 307, 308]) {
      for (const location of [
        `http://127.0.0.1:${port}/v2/projects`,
        `//127.0.0.1:${port}/x`,
        `http://${host}@127.0.0.1:${port}/`,
        `http://localhost:${port}/`,
        `\\\\127.0.0.1:${port}/`,
      ])
        for (const call of [caller.read, caller.write]) await caller.onceFailing("redirect", { status, location }, call);
    }
    assert.deepEqual(visited, []);
  });

  test("that cannot be read is not followed either", async () => {
    for (const location of ["", "http://", "ftp://127.0.0.1/", "javascript:alert(1)", "data:text/plain,x", "http://[::"])
      await caller.onceFailing("redirect", { status: 308, location }, caller.read);
  });

  test("308 within the host is followed, with method, body and token", async () => {
    const location = `/v2/projects/${caller.projectId}`;
    const reading = await caller.failing("redirect", { status: 308, location }, caller.read);
    assert.equal(reading.answer.body.result.isError, false, reading.answer.text);
    assert.equal(reading.requests.length, 2);
    const absolute = connector.sandbox.origin + location;
    const writing = await caller.failing("redirect", { status: 308, location: absolute }, caller.write);
    assert.equal(writing.answer.body.result.isError, false, writing.answer.text);
    const [first, second] = writing.requests;
    assert.deepEqual([second.method, second.body], [first.method, first.body]);
    assert.equal(second.headers["x-access-token"], first.headers["x-access-token"]);
    const { structuredContent } = (await caller.send(caller.read)).body.result;
    assert.equal(structuredContent.description, "Changed while it failed");
  });

  test("in a circle ends", async () => {
    const location = `/v2/projects/${caller.projectId}`;
    for (const call of [caller.read, caller.write]) {
      const { answer, requests } = await caller.failing("redirect", { status: 308, location, count: 20 }, call);
      assert.match(assertExplained(answer, caller.token), /another address/);
      assert.ok(requests.length <= 4, `${requests.length} requests`);
      await useUp(location);
    }
  });

  /// Meets the rest of the planned redirects.
  async function useUp(path) {
    const planned = async () => (await (await fetch(`${connector.sandbox.origin}/__control`)).json()).faults;
    for (const { method, count } of await planned())
      for (let left = count; left > 0; left -= 1)
        await fetch(connector.sandbox.origin + path, { method, redirect: "manual" });
    assert.deepEqual(await planned(), []);
  }
});

test("no token and nothing of mittwald's stands in the log, and nothing stumbled", () => {
  assert.ok(connector.logs.length > 150);
  assertQuietLog(connector, [caller.token, "short reason"]);
});
