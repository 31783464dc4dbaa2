// What the Worker may write into its log, held against every line of every connector that a test starts:
// one JSON object per request with fixed names and short fixed words, or a sentence about the
// configuration. None holds a token, code or key that mittwald or the test gave out.

import assert from "node:assert/strict";

const NAMES = ["left_out", "mcp", "method", "ms", "note", "object", "route", "status", "trace"];
const OF_MCP = ["method", "outcome", "revision", "tool"];
/// Words of a line: names of routes, methods, tools, scopes. No token is this short and this plain; a note
/// is a sentence.
const NOTE = /^[a-z' ]{0,70}$/;
/// A trace-id, as the client named it (W3C Trace Context).
const TRACE = /^[0-9a-f]{32}$/;
const WORD = /^[A-Za-z0-9_:./-]{0,42}$/;

/// Tells `learn(kind, secret)` every code, verifier and token that goes between a sandbox and the Worker.
export function watchTokens(sandbox, learn) {
  const { oauth } = sandbox.state;
  const { token } = oauth;
  oauth.token = (headers, text) => {
    const asked = new URLSearchParams(text);
    for (const name of ["code", "code_verifier", "refresh_token"]) learn(`${name} towards mittwald`, asked.get(name));
    const answer = token.call(oauth, headers, text);
    for (const name of ["access_token", "refresh_token"]) learn(`${name} of mittwald's`, answer.body?.[name]);
    return answer;
  };
}

/// Fails where a line says more than it may; `find` names the secrets in a text.
export function assertDiscreet(logs, find) {
  for (const { message } of logs) {
    assert.deepEqual(find(message), [], "a secret stands in the Worker's log");
    if (!message.startsWith("{")) continue;
    const line = JSON.parse(message);
    assert.deepEqual(Object.keys(line).filter((name) => !NAMES.includes(name)), [], message);
    assert.deepEqual(Object.keys(line.mcp ?? {}).filter((name) => !OF_MCP.includes(name)), [], message);
    assert.match(line.note ?? "", NOTE, message);
    if (line.trace) assert.match(line.trace, TRACE, message);
    const words = [line.method, line.route, ...(line.left_out ?? []), ...Object.values(line.mcp ?? {})];
    for (const word of words) assert.match(String(word ?? ""), WORD, message);
  }
}
