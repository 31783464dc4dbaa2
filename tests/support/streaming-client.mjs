// A client that sees an answer while it comes, and that can leave in the middle of it: by a reset, which
// every server notices, or by only closing its end, which looks like a client that has nothing more to say.

import { request } from "node:http";

/// Posts a message; gives what came so far, piece by piece, and ways to wait and to leave. `port` is where to
/// connect, if not where the address says.
export function open(url, message, headers = {}, port = new URL(url).port) {
  const body = JSON.stringify(message);
  const came = { head: undefined, text: "", ended: false, failed: false };
  let waiting = [];
  const tell = () => {
    waiting = waiting.filter(({ condition, resolve }) => !condition(came) || resolve(came));
  };
  const fields = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    "content-length": Buffer.byteLength(body),
    host: new URL(url).host,
    ...headers,
  };
  const sent = request(url, { method: "POST", headers: fields, agent: false, port }, (answer) => {
    came.head = { status: answer.statusCode, headers: answer.headers };
    answer.setEncoding("utf8");
    answer.on("data", (piece) => {
      came.text += piece;
      tell();
    });
    answer.on("end", () => {
      came.ended = true;
      tell();
    });
    answer.on("error", () => {});
    tell();
  });
  sent.on("error", () => {
    came.failed = true;
    tell();
  });
  sent.end(body);
  /// Waits until the condition holds for what came.
  const until = (condition) =>
    new Promise((resolve) => {
      waiting.push({ condition, resolve: (value) => (resolve(value), false) });
      tell();
    });
  return {
    until,
    end: () => until(({ ended, failed }) => ended || failed),
    reset: () => sent.socket.resetAndDestroy(),
    close: () => sent.destroy(),
  };
}

/// The messages of an event stream, and how many comments stood between them.
export function events(text) {
  const blocks = text.split("\n\n").filter(Boolean);
  const data = blocks.filter((block) => block.startsWith("data: "));
  return {
    messages: data.map((block) => JSON.parse(block.replaceAll(/^data: /gm, ""))),
    comments: blocks.length - data.length,
  };
}
