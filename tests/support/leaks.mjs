// Secrets, and where they must not stand: in any answer that is an error, and in the log.
//
// What a secret is, is learned from the exchanges themselves: what the Worker gave out (tokens, codes, client secrets,
// cookies, sealed forms), what clients showed it (the same again, API tokens, verifiers), and what the test adds
// (`MASTER_KEY`, mittwald's tokens). Client ids and `state` are no secrets: answers repeat them on purpose.

import { bodyText, field } from "./http-messages.mjs";

/// Shorter values are words that tests use in place of secrets: "nonsense", "short".
const MIN_LENGTH = 16;
/// As many characters decide whether a secret may begin here.
const KEY = 12;
/// What every secret of ours, mittwald's and the tests' is made of; runs of it are all that is searched.
const RUN = /[A-Za-z0-9_.~+/=:-]{12,}/g;
const OURS = /^(__Host-)?mittwald-mcp-(?!language)/;
const SENT_AT_TOKEN = ["code", "code_verifier", "refresh_token", "client_secret", "token"];
const HIDDEN = /<input type="hidden" name="(request|sign_in|token)" value="([^"]+)">/g;

/// The secrets of one connector, and the errors that it answered.
export class Leaks {
  /// First characters -> secrets that begin with them.
  #starts = new Map();
  /// Secret -> what it is.
  #kinds = new Map();
  /// Text -> where it stood. Equal texts once.
  #errors = new Map();

  /// Notes a secret. Its last part by itself is one too: there stands the MAC without which the rest is worth nothing.
  learn(kind, secret) {
    if (typeof secret !== "string") return;
    for (const part of new Set([secret, secret.slice(secret.lastIndexOf(".") + 1)])) {
      if (part.length < MIN_LENGTH || this.#kinds.has(part)) continue;
      this.#kinds.set(part, kind);
      const start = part.slice(0, KEY);
      this.#starts.set(start, [...(this.#starts.get(start) ?? []), part]);
    }
  }

  /// Kinds of secrets known so far.
  kinds() {
    return new Set(this.#kinds.values());
  }

  /// How many different errors were kept.
  get errors() {
    return this.#errors.size;
  }

  /// Reads an exchange: for secrets, and for what is an error.
  exchanged({ request, response }) {
    const { pathname } = target(request);
    this.#learnFromRequest(request, pathname);
    this.#learnFromAnswer(response, pathname);
    const text = errorIn(request, response);
    if (text !== undefined) this.#errors.set(text, `the answer ${response.status} to ${place(request)}`);
  }

  /// Every secret in a text, as kinds. It is looked for as it is and as it would stand in an address or a page.
  find(text) {
    const found = new Set();
    for (const spelling of spellings(text)) {
      for (const [run] of spelling.matchAll(RUN)) {
        for (let at = 0; at + KEY <= run.length; at += 1) {
          for (const secret of this.#starts.get(run.slice(at, at + KEY)) ?? [])
            if (run.startsWith(secret, at)) found.add(`${this.#kinds.get(secret)} (${secret.slice(0, 4)}…, ${secret.length} characters)`);
        }
      }
    }
    return [...found];
  }

  /// What stands where it must not: one sentence each.
  report() {
    const told = [];
    for (const [text, where] of this.#errors)
      for (const what of this.find(text)) told.push(`${what} stands in ${where}`);
    return told;
  }

  #learnFromRequest(request, pathname) {
    const authorization = field(request, "authorization") ?? "";
    const [scheme, value = ""] = authorization.split(" ");
    if (/^bearer$/i.test(scheme)) this.learn("bearer token that was sent", value);
    if (/^basic$/i.test(scheme)) this.learn("client secret that was sent", percentDecoded(passwordOf(value)));
    this.learn("API token that was sent", field(request, "x-mittwald-api-token"));
    for (const pair of (field(request, "cookie") ?? "").split("; ")) this.#learnCookie(pair);
    if (pathname !== "/token" && pathname !== "/revoke") return;
    const form = new URLSearchParams(bodyText(request));
    for (const name of SENT_AT_TOKEN) for (const one of form.getAll(name)) this.learn(`${name} that was sent`, one);
  }

  #learnFromAnswer(response, pathname) {
    for (const [name, value] of response.fields) if (name === "set-cookie") this.#learnCookie(value.split(";")[0]);
    const location = locationOf(response);
    if (location) {
      this.learn("authorization code", location.searchParams.get("code"));
      if (location.pathname.endsWith("/oauth2/authorize")) this.learn("state towards mittwald", location.searchParams.get("state"));
    }
    if (response.status >= 300) return;
    const type = field(response, "content-type") ?? "";
    if (type.startsWith("text/html"))
      for (const [, name, value] of bodyText(response).matchAll(HIDDEN)) this.learn(`sealed field ${name}`, value);
    if (pathname === "/token" || pathname === "/register") {
      const body = parsed(bodyText(response));
      for (const name of ["access_token", "refresh_token", "client_secret"]) this.learn(`${name} that was given out`, body?.[name]);
    }
  }

  #learnCookie(pair) {
    const at = pair.indexOf("=");
    if (OURS.test(pair)) this.learn("cookie", pair.slice(at + 1));
  }
}

/// What of an answer is an error, as text with its header fields; undefined where nothing is.
function errorIn(request, response) {
  const { status } = response;
  if (status >= 400) return `${head(response)}\n${withoutOwnForm(request, bodyText(response))}`;
  if (status >= 300) {
    const location = locationOf(response);
    const isError = location && /[?&#]error=/.test(location.href);
    // The callback of another host hands on what it was sent (docs/architecture.md): not its words.
    const handedOn = target(request).pathname === location?.pathname && location?.pathname === "/mittwald/callback";
    return isError && !handedOn ? head(response) : undefined;
  }
  const failed = messagesOf(response).filter((message) => message?.error !== undefined || message?.result?.isError === true);
  return failed.length > 0 ? `${head(response)}\n${failed.map((message) => JSON.stringify(message)).join("\n")}` : undefined;
}

/// The JSON of an answer as a list: one document, the members of an array, or the events of a stream (HTML standard,
/// "Server-sent events").
export function messagesOf(response) {
  const type = field(response, "content-type") ?? "";
  if (type.startsWith("application/json")) return [parsed(bodyText(response))].flat().filter((message) => message !== undefined);
  if (!type.startsWith("text/event-stream")) return [];
  return bodyText(response)
    .split(/\r?\n\r?\n/)
    .map((event) => dataOf(event))
    .filter((data) => data !== "")
    .flatMap((data) => parsed(data) ?? data);
}

function dataOf(event) {
  return event
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5).trimStart())
    .join("\n");
}

/// A form that is shown again, to say what was wrong with it, has to be complete, and its page links to itself; but
/// only in its own browser.
function withoutOwnForm(request, page) {
  const isOwn = (field(request, "cookie") ?? "").split("; ").some((pair) => OURS.test(pair));
  const own = isOwn ? [...page.matchAll(HIDDEN)].map(([, , value]) => value) : [];
  return own.reduce((rest, value) => rest.replaceAll(value, ""), page);
}

/// A new cookie of ours goes to its own browser: it is no part of what an error says.
function head({ fields }) {
  return fields.filter(([name, value]) => name !== "set-cookie" || !OURS.test(value)).map((pair) => pair.join(": ")).join("\n");
}

export function target({ start }) {
  const path = start.split(" ")[1];
  return URL.canParse(path, "http://worker") ? new URL(path, "http://worker") : new URL("http://worker/");
}

/// An answer's request, for people: without the query, where secrets may stand.
function place(request) {
  return `${request.start.split(" ")[0]} ${target(request).pathname.slice(0, 60)}`;
}

function locationOf(response) {
  const location = field(response, "location");
  return location !== undefined && URL.canParse(location, "http://worker") ? new URL(location, "http://worker") : undefined;
}

function spellings(text) {
  const inPages = text.replace(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16))).replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
  return new Set([text, inPages, percentDecoded(text), text.replaceAll("\\/", "/")]);
}

function percentDecoded(text) {
  return text.replace(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
}

function passwordOf(credentials) {
  const text = Buffer.from(credentials, "base64").toString("utf8");
  return text.slice(text.indexOf(":") + 1);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
