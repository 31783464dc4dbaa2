// What every answer keeps to while mittwald fails, and how the sandbox is made to fail for one project.

import assert from "node:assert/strict";
import { assertToolError, callOf, connect, legacyClient } from "./mcp-client.mjs";

/// Stands in bodies where only a program should read; must never reach a model.
export const LEAK = "sbx-internal-detail";

/// A write that may have happened: the answer says so, and with which tool to look.
export const MAYBE = /may have taken effect.*mittwald_project_get/s;

/// Checks a failed call's answer; gives its sentence.
export function assertExplained(answer, token) {
  const sentence = assertToolError(answer);
  assert.ok(sentence.length > 40 && sentence.length < 1200, sentence);
  assert.doesNotMatch(sentence, /undefined|null|NaN|\[object|<\/?[a-z]+>|Error:/, sentence);
  assert.ok(!answer.text.includes(LEAK), sentence);
  assert.ok(!answer.text.includes(token), "no token");
  return sentence;
}

/// A signed-in client of a connector, with a read and a write of one project.
export async function projectCaller(connector) {
  const { url, token } = await connect(connector);
  const client = legacyClient(url, token);
  const projectId = (await client.call("mittwald_project_list")).structuredContent.projects[0].id;
  const caller = {
    token,
    client,
    projectId,
    send: client.send,
    read: callOf("mittwald_project_get", { projectId }),
    write: callOf("mittwald_project_update", { projectId, description: "Changed while it failed" }),

    /// Plans a fault for the next read or write of the project, and makes the call.
    async failing(kind, settings, call) {
      const method = call === caller.write ? "PATCH" : "GET";
      await connector.control({ [kind]: { match: `/v2/projects/${projectId}`, method, ...settings } });
      const before = connector.sandbox.requests.length;
      const answer = await client.send(call);
      return { answer, requests: connector.sandbox.requests.slice(before) };
    },

    /// Fails once: the answer explains it, nothing is repeated, and the next call works.
    async onceFailing(kind, settings, call) {
      const { answer, requests } = await caller.failing(kind, settings, call);
      assert.equal(requests.length, 1, "nothing is retried");
      const sentence = assertExplained(answer, token);
      assert.equal((await client.send(caller.read)).body.result.isError, false, "the next call works");
      return { sentence, answer };
    },
  };
  return caller;
}

/// Checks a connector's log: no secret, no stumbling.
export function assertQuietLog(connector, secrets) {
  const all = new Set([...secrets, LEAK]);
  for (const { headers } of connector.sandbox.requests) if (headers["x-access-token"]) all.add(headers["x-access-token"]);
  for (const { level, message } of connector.logs) {
    for (const secret of all) assert.ok(!message.includes(secret), message);
    assert.equal(level, "log", message);
    assert.ok(JSON.parse(message).status < 500, message);
  }
}
