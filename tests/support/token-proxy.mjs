// A client without credentials, made one that has them: adds a bearer token to what goes to /mcp and leaves all
// else, Host and Origin included, as it came. The conformance suite has no way to send a token of its own.

import { createServer, request as httpRequest } from "node:http";

/// Starts it on a free port of localhost in front of a port; `token` may be set later.
export async function startTokenProxy(port) {
  const proxy = { token: undefined };
  const server = createServer((asked, answer) => {
    const wants = proxy.token && asked.url.startsWith("/mcp") && !asked.headers.authorization;
    const headers = wants ? { ...asked.headers, authorization: `Bearer ${proxy.token}` } : asked.headers;
    const options = { host: "127.0.0.1", port, path: asked.url, method: asked.method, headers, setHost: false };
    const sent = httpRequest(options, (heard) => {
      answer.writeHead(heard.statusCode, heard.headers);
      answer.flushHeaders();
      heard.pipe(answer);
    });
    sent.on("error", () => answer.destroy());
    // A client that leaves is a client that leaves, also for the Worker.
    answer.on("close", () => sent.destroy());
    asked.pipe(sent);
  });
  await new Promise((listening) => server.listen(0, "localhost", listening));
  proxy.origin = `http://localhost:${server.address().port}`;
  proxy.mcp = `${proxy.origin}/mcp`;
  proxy.close = () => new Promise((closed) => server.close(closed) && server.closeAllConnections());
  return proxy;
}
