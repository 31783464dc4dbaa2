// Everything that can be wrong with one argument, one thing at a time.

import { partsOf } from "./argument-maker.mjs";
import { inList, inMap, inObject } from "./tool-interview.mjs";

/// A name that no tool and no object knows.
export const UNKNOWN = "thisIsUnknown";
/// Texts that cannot stand in a path: each would lead to another address.
const NO_SEGMENTS = ["", ".", "..", "a/b", "a\\b", "a?b", "a#b", "%2e%2e"];
const NO_FORMAT = {
  uuid: "0f8fad5b-d9cb-469f-a165",
  email: "nobody",
  uri: "example.com",
  date: "2026-02-30",
  "date-time": "2026-01-31",
};

/// Faults of an argument that has the valid `value`: `{value, at, about}`; `at` is the place as the refusal
/// must spell it, `about` what it must say besides.
export function* faultsOf(shape, value, at, inPath) {
  for (const wrong of wrongValues(shape, inPath)) yield { value: wrong, at, about: /^must be .+; it is .+/s };
  yield* faultsInside(shape, value, at);
}

/// Wrong types first, then what is outside the limits.
function* wrongValues(shape, inPath) {
  const { kind, min, max } = shape;
  if (kind === "text") {
    yield* [1, false, ["text"], {}];
    if (shape.values) yield* [UNKNOWN, ...shape.values.slice(0, 1).map((one) => `${one} `)];
    else if (shape.format) yield* [NO_FORMAT[shape.format], ""];
    else if (inPath) yield* [...NO_SEGMENTS, "x".repeat(301)];
    if (!shape.values && min > 0) yield "x".repeat(min - 1);
    if (!shape.values && max !== undefined) yield "x".repeat(max + 1);
  } else if (kind === "integer") {
    yield* ["1", true, 1.5, [1], {}];
    if (min !== undefined) yield min - 1;
    if (max !== undefined) yield max + 1;
  } else if (kind === "number") yield* ["1.5", true, [1.5], {}];
  else if (kind === "boolean") yield* ["true", 1, [true], {}];
  else if (kind === "list") {
    yield* ["text", 1, {}];
    if (min > 0) yield [];
    if (max !== undefined) yield Array(max + 1).fill(null);
  } else yield* ["text", 1, false, []];
}

/// The same further inside, with everything else as it is.
function* faultsInside(shape, value, at) {
  if (shape.kind === "list" && value.length) {
    const [first, ...others] = value;
    yield* around(below(shape.items, first, inList(at, 0)), (one) => [one, ...others]);
  }
  if (shape.kind === "map") {
    for (const [key, one] of Object.entries(value).slice(0, 1))
      yield* around(below(shape.values, one, inMap(at, key)), (wrong) => ({ ...value, [key]: wrong }));
  }
  if (shape.kind !== "object") return;
  yield { value: { ...value, [UNKNOWN]: 1 }, at, about: new RegExp(`^has no key "${UNKNOWN}"; it must be .+`, "s") };
  for (const [key, one] of Object.entries(value)) {
    const { [key]: _, ...others } = value;
    const place = inObject(at, key);
    if (shape.required.includes(key)) yield { value: others, at: place, about: /^is missing; it must be / };
    yield* around(below(shape.members.get(key), one, place), (wrong) => ({ ...value, [key]: wrong }));
  }
}

/// Inside something, null is wrong, too; at the top it stands for what is left out.
function* below(shape, value, at) {
  yield { value: null, at, about: /^must be .+; it is null/s };
  yield* faultsOf(shape, value, at, false);
}

function* around(faults, wrap) {
  for (const fault of faults) yield { ...fault, value: wrap(fault.value) };
}

/// Whether some way of a choice takes these names, whose values are in `args`.
export function fits({ ways, required }, given, args) {
  if (!given.length && !required) return true;
  return ways.some((way) => {
    const takes = partsOf(way, true);
    const values = way.when.every(([name, values]) => !(name in args) || values.includes(args[name]));
    return values && way.needs.every((name) => given.includes(name)) && given.every((name) => takes.has(name));
  });
}

/// Whether a value has keys together, somewhere inside, that exclude each other.
export function isMixed(shape, value) {
  if (shape.kind === "list") return value.some((one) => isMixed(shape.items, one));
  if (shape.kind === "map") return Object.values(value).some((one) => isMixed(shape.values, one));
  if (shape.kind !== "object") return false;
  if (shape.ways && !fits({ ways: shape.ways, required: true }, Object.keys(value), value)) return true;
  return Object.entries(value).some(([key, one]) => isMixed(shape.members.get(key), one));
}

/// Two values of a shape in one, with the keys of both.
export function mixed(one, other) {
  if (typeof one !== "object" || typeof other !== "object") return one;
  if (Array.isArray(one)) return one.map((item, index) => (index in other ? mixed(item, other[index]) : item));
  const both = Object.entries(one).map(([key, value]) => [key, key in other ? mixed(value, other[key]) : value]);
  return { ...other, ...Object.fromEntries(both) };
}
