// Every tool that /mcp/x/all serves, called with one mistake at a time. All of it is derived from
// tools/list. Nothing may be sent, and the refusal is one sentence that names the argument.
//
//  1. each argument, and each key inside it: wrong type, out of its list, format or range
//  2. each required argument left out, or null
//  3. an argument that the tool does not have
//  4. arguments together that exclude each other, and half of what goes together; keys inside one likewise
//  5. what is refused is what the schema forbids

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { UNKNOWN, faultsOf, fits, isMixed, mixed } from "./support/argument-faults.mjs";
import { partsOf } from "./support/argument-maker.mjs";
import { listed, studyEveryTool } from "./support/every-tool.mjs";

let room;
before(async () => {
  room = await studyEveryTool();
});
after(() => room?.dispose());

const shown = (value) => JSON.stringify(value)?.slice(0, 200);

/// Calls wrongly; what is not as it should be about the refusal. The one sentence must fit `expected`.
async function refusal(study, args, expected) {
  const { problems, text, requests } = await study.call(args);
  const about = `${study.name} ${shown(args)}`;
  if (requests.length) return [`${about}: was sent`];
  if (!problems) return [`${about}: ${text}`];
  if (problems.length !== 1) return [`${about}: ${problems.length} sentences: ${text}`];
  return expected(problems[0]) ? [] : [`${about}: ${problems[0]}`];
}

const begins = (at, about) => (sentence) => sentence.startsWith(`${at} `) && about.test(sentence.slice(at.length + 1));

async function refusals(study, wishes) {
  return (await Promise.all(wishes.map(([args, expected]) => refusal(study, args, expected)))).flat();
}

test("a mistake in one argument is refused, and named", async () => {
  let tried = 0;
  const found = await room.each((study) => {
    const wishes = [...study.shapes].flatMap(([name, shape]) => {
      const rights = study.rightWith(name);
      assert.ok(rights.length, `${study.name} is never called with ${name}`);
      return rights.flatMap((right) => {
        const faults = faultsOf(shape, right[name], name, study.places.get(name)?.in === "path");
        return [...faults].map(({ value, at, about }) => [{ ...right, [name]: value }, begins(at, about)]);
      });
    });
    tried += wishes.length;
    return refusals(study, wishes);
  });
  assert.equal(listed(found), "");
  assert.ok(tried > 10 * room.studies.length, `${tried} mistakes`);
});

test("a required argument that is left out is missed", async () => {
  const found = await room.each((study) => {
    const wishes = [...study.required].flatMap((name) => {
      const right = study.arguments({ full: true });
      const { [name]: _, ...without } = right;
      const expected = begins(name, /^is missing; it must be ./);
      return [
        [without, expected],
        [{ ...right, [name]: null }, expected],
      ];
    });
    return refusals(study, wishes);
  });
  assert.equal(listed(found), "");
});

test("an argument that the tool does not have is refused", async () => {
  const expected = (sentence) => sentence.startsWith(`the argument "${UNKNOWN}" is unknown`);
  const found = await room.each((study) =>
    refusals(study, [[{ ...study.arguments({ full: true }), [UNKNOWN]: 1 }, expected]]),
  );
  assert.equal(listed(found), "");
});

/// Arguments of several ways together, and ways that lack something.
function wrongChoices(study, choice) {
  const ofWays = choice.ways.map((_, variant) => study.arguments({ full: true, variant }));
  const together = ofWays.flatMap((one) => ofWays.map((other) => ({ ...one, ...other })));
  const without = (args, name) => Object.fromEntries(Object.entries(args).filter(([key]) => key !== name));
  const halves = ofWays.flatMap((args, index) => choice.ways[index].needs.map((name) => without(args, name)));
  const names = new Set(choice.ways.flatMap((way) => [...partsOf(way, true).keys()]));
  const missing = (args) => [...study.required].some((name) => !(name in args));
  return [...together, ...halves].flatMap((args) => {
    const given = Object.keys(args).filter((name) => names.has(name));
    if (fits(choice, given, args) || missing(args)) return [];
    const expected = (sentence) =>
      sentence.startsWith("these arguments go together: ") && given.every((name) => sentence.includes(name));
    return [[args, expected]];
  });
}

/// The same for keys inside an argument.
function wrongForms(study, [name, shape]) {
  const rights = study.rightWith(name);
  return rights.flatMap((right) => {
    const values = rights.map((other) => mixed(right[name], other[name])).filter((value) => isMixed(shape, value));
    return values.map((value) => [{ ...right, [name]: value }, (sentence) => / must have ./.test(sentence)]);
  });
}

test("arguments that exclude each other, or lack each other, are refused", async () => {
  let tried = 0;
  const found = await room.each((study) => {
    const wishes = study.choices.flatMap((choice) => wrongChoices(study, choice));
    tried += wishes.length;
    return refusals(study, wishes);
  });
  assert.equal(listed(found), "");
  assert.ok(tried > 0, "some tool has such arguments");
});

test("so are keys inside an argument", async () => {
  let tried = 0;
  const found = await room.each((study) => {
    const wishes = [...study.shapes].flatMap((argument) => wrongForms(study, argument));
    tried += wishes.length;
    return refusals(study, wishes);
  });
  assert.equal(listed(found), "");
  assert.ok(tried > 0, "some tool has such keys");
});

const KINDS = { string: "text", array: "list", integer: "integer", number: "number", boolean: "boolean" };
/// As many values of a list are told in a sentence.
const MOST_TOLD = 25;

/// Where a schema and what the connector says differ.
function differences(schema, shape, at) {
  const found = [];
  const compare = (what, ours, told) => {
    if (isDeepStrictEqual(ours, told)) return;
    found.push(`${at}: ${what} ${shown(ours)}, told is ${shown(told)}`);
  };
  if (schema.type === "object") assert.ok(["object", "map", "anything"].includes(shape.kind), at);
  else compare("type", KINDS[schema.type], shape.kind);
  compare("values", schema.enum?.slice(0, MOST_TOLD), shape.told.values);
  if (shape.kind === "integer") compare("range", [schema.minimum, schema.maximum], [shape.told.min, shape.told.max]);
  if (shape.kind === "text" && !schema.enum && !shape.told.format)
    compare("length", [schema.minLength, schema.maxLength], [shape.told.min, shape.told.max]);
  if (shape.kind === "list") {
    compare("length", [schema.minItems, schema.maxItems], [shape.told.min, shape.told.max]);
    found.push(...differences(schema.items, shape.items, `${at}[]`));
  }
  for (const [key, member] of shape.members ?? []) {
    const inside = schema.properties?.[key];
    if (inside) found.push(...differences(inside, member, `${at}.${key}`));
    else found.push(`${at}.${key} is not in the schema`);
  }
  if (shape.members && !shape.ways) compare("required", schema.required ?? [], shape.told.required);
  return found;
}

test("the schema says what is refused", () => {
  const found = room.studies.flatMap(({ name, tool, shapes }) =>
    [...shapes].flatMap(([argument, shape]) =>
      differences(tool.inputSchema.properties[argument], shape, `${name}: ${argument}`),
    ),
  );
  assert.equal(listed(found), "");
});

test("the sandbox had no failures, and the connector nothing to complain about", () => {
  assert.deepEqual(room.connector.sandbox.failures, []);
  for (const { level, message } of room.connector.logs) assert.equal(level, "log", message);
});
