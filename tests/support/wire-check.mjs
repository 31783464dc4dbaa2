// Every MCP message that the Worker sends, held against the schemas of the revision it was asked under
// (wire-schemas.mjs). Messages of the same shape are judged once: some tests send the same thing thousands of times.

import { createHash } from "node:crypto";
import { bodyText, field } from "./http-messages.mjs";
import { messagesOf, target } from "./leaks.mjs";
import { judge, REVISIONS } from "./wire-schemas.mjs";

const ASSUMED = "2025-03-26";
const NEWEST_LEGACY = "2025-11-25";
const MODERN = "2026-07-28";
/// 2024-11-05 too: wire-schemas.mjs says who judges it.
const LEGACY = ["2024-11-05", ...REVISIONS.filter((revision) => revision !== MODERN)];
const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";
const ENDPOINT = /^\/mcp(\/|$)/;
/// As many violations as anybody reads.
const MAX_TOLD = 10;
/// Members whose value a schema looks at; of all others it sees the type.
const LOOKED_AT = ["jsonrpc", "method", "type", "code", "role", "status", "resultType", "cacheScope", "uri", "uriTemplate", "src", "blob", "mimeType", "protocolVersion"];
/// Members that hold anything whatever.
const ANYTHING = ["structuredContent", "arguments"];

/// What the Worker of one connector sent on its MCP endpoints.
export class WireCheck {
  #seen = new Set();
  /// What is wrong -> how often.
  #wrong = new Map();
  /// Messages judged so far, each shape once.
  judged = 0;

  /// Judges an answer, if it is MCP's.
  exchanged({ request, response }) {
    const type = field(response, "content-type") ?? "";
    if (response.cut || !ENDPOINT.test(target(request).pathname)) return;
    if (!/^(application\/json|text\/event-stream)/.test(type)) return;
    const asked = parsed(bodyText(request));
    const situation = [type, response.status, field(request, "mcp-protocol-version"), [asked].flat().map(askedOf)];
    // The same words again, but for the id: most answers are known already by that.
    if (this.#knows([situation, bodyText(response).replace(/"id":("[^"]*"|[^,}]*)/, "")])) return;
    const messages = messagesOf(response);
    if (this.#knows([situation, messages.map(shapeOf)])) return;
    const method = Array.isArray(asked) ? "a batch" : String(asked?.method);
    if (messages.length === 0 && !request.start.startsWith("HEAD ")) this.#wrongs(method, revisionOf(asked, request), ["no JSON in the answer"]);
    if (bodyText(response).startsWith("[") && !Array.isArray(asked)) this.#wrongs(method, revisionOf(asked, request), ["an array in answer to one message"]);
    for (const message of messages) this.#judge(message, asked, request, response);
  }

  /// What was wrong, a line each.
  report() {
    return [...this.#wrong].slice(0, MAX_TOLD).map(([what, times]) => `${what}${times > 1 ? ` (in ${times} shapes)` : ""}`);
  }

  #judge(message, asked, request, response) {
    // What is refused before anybody reads a message may be answered in other words (2025-11-25 basic/transports).
    if (response.status >= 400 && message?.jsonrpc === undefined && message?.error !== undefined && typeof message.error !== "object") return;
    this.judged += 1;
    const answersTo = message?.id === undefined ? undefined : [asked].flat().find((one) => same(one?.id, message.id));
    if (message?.id !== undefined && answersTo === undefined) this.#wrongs(String(message.id), NEWEST_LEGACY, ["nobody asked with this id"]);
    const revision = message?.id === undefined && message?.error !== undefined ? NEWEST_LEGACY : revisionOf(answersTo ?? asked, request, message);
    // A number that JavaScript cannot hold is the client's, and comes back as it was written (tests/frames.test.mjs).
    const judged = typeof message?.id === "number" && Math.abs(message.id) >= 2 ** 53 ? { ...message, id: 0 } : message;
    this.#wrongs(String(answersTo?.method ?? message?.method), revision, judge(revision, answersTo?.method, judged));
  }

  #knows(what) {
    const key = createHash("sha1").update(JSON.stringify(what)).digest("base64");
    if (this.#seen.has(key)) return true;
    this.#seen.add(key);
    return false;
  }

  #wrongs(method, revision, issues) {
    for (const issue of issues) {
      const line = `${method} (${revision}): ${issue}`;
      this.#wrong.set(line, (this.#wrong.get(line) ?? 0) + 1);
    }
  }
}

/// The revision that an answer must follow: what the request claims, what the handshake agrees on, what the header
/// names, or what the absence of all that means (2025-11-25 basic/transports, "Protocol Version Header"). An unknown
/// one is refused in the words of the newest that has a handshake. An error without an id is such a case as well:
/// older schemas know none, and where the id could not be read there is no better answer.
function revisionOf(asked, request, answer) {
  if (claimOf(asked) !== undefined) return MODERN;
  if (asked?.method === "initialize") return LEGACY.includes(answer?.result?.protocolVersion) ? answer.result.protocolVersion : NEWEST_LEGACY;
  const header = field(request, "mcp-protocol-version");
  if (header === undefined) return ASSUMED;
  if (LEGACY.includes(header)) return header;
  return /^\d{4}-\d\d-\d\d$/.test(header) && header >= MODERN ? MODERN : NEWEST_LEGACY;
}

function claimOf(message) {
  return message?.params?._meta?.[VERSION_KEY];
}

/// What of a request decides what its answer must be like.
function askedOf(message) {
  return [message?.method, claimOf(message), kindOf(message?.id)];
}

/// A value as schemas see it.
function shapeOf(value, name) {
  if (ANYTHING.includes(name)) return Array.isArray(value) ? "array" : typeof value;
  if (Array.isArray(value)) return [...new Set(value.map((one) => JSON.stringify(shapeOf(one))))];
  if (value !== null && typeof value === "object") return Object.entries(value).map(([member, one]) => [member, shapeOf(one, member)]);
  return LOOKED_AT.includes(name) ? value : kindOf(value);
}

function kindOf(value) {
  return value === null || Number.isInteger(value) ? String(value === null ? null : "integer") : typeof value;
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
