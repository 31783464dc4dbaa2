// Requests that `fetch` refuses to send: for another Host than the address's, or announcing a body that
// never comes.

import { request } from "node:http";

/// Sends to 127.0.0.1:`port` as if it were for `host`.
///
/// `announced` sends only the head of a request whose body would have so many bytes. A server that
/// refuses the length answers at once; one that has read part of a real body and then answers would cut
/// the line under a client that is still writing, and the answer might be lost with it.
export function requestAs(host, port, path, { method = "GET", headers = {}, body, announced } = {}) {
  return new Promise((resolve, reject) => {
    const length = announced === undefined ? {} : { "content-length": announced };
    const options = { host: "127.0.0.1", port, path, method, headers: { host, ...headers, ...length } };
    const sent = request(options, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => {
        resolve({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(chunks).toString("utf8") });
        if (announced !== undefined) sent.destroy();
      });
      answer.on("error", reject);
    });
    sent.on("error", reject);
    if (announced === undefined) sent.end(body);
    else sent.flushHeaders();
  });
}
