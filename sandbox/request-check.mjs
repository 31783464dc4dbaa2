// Judges one request against its operation: path, query, headers, content type, body.
// Stricter than the API where the API is silent (unknown query parameters are refused),
// because whatever the connector sends must be something the API declares.

import { validate, violation } from './validate.mjs';

const JSON_TYPE = 'application/json';

/**
 * @param request {{params, query: URLSearchParams, headers, body: Buffer}}
 * @returns {{violations, query: object, body: any}} query and body parsed and typed
 */
export function checkRequest(facts, op, request) {
  const violations = [];
  const query = checkQuery(facts, op, request.query, violations);
  for (const param of op.params) {
    if (param.in === 'path') violations.push(...checkText(facts, param, [request.params[param.name]]).violations);
    if (param.in === 'header') checkHeader(facts, param, request.headers, violations);
  }
  const body = checkBody(facts, op, request, violations);
  return { violations, query, body };
}

function checkQuery(facts, op, query, violations) {
  const declared = new Map(op.params.filter((p) => p.in === 'query').map((p) => [p.name, p]));
  const values = {};
  for (const name of new Set(query.keys())) {
    const param = declared.get(name);
    if (!param) {
      violations.push(
        violation(`.${name}`, 'additionalProperties', `query parameter "${name}" is not known here`, {
          in: 'query',
          known: [...declared.keys()].join(', '),
        }),
      );
      continue;
    }
    const checked = checkText(facts, param, query.getAll(name));
    violations.push(...checked.violations);
    values[name] = checked.value;
  }
  for (const param of declared.values()) {
    if (param.required && !query.has(param.name)) violations.push(missing(param));
  }
  return values;
}

/** Content negotiation headers have media ranges for values, so an enum cannot judge them. */
function checkHeader(facts, param, headers, violations) {
  const name = param.name.toLowerCase();
  const value = headers[name];
  if (value === undefined) {
    if (param.required) violations.push(missing(param));
  } else if (name !== 'accept') {
    violations.push(...checkText(facts, param, [value]).violations);
  }
}

function missing(param) {
  return violation(`.${param.name}`, 'required', `${param.in} parameter "${param.name}" is missing`, { in: param.in });
}

/** Text from a URL or a header, turned into the declared type and judged. */
function checkText(facts, param, texts) {
  const schema = facts.deref(param.schema);
  const value =
    schema.type === 'array' ? texts.map((t) => typed(facts, schema.items, t)) : typed(facts, schema, texts[0]);
  const path = `.${param.name}`;
  const violations = validate(facts, schema, value, { path });
  if (schema.type !== 'array' && texts.length > 1) {
    violations.push(
      violation(path, 'type', `parameter "${param.name}" was given ${texts.length} times`, { expected: schema.type }),
    );
  }
  for (const found of violations) found.context.in = param.in;
  return { value, violations };
}

function typed(facts, schema, text) {
  const { type } = facts.deref(schema);
  if ((type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function checkBody(facts, op, { method, headers, body }, violations) {
  const contentType = (headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
  if (!op.body) {
    if (body.length) violations.push(violation('', 'body', `${op.key} takes no body`));
    return undefined;
  }
  if (!body.length) {
    // One GET of the API declares a required body that no fetch can send.
    if (op.body.required && method !== 'GET')
      violations.push(violation('', 'required', 'a body is required', { in: 'body' }));
    return undefined;
  }
  if (contentType !== op.body.type) {
    violations.push(
      violation('', 'contentType', `expected content type ${op.body.type}, got ${contentType || 'none'}`, {
        expected: op.body.type,
      }),
    );
    return undefined;
  }
  if (op.body.type === JSON_TYPE) return checkJson(facts, op, body, violations);
  if (op.body.type === 'multipart/form-data')
    return checkMultipart(facts, op, headers['content-type'], body, violations);
  return body;
}

function checkJson(facts, op, body, violations) {
  let value;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    violations.push(violation('', 'json', 'the body is not JSON'));
    return undefined;
  }
  violations.push(...validate(facts, op.body.schema, value));
  return value;
}

/** Only the names of the parts are judged; their content is bytes. */
function checkMultipart(facts, op, contentType, body, violations) {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  const parts = boundary ? body.toString('latin1').split(`--${boundary}`) : [];
  const names = parts.map((part) => /content-disposition:[^\r\n]*[ ;]name="([^"]*)"/i.exec(part)?.[1]).filter(Boolean);
  const fields = Object.fromEntries(names.map((name) => [name, '']));
  violations.push(...validate(facts, op.body.schema, fields));
  return fields;
}
