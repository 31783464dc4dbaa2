// A mittwald of bare sockets, for answers that no HTTP library would write: torn, lying, endless.

import { createServer } from "node:net";

/// Starts one. `raw.answer` is what happens to the next connections' requests: a function of the socket,
/// called once the request has arrived whole. `raw.seen` counts requests.
export async function startRawMittwald() {
  const sockets = new Set();
  const raw = { answer: (socket) => socket.destroy(), seen: 0 };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      if (!isWhole(text)) return;
      text = "";
      raw.seen += 1;
      raw.answer(socket);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  raw.origin = `http://127.0.0.1:${server.address().port}`;
  raw.close = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  };
  return raw;
}

function isWhole(text) {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const length = Number(/^content-length: *(\d+)/im.exec(text.slice(0, end))?.[1] ?? 0);
  return text.length >= end + 4 + length;
}

/// An answer's head and body as bytes, sent and then torn off.
export function sending(head, body = "") {
  return (socket) => {
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    socket.end(body);
  };
}

/// One byte per `ms`, for ever.
export function dripping(head, ms) {
  return (socket) => {
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    const timer = setInterval(() => socket.write(" "), ms);
    socket.on("close", () => clearInterval(timer));
  };
}
