// The web as far as client metadata documents need one: https addresses and what they serve. Give
// `outbound` to `startConnector`.

import { Response } from "miniflare";

const JSON_TYPE = { "content-type": "application/json" };

export class DocumentWeb {
  /// Address -> function that answers.
  #served = new Map();
  /// Requests for documents so far.
  requests = [];

  /// Everything https is this web's, served or not; the rest is the sandbox's.
  outbound = async (request) => {
    const url = new URL(request.url);
    if (url.protocol !== "https:") return undefined;
    this.requests.push({ url: request.url, method: request.method, headers: Object.fromEntries(request.headers) });
    return (await this.#served.get(request.url)?.()) ?? new Response("not here", { status: 404 });
  };

  /// How often an address was asked for.
  asked(url) {
    return this.requests.filter((request) => request.url === url).length;
  }

  /// Answers an address with a function; undefined is 404.
  answer(url, answer) {
    this.#served.set(url, answer);
  }

  /// Serves a body with a status and header fields.
  serve(url, body, { status = 200, headers = {} } = {}) {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    this.answer(url, () => new Response(text, { status, headers: { ...JSON_TYPE, ...headers } }));
  }

  /// Serves pieces one by one, `wait` milliseconds before each; an Error breaks the line.
  stream(url, pieces, { wait = 0, headers = {} } = {}) {
    this.answer(url, () => {
      const body = new ReadableStream({
        async pull(controller) {
          if (wait > 0) await new Promise((later) => setTimeout(later, wait));
          const { value, done } = pieces.next();
          if (done) controller.close();
          else if (value instanceof Error) controller.error(value);
          else controller.enqueue(new TextEncoder().encode(value));
        },
      });
      return new Response(body, { headers: { ...JSON_TYPE, ...headers } });
    });
  }

  /// Publishes a good document, with some members changed; gives the client as `register` would.
  publish(url, changes = {}, options = {}) {
    const document = metadata(url, changes);
    this.serve(url, document, options);
    return document;
  }

  remove(url) {
    this.#served.delete(url);
  }
}

/// A good document of an address; a member set to undefined is left out.
export function metadata(url, changes = {}) {
  return {
    client_id: url,
    client_name: "Example",
    redirect_uris: ["https://client.example/cb"],
    token_endpoint_auth_method: "none",
    ...changes,
  };
}
