// How `make dev` ends, and what it does where it cannot begin.
//
//  1. ended by SIGTERM to its own process alone, as a service manager does it, it leaves nobody behind
//  2. neither does Ctrl-C, or a terminal that closes: those reach the whole foreground group
//  3. where a port is taken it says which, and how to choose another one, and starts nothing

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort } from "./support/worker.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

const answers = (port) =>
  fetch(`http://localhost:${port}/healthz`).then(
    (response) => response.ok,
    () => false,
  );

async function until(condition, seconds) {
  const deadline = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) return false;
    await new Promise((later) => setTimeout(later, 100));
  }
  return true;
}

/// Starts `make dev` in a process group of its own. `ended` gives its exit code and signal; `sweep` ends
/// whatever a failed test would leave.
function makeDev(port, sandboxPort) {
  const env = { ...process.env, PORT: String(port), SANDBOX_PORT: String(sandboxPort) };
  const make = spawn("make", ["dev"], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const dev = { pid: make.pid, printed: "" };
  for (const stream of [make.stdout, make.stderr]) stream.on("data", (piece) => (dev.printed += piece));
  dev.ended = new Promise((resolve) => make.once("exit", (code, signal) => resolve({ code, signal })));
  dev.sweep = () => {
    try {
      process.kill(-make.pid, "SIGTERM");
    } catch {
      // Nobody is left in the group.
    }
  };
  return dev;
}

for (const [what, signal, toGroup] of [
  ["SIGTERM to make alone", "SIGTERM", false],
  ["Ctrl-C", "SIGINT", true],
  ["a terminal that closes", "SIGHUP", true],
]) {
  test(`${what} ends everything`, { timeout: 240_000 }, async () => {
    const ports = [await freePort(), await freePort()];
    const dev = makeDev(...ports);
    try {
      assert.ok(await until(() => answers(ports[0]), 180), dev.printed);
      assert.ok(await answers(ports[1]));
      process.kill(toGroup ? -dev.pid : dev.pid, signal);
      let timer;
      const tooLate = new Promise((resolve) => {
        timer = setTimeout(resolve, 15_000);
      });
      assert.ok(await Promise.race([dev.ended, tooLate]), "make does not end");
      clearTimeout(timer);
      for (const port of ports) assert.ok(await until(async () => !(await answers(port)), 15), `${port} still answers`);
    } finally {
      dev.sweep();
    }
  });
}

test("a port that is taken is named, and nothing is started", { timeout: 120_000 }, async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => taken.once("listening", resolve));
  const { port } = taken.address();
  const other = await freePort();
  try {
    for (const [ports, name] of [
      [[port, other], "PORT"],
      [[other, port], "SANDBOX_PORT"],
    ]) {
      const dev = makeDev(...ports);
      const { code } = await dev.ended;
      assert.notEqual(code, 0);
      assert.match(dev.printed, new RegExp(`${port} is taken.*make dev ${name}=`));
      assert.equal(await answers(other), false);
    }
  } finally {
    taken.close();
  }
});
