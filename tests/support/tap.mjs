// A tap on the Worker's line: it listens where clients connect, hands every byte on to workerd and back, unchanged
// and at once, and reads along. It sees every client, also those in other processes (the Inspector, mcp-remote, the
// conformance suite, a browser); a wrapped `fetch` would see only its own, and hold up answers that nobody reads.

import { connect, createServer } from "node:net";
import { exchangeReader } from "./http-messages.mjs";

/// Listens on `port` of this computer (0: on one that is free; the result's `port` says which). `exchanged` gets every request with its answer, `lost` the reason why an
/// answer could not be read (http-messages.mjs).
///
/// Until `leadTo(port)` named one, and while nothing listens there, whoever connects is cut off.
export async function startTap({ port, exchanged, lost }) {
  const open = new Set();
  let target;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const worker = connect({ host: "127.0.0.1", port: target ?? 0, allowHalfOpen: true, noDelay: true });
    const { requests, responses } = exchangeReader({ exchanged, lost });
    pass(client, worker, requests);
    pass(worker, client, responses);
    for (const socket of [client, worker]) {
      open.add(socket);
      socket.once("close", () => open.delete(socket));
    }
  });
  await new Promise((ready, failed) => server.once("error", failed).listen(port, "127.0.0.1", ready));
  return {
    port: server.address().port,
    leadTo(inner) {
      target = inner;
    },
    close() {
      for (const socket of open) socket.destroy();
      return new Promise((closed) => server.close(closed));
    },
  };
}

/// Hands on what comes from one side to the other: bytes, the end of them, and a broken line.
function pass(from, to, reader) {
  from.on("data", (chunk) => reader.push(chunk));
  from.pipe(to);
  from.once("end", () => reader.end());
  from.on("error", () => breakOff(to));
  from.once("close", () => {
    reader.end();
    if (!from.readableEnded) breakOff(to);
  });
}

/// Ends a line as abruptly as the other one ended, but not before what was under way on it has been sent: over a
/// direct line it would have been sent already.
function breakOff(socket) {
  if (socket.destroyed) return;
  if (socket.writableLength === 0 || socket.connecting) socket.resetAndDestroy();
  else socket.end(() => socket.destroy());
}
