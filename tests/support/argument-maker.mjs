// Makes valid arguments for a tool, from what an interview told about them.

import { inList, inMap, inObject } from "./tool-interview.mjs";

/// Arguments with these names. `wishes`:
/// - `full`: everything inside them too, else only what is required
/// - `variant`: another number makes other values
/// - `text(shape, place, variant)`: makes a text; `place` is spelled with first elements and any keys
/// - `key(place, variant)`: the key of a map's entry
/// - `anything(place)`: an object where any goes
/// - `fixed`: arguments whose values are settled
export function makeArguments(shapes, names, wishes) {
  const made = {};
  for (const [name, shape] of shapes) {
    if (!names.has(name)) continue;
    made[name] = name in (wishes.fixed ?? {}) ? wishes.fixed[name] : makeValue(shape, name, wishes);
  }
  return made;
}

/// A value of this shape.
export function makeValue(shape, at, wishes) {
  const { variant } = wishes;
  switch (shape.kind) {
    case "text":
      return shape.values ? shape.values[variant % shape.values.length] : wishes.text(shape, at, variant);
    case "integer":
      return integer(shape, variant);
    case "number":
      return 1.5 + variant;
    case "boolean":
      return variant % 2 === 0;
    case "list":
      return list(shape, at, wishes);
    case "map":
      return wishes.full ? { [wishes.key(at, variant)]: makeValue(shape.values, inMap(at, "anyKey"), wishes) } : {};
    case "object":
      return object(shape, at, wishes);
    default:
      return wishes.anything(at);
  }
}

/// The limits themselves, where there are any: a limit that is wrong shows there.
function integer({ min, max }, variant) {
  const low = min ?? Math.min(1, max ?? 1);
  if (variant % 2 === 0) return low;
  return max ?? low + variant;
}

/// Elements differ from each other: some lists want that.
function list({ items, min = 0 }, at, wishes) {
  const count = wishes.full ? Math.max(1, min) : min;
  const element = (_, index) => makeValue(items, inList(at, 0), { ...wishes, variant: wishes.variant + index });
  return Array.from({ length: count }, element);
}

function object(shape, at, wishes) {
  const keys = keysOf(shape, wishes);
  const made = {};
  for (const [key, member] of shape.members)
    if (keys.has(key)) made[key] = keys.get(key) ?? makeValue(member, inObject(at, key), wishes);
  return made;
}

/// The keys of an object -> the value, where the combination settles it.
function keysOf({ members, required, ways }, { full, variant }) {
  const keys = new Map(required.map((key) => [key, undefined]));
  if (!ways) {
    if (full) for (const key of members.keys()) keys.set(key, undefined);
    return keys;
  }
  for (const [key, value] of partsOf(ways[variant % ways.length], full)) keys.set(key, value);
  return keys;
}

/// What a combination is made of: name -> the value that it settles, if it does.
export function partsOf({ needs, may, when }, full) {
  const names = [...needs, ...(full ? may : [])];
  return new Map([...names.map((name) => [name, undefined]), ...when.map(([name, [value]]) => [name, value])]);
}
