import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Instant } from "@keyward/core/time";
import { ageMs, freshnessPolicy, stopsWithinMs, trustAt } from "./freshness.ts";
import type { ClockReading, FreshnessMode, Trust } from "./freshness.ts";

const MODES: readonly FreshnessMode[] = ["strict", "bounded", "available"];
const PROOF: ClockReading = { monotonicMs: 100, wallMs: 1_767_225_600_000 as Instant };
const later = (monotonicMs: number, wallMs = monotonicMs): ClockReading => ({
  monotonicMs: PROOF.monotonicMs + monotonicMs,
  wallMs: (PROOF.wallMs + wallMs) as Instant,
});
const policyOf = (freshness: FreshnessMode) =>
  freshnessPolicy({ freshness, maxStalenessMs: 5_000, graceMs: 60_000 });

const TABLE: readonly (readonly [age: number, strict: Trust, bounded: Trust, available: Trust])[] =
  [
    [0, "fresh", "fresh", "fresh"],
    [5_000, "fresh", "fresh", "fresh"],
    [5_001, "untrusted", "stale", "stale"],
    [65_000, "untrusted", "stale", "stale"],
    [65_001, "untrusted", "untrusted", "stale"],
    [10 ** 9, "untrusted", "untrusted", "stale"],
  ];
for (const [age, ...expected] of TABLE) {
  test(`K2: a state proved ${age} ms ago is ${expected.join(", ")} (strict, bounded, available)`, () => {
    assert.deepEqual(
      MODES.map((mode) => trustAt(policyOf(mode), PROOF, later(age))),
      expected,
    );
  });
}

test("F19: without a proof nothing is trusted, in any mode", () => {
  for (const mode of MODES) {
    assert.equal(trustAt(policyOf(mode), undefined, later(0)), "untrusted");
  }
});

test("F08: a machine whose monotonic clock stood still while it was suspended is found out by its wall clock", () => {
  assert.equal(trustAt(policyOf("strict"), PROOF, later(0, 60_000)), "untrusted");
  assert.equal(trustAt(policyOf("bounded"), PROOF, later(3, 66_000)), "untrusted");
});

test("a wall clock that is set back makes nothing younger", () => {
  assert.equal(trustAt(policyOf("strict"), PROOF, later(6_000, -3_600_000)), "untrusted");
  fc.assert(
    fc.property(fc.nat(), fc.integer(), (elapsed, wall) => {
      assert.ok(ageMs(PROOF, later(elapsed, wall)) >= elapsed);
    }),
  );
});

test("growing older never makes a state more trusted, by either clock and in any mode", () => {
  const rank: Readonly<Record<Trust, number>> = { fresh: 2, stale: 1, untrusted: 0 };
  const ages = fc.tuple(fc.nat(200_000), fc.nat(200_000), fc.nat(200_000), fc.nat(200_000));
  fc.assert(
    fc.property(fc.constantFrom(...MODES), ages, (mode, [mono, wall, moreMono, moreWall]) => {
      const before = trustAt(policyOf(mode), PROOF, later(mono, wall));
      const after = trustAt(policyOf(mode), PROOF, later(mono + moreMono, wall + moreWall));
      assert.ok(rank[after] <= rank[before]);
    }),
  );
});

test("a clock that answers no number proves nothing", () => {
  const broken = { monotonicMs: Number.NaN, wallMs: PROOF.wallMs };
  assert.equal(trustAt(policyOf("strict"), PROOF, broken), "untrusted");
});

test("the authority is told by when each mode stops by itself", () => {
  assert.deepEqual(
    MODES.map((mode) => stopsWithinMs(policyOf(mode))),
    [5_000, 65_000, null],
  );
});

test("what is left out is strict, 5 s and 60 s; what is out of range is refused", () => {
  assert.deepEqual(freshnessPolicy(), { mode: "strict", maxStalenessMs: 5_000, graceMs: 60_000 });
  for (const wrong of [0, 999, 1_000.5, 600_001, Number.NaN, Infinity]) {
    assert.throws(() => freshnessPolicy({ maxStalenessMs: wrong }), TypeError);
  }
  assert.throws(() => freshnessPolicy({ graceMs: -1 }), TypeError);
  assert.throws(() => freshnessPolicy({ freshness: "never" as FreshnessMode }), TypeError);
});
