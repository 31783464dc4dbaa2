// How the findings of the conformance suite are judged (support/conformance.mjs): more strictly than the suite does.
//
//  1. a scenario's verdict: the worst of its checks; one that looked at nothing has not run
//  2. what is expected to pass must, and be there; fewer scenarios than expected are a fault
//  3. an expectation that came true by passing is stale, for scenarios and for single checks
//  4. counts

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { count, expectationsOf, FAILED, judge, NOT_RUN, PASSED, requirements, summary, verdict, WARNED } from "./support/conformance.mjs";

const check = (status, id = "a", errorMessage) => ({ id, status, errorMessage });
const GOOD = [check("SUCCESS")];
const BAD = [check("SUCCESS"), check("FAILURE", "b", "it broke")];

describe("a verdict", () => {
  test("is that of the worst check", () => {
    assert.equal(verdict(GOOD), PASSED);
    assert.equal(verdict([check("SUCCESS"), check("SKIPPED"), check("INFO")]), PASSED);
    assert.equal(verdict([check("SUCCESS"), check("WARNING")]), WARNED);
    assert.equal(verdict([check("WARNING"), ...BAD]), FAILED);
  });

  test("is 'not run' where nothing was looked at", () => {
    for (const checks of [[], [check("INFO")], [check("SKIPPED")], [check("SUCCESS", "wire-schema-valid")]])
      assert.equal(verdict(checks), NOT_RUN, JSON.stringify(checks));
  });

  test("is 'failed' where a message was malformed", () => {
    assert.equal(verdict([check("SUCCESS"), check("FAILURE", "wire-schema-valid")]), FAILED);
  });
});

describe("a set", () => {
  test("is fine where everything passes", () => {
    assert.deepEqual(judge({ x: GOOD, y: GOOD }, { total: 2 }), []);
  });

  test("names what fails, with the suite's own words", () => {
    const [fault, ...more] = judge({ x: BAD }, { total: 1 });
    assert.deepEqual(more, []);
    assert.match(fault, /^x: failed instead of passed\n.*b: it broke/s);
  });

  test("may not warn or be passed over unnoticed", () => {
    assert.match(judge({ x: [check("WARNING")] }, { total: 1 })[0], /x: warned instead of passed/);
    assert.match(judge({ x: [] }, { total: 1 })[0], /x: not run instead of passed/);
  });

  test("may not be smaller or larger than expected", () => {
    assert.deepEqual(judge({ x: GOOD }, { total: 2 }), ["1 scenarios instead of 2"]);
    assert.deepEqual(judge({ x: GOOD, y: GOOD }, { total: 1 }), ["2 scenarios instead of 1"]);
  });
});

describe("an expectation", () => {
  const failing = { x: { is: FAILED, because: "r" } };

  test("is met by what it says", () => {
    assert.deepEqual(judge({ x: BAD }, { total: 1, expected: failing }), []);
    assert.deepEqual(judge({ x: [] }, { total: 1, expected: { x: { is: NOT_RUN } } }), []);
  });

  test("is stale where the scenario passes, wrong where it is something else, void where it is gone", () => {
    assert.match(judge({ x: GOOD }, { total: 1, expected: failing })[0], /x: passes.*stale/);
    assert.match(judge({ x: [check("WARNING")] }, { total: 1, expected: failing })[0], /x: warned instead of failed/);
    assert.match(judge({ y: GOOD }, { total: 1, expected: failing })[0], /there is no such scenario/);
  });

  test("may name the checks: no others may fail, and none of them may pass", () => {
    const expected = { x: { is: FAILED, checks: ["b"] } };
    assert.deepEqual(judge({ x: BAD }, { total: 1, expected }), []);
    assert.match(judge({ x: [...BAD, check("FAILURE", "c")] }, { total: 1, expected })[0], /check c fails unexpectedly/);
    const both = { x: { is: FAILED, checks: ["a", "b"] } };
    assert.match(judge({ x: BAD }, { total: 1, expected: both })[0], /check a passes.*stale/);
  });
});

test("expectations are those of the set's groups, as far as the set has them", () => {
  const known = {
    sets: { one: ["g"], two: [] },
    groups: { g: { because: "r", failed: ["x:a", "x:b", "y"], [NOT_RUN]: ["z", "gone"] }, h: { failed: ["w"] } },
  };
  const results = { x: BAD, y: BAD, z: [], w: BAD };
  assert.deepEqual(expectationsOf(known, "one", results), {
    x: { is: FAILED, because: "g", checks: ["a", "b"] },
    y: { is: FAILED, because: "g" },
    z: { is: NOT_RUN, because: "g" },
  });
  assert.deepEqual(expectationsOf(known, "two", results), {});
});

test("scenarios and checks are counted", () => {
  const results = { x: GOOD, y: BAD, z: [check("SKIPPED")], w: [check("WARNING")] };
  const { scenarios, checks } = count(results);
  assert.deepEqual(scenarios, { [PASSED]: 1, [WARNED]: 1, [FAILED]: 1, [NOT_RUN]: 1 });
  assert.deepEqual(checks, { SUCCESS: 2, WARNING: 1, FAILURE: 1, SKIPPED: 1 });
  assert.match(summary(results), /^4 scenarios: 1 passed, 1 warned, 1 failed, 1 not run;.*1 skipped$/);
});

test("the requirements of a revision are read from the suite itself", () => {
  assert.equal(requirements("2026-07-28").length, 37);
  assert.equal(requirements("2025-11-25").length, 30);
  assert.ok(requirements("2025-11-25").includes("ping"));
});
