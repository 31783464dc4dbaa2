// A tool that pauses between what it sends (a fixture of the conformance suite, src/mcp/fixtures.rs): the pauses are as
// long as they are meant, also those that begin before the answer turned into a stream.
//
//  1. each message arrives when it is sent, the answer last, in both eras
//  2. the same work without a stream takes the same time

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bearer, callOf, connect, LEGACY, MODERN, modernHeaders, modernMessage, post } from "./support/mcp-client.mjs";
import { startConnector } from "./support/worker.mjs";

const STEPS = 3;

/// Milliseconds between two steps of the fixture.
const PAUSE = 50;

/// Milliseconds that a step may take on a busy machine; a keep-alive comment comes after 15,000.
const PATIENCE = 5000;

let connector;
let url;
let token;
before(async () => {
  connector = await startConnector({ build: "build-conformance" });
  ({ url, token } = await connect(connector));
});
after(() => connector?.dispose());

const progressing = (version) => {
  const meta = { progressToken: "p" };
  const params = { name: "test_tool_with_progress", arguments: {} };
  if (version === MODERN) return modernMessage("tools/call", params, { meta });
  const { params: plain, ...rest } = callOf(params.name);
  return { ...rest, params: { ...plain, _meta: meta } };
};

const headersOf = (version, body) => ({
  ...bearer(token),
  ...(version === MODERN ? modernHeaders(body) : { "mcp-protocol-version": version }),
});

for (const version of [...LEGACY, MODERN])
  test(`messages arrive when they are sent, under ${version}`, { timeout: 4 * PATIENCE }, async () => {
    const body = progressing(version);
    const answer = await fetch(url, {
      method: "POST",
      headers: { ...headersOf(version, body), "content-type": "application/json", accept: "application/json, text/event-stream" },
      body: JSON.stringify(body),
    });
    assert.match(answer.headers.get("content-type"), /^text\/event-stream/);
    const heard = [];
    let before = Date.now();
    for await (const piece of answer.body) {
      const now = Date.now();
      assert.ok(now - before < PATIENCE, `${now - before} ms until ${Buffer.from(piece)}`);
      before = now;
      heard.push(...messagesIn(Buffer.from(piece).toString("utf8"), now));
    }
    assert.deepEqual(
      heard.slice(0, STEPS).map(({ message }) => message.params.progress),
      [0, 50, 100],
    );
    assert.ok(heard[STEPS].message.result.content.length > 0);
    const took = heard[STEPS].at - heard[0].at;
    assert.ok(took >= (STEPS - 1) * PAUSE * 0.8, `only ${took} ms between the first message and the answer`);
  });

test("a client that takes no stream gets the answer after the same pauses", { timeout: 2 * PATIENCE }, async () => {
  const body = progressing(MODERN);
  const before = Date.now();
  const answer = await post(url, body, { ...headersOf(MODERN, body), accept: "application/json" });
  assert.match(answer.headers.get("content-type"), /^application\/json/);
  assert.ok(answer.body.result.content.length > 0);
  const took = Date.now() - before;
  assert.ok(took >= (STEPS - 1) * PAUSE * 0.8 && took < PATIENCE, `${took} ms`);
});

/// Events may come several at once; none is cut in two, because each is one write.
function messagesIn(text, at) {
  const lines = text.split("\n").filter((line) => line.startsWith("data: "));
  return lines.map((line) => ({ message: JSON.parse(line.slice("data: ".length)), at }));
}
