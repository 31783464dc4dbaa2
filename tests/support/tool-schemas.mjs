// Calls tools and holds their answers against their own outputSchema: JSON Schema 2020-12, by ajv, with
// the formats as the sandbox checks them. Requests are held against the API's facts by the sandbox.

import assert from "node:assert/strict";
import Ajv from "ajv/dist/2020.js";
import { hasFormat } from "../../sandbox/formats.mjs";

const FORMATS = ["date-time", "date", "email", "uri", "uuid"];

/// A caller for a connector's client. `use` calls a tool, which must succeed, and gives its answer with the
/// requests that mittwald got for it.
export async function toolCaller(connector, client) {
  const { tools } = (await client.request("tools/list")).body.result;
  const formats = Object.fromEntries(FORMATS.map((name) => [name, (text) => hasFormat(name, text)]));
  const ajv = new Ajv({ strict: true, allErrors: true, formats });
  const validators = new Map(tools.map(({ name, outputSchema }) => [name, ajv.compile(outputSchema)]));

  function assertValid(name, answer) {
    const validate = validators.get(name);
    assert.ok(validate(answer), `${name}: ${JSON.stringify(validate.errors)}`);
  }

  async function use(name, args = {}) {
    const before = connector.sandbox.requests.length;
    const { structuredContent, content, isError } = await client.call(name, args);
    const requests = connector.sandbox.requests.slice(before);
    assert.equal(isError, false, JSON.stringify(content));
    // What third parties wrote stands between two lines that say so.
    const json = content.length === 3 ? content[1] : content[0];
    assert.deepEqual(JSON.parse(json.text), structuredContent);
    assertValid(name, structuredContent);
    for (const { violations, path } of requests) assert.deepEqual(violations, [], path);
    return { answer: structuredContent, requests };
  }

  /// Asks the sandbox directly, as a script with an API token would.
  async function truth(path) {
    const response = await fetch(connector.sandbox.origin + path, { headers: { "x-access-token": "sandbox-token" } });
    assert.equal(response.status, 200, path);
    return response.json();
  }

  /// The id of the project that people call so.
  async function projectNamed(description) {
    return (await truth("/v2/projects")).find((project) => project.description === description).id;
  }

  return { tools, use, assertValid, truth, projectNamed };
}
