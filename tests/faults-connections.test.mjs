// mittwald not answering, or not to the end.
//
//  1. connections that are refused, cut, reset, packed wrongly, or lie about their length
//  2. a mittwald that stalls beyond 25 s, before the head or after it
//  3. nobody listening
//  4. more calls than a person may make in a minute
//
// Each time a tool result explains it; a write says that it may have happened; nothing is sent twice, and
// the next call works. The calls that take 25 s begin first and are looked at last.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { assertExplained, assertQuietLog, LEAK, MAYBE, projectCaller } from "./support/failing-mittwald.mjs";
import { assertToolError, bearer, callOf, connect, message, post } from "./support/mcp-client.mjs";
import { dripping, sending, startRawMittwald } from "./support/raw-mittwald.mjs";
import { freePort, startConnector } from "./support/worker.mjs";

const HEAD = ["HTTP/1.1 200 OK", "content-type: application/json", "connection: close"];
const BROKEN = /failed or broke off.*[Tt]ry again/s;

let connector;
let caller;
/// A connector whose mittwald is bare sockets; people signed in at a sandbox before.
let torn;
let raw;
/// Calls that take 25 s, begun at once.
let slow;
before(async () => {
  connector = await startConnector();
  caller = await projectCaller(connector);
  raw = await startRawMittwald();
  torn = await tornConnector();
  slow = await startSlow();
});
after(async () => {
  await Promise.all([connector?.dispose(), torn?.connector.dispose(), raw?.close()]);
});

async function tornConnector() {
  const other = await startConnector({ persist: true });
  const signedIn = await projectCaller(other);
  await other.restart({ MITTWALD_API_URL: raw.origin });
  return { ...signedIn, connector: other };
}

async function timed(ask) {
  const began = performance.now();
  const answer = await ask();
  return { answer, seconds: (performance.now() - began) / 1000 };
}

/// A read and a write that stall, and an answer that never stops dripping.
async function startSlow() {
  const appInstallationId = randomUUID();
  await connector.control({ stall: { match: appInstallationId, ms: 60_000 } });
  await connector.control({ stall: { match: "/v2/projects/p-stalled", ms: 60_000 } });
  const read = callOf("mittwald_app_get", { appInstallationId });
  const write = callOf("mittwald_project_update", { projectId: "p-stalled", description: "x" });
  const reads = timed(() => caller.send(read));
  const writes = timed(() => caller.send(write));
  let drips;
  await new Promise((arrived) => {
    raw.answer = (socket) => {
      dripping(HEAD, 500)(socket);
      arrived();
    };
    drips = timed(() => torn.send(callOf("mittwald_project_list")));
  });
  return { reads, writes, drips };
}

describe("a connection", () => {
  /// Reads and writes with the sockets behaving so; both must be explained, and the next call must work.
  async function explained(answer, told, toldWriter = MAYBE) {
    for (const [call, pattern] of [
      [torn.read, told],
      [torn.write, toldWriter],
    ]) {
      raw.answer = answer;
      const before = raw.seen;
      const sentence = assertExplained(await torn.send(call), torn.token);
      assert.match(sentence, pattern);
      assert.ok(raw.seen <= before + 1, "nothing is sent twice");
    }
    raw.answer = sending([...HEAD, "content-length: 2"], "[]");
    const { body } = await torn.send(callOf("mittwald_project_list"));
    assert.deepEqual(body.result.structuredContent.projects, [], "the next call works");
  }

  test("cut before any answer is explained", () => explained((socket) => socket.destroy(), BROKEN));

  test("reset is explained", () => explained((socket) => socket.resetAndDestroy(), BROKEN));

  test("cut in the head is explained", () =>
    explained((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-ty"), BROKEN));

  test("cut in the middle of the body is explained", () =>
    explained(sending([...HEAD, "content-length: 1000"], `{"id":"${LEAK}`), BROKEN));

  test("cut in the middle of a chunk is explained", () =>
    explained(sending([...HEAD, "transfer-encoding: chunked"], `ff\r\n{"id":"${LEAK}`), BROKEN));

  test("that speaks something other than HTTP is explained", () =>
    explained((socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n"), BROKEN));

  test("that sends less than a JSON, by its own announcement, is explained", () =>
    explained(
      sending([...HEAD, "content-length: 5"], `{"id":"${LEAK}"}`),
      /not JSON/,
      /may have taken effect|accepted the change/,
    ));

  test("that unpacks to more than fits is explained", () => {
    const bomb = gzipSync(Buffer.alloc(60_000_000, 32));
    return explained(sending([...HEAD, "content-encoding: gzip", `content-length: ${bomb.length}`], bomb), /larger/);
  });

  test("packed wrongly is explained", () => {
    const text = `{"id":"${LEAK}"}`;
    const head = [...HEAD, "content-encoding: gzip", `content-length: ${text.length}`];
    return explained(sending(head, text), /failed or broke off|not JSON|nothing at all/);
  });

  test("broken off by the sandbox in the middle of an answer is explained", async () => {
    assert.match((await caller.onceFailing("breakOff", { afterBytes: 20 }, caller.read)).sentence, BROKEN);
  });
});

describe("more calls than a person may make", () => {
  test("are refused unsent, in words that say to wait", async () => {
    const few = await startConnector({ limit: 3 });
    try {
      const { url, token } = await connect(few);
      const before = few.sandbox.requests.length;
      const answers = [];
      for (let call = 0; call < 6; call += 1) answers.push(await post(url, callOf("mittwald_project_list"), bearer(token)));
      const refused = answers.filter(({ body }) => body.result.isError);
      assert.equal(refused.length, 3);
      for (const answer of refused) assert.match(assertToolError(answer), /[Ww]ait a minute/);
      assert.equal(few.sandbox.requests.length, before + 3);
      assert.equal((await post(url, message("tools/list"), bearer(token))).status, 200, "listing tools costs nothing");
    } finally {
      await few.dispose();
    }
  });
});

describe("stalling", () => {
  const inTime = ({ answer, seconds }) => {
    assert.ok(seconds > 24 && seconds < 29, `${seconds} s`);
    const sentence = assertExplained(answer, caller.token);
    assert.match(sentence, /did not answer in time/);
    return sentence;
  };

  test("ends after 25 seconds, and tells a reader to try again", { timeout: 40_000 }, async () => {
    assert.match(inTime(await slow.reads), /[Tt]ry again/);
  });

  test("ends after 25 seconds, and tells a writer to look first", { timeout: 40_000 }, async () => {
    assert.match(inTime(await slow.writes), MAYBE);
  });

  test("after the head counts, too", { timeout: 40_000 }, async () => {
    inTime(await slow.drips);
  });

  test("leaves the connector well", async () => {
    assert.equal((await caller.send(caller.read)).body.result.isError, false);
  });
});

describe("nobody listening", () => {
  test("is explained, reading and writing, and passes", async () => {
    await torn.connector.restart({ MITTWALD_API_URL: `http://127.0.0.1:${await freePort()}` });
    assert.match(assertExplained(await torn.send(torn.read), torn.token), BROKEN);
    assert.match(assertExplained(await torn.send(torn.write), torn.token), MAYBE);
    await torn.connector.restart({ MITTWALD_API_URL: torn.connector.sandbox.origin });
    assert.equal((await torn.send(torn.read)).body.result.isError, false);
  });
});

test("no token stands in the log, and nothing stumbled", () => {
  for (const one of [connector, torn.connector]) assertQuietLog(one, [caller.token, torn.token]);
});
