import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseId } from "@keyward/core/id";
import type { FeedSubject } from "@keyward/core/feed/subject";
import { VERIFIERS_PER_WORKSPACE_MAX } from "../contract/limits.ts";
import { Barrier } from "./barrier.ts";
import { TrustMax } from "./trust.ts";
import { FORGET_AFTER_MS, UNBOUNDED_FORGET_MS, VerifierRegistry } from "./verifiers.ts";
import type { HeadReport } from "./verifiers.ts";

const workspaceId = parseId("workspace", "wsp_01k0q3v7dmx8f2e5h9jn4rtw6y");
const apiId = parseId("api", "api_01k0q3v7dmx8f2e5h9jn4rtw6y");
assert.ok(workspaceId !== undefined && apiId !== undefined);
const SUBJECT: FeedSubject = { workspaceId, apiId, environment: "live" };
const NOBODY = { goneMs: 0 };

function report(fields: Partial<HeadReport> = {}): HeadReport {
  return {
    verifier: "verifier-0000001",
    applied: 10,
    maxStalenessMs: 5_000,
    leaving: false,
    ...fields,
  };
}

function barrierAt(nowMs: number, registry: VerifierRegistry, unknown = NOBODY): Barrier {
  return new Barrier({ subject: SUBJECT, rev: 11 }, registry.of(SUBJECT), unknown, nowMs);
}

test("K2: one that is pending stops its staleness after the answer before the change, and a thousandth for its clock", () => {
  const registry = new VerifierRegistry();
  registry.report(SUBJECT, report(), 1_000);
  const barrier = barrierAt(1_300, registry);
  assert.deepEqual(barrier.state(), { acknowledged: 1, pending: 1, effectiveMs: 6_005 });
  // It asks again, and is told of the change: that proves nothing to one that has not applied it.
  registry.report(SUBJECT, report(), 4_000);
  assert.equal(barrier.state().effectiveMs, 6_005);
  registry.report(SUBJECT, report({ applied: 11 }), 4_100);
  assert.deepEqual(barrier.state(), { acknowledged: 2, pending: 0, effectiveMs: 1_300 });
});

test("K2: the latest of several fences counts, and one without a bound leaves none", () => {
  const registry = new VerifierRegistry();
  registry.report(SUBJECT, report({ verifier: "verifier-0000001" }), 1_000);
  registry.report(SUBJECT, report({ verifier: "verifier-0000002", maxStalenessMs: 65_000 }), 900);
  registry.report(SUBJECT, report({ verifier: "verifier-0000003", applied: 12 }), 1_000);
  const barrier = barrierAt(1_000, registry);
  assert.deepEqual(barrier.state(), { acknowledged: 2, pending: 2, effectiveMs: 65_965 });
  registry.report(SUBJECT, report({ verifier: "verifier-0000004", maxStalenessMs: null }), 1_000);
  assert.equal(barrier.state().pending, 2, "one that comes after the change has no earlier proof");
  assert.equal(barrierAt(1_000, registry).state().effectiveMs, null);
});

test("one that leaves is not waited for, and one that shortens its staleness keeps the proof that it has", () => {
  const registry = new VerifierRegistry();
  registry.report(SUBJECT, report({ maxStalenessMs: 60_000 }), 1_000);
  registry.report(SUBJECT, report({ maxStalenessMs: 1_000 }), 2_000);
  const barrier = barrierAt(2_000, registry);
  assert.equal(barrier.state().effectiveMs, 62_060);
  registry.report(SUBJECT, report({ leaving: true }), 3_000);
  assert.equal(barrier.state().pending, 0);
  assert.equal(registry.count, 0);
});

test("a verifier is forgotten once it must have stopped, and not before", () => {
  const registry = new VerifierRegistry();
  registry.report(SUBJECT, report(), 0);
  registry.report(SUBJECT, report({ verifier: "verifier-0000002", maxStalenessMs: null }), 0);
  registry.sweep(5_005 + FORGET_AFTER_MS);
  assert.equal(registry.count, 2);
  registry.sweep(5_006 + FORGET_AFTER_MS);
  assert.equal(registry.count, 1);
  registry.sweep(UNBOUNDED_FORGET_MS + 1);
  assert.equal(registry.count, 0);
});

test("K8: one verifier more than may be kept is told nothing that it could take for a proof", () => {
  const registry = new VerifierRegistry();
  const name = (index: number) => `verifier-${String(index).padStart(7, "0")}`;
  for (let index = 0; index < VERIFIERS_PER_WORKSPACE_MAX; index++) {
    registry.report(SUBJECT, report({ verifier: name(index) }), 0);
  }
  assert.throws(() => registry.report(SUBJECT, report({ verifier: name(-1) }), 0), {
    code: "unavailable",
  });
  registry.report(SUBJECT, report({ verifier: name(0) }), 1);
  assert.equal(registry.count, VERIFIERS_PER_WORKSPACE_MAX);
});

test("a server that has just started allows for those whom its predecessor answered", async () => {
  let kept: number | "unbounded" = 5_000;
  const storage = {
    readTrustMax: () => Promise.resolve(kept),
    keepTrustMax: (value: number | "unbounded") => {
      kept = value;
      return Promise.resolve();
    },
  };
  let nowMs = 100;
  const clock = { now: () => assert.fail("no wall clock"), monotonicMs: () => nowMs };
  const trust = await TrustMax.read(storage, clock);
  assert.deepEqual(trust.unknown(), { goneMs: 5_105 });
  const barrier = barrierAt(200, new VerifierRegistry(), { goneMs: 5_105 });
  assert.deepEqual(barrier.state(), { acknowledged: 1, pending: 0, effectiveMs: 5_105 });
  await trust.allow(1_000);
  assert.equal(kept, 5_000);
  await trust.allow(65_000);
  assert.equal(kept, 65_000);
  assert.deepEqual(trust.unknown(), { goneMs: 5_105 }, "its own verifiers it knows");
  await trust.allow(null);
  const next = await TrustMax.read(storage, clock);
  assert.deepEqual(next.unknown(), { goneMs: null });
  nowMs += UNBOUNDED_FORGET_MS + 1;
  assert.deepEqual(next.unknown(), { goneMs: 100 });
});

/** What a verifier does, at an instant: asks and is answered, applies what it knows of, or does nothing. */
interface Step {
  readonly atMs: number;
  readonly verifier: number;
  readonly does: "ask" | "apply";
  /** How long the request was under way before it was answered. */
  readonly underWayMs: number;
}

test("K2: whatever pauses and partitions there are, no strict verifier allows the key after effective_by", () => {
  const steps = fc.array(
    fc.record<Step>({
      atMs: fc.nat(20_000),
      verifier: fc.nat(3),
      does: fc.constantFrom("ask", "apply"),
      underWayMs: fc.nat(3_000),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, fc.nat(20_000), fc.nat(5_000), (unsorted, revokedMs, stalenessMs) => {
      const registry = new VerifierRegistry();
      const models = Array.from({ length: 4 }, () => ({ applied: 10, proofMs: -Infinity }));
      let barrier: Barrier | undefined;
      const ordered = unsorted.toSorted((one, other) => one.atMs - other.atMs);
      const check = (atMs: number) => {
        const by = barrier?.state().effectiveMs ?? Infinity;
        if (atMs <= by) return;
        for (const { applied, proofMs } of models) {
          const allows = applied < 11 && atMs - proofMs <= stalenessMs;
          assert.ok(!allows, `at ${atMs} one still allows, and effective_by was ${by}`);
        }
      };
      for (const { atMs, verifier, does, underWayMs } of ordered) {
        if (barrier === undefined && atMs >= revokedMs) barrier = barrierAt(revokedMs, registry);
        check(atMs);
        const model = models[verifier];
        assert.ok(model !== undefined);
        const head = barrier === undefined ? 10 : 11;
        if (does === "apply") {
          model.applied = head;
          continue;
        }
        const { applied } = model;
        const fields = { verifier: `verifier-000000${verifier}`, applied };
        registry.report(SUBJECT, report({ ...fields, maxStalenessMs: stalenessMs }), atMs);
        // The answer proves the instant of the question, to one that has applied the rev that it names.
        if (applied >= head) model.proofMs = Math.max(model.proofMs, atMs - underWayMs);
      }
      for (let atMs = 20_000; atMs < 27_000; atMs += 100) check(atMs);
    }),
    { numRuns: 2_000 },
  );
});
