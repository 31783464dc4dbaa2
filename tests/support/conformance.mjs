// Runs the official conformance suite (npm @modelcontextprotocol/conformance) against a server and judges what it
// found, more strictly than the suite itself does: a scenario that looked at nothing has not run, and what is
// expected to fail must fail.

import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const SUITE = fileURLToPath(import.meta.resolve("@modelcontextprotocol/conformance/dist/index.js"));

/// The suite adds this check to every scenario that saw a message: it says that messages are well formed, not that
/// the scenario looked at anything.
const WIRE_CHECK = "wire-schema-valid";

/// What became of a scenario.
export const PASSED = "passed";
export const WARNED = "warned";
export const FAILED = "failed";
export const NOT_RUN = "not run";

/// Runs the suite with these options, or these scenarios one by one; gives its checks by scenario.
export async function runSuite(url, options, scenarios) {
  const folder = mkdtempSync(join(tmpdir(), "conformance-"));
  try {
    const runs = scenarios ? scenarios.map((scenario) => ["--scenario", scenario, ...options]) : [options];
    const printed = await inTwos(runs, (run) => spawned([SUITE, "server", "--url", url, "--output-dir", folder, ...run]));
    const checks = readChecks(folder);
    if (Object.keys(checks).length === 0) throw new Error(`The suite ran nothing with ${options.join(" ")}: ${printed}`);
    return checks;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/// The scenarios that a revision requires, and by which a server is scored.
export function requirements(revision) {
  const text = readFileSync(join(dirname(SUITE), `../requirements/${revision}.yaml`), "utf8");
  const [, list] = /^server:\n((?: {2}- .+\n)+)/m.exec(text);
  return list.match(/(?<=^ {2}- ).+/gm);
}

/// Does the same with each, two at a time; gives what came out, in no order.
async function inTwos(items, work) {
  const left = [...items];
  const done = [];
  const worker = async () => {
    while (left.length > 0) done.push(await work(left.shift()));
  };
  await Promise.all([worker(), worker()]);
  return done;
}

function spawned(args) {
  return new Promise((resolve, reject) => {
    const suite = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let printed = "";
    for (const stream of [suite.stdout, suite.stderr]) stream.on("data", (piece) => (printed += piece));
    suite.on("error", reject);
    // Its exit code is not asked: it fails for what is expected, and passes for what did not run.
    suite.on("exit", () => resolve(printed));
  });
}

/// server-<scenario>-<time>/checks.json
function readChecks(folder) {
  const named = /^server-(.+)-\d{4}-\d{2}-\d{2}T[\d-]+Z$/;
  const entries = readdirSync(folder).map((name) => [
    named.exec(name)[1],
    JSON.parse(readFileSync(join(folder, name, "checks.json"), "utf8")),
  ]);
  return Object.fromEntries(entries.sort());
}

/// What became of one scenario.
export function verdict(checks) {
  const has = (status) => checks.some((check) => check.status === status && (status !== "SUCCESS" || check.id !== WIRE_CHECK));
  if (has("FAILURE")) return FAILED;
  if (has("WARNING")) return WARNED;
  return has("SUCCESS") ? PASSED : NOT_RUN;
}

/// What a set of scenarios is expected to be, of conformance/expected.json: by scenario `{ is, because, checks }`.
/// Groups are shared between sets, so that only what the set has is taken from them.
export function expectationsOf({ sets, groups }, name, results) {
  const expected = {};
  for (const group of sets[name] ?? [])
    for (const is of [WARNED, FAILED, NOT_RUN])
      for (const entry of groups[group][is] ?? []) {
        const [scenario, check] = entry.split(":");
        if (!(scenario in results)) continue;
        expected[scenario] ??= { is, because: group };
        if (check) (expected[scenario].checks ??= []).push(check);
      }
  return expected;
}

/// Everything that is not as expected, one sentence each.
///
/// `expected` has, by scenario, what does not pass: `{ is, because, checks }`, where `checks` (optional) names
/// exactly the checks that fail or warn. Whatever it leaves out must pass. `total` is how many scenarios there are.
export function judge(results, { total, expected = {} }) {
  const faults = [];
  const found = Object.keys(results).length;
  if (found !== total) faults.push(`${found} scenarios instead of ${total}`);
  for (const scenario of Object.keys(expected))
    if (!(scenario in results)) faults.push(`${scenario}: expected to be ${expected[scenario].is}, but there is no such scenario`);
  for (const [scenario, checks] of Object.entries(results)) {
    const is = verdict(checks);
    const wish = expected[scenario] ?? { is: PASSED };
    if (is === PASSED && wish.is !== PASSED) faults.push(`${scenario}: passes, so the expectation that it is ${wish.is} is stale`);
    else if (is !== wish.is) faults.push(`${scenario}: ${is} instead of ${wish.is}${complaints(checks)}`);
    else if (wish.checks) faults.push(...otherChecks(scenario, checks, wish.checks));
  }
  return faults;
}

const wrong = ({ status }) => status === "FAILURE" || status === "WARNING";

function otherChecks(scenario, checks, expected) {
  const ids = new Set(checks.filter(wrong).map(({ id }) => id));
  const more = checks.filter((check) => wrong(check) && !expected.includes(check.id));
  const stale = expected.filter((id) => !ids.has(id));
  return [
    ...more.map((check) => `${scenario}: the check ${check.id} fails unexpectedly${complaints([check])}`),
    ...stale.map((id) => `${scenario}: the check ${id} passes, so its expectation is stale`),
  ];
}

function complaints(checks) {
  return checks
    .filter(wrong)
    .map(({ id, errorMessage }) => `\n    ${id}: ${errorMessage ?? "no message"}`)
    .join("");
}

/// How many scenarios and checks came to what.
export function count(results) {
  const scenarios = { [PASSED]: 0, [WARNED]: 0, [FAILED]: 0, [NOT_RUN]: 0 };
  const checks = { SUCCESS: 0, WARNING: 0, FAILURE: 0, SKIPPED: 0 };
  for (const list of Object.values(results)) {
    scenarios[verdict(list)] += 1;
    for (const { status } of list) if (status in checks) checks[status] += 1;
  }
  return { scenarios, checks };
}

/// The same as a line to print.
export function summary(results) {
  const { scenarios, checks } = count(results);
  return (
    `${Object.keys(results).length} scenarios: ${scenarios[PASSED]} passed, ${scenarios[WARNED]} warned, ${scenarios[FAILED]} failed, ` +
    `${scenarios[NOT_RUN]} not run; checks: ${checks.SUCCESS} passed, ${checks.WARNING} warned, ${checks.FAILURE} failed, ${checks.SKIPPED} skipped`
  );
}
