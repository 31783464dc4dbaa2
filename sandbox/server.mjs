// The sandbox's HTTP server. Everything about a run lives in the object startSandbox returns;
// several can run in one process.
//
//   GET  /healthz                        {"ok":true}
//   GET  /v2/oauth2/authorize            also under /api; sign-in page
//   POST /sign-in                        the page's form
//   POST /v2/oauth2/token                also under /api
//   *    /v2/...                         the API
//   GET, POST /__control                 faults and switches, loopback only
//   GET  /__control/requests             the API requests received so far

import { createServer } from 'node:http';
import { answerApi, json } from './api.mjs';
import { Events } from './consistency.mjs';
import { control, status as controlStatus } from './control.mjs';
import { Delays } from './delays.mjs';
import { loadFacts } from './facts.mjs';
import { FAMILIES } from './families/index.mjs';
import { Faults, faultyAnswer, stallMs } from './faults.mjs';
import { Meanwhile } from './meanwhile.mjs';
import { buildModel } from './model.mjs';
import { OAuth } from './oauth.mjs';
import { homePage, languageOf } from './pages.mjs';
import { withoutSecrets } from './passwords.mjs';
import { tooLarge } from './problems.mjs';
import { RateLimit } from './ratelimit.mjs';
import { buildRouter } from './router.mjs';
import { fillStore } from './seed/index.mjs';
import * as signIn from './sign-in.mjs';
import { Store } from './store.mjs';

const MAX_BODY = 25 * 1024 * 1024;
/** The log serves tests; a sandbox that runs for days must not grow. */
const MAX_LOG = 10_000;
/** Longer than any client waits; timers take no more. */
const FOR_EVER_MS = 2 ** 31 - 1;
const OAUTH_PATH = /^(?:\/api)?\/v2\/oauth2\/(authorize|token)$/;
const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;

/**
 * @param {{port?: number, clock?: () => number, publicOrigin?: string}} options port 0 picks a
 *   free one; clock gives milliseconds; publicOrigin is what links in answers start with
 */
export async function startSandbox({ port = 0, clock = Date.now, publicOrigin } = {}) {
  const world = createWorld(clock);
  const listeners = await listen(world, port);
  const bound = listeners[0].address().port;
  const origin = `http://127.0.0.1:${bound}`;
  world.origin = () => publicOrigin ?? origin;
  return {
    origin,
    port: bound,
    state: world,
    requests: world.requests,
    failures: world.failures,
    reset: () => world.reset(),
    close: () => Promise.all(listeners.map(stop)),
  };
}

function createWorld(now) {
  const facts = loadFacts();
  const world = {
    now,
    facts,
    model: buildModel(facts, FAMILIES),
    route: buildRouter(facts.operations),
    /**
     * API requests as received, oldest first: {method, path, query, headers, body, status, violations,
     * userId, etag}; status is null while there is no answer
     */
    requests: [],
    /** Errors of the sandbox itself; tests expect none. */
    failures: [],
    reset() {
      world.store = new Store(now);
      world.oauth = new OAuth(now);
      world.events = new Events(now);
      world.rateLimit = new RateLimit(now);
      world.faults = new Faults();
      world.meanwhile = new Meanwhile();
      world.delays = new Delays(now, () => world.store);
      /** Whether what a body refers to has to exist and to fit. */
      world.strict = false;
      /** API tokens created through the API */
      world.tokens = new Map();
      world.requests.length = 0;
      fillStore(world.store, world.model, now());
    },
  };
  world.reset();
  return world;
}

async function listen(world, port) {
  const open = (host, number) =>
    new Promise((resolve, reject) => {
      const server = createServer((req, res) => serve(world, req, res));
      server.on(
        'clientError',
        (_error, socket) => socket.writable && socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n'),
      );
      server.once('error', reject);
      server.listen(number, host, () => resolve(server));
    });
  const first = await open('127.0.0.1', port);
  // `localhost` is ::1 for some clients; a machine without IPv6 does without.
  const second = await open('::1', first.address().port).catch(() => null);
  return second ? [first, second] : [first];
}

function stop(server) {
  return new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
}

async function serve(world, req, res) {
  const gone = new AbortController();
  res.on('close', () => gone.abort());
  res.on('error', () => gone.abort());
  try {
    const request = await receive(req);
    await handle(world, request, res, sleeper(gone.signal));
  } catch (error) {
    if (error.status) return send(res, json(error.status, error.body, { connection: 'close' }));
    if (!gone.signal.aborted) world.failures.push(error);
    send(res, json(500, { type: 'InternalServerError', message: `the sandbox failed: ${error.message}` }));
  }
}

/** Waiting ends when the client or the server goes; its timer goes with it. */
function sleeper(signal) {
  return (ms) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const timer = setTimeout(resolve, ms);
      signal.addEventListener(
        'abort',
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
    });
}

async function receive(req) {
  const chunks = [];
  let size = 0;
  for await (const chunk of req) {
    size += chunk.length;
    if (size > MAX_BODY) throw tooLarge(MAX_BODY);
    chunks.push(chunk);
  }
  const target = req.url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, '');
  const mark = target.indexOf('?');
  return {
    method: req.method,
    path: (mark < 0 ? target : target.slice(0, mark)) || '/',
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    headers: req.headers,
    body: Buffer.concat(chunks),
    from: req.socket.remoteAddress ?? '',
  };
}

async function handle(world, request, res, sleep) {
  const isOAuth = OAUTH_PATH.test(request.path);
  const isApi = !isOAuth && request.path.startsWith('/v2/');
  const entry = isApi ? log(world, request) : {};
  const fault = isOAuth || isApi ? world.faults.take(request.method, request.path) : undefined;
  if (fault?.kind === 'stall') await sleep(stallMs(fault));
  const others = isApi ? world.meanwhile.around(world, request) : undefined;
  await others?.before();
  const answer = await answerUnder(world, request, fault, isApi, sleep, entry);
  await others?.after();
  if (fault?.kind === 'hang') return sleep(FOR_EVER_MS);
  entry.status = answer.status;
  entry.violations = answer.violations ?? [];
  if (fault?.kind === 'breakOff') return breakOff(res, answer, fault.afterBytes ?? 20);
  send(res, answer);
}

/** The real answer, or the fault's: before anything is done, or in the place of what was. */
async function answerUnder(world, request, fault, isApi, sleep, entry) {
  const faulty = fault && faultyAnswer(fault);
  const replaces = faulty || fault?.kind === 'hang';
  if (replaces && !fault.works) return faulty;
  const answer = isApi ? await answerApi(world, request, sleep) : other(world, request);
  entry.userId = answer.userId;
  if (replaces) return faulty;
  entry.etag = answer.headers.etag;
  return answer;
}

function other(world, request) {
  const { method, path, headers } = request;
  const oauth = OAUTH_PATH.exec(path)?.[1];
  if (oauth === 'authorize' && method === 'GET') return signIn.authorize(world.oauth, request);
  if (oauth === 'token' && method === 'POST') return signIn.token(world.oauth, request);
  if (path === '/sign-in' && method === 'POST') return signIn.signIn(world.oauth, request);
  if (path === '/healthz' && method === 'GET') return json(200, { ok: true });
  if (path === '/' && method === 'GET') return homePage(languageOf(headers));
  if (path === '/__control' || path === '/__control/requests') return controlRoute(world, request);
  return json(404, { type: 'NotFound', message: `${method} ${path} is not defined in the sandbox` });
}

/** JSON only: a web page cannot send that to another origin without asking first. */
function controlRoute(world, { method, path, headers, body, from }) {
  if (!LOOPBACK.test(from)) return json(403, { type: 'PermissionDenied', message: 'loopback only' });
  if (method === 'GET')
    return json(200, path.endsWith('/requests') ? withoutSecrets(world.requests) : controlStatus(world));
  if (method !== 'POST') return json(405, { type: 'MethodNotAllowed', message: 'GET or POST' }, { allow: 'GET, POST' });
  if (!/^application\/json\b/i.test(headers['content-type'] ?? ''))
    return json(415, { type: 'UnsupportedMediaType', message: 'application/json' });
  try {
    return json(200, control(world, body));
  } catch (error) {
    return json(400, { type: 'BadRequest', message: error.message });
  }
}

function log(world, { method, path, query, headers, body }) {
  const entry = {
    method,
    path,
    query: Object.fromEntries([...new Set(query.keys())].map((name) => [name, only(query.getAll(name))])),
    headers,
    body: readable(body),
    status: null,
    violations: [],
  };
  world.requests.push(entry);
  if (world.requests.length > MAX_LOG) world.requests.shift();
  return entry;
}

const only = (values) => (values.length === 1 ? values[0] : values);

function readable(body) {
  if (!body.length) return undefined;
  const text = body.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function send(res, { status, headers, body }) {
  if (res.headersSent || res.destroyed) return;
  res.writeHead(status, lengthOf(status, headers, body));
  res.end(body);
}

function lengthOf(status, headers, body) {
  return status === 204 || status === 304 ? headers : { ...headers, 'content-length': Buffer.byteLength(body) };
}

/** Announces the whole answer, sends its beginning, cuts the line. */
function breakOff(res, { status, headers, body }, afterBytes) {
  res.writeHead(status, lengthOf(status, headers, body));
  res.flushHeaders();
  res.write(Buffer.from(body).subarray(0, afterBytes), () => res.destroy());
}
