// Asks the connector what each argument of a tool must be, down to the last key inside it. The schema
// shows most of it; formats and the values of maps are only told when something else is given.

import assert from "node:assert/strict";
import { wantedAt } from "./refusal-sentences.mjs";

/// The key that stands for every key of a map.
const ANY_KEY = "anyKey";

/// How the connector's sentences spell a place inside an argument.
export const inList = (at, index) => `${at}[${index}]`;
export const inObject = (at, key) => `${at}.${key}`;
export const inMap = (at, key) => `${at}["${key}"]`;

/// The shape of each argument of a tool, by name: kind and limits, and the shapes inside.
export async function interview(call, { name: tool, inputSchema }) {
  const shapes = new Map();
  const learning = Object.entries(inputSchema.properties ?? {}).map(async ([name, schema]) => {
    const place = {
      at: name,
      wrong: schema.type === "string" ? 1 : "wrong",
      around: (value) => ({ [name]: value }),
    };
    shapes.set(name, await learn(call, tool, place, schema));
  });
  await Promise.all(learning);
  // In the order of the schema, not of the answers.
  return new Map(Object.keys(inputSchema.properties ?? {}).map((name) => [name, shapes.get(name)]));
}

/// `place`: how the place is spelled, a value that nothing takes there, and the arguments around a value.
async function learn(call, tool, place, schema) {
  const { problems, requests } = await call(tool, place.around(place.wrong));
  const told = wantedAt(problems ?? [], place.at);
  assert.ok(told, `${tool} does not say what ${place.at} must be: ${problems}; sent: ${requests.length}`);
  const shape = { ...told, ...limitsOf(schema), told };
  const inside = (at, wrap, below) =>
    learn(call, tool, { at, wrong: null, around: (value) => place.around(wrap(value)) }, below);
  if (shape.kind === "list") {
    const some = (value) => Array(Math.max(1, shape.min ?? 0)).fill(value);
    shape.items = await inside(inList(place.at, 0), some, schema?.items);
  } else if (shape.kind === "map") {
    shape.values = await inside(inMap(place.at, ANY_KEY), (value) => ({ [ANY_KEY]: value }));
  } else if (shape.kind === "object") {
    const members = shape.keys.map(async (key) => [
      key,
      await inside(inObject(place.at, key), (value) => ({ [key]: value }), schema?.properties?.[key]),
    ]);
    shape.members = new Map(await Promise.all(members));
    shape.required = schema?.required ?? shape.required;
  }
  return shape;
}

/// What a schema says that the sentence may leave out.
function limitsOf(schema) {
  const min = schema?.minLength ?? schema?.minimum ?? schema?.minItems;
  const max = schema?.maxLength ?? schema?.maximum ?? schema?.maxItems;
  return {
    ...(schema?.enum && { values: schema.enum }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
  };
}
