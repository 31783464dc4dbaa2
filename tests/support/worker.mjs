// The built Worker in a real workerd, on a real socket, with a sandbox (a local mittwald) of its own. All that it sends
// is watched (watch.mjs): clients connect to a tap, and the Worker listens behind it.

import { randomBytes, randomInt } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Miniflare, convertV4MiniflareOptions, fetch as passOn } from "miniflare";
import { startSandbox } from "../../sandbox/server.mjs";
import { watchTokens } from "./log-lines.mjs";
import { watchWorker } from "./watch.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/// Starts the connector as `make dev` configures it; `vars` and `secrets` override single values.
///
/// `vars` may be a function of `{ port, sandbox }`, for values that depend on the addresses.
/// `outbound` answers what the Worker sends to the world (`Request` -> `Response`); what it leaves
/// unanswered goes where it is addressed. `flags` replaces the compatibility flags of wrangler.toml.
/// `persist` keeps Durable Objects on disk, so that they outlive `restart()`. `build` is the folder of the
/// Worker to start: the product, or build-conformance.
export async function startConnector({ vars = {}, secrets = {}, persist = false, port, limit = 100_000, outbound, flags, build = "build" } = {}) {
  const folderOfBuild = join(ROOT, build);
  if (!existsSync(join(folderOfBuild, "index.js"))) throw new Error(`There is no Worker; run \`make ${build}/index.js\` first.`);
  const sandbox = await startSandbox({ port: 0 });
  const folder = persist ? mkdtempSync(join(tmpdir(), "mittwald-mcp-")) : undefined;
  const watch = await watchWorker(port);
  watchTokens(sandbox, (kind, secret) => watch.leaks.learn(kind, secret));
  const chosen = watch.port;
  const logs = [];
  const overrides = typeof vars === "function" ? vars({ port: chosen, sandbox: sandbox.origin }) : vars;
  const bindings = { ...variables(sandbox.origin), ...overrides, MASTER_KEY: masterKey(), ...secrets };
  let inner;
  const open = async () => {
    watch.leaks.learn("master key", bindings.MASTER_KEY);
    const started = await start({ build: folderOfBuild, bindings, folder, logs, limit, outbound, flags });
    inner = Number((await started.ready).port);
    watch.leadTo(inner);
    return started;
  };
  let worker = await open();

  return {
    origin: `http://127.0.0.1:${chosen}`,
    mcp: `http://127.0.0.1:${chosen}/mcp`,
    port: chosen,
    /// Where the Worker itself listens, behind the tap: a tap is between two lines, and the end of one is not yet
    /// the end of the other.
    get innerPort() {
      return inner;
    },
    bindings,
    sandbox,
    logs,
    /// The secrets seen so far, and the errors (leaks.mjs); `dispose()` looks for the ones in the others.
    leaks: watch.leaks,
    /// Sets switches and plans faults (sandbox/control.mjs).
    control: (wishes) => controlSandbox(sandbox, wishes),
    /// What the sandbox counted: token requests, refreshes, double spends.
    counters: () => ({ apiRequests: sandbox.requests.length, ...sandbox.state.oauth.counters }),
    /// Ends workerd and starts it again, on the same port, with the same storage (if it persists);
    /// `changes` are variables and secrets that differ from then on.
    async restart(changes = {}) {
      await worker.dispose();
      Object.assign(bindings, changes);
      worker = await open();
    },
    /// Ends both; fails where the Worker's log or one of its errors tells a secret, or a message is not MCP's.
    async dispose() {
      await worker.dispose();
      await Promise.all([watch.close(), sandbox.close()]);
      if (folder) rmSync(folder, { recursive: true, force: true });
      watch.assertGood(logs);
    },
  };
}

/// A key as `make dev` makes one: 32 random bytes in base64url.
export function masterKey() {
  return randomBytes(32).toString("base64url");
}

/// Ports that systems do not hand out by themselves (Linux begins at 32768): a test beside this one, which lets
/// the system choose, cannot get it before it is used.
const [FIRST_PORT, LAST_PORT] = [20_000, 32_000];

/// A port that nothing listens on at this moment.
export async function freePort() {
  const port = randomInt(FIRST_PORT, LAST_PORT);
  const isFree = await new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
  return isFree ? port : freePort();
}

function variables(sandbox) {
  return {
    PUBLIC_URL: "",
    MITTWALD_API_URL: sandbox,
    MITTWALD_OAUTH_AUTHORIZE_URL: `${sandbox}/api/v2/oauth2/authorize`,
    MITTWALD_OAUTH_TOKEN_URL: `${sandbox}/api/v2/oauth2/token`,
    MITTWALD_OAUTH_CLIENT_ID: "mittwald-mcp-server",
    MITTWALD_OAUTH_REDIRECT_URL: "",
    DATA_JURISDICTION: "",
    ALLOW_API_TOKENS: "true",
    API_TOKEN_PATTERN: "^sandbox-token",
    BLOCKED_CLIENTS: "",
  };
}

async function start({ build, bindings, folder, logs, limit, outbound, flags }) {
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      modulesRoot: build,
      modules: [
        { type: "ESModule", path: join(build, "index.js") },
        { type: "CompiledWasm", path: join(build, "index_bg.wasm") },
      ],
      ...compatibility(),
      ...(flags && { compatibilityFlags: flags }),
      ...(outbound && { outboundService: async (request) => (await outbound(request)) ?? passOn(request) }),
      durableObjects: {
        LOGIN: { className: "Login", useSQLite: true },
        ACCOUNT: { className: "Account", useSQLite: true },
      },
      kvNamespaces: ["CACHE"],
      ratelimits: { RATE: { namespace_id: "1001", simple: { limit, period: 60 } } },
      bindings,
      resourcePersistencePath: folder,
      handleStructuredLogs: ({ level, message }) => logs.push({ level, message }),
    }),
  );
  await worker.ready;
  return worker;
}

/// The date and flags of wrangler.toml, so that tests run what is deployed.
function compatibility() {
  const text = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
  const date = /^compatibility_date = "(.+)"$/m.exec(text)[1];
  const flags = /^compatibility_flags = (\[.*\])$/m.exec(text)[1];
  return { compatibilityDate: date, compatibilityFlags: JSON.parse(flags) };
}

async function controlSandbox(sandbox, wishes) {
  const response = await fetch(`${sandbox.origin}/__control`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(wishes),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`The sandbox refused ${JSON.stringify(wishes)}: ${answer.message}`);
  return answer;
}
