// The API's error bodies. `{type, message}` for everything but 400, which lists violations.
// Type names that the API documents are used as they are (ValidationError, RateLimitError);
// the others are the sandbox's own choice, since the API declares a plain string.

export class Problem extends Error {
  constructor(status, type, message, extra = {}) {
    super(message);
    this.status = status;
    this.body = { type, message, ...extra };
    this.headers = {};
  }
}

export const unauthorized = (why) => new Problem(401, 'Unauthorized', why);
export const forbidden = (why) => new Problem(403, 'PermissionDenied', why);
export const notFound = (what) => new Problem(404, 'NotFound', `${what} was not found`);
export const conflict = (why) => new Problem(409, 'Conflict', why);
export const preconditionFailed = (why) => new Problem(412, 'PreconditionFailed', why);
export const tooLarge = (limit) => new Problem(413, 'PayloadTooLarge', `the body is larger than ${limit} bytes`);
export const refused = (why) => new Problem(400, 'BadRequest', why);

export function methodNotAllowed(method, path, allowed) {
  const problem = new Problem(
    405,
    'MethodNotAllowed',
    `${method} is not defined for ${path}; defined: ${allowed.join(', ')}`,
  );
  problem.headers.Allow = allowed.join(', ');
  return problem;
}

export function invalid(violations) {
  const problem = new Problem(
    400,
    'ValidationError',
    violations.map((v) => `${v.path || 'body'}: ${v.message}`).join('; '),
    { validationErrors: violations },
  );
  problem.violations = violations;
  return problem;
}

export function rateLimited() {
  return new Problem(429, 'RateLimitError', 'too many requests');
}
