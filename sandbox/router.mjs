// (method, path) -> operation and path parameters, from the templates in operations.json.
// It does no prefix matching and knows no trailing-slash rule: the API has one path that
// ends in a slash and means it.

const PARAM = /^\{(.+)\}$/;

export function buildRouter(operations) {
  const root = node();
  for (const op of operations) {
    let at = root;
    for (const segment of op.path.slice(1).split('/')) at = step(at, segment);
    at.methods.set(op.method, op);
  }
  return (method, path) => match(root, method, path);
}

function node() {
  return { literals: new Map(), param: null, methods: new Map() };
}

function step(at, segment) {
  const isParam = PARAM.test(segment);
  if (isParam) return (at.param ??= node());
  if (!at.literals.has(segment)) at.literals.set(segment, node());
  return at.literals.get(segment);
}

/**
 * @returns {{op, params} | {allowed: string[]} | null} null: no such path; allowed: path exists, method does not
 */
function match(root, method, path) {
  const raw = path.slice(1).split('/');
  const segments = raw.map(decode);
  if (segments.includes(null)) return null;
  const ends = [];
  collect(root, segments, 0, ends);
  for (const end of ends) {
    const op = end.methods.get(method);
    if (op) return { op, params: paramsOf(op.path, segments) };
  }
  const allowed = [...new Set(ends.flatMap((end) => [...end.methods.keys()]))];
  return allowed.length ? { allowed } : null;
}

/** Literal segments win over parameters, so `/domains/latest-screenshot` is not a domain id. */
function collect(at, segments, index, ends) {
  if (index === segments.length) {
    if (at.methods.size) ends.push(at);
    return;
  }
  const literal = at.literals.get(segments[index]);
  if (literal) collect(literal, segments, index + 1, ends);
  if (at.param && segments[index] !== '') collect(at.param, segments, index + 1, ends);
}

function paramsOf(template, segments) {
  const params = {};
  template
    .slice(1)
    .split('/')
    .forEach((part, i) => {
      const name = PARAM.exec(part)?.[1];
      if (name) params[name] = segments[i];
    });
  return params;
}

function decode(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
