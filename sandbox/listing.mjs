// Lists: filter by the query, sort, cut a page, say so in the X-Pagination-* headers.

const SEARCHES = new Set([
  'searchTerm',
  'search',
  'fullTextSearch',
  'fulltextSearch',
  'hostnameSubstring',
  'domainSearchName',
]);
const PAGING = new Set(['limit', 'skip', 'page', 'sort', 'order', 'sortOrder']);

/**
 * @param values already narrowed to what the path and the user allow
 * @param query typed query parameters (request-check.mjs)
 * @returns {{items: object[], headers: object}}
 */
export function listPage(facts, op, collection, values, query) {
  const wanted = { ...defaults(facts, op), ...query };
  const kept = values.filter((value) =>
    Object.entries(query).every(([name, want]) => matches(collection, value, name, want)),
  );
  const sorted = sort(collection, kept, wanted);
  return cut(op, sorted, wanted);
}

function defaults(facts, op) {
  const known = op.params.filter((p) => p.in === 'query').map((p) => [p.name, facts.deref(p.schema).default]);
  return Object.fromEntries(known.filter(([, value]) => value !== undefined));
}

function matches(collection, value, name, want) {
  if (PAGING.has(name)) return true;
  if (collection.filters[name]) return collection.filters[name](value, want);
  if (SEARCHES.has(name)) return found(collection, value, String(want));
  if (name === 'hasExpiry') return (value.expiresAt !== undefined) === want;
  // A parameter named like a property means equality; one the value lacks does not filter.
  const property = name in value ? value[name] : undefined;
  if (property === undefined) return !/Id$|^status$|^role$/.test(name);
  return Array.isArray(want) ? want.includes(property) : property === want;
}

function found(collection, value, term) {
  const fields = collection.search.length ? collection.search.map((path) => at(value, path)) : Object.values(value);
  return fields.some((field) => typeof field === 'string' && field.toLowerCase().includes(term.toLowerCase()));
}

function sort(collection, values, { sort: fields, order, sortOrder }) {
  if (sortOrder && collection.orders[sortOrder]) return values.toSorted(collection.orders[sortOrder]);
  if (!fields) return values;
  const orders = [order ?? 'asc'].flat();
  const keys = [fields].flat();
  return values.toSorted((a, b) => {
    for (const [i, key] of keys.entries()) {
      const compared = (collection.orders[key] ?? by(key))(a, b);
      if (compared) return (orders[i] ?? orders.at(-1)) === 'desc' ? -compared : compared;
    }
    return 0;
  });
}

/** Compares by a property path; numbers as numbers, text as a German reader sorts it. */
export function by(path) {
  return (a, b) => compare(at(a, path), at(b, path));
}

function compare(a, b) {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'de');
}

export function at(value, path) {
  return path.split('.').reduce((part, key) => part?.[key], value);
}

/** `skip` beats `page`; pages count from 1. Operations without `limit` are never cut. */
function cut(op, values, { limit, skip, page }) {
  if (!op.params.some((p) => p.name === 'limit')) return { items: values, headers: {} };
  const size = limit ?? values.length;
  const from = Math.max(0, skip || (page > 1 ? (page - 1) * size : 0));
  return {
    items: values.slice(from, from + size),
    headers: {
      'X-Pagination-Limit': size,
      'X-Pagination-Skip': from,
      'X-Pagination-Page': size ? Math.floor(from / size) + 1 : 1,
      'X-Pagination-TotalCount': values.length,
    },
  };
}
