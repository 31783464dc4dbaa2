// The official conformance suite against the built Worker (`make conformance`): the product, and the same with the
// suite's fixtures (src/mcp/fixtures.rs). What does not pass is listed with its reason in conformance/expected.json,
// and must not pass; what ran, failed and did not run is printed for each set.
//
//  1. fixtures: what 2026-07-28 requires, 37 of 37
//  2. fixtures: what 2025-11-25 requires, 26 of 30, the others need a session
//  3. fixtures: every scenario that applies to 2025-06-18, and the same ones read as 2025-03-26
//  4. product: what passes without fixtures, in both eras, among it the skills
//  5. whatever is listed as not passing is there

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { expectationsOf, judge, NOT_RUN, PASSED, requirements, runSuite, summary, verdict, WARNED } from "./support/conformance.mjs";
import { connect } from "./support/mcp-client.mjs";
import { startTokenProxy } from "./support/token-proxy.mjs";
import { startConnector } from "./support/worker.mjs";

const known = JSON.parse(readFileSync(new URL("conformance/expected.json", import.meta.url), "utf8"));
const met = new Set();

/// Scenarios that the suite has for 2025-06-18, run with the older revision's schema: its own list for 2025-03-26 has
/// one scenario, which needs a session. One for each method, because each costs the start of a process.
const ALSO_OLDER = [
  "server-initialize",
  "completion-complete",
  "tools-list",
  "tools-call-mixed-content",
  "tools-call-with-progress",
  "resources-list",
  "resources-templates-read",
  "prompts-list",
  "prompts-get-with-args",
];

const BUILDS = {
  "build-conformance": {
    "2026-07-28": { options: ["--requirements", "2026-07-28"], total: 50, scored: 37, of: 37 },
    "2025-11-25": { options: ["--requirements", "2025-11-25"], total: 33, scored: 26, of: 30 },
    "2025-06-18": { options: ["--suite", "all", "--spec-version", "2025-06-18"], total: 27 },
    "2025-03-26": {
      options: ["--spec-version", "2025-03-26", "--force"],
      scenarios: ["server-session-lifecycle", ...ALSO_OLDER],
      total: 1 + ALSO_OLDER.length,
    },
  },
  build: {
    "product, 2026-07-28": { options: ["--requirements", "2026-07-28"], total: 50 },
    "product, every scenario": { options: ["--suite", "all"], total: 65 },
  },
};

for (const [build, own] of Object.entries(BUILDS)) {
  describe(build, () => {
    let connector;
    let proxy;
    before(async () => {
      connector = await startConnector({ build });
      proxy = await startTokenProxy(connector.port);
      proxy.token = (await connect({ ...connector, origin: proxy.origin, mcp: proxy.mcp })).token;
    });
    after(async () => {
      await proxy?.close();
      await connector?.dispose();
    });

    for (const [name, { options, scenarios, total, scored, of }] of Object.entries(own))
      test(name, async (t) => {
        const results = await runSuite(proxy.mcp, options, scenarios);
        const expected = expectationsOf(known, name, results);
        for (const [scenario, { because }] of Object.entries(expected)) met.add(`${because} ${scenario}`);
        t.diagnostic(`${name}: ${summary(results)}`);
        for (const [group, list] of Object.entries(byGroup(expected))) t.diagnostic(`  ${list}: ${known.groups[group].because}`);
        assert.deepEqual(judge(results, { total, expected }), []);
        if (scored === undefined) return;
        const counted = requirements(name).map((scenario) => verdict(results[scenario]));
        const warned = counted.filter((is) => is === WARNED).length;
        const good = counted.filter((is) => is === PASSED).length + warned;
        t.diagnostic(`  scored: ${good} of ${counted.length}, ${warned} of them with a warning`);
        assert.equal(counted.length, of);
        assert.ok(good >= scored && !counted.includes(NOT_RUN), `${good} of ${of}`);
      });
  });
}

test("whatever is listed as not passing is there, in a set that takes it", () => {
  assert.deepEqual(Object.keys(known.sets).sort(), Object.values(BUILDS).flatMap(Object.keys).sort());
  for (const [group, { because, ...lists }] of Object.entries(known.groups)) {
    assert.ok(because.length > 20, group);
    for (const entry of Object.values(lists).flat()) assert.ok(met.has(`${group} ${entry.split(":")[0]}`), `${group}: ${entry}`);
  }
});

/// Scenarios with what they are, by the group that lists them.
function byGroup(expected) {
  const lists = {};
  for (const [scenario, { is, because }] of Object.entries(expected)) (lists[because] ??= []).push(`${scenario} ${is}`);
  return Object.fromEntries(Object.entries(lists).map(([group, list]) => [group, list.join(", ")]));
}
