// HTTP/1.1 messages read out of the bytes of one direction of a connection (RFC 9112), as they pass by.
// Nothing is changed and nothing is held back; what is no HTTP/1.1 is reported once, and then no longer read.

import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";

const NOTHING = Buffer.alloc(0);
const END_OF_HEAD = Buffer.from("\r\n\r\n");
const LINE_END = Buffer.from("\r\n");
/// A head that is longer is none: workerd takes far less.
const MAX_HEAD = 1024 * 1024;

/// Reads one direction.
///
/// `began(message)` is called when a head is complete and says whether a body can follow it, `ended(message)` when
/// the message is complete, `lost(reason)` when the bytes make no sense. A message is `{start, fields, body}`:
/// its first line, its header fields as `[name in lower case, value]`, and the bytes of its body without framing.
export class MessageReader {
  #rest = NOTHING;
  #read = this.#head;
  #message;
  #left = 0;
  #parts = [];
  #hooks;

  constructor(hooks) {
    this.#hooks = hooks;
  }

  push(chunk) {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (this.#read.call(this));
  }

  /// The other side sends no more. A body that ends with the connection is complete now; any other message that has
  /// begun is handed over as far as it came, marked `cut`.
  end() {
    if (this.#message === undefined) return;
    if (this.#read !== this.#untilEnd) this.#message.cut = true;
    this.#finish();
  }

  #head() {
    const at = this.#rest.indexOf(END_OF_HEAD);
    if (at < 0) return this.#rest.length > MAX_HEAD && this.#lose("the head does not end");
    const [start, ...lines] = this.#rest.toString("latin1", 0, at).split("\r\n");
    this.#rest = this.#rest.subarray(at + END_OF_HEAD.length);
    if (!/^(HTTP\/1\.[01] \d{3}|\S+ \S+ HTTP\/1\.[01]$)/.test(start)) return this.#lose("this is no HTTP/1.1");
    const fields = lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, Math.max(colon, 0)).toLowerCase(), line.slice(colon + 1).trim()];
    });
    this.#message = { start, fields, body: NOTHING };
    this.#parts = [];
    return this.#frame(this.#hooks.began(this.#message));
  }

  /// How the body's end is found (RFC 9112 section 6.3).
  #frame(framing) {
    const coding = field(this.#message, "transfer-encoding");
    const length = field(this.#message, "content-length");
    if (framing === "none") return this.#finish();
    if (coding !== undefined) this.#read = this.#chunkSize;
    else if (length !== undefined) {
      this.#left = Number(length);
      if (!Number.isSafeInteger(this.#left) || this.#left < 0) return this.#lose("Content-Length is no number");
      if (this.#left === 0) return this.#finish();
      this.#read = this.#counted;
    } else if (framing === "request") return this.#finish();
    else this.#read = this.#untilEnd;
    return true;
  }

  #counted() {
    if (!this.#take()) return false;
    return this.#finish();
  }

  #chunkSize() {
    const at = this.#rest.indexOf(LINE_END);
    if (at < 0) return false;
    const size = /^([0-9a-f]+)[ \t]*(;.*)?$/i.exec(this.#rest.toString("latin1", 0, at));
    if (!size) return this.#lose("a chunk has no size");
    this.#rest = this.#rest.subarray(at + LINE_END.length);
    this.#left = Number.parseInt(size[1], 16);
    this.#read = this.#left === 0 ? this.#trailer : this.#chunk;
    return true;
  }

  #chunk() {
    if (!this.#take()) return false;
    this.#read = this.#chunkEnd;
    return true;
  }

  #chunkEnd() {
    if (this.#rest.length < LINE_END.length) return false;
    this.#rest = this.#rest.subarray(LINE_END.length);
    this.#read = this.#chunkSize;
    return true;
  }

  #trailer() {
    const at = this.#rest.indexOf(LINE_END);
    if (at < 0) return false;
    this.#rest = this.#rest.subarray(at + LINE_END.length);
    return at === 0 ? this.#finish() : true;
  }

  #untilEnd() {
    this.#left = Number.POSITIVE_INFINITY;
    this.#take();
    return false;
  }

  #blind() {
    this.#rest = NOTHING;
    return false;
  }

  /// Takes what is there of the bytes that are left; says whether that was all of them.
  #take() {
    const taken = this.#rest.subarray(0, Math.min(this.#left, this.#rest.length));
    if (taken.length > 0) this.#parts.push(taken);
    this.#rest = this.#rest.subarray(taken.length);
    this.#left -= taken.length;
    return this.#left === 0;
  }

  #finish() {
    const message = this.#message;
    message.body = Buffer.concat(this.#parts);
    this.#message = undefined;
    this.#parts = [];
    this.#read = this.#head;
    this.#hooks.ended(message);
    return this.#rest.length > 0;
  }

  #lose(reason) {
    this.#read = this.#blind;
    this.#message = undefined;
    this.#hooks.lost(reason);
    return true;
  }
}

/// Reads both directions of a connection; `exchanged({request, response})` is called for each answer, also for one
/// that comes before the request's body has (then `request.body` is empty), and `lost(reason)` where an answer
/// cannot be read.
export function exchangeReader({ exchanged, lost }) {
  const waiting = [];
  const requests = new MessageReader({
    began(message) {
      waiting.push(message);
      return "request";
    },
    ended() {},
    lost() {},
  });
  let answered;
  const responses = new MessageReader({
    began(message) {
      const status = Number(message.start.split(" ")[1]);
      message.status = status;
      // An interim answer (RFC 9110 section 15.2) belongs to the request that still waits.
      if (status < 200) return "none";
      answered = waiting.shift();
      return answered?.start.startsWith("HEAD ") || status === 204 || status === 304 ? "none" : "response";
    },
    ended(message) {
      if (message.status < 200) return;
      exchanged({ request: answered ?? { start: "? ? ?", fields: [], body: NOTHING }, response: message });
    },
    lost,
  });
  return { requests, responses };
}

/// The value of a header field; undefined where there is none.
export function field({ fields }, name) {
  return fields.find(([one]) => one === name)?.[1];
}

/// The body as text, whatever it was compressed with.
export function bodyText(message) {
  if (message.text === undefined) message.text = decoded(message).toString("utf8");
  return message.text;
}

function decoded(message) {
  if (message.body.length === 0 || message.cut) return message.body;
  switch (field(message, "content-encoding")) {
    case "gzip":
      return gunzipSync(message.body);
    case "br":
      return brotliDecompressSync(message.body);
    case "deflate":
      return inflateSync(message.body);
    default:
      return message.body;
  }
}
