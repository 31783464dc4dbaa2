// Which names a request of an operation has, by catalog/operations.json; in the form of api-client.mjs.

import { together } from "./api-client.mjs";

/// `id`, and `path`, `query` and `body` as names. `body` is undefined without one, and null where it has no
/// named fields.
export function factsOf({ operations, schemas }, key) {
  const { id, params, body } = operations[key];
  const place = (place) => {
    const own = params.filter((param) => param.in === place);
    const required = own.filter((param) => param.required);
    return fields(own.map(({ name }) => name), required.map(({ name }) => name));
  };
  return { id, path: place("path"), query: place("query"), body: body && namesOf(body.schema, schemas) };
}

const fields = (known, required = []) => ({
  known: new Set(known),
  current: new Set(known),
  required: new Set(required),
});

/// Null for a schema without names.
function namesOf(schema, schemas) {
  if (schema.$ref) return namesOf(schemas[schema.$ref.replace("#/schemas/", "")], schemas);
  if (schema.items) return null;
  const own = fields(Object.keys(schema.properties ?? {}), schema.required);
  const ways = schema.oneOf ?? schema.anyOf;
  const parts = [own, ...(schema.allOf ?? []).map((part) => namesOf(part, schemas))];
  if (ways) parts.push(together(ways.map((way) => namesOf(way, schemas))));
  return fields(
    parts.flatMap(({ known }) => [...known]),
    parts.flatMap(({ required }) => [...required]),
  );
}
