// A client's side of MCP, one raw HTTP request at a time, so that a test can leave out, repeat or forge
// any part of it.

import assert from "node:assert/strict";
import { read, signIn } from "./sign-in.mjs";

export const LEGACY = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];
export const MODERN = "2026-07-28";

export const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";
export const CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities";
export const SERVER_INFO_KEY = "io.modelcontextprotocol/serverInfo";
export const CHALLENGE_KEY = "mcp/www_authenticate";

export const bearer = (token) => ({ authorization: `Bearer ${token}` });

/// Posts a body: a text or bytes as they are, anything else as JSON. A header set to undefined is left
/// out, also one that would be sent by itself.
export async function post(url, body, headers = {}) {
  const raw = typeof body === "string" || body instanceof Uint8Array || body instanceof ReadableStream;
  const fields = { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers };
  for (const [name, value] of Object.entries(fields)) if (value === undefined) delete fields[name];
  const init = { method: "POST", headers: fields, body: raw ? body : JSON.stringify(body), redirect: "manual" };
  return read(await fetch(url, body instanceof ReadableStream ? { ...init, duplex: "half" } : init));
}

/// A JSON-RPC request; an id set to undefined makes it a notification.
export const message = (method, params, id = 1) => ({ jsonrpc: "2.0", id, method, params });
export const notification = (method, params) => ({ jsonrpc: "2.0", method, params });
export const callOf = (name, args = {}, id = 1) => message("tools/call", { name, arguments: args }, id);

/// Sends a call; where it only brings a preview, sends it again with the token that a person's agreement
/// comes back as.
export async function agreeing(send, body) {
  const answer = await send(body);
  const token = answer.body?.result?.structuredContent?.confirmation_token;
  if (token === undefined) return answer;
  const { name, arguments: args } = body.params;
  return send({ ...body, params: { ...body.params, name, arguments: { ...args, confirmation_token: token } } });
}

/// A signed-in client of the legacy era. `request` gives the whole answer, `call` only a tool's result.
export function legacyClient(url, token, version = "2025-11-25") {
  const headers = { ...bearer(token), "mcp-protocol-version": version };
  const send = (body, more = {}) => post(url, body, { ...headers, ...more });
  return {
    send,
    request: (method, params, id) => send(message(method, params, id)),
    /// As for a person who agrees to everything that is asked first.
    async call(name, args = {}) {
      const answer = await agreeing(send, callOf(name, args));
      assert.equal(answer.status, 200, answer.text);
      assert.ok(answer.body.result, answer.text);
      return answer.body.result;
    },
  };
}

/// What a request of the modern era must bring; `meta` overrides or, with undefined, removes members.
export function modernMessage(method, params = {}, { id = 1, meta = {} } = {}) {
  const _meta = { [VERSION_KEY]: MODERN, [CAPABILITIES_KEY]: {}, ...meta };
  return { jsonrpc: "2.0", id, method, params: { ...params, _meta } };
}

/// Arguments that a client repeats in a header, as `x-mcp-header` in the tool's definition says.
const MIRRORED = { mittwald_project_get: { projectId: "mcp-param-projectid" } };

/// The headers that go with such a request.
export function modernHeaders({ method, params = {} }) {
  const named = { "tools/call": params.name, "prompts/get": params.name, "resources/read": params.uri };
  return {
    "mcp-protocol-version": MODERN,
    "mcp-method": method,
    "mcp-name": named[method] ?? (method.startsWith("tasks/") ? params.taskId : undefined),
    ...mirrored(params),
  };
}

function mirrored({ name, arguments: args }) {
  const headers = Object.entries((Object.hasOwn(MIRRORED, name ?? "") && MIRRORED[name]) || {});
  return Object.fromEntries(headers.filter(([argument]) => args?.[argument]).map(([argument, header]) => [header, String(args[argument])]));
}

/// A signed-in client of the modern era.
export function modernClient(url, token) {
  const send = (body, headers = {}) => post(url, body, { ...bearer(token), ...modernHeaders(body), ...headers });
  return {
    send,
    request: (method, params, options) => send(modernMessage(method, params, options)),
  };
}

/// Signs in at a surface; gives token, client and the rest of what `signIn` gives. The read-only surface
/// offers no level but `read`.
export async function connect(connector, { path = "/mcp", level, parameters = {}, ...options } = {}) {
  const resource = `${connector.origin}${path}`;
  const chosen = level ?? (path.endsWith("/readonly") ? "read" : "manage");
  const signedIn = await signIn(connector, { level: chosen, parameters: { resource, ...parameters }, ...options });
  return { ...signedIn, url: resource, token: signedIn.tokens.access_token };
}

/// The text of a tool's result.
export const textOf = (result) => result.content.map((part) => part.text).join("\n");

/// Checks that an answer is a JSON-RPC error; gives the error.
export function assertError(answer, status, code, about) {
  const what = `${about ?? ""} ${answer.status} ${answer.text}`;
  assert.equal(answer.status, status, what);
  assert.match(answer.headers.get("content-type"), /^application\/json/, what);
  assert.equal(answer.body.jsonrpc, "2.0", what);
  assert.equal(answer.body.error?.code, code, what);
  assert.ok(answer.body.error.message.length > 10, what);
  assert.ok(!("result" in answer.body), what);
  return answer.body.error;
}

/// Checks that an answer is a tool's result with `isError`; gives the sentence.
export function assertToolError(answer, status = 200) {
  assert.equal(answer.status, status, answer.text);
  const { result } = answer.body;
  assert.equal(result?.isError, true, answer.text);
  assert.ok(!("structuredContent" in result), "an error has no structured content");
  return textOf(result);
}

/// Runs `ask` and checks that mittwald was asked nothing meanwhile.
export async function askingNothing(connector, ask, about) {
  const before = connector.sandbox.requests.length;
  const answer = await ask();
  assert.equal(connector.sandbox.requests.length, before, `mittwald was asked for ${about}`);
  return answer;
}

/// Sends what must be refused, and checks that mittwald was asked nothing.
export async function messageRefused(connector, send, status, code, about) {
  const answer = await askingNothing(connector, send, about);
  const error = assertError(answer, status, code, about);
  return { ...error, id: answer.body.id, text: answer.text };
}

/// Calls a tool that must refuse its arguments; gives the sentence. `args` may be JSON text.
export async function argumentsRefused(connector, client, name, args) {
  const body = typeof args === "string" ? JSON.stringify(callOf(name)).replace("{}", () => args) : callOf(name, args);
  const text = assertToolError(await askingNothing(connector, () => client.send(body), JSON.stringify(args)));
  assert.match(text, /^Nothing was sent/);
  assert.ok(text.includes(name));
  return text;
}
