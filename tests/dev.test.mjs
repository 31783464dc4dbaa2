// What a newcomer types: `make dev` without a terminal, `make demo` against it, and an end to both.
//
//  1. `make dev` becomes ready, and says what to do next
//  2. `make demo` walks the sign-in and answers five questions
//  3. ending `make dev` leaves nothing behind

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { promisify } from "node:util";
import { freePort } from "./support/worker.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const answers = (url) => fetch(url).then((response) => response.ok, () => false);

test("make dev, make demo, and an end to both", { timeout: 240_000 }, async () => {
  const [port, sandboxPort] = [await freePort(), await freePort()];
  const env = { ...process.env, PORT: String(port), SANDBOX_PORT: String(sandboxPort) };
  const dev = spawn("make", ["dev"], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const ended = once(dev, "exit");
  let printed = "";
  for (const stream of [dev.stdout, dev.stderr]) stream.on("data", (piece) => (printed += piece));
  try {
    const deadline = Date.now() + 180_000;
    while (!printed.includes("Ctrl-C ends both")) {
      assert.ok(Date.now() < deadline && dev.exitCode === null, printed);
      await new Promise((later) => setTimeout(later, 100));
    }
    assert.ok(await answers(`http://localhost:${port}/healthz`));
    for (const said of [`http://localhost:${port}/mcp`, "demo@example.com / sandbox", "make demo", "UPSTREAM=mittwald"])
      assert.ok(printed.includes(said), said);

    const { stdout } = await promisify(execFile)("make", ["demo"], { cwd: ROOT, env });
    assert.match(stdout, /\d\d tools/);
    for (const said of ["Kontor Nord Website", "WordPress", "3306", "0 3 * * *", "CONV-"])
      assert.ok(stdout.includes(said), `${said}\n${stdout}`);
  } finally {
    // The signal that Ctrl-C and a service manager send, to the whole group; where it ended by itself, what it printed
    // is told instead.
    if (dev.exitCode === null) process.kill(-dev.pid, "SIGTERM");
    await ended;
  }
  for (const gone of [port, sandboxPort]) {
    let open = true;
    for (let tries = 0; open && tries < 50; tries += 1) {
      open = await answers(`http://localhost:${gone}/healthz`);
      if (open) await new Promise((later) => setTimeout(later, 100));
    }
    assert.equal(open, false, `nothing listens on ${gone}`);
  }
});
