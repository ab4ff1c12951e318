import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseId } from "@keyward/core/id";
import type { FeedSubject } from "@keyward/core/feed/subject";
import type { KeyId, WorkspaceId } from "@keyward/core/id";
import { BARRIERS_PER_WORKSPACE_MAX } from "../contract/limits.ts";
import { Barrier } from "./barrier.ts";
import { Barriers } from "./barriers.ts";
import { TrustMax } from "./trust.ts";
import { FORGET_AFTER_MS, UNBOUNDED_FORGET_MS, VerifierRegistry } from "./verifiers.ts";
import type { HeadReport } from "./verifiers.ts";

const workspaceId = parseId("workspace", "wsp_01k0q3v7dmx8f2e5h9jn4rtw6y");
const apiId = parseId("api", "api_01k0q3v7dmx8f2e5h9jn4rtw6y");
const otherId = parseId("workspace", "wsp_01k0q3v7dmx8f2e5h9jn4rtw6z");
assert.ok(workspaceId !== undefined && otherId !== undefined && apiId !== undefined);
const SUBJECT: FeedSubject = { workspaceId, apiId, environment: "live" };
const NOBODY = { goneMs: 0 };

function nameOf(index: number): string {
  return `verifier-${String(index).padStart(7, "0")}`;
}

/** A key of its own for each share of verifiers. */
function keyOfShare(share: number): KeyId {
  const key = parseId("key", `key_01k0q3v7dmx8f2e5h9jn4rt${String(share).padStart(3, "0")}`);
  assert.ok(key !== undefined);
  return key;
}

function report(fields: Partial<HeadReport> = {}): HeadReport {
  return {
    verifier: "verifier-0000001",
    applied: 10,
    maxStalenessMs: 5_000,
    leaving: false,
    keyId: keyOfShare(0),
    ...fields,
  };
}

function barrierAt(nowMs: number, registry: VerifierRegistry, unknown = NOBODY): Barrier {
  return new Barrier(11, registry.of(SUBJECT), unknown, nowMs);
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

test("T59: a full share of verifiers refuses its own key, then its own workspace, and nobody else", () => {
  const registry = new VerifierRegistry();
  const elsewhere: FeedSubject = { ...SUBJECT, workspaceId: otherId };
  const connect = (index: number, key: KeyId, subject = SUBJECT) =>
    registry.report(subject, report({ verifier: nameOf(index), keyId: key }), 0);
  for (let index = 0; index < 200; index++) connect(index, keyOfShare(0));
  assert.throws(() => connect(200, keyOfShare(0)), { code: "unavailable" });
  for (let index = 200; index < 1_000; index++) connect(index, keyOfShare(Math.floor(index / 200)));
  assert.throws(() => connect(1_000, keyOfShare(5)), { code: "unavailable" });
  connect(0, keyOfShare(0));
  connect(1_000, keyOfShare(6), elsewhere);
  assert.equal(registry.count, 1_001);
  registry.report(SUBJECT, report({ verifier: nameOf(0), leaving: true }), 0);
  connect(1_000, keyOfShare(0));
  assert.equal(registry.count, 1_001);
});

test("T59: one without a bound that asked once is forgotten after two minutes, and one that asked for long is not", () => {
  const registry = new VerifierRegistry();
  const unbounded = (index: number) => report({ verifier: nameOf(index), maxStalenessMs: null });
  registry.report(SUBJECT, unbounded(1), 0);
  registry.report(SUBJECT, unbounded(2), 0);
  registry.report(SUBJECT, unbounded(2), 1_000_000);
  registry.sweep(120_000);
  assert.equal(registry.count, 2);
  registry.sweep(120_001);
  assert.equal(registry.count, 1);
  registry.sweep(2_000_000);
  assert.equal(registry.count, 1);
  registry.sweep(2_000_001);
  assert.equal(registry.count, 0);
});

class KeptTrusts {
  readonly kept = new Map<WorkspaceId, number | null>();
  nowMs = 100;
  readonly clock = { now: () => assert.fail("no wall clock"), monotonicMs: () => this.nowMs };

  readTrustMaxes = () => Promise.resolve(new Map(this.kept));

  keepTrustMax = (workspace: WorkspaceId, trustMs: number | null) => {
    if (trustMs === 0) this.kept.delete(workspace);
    else this.kept.set(workspace, trustMs);
    return Promise.resolve();
  };
}

test("a server that has just started allows for those whom its predecessor answered", async () => {
  const storage = new KeptTrusts();
  storage.kept.set(workspaceId, 5_000);
  const trust = await TrustMax.read(storage, storage.clock);
  assert.deepEqual(trust.unknown(workspaceId), { goneMs: 5_105 });
  const barrier = barrierAt(200, new VerifierRegistry(), { goneMs: 5_105 });
  assert.deepEqual(barrier.state(), { acknowledged: 1, pending: 0, effectiveMs: 5_105 });
  await trust.allow(workspaceId, 1_000);
  assert.equal(storage.kept.get(workspaceId), 5_000);
  await Promise.all([trust.allow(workspaceId, 65_000), trust.allow(workspaceId, 30_000)]);
  assert.equal(storage.kept.get(workspaceId), 65_000);
  assert.deepEqual(trust.unknown(workspaceId), { goneMs: 5_105 }, "its own verifiers it knows");
  await trust.allow(workspaceId, null);
  const next = await TrustMax.read(storage, storage.clock);
  assert.deepEqual(next.unknown(workspaceId), { goneMs: null });
  storage.nowMs += UNBOUNDED_FORGET_MS + 1;
  assert.deepEqual(next.unknown(workspaceId), { goneMs: 100 });
});

test("I6, K6: a verifier without a bound delays no revocation of another workspace, after a restart either", async () => {
  const storage = new KeptTrusts();
  const trust = await TrustMax.read(storage, storage.clock);
  await trust.allow(otherId, null);
  await trust.allow(workspaceId, 5_000);
  const next = await TrustMax.read(storage, storage.clock);
  assert.deepEqual(next.unknown(otherId), { goneMs: null });
  assert.deepEqual(next.unknown(workspaceId), { goneMs: 5_105 });
});

test("I6: how long a predecessor's verifiers were trusted is lowered to what those who are there need", async () => {
  const storage = new KeptTrusts();
  storage.kept.set(workspaceId, null).set(otherId, null);
  const trust = await TrustMax.read(storage, storage.clock);
  const trustOf = (workspace: WorkspaceId) => (workspace === otherId ? 0 : 5_000);
  await trust.expire(trustOf);
  assert.equal(storage.kept.get(workspaceId), null, "the predecessor's may still decide");
  storage.nowMs += UNBOUNDED_FORGET_MS + 1;
  await trust.expire(trustOf);
  assert.deepEqual(storage.kept, new Map([[workspaceId, 5_000]]));
  await trust.allow(otherId, 1_000);
  assert.equal(storage.kept.get(otherId), 1_000);
});

test("K8: a report passes each verifier once for all who wait for a change, and wakes them when it is the last", async () => {
  const registry = new VerifierRegistry();
  let reads = 0;
  const entries = Array.from({ length: 500 }, (_, index) => {
    const fields = { verifier: nameOf(index), keyId: keyOfShare(Math.floor(index / 200)) };
    registry.report(SUBJECT, report({ ...fields, maxStalenessMs: null }), 0);
    const entry = registry.of(SUBJECT)[index];
    assert.ok(entry !== undefined);
    return {
      ...entry,
      get applied() {
        reads += 1;
        return reported.has(index) ? 11 : 10;
      },
    };
  });
  const reported = new Set<number>();
  let scans = 0;
  const of = () => {
    scans += 1;
    return entries;
  };
  const clock = { now: () => assert.fail("no wall clock"), monotonicMs: () => 0 };
  const barriers = new Barriers({ of }, clock, () => NOBODY);
  const waiting = Array.from({ length: 50 }, () =>
    barriers.wait({ reach: SUBJECT, rev: 11 }, 20_000),
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  for (let index = 0; index < 500; index++) {
    reported.add(index);
    barriers.reported(SUBJECT);
  }
  assert.equal(scans, 1, "one barrier for one change");
  assert.ok(reads < 2_000, `${reads} looks at 500 verifiers`);
  for (const state of await Promise.all(waiting)) {
    assert.deepEqual(state, { acknowledged: 501, pending: 0, effectiveMs: 0 });
  }
});

test("K8: of the barriers that a workspace waits at, one too many is answered at once, and another workspace's is not", async () => {
  const registry = new VerifierRegistry();
  const elsewhere: FeedSubject = { ...SUBJECT, workspaceId: otherId };
  for (const subject of [SUBJECT, elsewhere]) registry.report(subject, report(), 0);
  const clock = { now: () => assert.fail("no wall clock"), monotonicMs: () => 0 };
  const barriers = new Barriers(registry, clock, () => NOBODY);
  const wait = async (subject: FeedSubject, rev: number) => {
    const startedMs = performance.now();
    const { pending } = await barriers.wait({ reach: subject, rev }, 300);
    return { pending, waited: performance.now() - startedMs > 200 };
  };
  const waiting = Array.from({ length: BARRIERS_PER_WORKSPACE_MAX }, (_, index) =>
    wait(SUBJECT, 11 + index),
  );
  assert.deepEqual(await wait(SUBJECT, 1_000), { pending: 1, waited: false });
  assert.deepEqual(await wait(elsewhere, 1_000), { pending: 1, waited: true });
  await Promise.all(waiting);
  assert.deepEqual(
    await wait(SUBJECT, 1_000),
    { pending: 1, waited: true },
    "places are given back",
  );
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
