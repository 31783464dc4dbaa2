// The API under /v2: route, identify, count, authorize, check, wait, answer, shape.

import { authorize, identify, isOpen, sightOf } from './access.mjs';
import { answer } from './answer.mjs';
import { Job } from './job.mjs';
import { Problem, invalid, methodNotAllowed, notFound, rateLimited } from './problems.mjs';
import { checkRequest } from './request-check.mjs';
import { shape } from './shape.mjs';

/** A picture of one pixel; some clients show what they fetch. */
const JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
  'base64',
);
const FILE = Buffer.from('This file comes from the sandbox.\n');

/**
 * @param request {{method, path, query: URLSearchParams, headers, body: Buffer, identity?}} identity
 *   where somebody acts without a token (meanwhile.mjs)
 * @param sleep (ms) => promise; ends early when the client has gone
 * @returns {{status, headers, body: Buffer | string, violations?, userId?}}
 */
export async function answerApi(world, request, sleep) {
  const headers = {};
  try {
    return await respond(world, request, headers, sleep);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ...json(error.status, error.body, { ...headers, ...error.headers }), violations: error.violations };
  }
}

async function respond(world, request, headers, sleep) {
  const match = world.route(request.method, request.path);
  if (!match) throw notFound(`path ${request.path}`);
  if (match.allowed) throw methodNotAllowed(request.method, request.path, match.allowed);
  const { op } = match;
  const identity = request.identity ?? identityFor(world, op, request.headers);
  const counted = world.rateLimit.count(identity?.token ?? 'public');
  Object.assign(headers, counted.headers);
  if (counted.exceeded) throw rateLimited();
  authorize(op, identity);
  const checked = checkRequest(world.facts, op, { ...request, params: match.params });
  if (checked.violations.length) throw invalid(checked.violations);
  const reads = op.method === 'GET';
  const awaited = request.headers['if-event-reached'];
  if (awaited) await world.events.reached(awaited, sleep);
  world.delays.advance();
  const job = new Job(world, {
    op,
    params: match.params,
    query: checked.query,
    body: checked.body ?? (op.body ? {} : undefined),
    identity,
    accept: request.headers.accept ?? '',
    sees: sightOf(world.model, world.store, identity?.userId),
    at: reads ? world.now() : Infinity,
  });
  const result = reads ? read(world, job, awaited !== undefined) : change(world, job, headers);
  return { ...write(job, result, { ...headers, ...result.headers }), userId: identity?.userId };
}

/** What a read came too early for, and what it showed, moves on what other reads will see. */
function read(world, job, named) {
  const { missed } = world.store;
  missed.clear();
  let result;
  try {
    result = answer(job);
    return result;
  } finally {
    world.events.noteRead(missed, { named });
    world.delays.noteRead(result?.value, missed);
  }
}

/** All that one mutation writes becomes visible with its event. */
function change(world, job, headers) {
  const event = world.events.begin();
  const { store } = world;
  store.moment = event;
  try {
    const result = answer(job);
    headers.etag = world.events.announce(event);
    return result;
  } finally {
    store.moment = undefined;
  }
}

/** A bad token does not matter where none is needed. */
function identityFor(world, op, headers) {
  try {
    return identify(headers, world.oauth, world.tokens);
  } catch (error) {
    if (!isOpen(op)) throw error;
    return null;
  }
}

function write(job, { value }, headers) {
  const { op } = job;
  const { type, schema } = op.answer;
  if (!type || op.status === 204) return { status: op.status, headers, body: '' };
  if (type.startsWith('application/json'))
    return json(op.status, shape(job.facts, schema ?? {}, value, job.path), headers);
  return {
    status: op.status,
    headers: { ...headers, 'content-type': typeFor(job, type) },
    body: bytesFor(job, type, value),
  };
}

function typeFor(job, type) {
  return wantsBase64(job) && type === 'application/octet-stream' ? 'text/plain;base64' : type;
}

function bytesFor(job, type, value) {
  if (typeof value === 'string') return value;
  if (type.startsWith('image/')) return JPEG;
  return wantsBase64(job) ? FILE.toString('base64') : FILE;
}

function wantsBase64(job) {
  return job.query.accept === 'text/plain;base64' || job.accept.includes('text/plain;base64');
}

export function json(status, value, headers = {}) {
  return {
    status,
    headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(value),
  };
}
