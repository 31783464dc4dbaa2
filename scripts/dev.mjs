// Runs the connector: the sandbox (a local mittwald) and `wrangler dev`, until either ends or is ended.
//
// UPSTREAM=mittwald leaves the sandbox out and uses the addresses in wrangler.toml.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, appendFileSync, readFileSync } from "node:fs";
import { createServer } from "node:net";

const port = numbered("PORT", 8787);
const sandboxPort = numbered("SANDBOX_PORT", 8790);
const live = process.env.UPSTREAM === "mittwald";
const connector = `http://localhost:${port}`;
const sandbox = `http://localhost:${sandboxPort}`;
const children = [];
let ending = false;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => end(0));

await mustBeFree(port, "PORT");
if (!live) await mustBeFree(sandboxPort, "SANDBOX_PORT");
ensureMasterKey();

if (!live) {
  start("sandbox", ["sandbox/main.mjs", "--port", String(sandboxPort)]);
  await ready(`${sandbox}/healthz`, "the sandbox");
}
start("wrangler", ["node_modules/wrangler/bin/wrangler.js", "dev", "--port", String(port), ...variables()]);
await ready(`${connector}/healthz`, "the connector");
console.log(live ? liveBanner() : sandboxBanner());

function variables() {
  const overrides = {
    PUBLIC_URL: "",
    MITTWALD_OAUTH_REDIRECT_URL: "",
    DATA_JURISDICTION: "",
    ALLOW_API_TOKENS: "true",
    ...(live ? {} : {
      MITTWALD_API_URL: sandbox,
      MITTWALD_OAUTH_AUTHORIZE_URL: `${sandbox}/api/v2/oauth2/authorize`,
      MITTWALD_OAUTH_TOKEN_URL: `${sandbox}/api/v2/oauth2/token`,
      API_TOKEN_PATTERN: "^sandbox-token",
    }),
  };
  return Object.entries(overrides).flatMap(([name, value]) => ["--var", `${name}:${value}`]);
}

function sandboxBanner() {
  return `
  mittwald MCP is running.

  Connector   ${connector}/mcp          (read only: ${connector}/mcp/readonly)
  Sign-in     demo@example.com / sandbox   at the local mittwald, ${sandbox}
  Try it      make demo                    in another terminal: a real client signs in and asks
  For scripts Authorization: Bearer sandbox-token   (or sandbox-token-readonly)
  Real one    make dev UPSTREAM=mittwald   uses the real mittwald API; the README says what it needs

  Ctrl-C ends both.
`;
}

function liveBanner() {
  return `
  mittwald MCP is running against the real mittwald.

  Connector   ${connector}/mcp
  Sign-in     needs a client at mittwald that is registered for ${connector}/mittwald/callback
              (set MITTWALD_OAUTH_CLIENT_ID in wrangler.toml)
  For scripts X-Mittwald-Api-Token: <your API token from mStudio>

  Ctrl-C ends it.
`;
}

/// `make dev` has a key of its own, kept between runs so that sign-ins survive a restart.
function ensureMasterKey() {
  const file = ".dev.vars";
  if (existsSync(file) && /^MASTER_KEY=/m.test(readFileSync(file, "utf8"))) return;
  appendFileSync(file, `MASTER_KEY=${randomBytes(32).toString("base64url")}\n`, { mode: 0o600 });
}

function start(name, args) {
  // A process group of its own, so that ending it ends what it started (wrangler starts workerd).
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "inherit", "inherit"],
    detached: true,
    env: { ...process.env, CI: "true", CLOUDFLARE_CF_FETCH_ENABLED: "false" },
  });
  children.push(child);
  child.on("exit", (code) => {
    if (ending) return;
    console.error(`\n${name} ended (${code ?? "by a signal"}), so everything ends.`);
    end(1);
  });
}

function end(code) {
  if (ending) return;
  ending = true;
  const running = children.filter((child) => child.exitCode === null && child.signalCode === null);
  for (const child of running) signal(child, "SIGTERM");
  const hard = setTimeout(() => running.forEach((child) => signal(child, "SIGKILL")), 5000);
  Promise.all(running.map((child) => new Promise((gone) => child.once("exit", gone)))).then(() => {
    clearTimeout(hard);
    running.forEach((child) => signal(child, "SIGKILL"));
    process.exit(code);
  });
}

function signal(child, name) {
  try {
    process.kill(-child.pid, name);
  } catch {
    // The group is gone already.
  }
}

async function ready(url, what) {
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline && !ending) {
    const ok = await fetch(url).then((response) => response.ok, () => false);
    if (ok) return;
    await new Promise((later) => setTimeout(later, 200));
  }
  if (ending) return new Promise(() => {});
  console.error(`${what} did not become ready at ${url}. What it printed above says why.`);
  end(1);
}

async function mustBeFree(number, name) {
  const free = await new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(number, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
  if (free) return;
  console.error(`Port ${number} is taken. Choose another one: make dev ${name}=${number + 1000}`);
  process.exit(1);
}

function numbered(name, fallback) {
  const value = Number(process.env[name] || fallback);
  if (Number.isInteger(value) && value > 0 && value < 65536) return value;
  console.error(`${name} must be a port number.`);
  process.exit(1);
}
