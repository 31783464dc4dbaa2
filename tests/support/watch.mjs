// What is held against everything that the Worker of one connector sends: no error and no log line tells a secret
// (leaks.mjs, log-lines.mjs), and every MCP message fits the schemas of its revision (wire-check.mjs).

import assert from "node:assert/strict";
import { Leaks } from "./leaks.mjs";
import { assertDiscreet } from "./log-lines.mjs";
import { startTap } from "./tap.mjs";
import { WireCheck } from "./wire-check.mjs";

/// Listens on `port`; `leadTo(port)` says where the Worker is. `close()` ends it, `assertGood(logs, given)` looks at
/// what went through; `given` are secrets that no client saw.
export async function watchWorker(port) {
  const leaks = new Leaks();
  const wire = new WireCheck();
  const unread = [];
  const exchanged = (exchange) => {
    try {
      leaks.exchanged(exchange);
      wire.exchanged(exchange);
    } catch (error) {
      // The line must go on; the test fails at its end.
      unread.push(error.stack);
    }
  };
  const { leadTo, close } = await startTap({ port, exchanged, lost: (reason) => unread.push(reason) });
  return {
    leaks,
    wire,
    leadTo,
    close,
    assertGood(logs, given) {
      for (const [kind, secrets] of Object.entries(given)) for (const secret of secrets) leaks.learn(kind, secret);
      assert.deepEqual(unread, [], "the tap could not read what the Worker sent");
      assertDiscreet(logs, (text) => leaks.find(text));
      assert.deepEqual(leaks.report(), [], "an error answer tells a secret");
      assert.deepEqual(wire.report(), [], "a message does not fit MCP's schema");
    },
  };
}
