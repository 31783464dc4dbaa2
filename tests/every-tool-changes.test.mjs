// Every argument of every tool that /mcp/x/all serves matters: with another value of it, and everything else
// the same, mittwald is asked something else. All of it is derived from tools/list.
//
//  1. each argument, and each key inside it, reaches the request, or changes what is answered
//  2. the same call makes the same request, but for passwords that the connector makes up, each time anew

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { changesOf } from "./support/argument-changes.mjs";
import { listed, studyEveryTool } from "./support/every-tool.mjs";
import { Marks } from "./support/request-tracer.mjs";
import { formsOf } from "./support/tool-study.mjs";

let room;
/// For each tool, the calls with everything that it takes, and where two that are the same differ.
let tools;
before(async () => {
  room = await studyEveryTool();
  tools = await room.each(async (study) => {
    const wishes = Array.from({ length: study.variants }, (_, variant) => ({ full: true, variant }));
    return { study, calls: await Promise.all(wishes.map((wish) => repeated(study, wish))) };
  });
});
after(() => room?.dispose());

/// A call, with the places at which its request differs when it is made once more.
async function repeated(study, wish) {
  const { best } = await study.use(wish);
  // Nothing is made up where there is no body.
  const bodies = best.requests.some(({ body }) => body !== undefined);
  const again = bodies ? await study.call(best.args) : best;
  return { ...best, made: differences(asked(best), asked(again)) };
}

/// What mittwald was asked.
function asked({ requests }) {
  return requests.map(({ method, path, query, body }) => ({ method, path, query, body }));
}

/// Places at which two values differ.
function differences(one, other, at = []) {
  const inside = (value) => typeof value === "object" && value !== null;
  if (!inside(one) || !inside(other)) return one === other ? [] : [at];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) => differences(one[key], other[key], [...at, key]));
}

/// Whether two calls differ, apart from what differs between two calls that are the same.
function differ(one, other) {
  const known = new Set([...one.made, ...(other.made ?? [])].map(String));
  return differences(asked(one), asked(other)).some((at) => !known.has(String(at)));
}

/// A job that remembers what it read may tell more from call to call, until it has read everything.
const MOST_CALLS = 8;

/// Where the requests are the same: whether the answers differ, though the same call answers the same.
async function answersDiffer(study, right, other) {
  const told = async (args) => {
    const { answer, text } = await study.call(args);
    return answer ?? text;
  };
  for (let calls = 0; calls < MOST_CALLS; calls += 1) {
    const [one, changed, again] = [await told(right), await told(other), await told(right)];
    if (!differences(one, again).length) return differences(one, changed).length > 0;
  }
  return false;
}

/// What is wrong with one change of one argument; nothing where it made a difference.
async function withoutEffect({ study, calls }, right, name, { value, at }) {
  const other = { ...right.args, [name]: value };
  const changed = await study.call(other);
  if (!changed.problems) {
    if (differ(right, changed) || (await answersDiffer(study, right.args, other))) return [];
    return [`${study.name}: ${at}: ${JSON.stringify(right.args)} and ${JSON.stringify(value)} come to the same`];
  }
  // It chooses among combinations: another value of it needs other arguments, too.
  const [choosing] = calls.filter(({ args }) => name in args && differences(args[name], right.args[name]).length);
  if (study.inChoice(name) && choosing && differ(right, choosing)) return [];
  return [`${study.name}: ${at}: ${changed.text}`];
}

/// Calls, and one change each of an argument in them: `[right, name, change]`. Of one that has a single
/// value, the change is that it is left out.
function changes({ study, calls }, name) {
  const shape = study.shapes.get(name);
  const rights = calls.filter(({ args }) => name in args).slice(0, formsOf(shape));
  assert.ok(rights.length, `${study.name} is never called with ${name}`);
  const marks = new Marks();
  const mark = (leaf, at) => marks.textFor(leaf, at);
  const found = rights.flatMap((right) =>
    [...changesOf(shape, right.args[name], name, mark)].map((change) => [right, name, change]),
  );
  if (found.length || study.required.has(name)) return found;
  return [[rights[0], name, { value: undefined, at: name }]];
}

test("every argument makes a difference", async () => {
  let tried = 0;
  const useless = [];
  const found = await Promise.all(
    tools.map(async (tool) => {
      const { name: ofTool, shapes } = tool.study;
      const wishes = [...shapes.keys()].flatMap((name) => {
        const some = changes(tool, name);
        if (!some.length) useless.push(`${ofTool}: ${name} is required and takes one value only`);
        return some;
      });
      tried += wishes.length;
      return Promise.all(wishes.map((wish) => withoutEffect(tool, ...wish)));
    }),
  );
  assert.equal(listed([...useless, ...found.flat(2)]), "");
  assert.ok(tried > room.studies.length, `${tried} changes`);
});

test("nothing but made-up passwords differs when a call is repeated", () => {
  const made = tools.flatMap(({ study, calls }) =>
    calls.flatMap((call) => call.made.map((at) => ({ name: at.at(-1), about: `${study.name}: ${at.join(".")}` }))),
  );
  const other = made.filter(({ name }) => !/password/i.test(name));
  assert.equal(listed(other.map(({ about }) => about)), "");
  assert.ok(made.length, "some tool makes up a password");
});
