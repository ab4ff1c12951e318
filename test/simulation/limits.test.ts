// Shared limits in many short lives. SIMULATION_SEEDS says how many of each kind.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { LENT_US_MAX } from "@keyward/core/limit/counter";
import type { At } from "@keyward/core/limit/counter";
import { UnitsCounter } from "@keyward/core/limit/units-counter";
import { WindowCounter } from "@keyward/core/limit/window-counter";
import { LeaseClock } from "@keyward/sdk/feed/lease-clock";
import { Sequences } from "../../packages/server/src/leases/sequences.ts";
import { LimitSimulation } from "./limits-simulation.ts";
import type { Admitted } from "./limits-simulation.ts";

const SEEDS = Math.min(Number(process.env["SIMULATION_SEEDS"] ?? 15), 400);
const US = 1_000_000;

interface Kind {
  readonly limit: object;
  readonly perSecond: number;
  /** Throws what was promised and is not so. */
  readonly check: (simulation: LimitSimulation) => void;
}

const KINDS: Readonly<Record<string, Kind>> = {
  "a rate admits at most burst + rate × (τ + the life of a lease) in any τ": {
    limit: { name: "l", kind: "rate", rate: 200, burst: 60 },
    perSecond: 4_000,
    check: ({ admitted }) => rateHolds(admitted, 200, 60),
  },
  "a window never holds more than its limit": {
    limit: { name: "l", kind: "window", limit: 150, window_seconds: 1 },
    perSecond: 3_000,
    check: ({ admitted }) => windowHolds(admitted, 150, US),
  },
  "a quota is never exceeded": {
    limit: { name: "l", kind: "quota", limit: 800, overflow: 50, period: "year" },
    perSecond: 2_500,
    check: (simulation) => unitsHold(simulation, 850),
  },
  "credits are never exceeded": {
    limit: { name: "l", kind: "credits", limit: 1_000 },
    perSecond: 3_000,
    check: (simulation) => unitsHold(simulation, 1_000),
  },
  "no more slots are held than there are": {
    limit: { name: "l", kind: "concurrency", limit: 20, lease_seconds: 1 },
    perSecond: 400,
    check: ({ admitted }) => slotsHold(admitted, 20, US),
  },
};

async function simulate(kind: Kind, seed: number): Promise<string> {
  const simulation = new LimitSimulation(seed, kind.limit, kind.perSecond);
  await simulation.run();
  try {
    kind.check(simulation);
    assert.ok(simulation.admitted.length > 0, "nothing was admitted");
    return "";
  } catch (violation) {
    return `seed ${seed}: ${String(violation)}`;
  }
}

for (const [promise, kind] of Object.entries(KINDS)) {
  test(`K5: over 1 to 16 verifiers, whatever becomes of them, ${promise}`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) assert.equal(await simulate(kind, seed), "");
  });
}

/** Some seed shows that the promise is broken. */
async function assertCaught(t: TestContext, promise: keyof typeof KINDS): Promise<void> {
  const kind = KINDS[promise];
  assert.ok(kind);
  for (let seed = 1; seed <= 40; seed++) {
    const violation = await simulate(kind, seed);
    if (violation === "") continue;
    t.diagnostic(violation);
    return;
  }
  assert.fail(`no seed shows that this is broken: ${promise}`);
}

test("a window that counts what it lends as spent at once is caught", async (t) => {
  const real: unknown = Object.getOwnPropertyDescriptor(WindowCounter.prototype, "charge")?.value;
  const early = function early(this: WindowCounter, cost: number, at: At): void {
    (real as WindowCounter["charge"]).call(this, cost, at);
  };
  t.mock.method(WindowCounter.prototype, "charge", early);
  await assertCaught(t, "a window never holds more than its limit");
});

test("F08: a verifier whose leases do not end while its machine is suspended is caught", async (t) => {
  t.mock.method(LeaseClock.prototype, "at", (now: { monotonicMs: number; wallMs: number }) => ({
    monotonicUs: Math.floor(now.monotonicMs * 1_000),
    now: now.wallMs,
  }));
  await assertCaught(t, "a window never holds more than its limit");
});

test("units that are lent before they are counted are caught", async (t) => {
  t.mock.method(UnitsCounter.prototype, "charge", () => undefined);
  await assertCaught(t, "credits are never exceeded");
});

test("a message that is repeated, and gives back twice, is caught", async (t) => {
  t.mock.method(Sequences.prototype, "isNew", () => true);
  await assertCaught(t, "no more slots are held than there are");
});

function rateHolds(admitted: readonly Admitted[], rate: number, burst: number): void {
  const bucket = burst + (rate * LENT_US_MAX) / US;
  let level = 0;
  let lastUs = 0;
  for (const { atUs, cost } of inOrder(admitted)) {
    level = Math.max(0, level - ((atUs - lastUs) * rate) / US) + cost;
    lastUs = atUs;
    assert.ok(level <= bucket + 1e-6, `${level} of ${bucket} at ${atUs} µs`);
  }
}

function windowHolds(admitted: readonly Admitted[], limit: number, windowUs: number): void {
  const uses = inOrder(admitted);
  let sum = 0;
  let first = 0;
  for (const { atUs, cost } of uses) {
    sum += cost;
    for (
      let use = uses[first];
      use !== undefined && use.atUs < atUs - windowUs;
      use = uses[first]
    ) {
      sum -= use.cost;
      first++;
    }
    assert.ok(sum <= limit, `${sum} of ${limit} up to ${atUs} µs`);
  }
}

/** Nothing was lost: then all of it can be spent, and was. */
function unitsHold({ admitted, hasLost, asked }: LimitSimulation, limit: number): void {
  const spent = admitted.reduce((sum, { cost }) => sum + cost, 0);
  assert.ok(spent <= limit, `${spent} of ${limit}`);
  if (!hasLost && asked > 2 * limit) assert.equal(spent, limit);
}

function slotsHold(admitted: readonly Admitted[], limit: number, leaseUs: number): void {
  const uses = inOrder(admitted);
  for (const { atUs } of uses) {
    const held = uses.filter(
      (use) => use.atUs <= atUs && Math.min(use.endedUs, use.atUs + leaseUs * 0.999) > atUs,
    );
    assert.ok(held.length <= limit, `${held.length} of ${limit} at ${atUs} µs`);
  }
}

function inOrder(admitted: readonly Admitted[]): readonly Admitted[] {
  return admitted.toSorted((one, other) => one.atUs - other.atUs);
}
