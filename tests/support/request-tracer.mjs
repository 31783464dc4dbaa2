// Where in mittwald's request each argument ends up: found by sending texts that occur nowhere else. The
// API's facts about that place then say what a good text is (a pattern, a host name, an id).

/// Gives each text a value of its own that its shape takes.
export class Marks {
  #count = 0;
  /// mark -> place in the arguments
  places = new Map();

  textFor(shape, at) {
    this.#count += 1;
    const mark = this.#mark(shape);
    this.places.set(mark, at);
    return mark;
  }

  #mark({ format, min = 0, max = Infinity }) {
    const number = this.#count;
    if (format === "uuid") return `00000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
    if (format === "email") return `m${number}@kontor-nord.example`;
    if (format === "uri") return `https://m${number}.kontor-nord.example/`;
    if (format === "date") return new Date(number * 86_400_000).toISOString().slice(0, 10);
    if (format === "date-time") return new Date(number * 86_400_000).toISOString();
    const text = `m${number.toString(36)}`;
    return text.padStart(min, "m").slice(0, max);
  }
}

/// Where the marks are in a request: place in the arguments -> `{in, name, keys, schemas}`; `schemas` are
/// what the API's facts say about it, several where it has several forms.
export function trace(world, request, marks) {
  const found = new Map();
  const { op, params } = world.route(request.method, request.path) ?? {};
  if (!op) return found;
  const note = (value, place) => {
    const at = marks.get(value);
    // A text may be sent twice; the path comes first, and is the stricter place.
    if (at !== undefined && !found.has(at)) found.set(at, { op, ...place });
  };
  const declared = (where, name) => op.params.find((param) => param.in === where && param.name === name)?.schema;
  for (const [name, value] of Object.entries(params))
    note(value, { in: "path", name, schemas: [declared("path", name) ?? {}] });
  for (const [name, value] of Object.entries(request.query)) {
    const schema = world.facts.deref(declared("query", name) ?? {});
    for (const one of [value].flat()) note(one, { in: "query", name, schemas: [schema.items ?? schema] });
  }
  walk(request.body, [], (value, keys) => {
    const name = keys.findLast((key) => typeof key === "string");
    note(value, { in: "body", name, keys, schemas: schemasAt(world.facts, op.body?.schema, keys) });
  });
  return found;
}

function walk(value, keys, visit) {
  if (typeof value !== "object" || value === null) return visit(value, keys);
  const entries = Array.isArray(value) ? value.map((item, index) => [index, item]) : Object.entries(value);
  for (const [key, inner] of entries) walk(inner, [...keys, key], visit);
}

function schemasAt(facts, schema, keys) {
  return keys.reduce((schemas, key) => schemas.flatMap((one) => below(facts, one, key)), [schema ?? {}]);
}

/// What a schema says about one of its keys or elements, in each of its parts and forms.
function below(facts, schema, key) {
  const { properties, additionalProperties, items, ...rest } = facts.deref(schema);
  const parts = [rest.allOf, rest.oneOf, rest.anyOf].flatMap((list) => list ?? []);
  const inParts = parts.flatMap((part) => below(facts, part, key));
  if (typeof key === "number") return [items, ...inParts].filter(Boolean);
  const other = typeof additionalProperties === "object" ? additionalProperties : undefined;
  return [properties?.[key] ?? other, ...inParts].filter(Boolean);
}
