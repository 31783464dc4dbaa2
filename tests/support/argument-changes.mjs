// A valid value, changed in one place at a time.

import { inList, inMap, inObject } from "./tool-interview.mjs";

/// Other values of an argument: `{value, at}` for the argument itself or each place inside it. `mark()` gives
/// a text of a shape that stands nowhere else.
export function* changesOf(shape, value, at, mark) {
  const other = otherValue(shape, value, at, mark);
  if (other !== undefined) yield { value: other, at };
  if (shape.kind === "list" && value.length) {
    const [first, ...others] = value;
    yield* around(changesOf(shape.items, first, inList(at, 0), mark), (one) => [one, ...others]);
  }
  if (shape.kind === "map") {
    for (const [key, one] of Object.entries(value))
      yield* around(changesOf(shape.values, one, inMap(at, key), mark), (other) => ({ ...value, [key]: other }));
  }
  for (const [key, member] of shape.members ?? []) {
    if (key in value)
      yield* around(changesOf(member, value[key], inObject(at, key), mark), (other) => ({ ...value, [key]: other }));
  }
}

/// Another value of the whole, where it is not made of parts.
function otherValue(shape, value, at, mark) {
  const { kind, min = -Infinity, max = Infinity } = shape;
  if (kind === "text") return shape.values ? shape.values.find((one) => one !== value) : mark(shape, at);
  if (kind === "integer") return value < max ? value + 1 : value > min ? value - 1 : undefined;
  if (kind === "number") return value + 1;
  if (kind === "boolean") return !value;
  if (kind === "anything") return { ...value, changed: true };
  return undefined;
}

function* around(changes, wrap) {
  for (const change of changes) yield { ...change, value: wrap(change.value) };
}
