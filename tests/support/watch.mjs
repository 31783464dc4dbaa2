// What is held against everything that the Worker of one connector sends: no error and no log line tells a secret
// (leaks.mjs, log-lines.mjs), and every MCP message fits the schemas of its revision (wire-check.mjs).

import assert from "node:assert/strict";
import { Leaks } from "./leaks.mjs";
import { assertDiscreet } from "./log-lines.mjs";
import { startTap } from "./tap.mjs";
import { WireCheck } from "./wire-check.mjs";

/// Listens on `port`, or on a free one (`port` of the result); `leadTo(port)` says where the Worker is. `close()` ends it, `assertGood(logs)` looks at what
/// went through, and at the Worker's log.
export async function watchWorker(wanted = 0) {
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
  const { port, leadTo, close } = await startTap({ port: wanted, exchanged, lost: (reason) => unread.push(reason) });
  return {
    leaks,
    wire,
    port,
    leadTo,
    close,
    assertGood(logs) {
      const found = { unreadable: unread, "secrets in errors": leaks.report(), "not as MCP's schema says": wire.report() };
      const nothing = Object.fromEntries(Object.keys(found).map((what) => [what, []]));
      assert.deepEqual(found, nothing, "something that the Worker sent is not as it should be");
      assertDiscreet(logs, (text) => leaks.find(text));
    },
  };
}
