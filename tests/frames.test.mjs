// Odd frames (tests/frames/*.json), each with the answer that it must get, posted to the built Worker;
// src/mcp/tests/corpus.rs walks the same files natively.
//
//  1. every case, under every revision, and without a version header
//  2. after all of it the Worker has not stumbled once, and mittwald was asked nothing

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { bearer, CAPABILITIES_KEY, connect, LEGACY, MODERN, post, VERSION_KEY } from "./support/mcp-client.mjs";
import { requestAs } from "./support/raw-http.mjs";
import { startConnector } from "./support/worker.mjs";

const FOLDER = fileURLToPath(new URL("frames/", import.meta.url));

/// What a message without a version header is read as (2025-11-25 basic/transports).
const ASSUMED = "2025-03-26";

/// Revisions in which several messages may come in one array.
const BATCHING = ["2024-11-05", "2025-03-26"];

let connector;
let url;
let token;
let asked;
before(async () => {
  connector = await startConnector();
  ({ url, token } = await connect(connector));
  asked = connector.sandbox.requests.length;
});
after(() => connector?.dispose());

const files = readdirSync(FOLDER).sort();
for (const file of files) {
  const { about, cases } = JSON.parse(readFileSync(`${FOLDER}${file}`, "utf8"));
  describe(`${file}: ${about}`, () => {
    for (const version of [undefined, ...LEGACY, MODERN])
      test(`under ${version ?? "no version header"}`, async () => {
        const faults = [];
        for (const one of cases) faults.push(...(await faultsOf(one, version)));
        assert.deepEqual(faults, []);
      });
  });
}

test("the Worker has not stumbled once, and nothing went to mittwald", () => {
  assert.ok(files.length > 10);
  for (const { level, message } of connector.logs) {
    assert.equal(level, "log", message);
    assert.ok(JSON.parse(message).status < 500, message);
  }
  assert.equal(connector.sandbox.requests.length, asked);
});

/// What is wrong with the answer to a case.
async function faultsOf(one, version) {
  const writer = new CaseWriter(one, version === MODERN);
  const expected = expectedOf(one, version ?? ASSUMED);
  const answer = await send(writer.body(), writer.headers(version), expected.status === 413);
  const fault = faultIn(writer, expected, answer);
  return fault ? [`${one.name}: ${fault}: ${answer.status} ${answer.text.slice(0, 300)}`] : [];
}

/// Posts a body; of one that is too large only its length, because the Worker does not wait for the rest, and a client
/// that is still writing may lose the answer.
async function send(body, headers, announced) {
  if (!announced) return post(url, body, { ...bearer(token), ...headers });
  const fields = { ...bearer(token), "content-type": "application/json", ...headers };
  for (const [name, value] of Object.entries(fields)) if (value === undefined) delete fields[name];
  const host = `127.0.0.1:${connector.port}`;
  const answer = await requestAs(host, connector.port, "/mcp", { method: "POST", headers: fields, announced: body.length });
  return { ...answer, headers: new Headers(answer.headers), body: JSON.parse(answer.text) };
}

function expectedOf(one, revision) {
  const keys = [BATCHING.includes(revision) ? "batching" : "single", revision === MODERN ? "modern" : "legacy", "answer"];
  return one[keys.find((key) => key in one)];
}

function faultIn(writer, expected, { status, text, headers, body }) {
  if (status !== expected.status) return `not ${expected.status}`;
  if (status === 202) return text === "" ? undefined : "a body";
  if (!/^application\/json/.test(headers.get("content-type"))) return "no application/json";
  if (!expected.messages) return faultInMessage(writer, expected, text);
  if (!text.startsWith("[") || body.length !== expected.messages.length) return `not ${expected.messages.length} answers`;
  let rest = text.slice(1, -1);
  for (const [at, message] of expected.messages.entries()) {
    const fault = faultInMessage(writer, message, rest);
    if (fault) return fault;
    const next = rest.indexOf('{"jsonrpc"', 1);
    if (next < 0 !== (at === body.length - 1)) return "answers within answers";
    rest = rest.slice(next);
  }
}

/// One JSON-RPC response at the beginning of a text: it must begin with the id byte for byte, or without any.
function faultInMessage(writer, { id, result, code, says }, text) {
  const wanted = id === undefined ? "" : `"id":${writer.write(id)},`;
  const start = `{"jsonrpc":"2.0",${wanted}"${result ? "result" : "error"}":`;
  if (!text.startsWith(start)) return `no ${start.slice(0, 99)}`;
  if (code !== undefined && !text.startsWith(`${start}{"code":${code},`)) return `not ${code}`;
  if (says !== undefined && !text.includes(says)) return `it does not say ${says}`;
}

/// How a case is written for one era; $ping, $ask, $method and $meta stand for what differs, $0 and $1 for
/// what is long, $pad for what fills a body up to so many bytes.
class CaseWriter {
  constructor(one, modern) {
    this.case = one;
    this.asked = modern ? "server/discover" : "ping";
    this.meta = `"_meta":${modern ? JSON.stringify({ [VERSION_KEY]: MODERN, [CAPABILITIES_KEY]: {} }) : "{}"}`;
    this.ask = `"method":"${this.asked}"${modern ? `,"params":{${this.meta}}` : ""}`;
  }

  headers(version) {
    const modern = version === MODERN;
    const { headers = {}, method = this.asked, tool } = this.case;
    return {
      ...(version && { "mcp-protocol-version": version }),
      ...(modern && { "mcp-method": method, "mcp-name": tool }),
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value ?? undefined])),
    };
  }

  /// Bytes, so that fetch adds no content type of its own.
  body() {
    const { hex, body } = this.case;
    return hex === undefined ? Buffer.from(this.write(body), "utf8") : Buffer.from(hex, "hex");
  }

  write(text) {
    return this.fill(text).replaceAll("$pad", () => this.padding());
  }

  padding() {
    const rest = Buffer.byteLength(this.fill(this.case.body).replaceAll("$pad", ""));
    return (this.case.pad ?? "x").repeat((this.case.bytes ?? 0) - rest);
  }

  fill(text) {
    let filled = text
      .replaceAll("$ping", `{"jsonrpc":"2.0","id":1,$ask}`)
      .replaceAll("$ask", this.ask)
      .replaceAll("$method", `"${this.asked}"`)
      .replaceAll("$meta", this.meta);
    for (const [at, [part, times]] of (this.case.fill ?? []).entries())
      filled = filled.replaceAll(`$${at}`, () => part.repeat(times));
    return filled;
  }
}
