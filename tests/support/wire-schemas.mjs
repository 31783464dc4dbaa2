// What MCP's own schemas say of a message that a server sends: two judges for each.
//
// - the JSON schema of the revision, as the official conformance suite carries it for its wire check. The suite has it
//   inside its program and exports nothing, so it is read from there; tests/tap.test.mjs fails if that stops working.
//   Here it is stricter than there: a member that the revision does not name is an error, apart from ALSO_SENT.
// - the zod schema of the SDK's second generation (`@modelcontextprotocol/core`), which knows no revisions but is
//   closed where JSON-RPC is.
//
// 2024-11-05 has no schema in either; it is judged by 2025-03-26, whose answers differ in additions only.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import * as core from "@modelcontextprotocol/core";
import {
  GetSkillResultSchema,
  ListSkillsResultSchema,
  ReadResourceDirectoryResultSchema,
} from "@modelcontextprotocol/core/ext/skills";
import addFormats from "ajv-formats";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";

const SUITE = fileURLToPath(new URL("../../node_modules/@modelcontextprotocol/conformance/dist/index.js", import.meta.url));
/// Where the suite lists its schemas, by revision; the newest stands under a constant.
const LIST = /\{"2025-03-26":(\w+),"2025-06-18":(\w+),"2025-11-25":(\w+),\[\w+\]:(\w+)\}/;

const OLDEST = "2025-03-26";
export const REVISIONS = [OLDEST, "2025-06-18", "2025-11-25", "2026-07-28"];

/// Members that we send although the revision does not name them, which every revision permits.
/// ChatGPT reads `securitySchemes`; the others came with a later revision, and tools are described once for all.
const ALSO_SENT = {
  [OLDEST]: {
    Tool: ["title", "outputSchema", "_meta", "securitySchemes"],
    CallToolResult: ["structuredContent"],
    Implementation: ["title", "websiteUrl"],
  },
  "2025-06-18": { Tool: ["securitySchemes"], Implementation: ["websiteUrl"] },
  "2025-11-25": { Tool: ["securitySchemes"] },
  "2026-07-28": { Tool: ["securitySchemes"] },
};

const ZOD = {
  initialize: core.InitializeResultSchema,
  ping: core.EmptyResultSchema,
  "server/discover": core.DiscoverResultSchema,
  "tools/list": core.ListToolsResultSchema,
  "tools/call": core.CallToolResultSchema,
  "prompts/list": core.ListPromptsResultSchema,
  "prompts/get": core.GetPromptResultSchema,
  "resources/list": core.ListResourcesResultSchema,
  "resources/templates/list": core.ListResourceTemplatesResultSchema,
  "resources/read": core.ReadResourceResultSchema,
  "resources/subscribe": core.EmptyResultSchema,
  "resources/unsubscribe": core.EmptyResultSchema,
  "completion/complete": core.CompleteResultSchema,
  "logging/setLevel": core.EmptyResultSchema,
  "subscriptions/listen": core.SubscriptionsListenResultSchema,
  "skills/list": ListSkillsResultSchema,
  "skills/get": GetSkillResultSchema,
  "resources/directory/read": ReadResourceDirectoryResultSchema,
};

const judges = new Map();

/// Judges the answer to a request, or a message that comes before it. Gives what is wrong with it, one line each.
export function judge(revision, method, message) {
  const { valid, definitions, results, notifications, errors } = judgeOf(revision);
  if (typeof message?.method === "string") {
    const name = notifications.get(message.method);
    if (!name) return [`nothing that a server sends is called ${message.method}`];
    // Up to 2025-06-18 a notification's schema is about what stands inside the envelope.
    const { jsonrpc, ...inside } = message;
    return [...valid("JSONRPCNotification", message), ...valid(name, "jsonrpc" in definitions[name].properties ? message : inside)];
  }
  if (message?.error !== undefined) {
    const envelope = definitions.JSONRPCErrorResponse ? "JSONRPCErrorResponse" : "JSONRPCError";
    return [...valid(errors.get(message.error?.code) ?? envelope, message), ...parsed(core.JSONRPCErrorResponseSchema, message)];
  }
  const envelope = definitions.JSONRPCResultResponse ? "JSONRPCResultResponse" : "JSONRPCResponse";
  const asked = message?.result?.resultType === "input_required" ? "InputRequiredResult" : results.get(method);
  const schema = ZOD[method];
  return [
    ...valid(envelope, message),
    ...parsed(core.JSONRPCResultResponseSchema, message),
    ...(asked ? valid(asked, message?.result) : []),
    ...(schema && asked !== "InputRequiredResult" ? parsed(schema, message?.result) : []),
    ...(asked || schema ? [] : [`no schema says what the result of ${method} looks like`]),
  ];
}

/// The JSON schema's definitions of a revision, as they stand in the suite.
export function definitionsOf(revision) {
  const { $defs, definitions } = suiteSchemas()[revision];
  return $defs ?? definitions;
}

function parsed(schema, value) {
  const { success, error } = schema.safeParse(value);
  return success ? [] : error.issues.slice(0, 3).map((issue) => `core: ${issue.path.join(".")}: ${issue.message}`);
}

function judgeOf(revision) {
  const known = REVISIONS.includes(revision) ? revision : OLDEST;
  if (!judges.has(known)) judges.set(known, makeJudge(known));
  return judges.get(known);
}

function makeJudge(revision) {
  const schema = structuredClone(suiteSchemas()[revision]);
  const where = "$defs" in schema ? "$defs" : "definitions";
  const definitions = schema[where];
  const results = new Map();
  const notifications = new Map();
  const errors = new Map();
  for (const [name, { properties = {} }] of Object.entries(definitions)) {
    const method = properties.method?.const;
    if (method && name.endsWith("Notification")) notifications.set(method, name);
    if (method && name.endsWith("Request")) results.set(method, resultName(definitions, name));
    for (const part of properties.error?.allOf ?? []) {
      const code = part.properties?.code?.const;
      if (code !== undefined) errors.set(code, name);
    }
  }
  for (const [name, also] of Object.entries(ALSO_SENT[revision])) for (const member of also) definitions[name].properties[member] ??= true;
  for (const [name, definition] of Object.entries(definitions)) if (!/^JSONRPC|^(Result|.*Object)$/.test(name)) close(definition);
  const ajv = new (where === "$defs" ? Ajv2020 : Ajv)({ strict: false });
  addFormats.default(ajv);
  ajv.addFormat("byte", true);
  ajv.addSchema(schema, "mcp");
  const made = new Map();
  const valid = (name, value) => {
    if (!made.has(name)) made.set(name, ajv.compile({ $ref: `mcp#/${where}/${name}` }));
    const check = made.get(name);
    return check(value) ? [] : [`${name}${check.errors[0].instancePath}: ${told(check.errors[0])}`];
  };
  return { valid, definitions, results, notifications, errors };
}

/// What the answer to a request is called; methods without a result of their own have the empty one.
function resultName(definitions, request) {
  const name = request.replace(/Request$/, "Result");
  return name in definitions ? name : "EmptyResult";
}

/// Makes an error of what an object has beyond the members that are named, all the way down. JSON schemas of tools
/// and free-form maps stay open; parts of an `allOf` see each other's members, so they stay open too.
function close(schema) {
  if (Array.isArray(schema)) schema.forEach(close);
  if (schema === null || typeof schema !== "object" || Array.isArray(schema) || schema.allOf) return;
  const { properties } = schema;
  const isJsonSchema = properties?.type?.const === "object" || properties?.$schema !== undefined;
  if (isJsonSchema) return;
  if (properties && Object.keys(properties).length > 0 && schema.additionalProperties === undefined) schema.additionalProperties = false;
  for (const part of [...Object.values(properties ?? {}), schema.items, ...(schema.anyOf ?? [])]) close(part);
}

function told({ message, params }) {
  return params?.additionalProperty === undefined ? message : `${message}: ${params.additionalProperty}`;
}

let schemas;

/// Revision -> JSON schema.
function suiteSchemas() {
  if (schemas) return schemas;
  const program = readFileSync(SUITE, "utf8");
  const list = LIST.exec(program);
  if (!list) throw new Error("The conformance suite no longer lists its schemas as tests/support/wire-schemas.mjs expects.");
  const names = list.slice(1);
  schemas = Object.fromEntries(names.map((name, index) => [REVISIONS[index], literal(program, name, list.index)]));
  return schemas;
}

/// The object literal that a variable is set to: brackets are counted, texts are stepped over.
function literal(program, name, before) {
  const start = program.lastIndexOf(`${name}={$schema:`, before) + name.length + 1;
  let depth = 0;
  let at = start;
  do {
    const character = program[at];
    if ("`\"'".includes(character)) {
      for (at += 1; program[at] !== character; at += 1) if (program[at] === "\\") at += 1;
    } else if ("{[".includes(character)) depth += 1;
    else if ("}]".includes(character)) depth -= 1;
    at += 1;
  } while (depth > 0 && at < program.length);
  return JSON.parse(JSON.stringify(runInNewContext(`(${program.slice(start, at)})`)));
}
