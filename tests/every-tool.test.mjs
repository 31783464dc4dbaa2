// Every tool that /mcp/x/all serves, called rightly: with only what is required, with everything, and
// once for each combination of arguments that exclude each other. All of it is derived from tools/list.
//
//  1. every call is one that the API defines: mittwald's stand-in has nothing against a request
//  2. every tool answers, and every answer is valid against the tool's own outputSchema
//  3. a job sends nothing that the catalogue does not name for it
//  4. the stand-in would notice: with other facts of the API, the same calls are not valid
//
// With DUMP_REQUESTS=<file>, the requests of 1 are written there, one JSON object a line, so that they
// can be held against the API's own document by somebody else's program.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { jobOperations } from "./support/catalog-tools.mjs";
import { listed, studyEveryTool } from "./support/every-tool.mjs";

const JOBS = jobOperations();
/// Nothing is wrong with a call that names something that is not there (404), or that comes at the wrong
/// time for it (409, 412): every tool must do better at least once.
const STATES_OF_THINGS = [404, 409, 412];

let room;
/// {study, outcomes, best} for each way to call each tool
let uses;
before(async () => {
  room = await studyEveryTool();
  uses = await room.each((study) => Promise.all(waysToCall(study).map((wish) => use(study, wish))));
});
after(() => room?.dispose());

function waysToCall({ variants }) {
  const full = Array.from({ length: variants }, (_, variant) => ({ full: true, variant }));
  return [{ full: false }, ...full];
}

async function use(study, wish) {
  return { study, ...(await study.use(wish)) };
}

const shown = (value) => JSON.stringify(value)?.slice(0, 400);

/// What is wrong with a call that should be right.
function complaints({ name, world }, { args, isError, text, requests, problems }) {
  const found = requests.flatMap(({ method, path, query, body, violations }) => {
    const request = `${method} ${path} ${shown({ query, body })}`;
    const known = world.route(method, path)?.op !== undefined;
    const wrong = violations.map(({ path: at, message }) => `${request}: ${at} ${message}`);
    return known ? wrong : [`${request}: the API has no such operation`];
  });
  // A job may know what it needs from a call before.
  const silent = !requests.length && !(JOBS.has(name) && !isError);
  if (problems || silent) found.push(`nothing was sent: ${text}`);
  const status = requests.at(-1)?.status;
  if (!found.length && isError && !STATES_OF_THINGS.includes(status)) found.push(`${status} ${text}`);
  return found.map((one) => `${name} ${shown(args)}: ${one}`);
}

test("every tool's requests are as the API defines them", () => {
  const found = uses.flatMap(({ study, outcomes }) => outcomes.flatMap((outcome) => complaints(study, outcome)));
  assert.equal(listed(found), "");
  assert.ok(uses.length >= 3 * room.studies.length, "small, large, and large with other values");
});

test("every tool answers what its outputSchema says", () => {
  const answered = uses.filter(({ best }) => !best.isError);
  const found = answered.flatMap(({ study, best }) => {
    try {
      room.assertValid(study.name, best.answer);
      const texts = best.content.map(({ text }) => text);
      assert.ok(texts.includes(JSON.stringify(best.answer)), `${study.name}: the text is not the same answer`);
      return [];
    } catch (error) {
      return [error.message];
    }
  });
  assert.equal(listed(found), "");
  const silent = room.studies.filter((study) => !answered.some((one) => one.study === study));
  assert.equal(listed(silent.map(({ name }) => `${name} only made mittwald refuse`)), "");
});

test("a job sends nothing that the catalogue does not name for it", () => {
  const ofJobs = uses.filter(({ study }) => JOBS.has(study.name));
  const found = ofJobs.flatMap(({ study, outcomes }) =>
    outcomes.flatMap(({ requests }) =>
      requests
        .map(({ method, path }) => study.world.route(method, path)?.op.key)
        .filter((key) => !JOBS.get(study.name).has(key))
        .map((key) => `${study.name} sends ${key}`),
    ),
  );
  assert.equal(listed(found), "");
  assert.ok(ofJobs.some(({ outcomes }) => outcomes.some(({ requests }) => requests.length)), "some job was seen");
});

test("the requests can be checked elsewhere", { skip: !process.env.DUMP_REQUESTS }, () => {
  const requests = uses.flatMap(({ outcomes }) => outcomes.flatMap((outcome) => outcome.requests));
  const lines = requests.map(({ method, path, query, headers, body }) => {
    const { "x-access-token": _, ...rest } = headers;
    return JSON.stringify({ method, path, query, headers: rest, body });
  });
  writeFileSync(process.env.DUMP_REQUESTS, `${lines.join("\n")}\n`);
});

/// Ways in which the API's facts could stop being what the connector was built from. Each changes an
/// operation where a request makes use of it, and gives what undoes that; undefined where it cannot.
const CHANGES = {
  "a query parameter has another name": ({ params }, { query }) => {
    const param = params.find((one) => one.in === "query" && one.name in query);
    return param && swap(param, "name", `${param.name}Renamed`);
  },
  "a list of values has others": ({ params }, { query }, { deref }) => {
    const param = params.find((one) => one.in === "query" && one.name in query && deref(one.schema).enum);
    return param && swap(param, "schema", { type: "string", enum: ["somethingElse"] });
  },
  "one more key of a body is required": (op, { body }, { deref }) => {
    const schema = body && deref(op.body.schema);
    return schema && swap(schema, "required", [...(schema.required ?? []), "newlyRequired"]);
  },
  "a key of a body has another name": (op, { body }, { deref }) => {
    const schema = body && deref(op.body.schema);
    // The API requires some keys that it forgets to declare, and the stand-in lets those pass.
    const declared = Object.keys(schema?.properties ?? {});
    const key = declared.find((one) => one in body && !schema.required?.includes(one));
    if (!key) return undefined;
    const { [key]: renamed, ...others } = schema.properties;
    return swap(schema, "properties", { ...others, [`${key}Renamed`]: renamed });
  },
};
/// How many tools each change is tried with.
const TRIED = 10;

function swap(object, key, value) {
  const before = Object.getOwnPropertyDescriptor(object, key);
  object[key] = value;
  return () => (before ? Object.defineProperty(object, key, before) : delete object[key]);
}

for (const [change, make] of Object.entries(CHANGES)) {
  test(`a stand-in for which ${change} refuses the same calls`, async () => {
    const { facts } = room.connector.sandbox.state;
    let tried = 0;
    for (const { study, best } of uses) {
      if (best.isError || tried === TRIED) continue;
      const undo = make(study.op, best.requests[0], facts);
      if (!undo) continue;
      tried += 1;
      const outcome = { ...(await study.call(best.args)), args: best.args };
      undo();
      assert.ok(complaints(study, outcome).length, `${study.name} ${shown(best.args)}`);
    }
    assert.equal(tried, TRIED);
  });
}

test("the sandbox had no failures, and the connector nothing to complain about", () => {
  assert.deepEqual(room.connector.sandbox.failures, []);
  for (const { level, message } of room.connector.logs) assert.equal(level, "log", message);
});
