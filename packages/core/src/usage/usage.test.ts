// The parts of counting by the vectors, and by what nobody would think of.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { KeyId, SecretId } from "../id.ts";
import { readVectors } from "../testing/read-vectors.ts";
import { instant } from "../time.ts";
import type { Instant } from "../time.ts";
import type { VerdictCode } from "../verdict/codes.ts";
import { CellTable } from "./cell-table.ts";
import { COARSENINGS, isTag } from "./cell.ts";
import type { Usage, UsageCell } from "./cell.ts";
import { DISTINCT_EXACT_MAX, DistinctCounter } from "./distinct-counter.ts";
import { UsageMeter } from "./meter.ts";
import { isNeed, needOfAny } from "./need.ts";
import type { AskedScopes } from "./need.ts";
import { brandOf, productOf, usageNetwork } from "./network.ts";
import { countSequence, NOTHING_COUNTED } from "./source-progress.ts";
import { TopCounter } from "./top-counter.ts";
import { usageBatchBody } from "./wire.ts";

interface Decision {
  readonly at_ms: number;
  readonly code: VerdictCode;
  readonly secret?: string;
  readonly presented?: string;
  readonly ip?: string;
  readonly user_agent?: string;
  readonly tag?: string;
  readonly cost?: number;
  readonly scopes?: AskedScopes;
}

interface Given {
  readonly tag?: string;
  readonly address?: string;
  readonly presented?: string;
  readonly user_agent?: string;
  readonly names?: readonly string[];
  readonly cell?: UsageCell;
  readonly sequences?: readonly number[];
  readonly decisions?: readonly Decision[];
  readonly need?: string;
  readonly any?: readonly string[];
  readonly needed?: readonly Decision[];
}

const FIELDS = [
  "tag",
  "address",
  "presented",
  "user_agent",
  "names",
  "cell",
  "sequences",
  "decisions",
  "need",
  "any",
  "needed",
] as const;

function meterOf(decisions: readonly Decision[]): UsageMeter {
  const meter = new UsageMeter();
  for (const decision of decisions) {
    const { at_ms, code, secret, presented = "", tag, cost, ip, user_agent, scopes } = decision;
    const context = {
      ...(ip !== undefined && { ip }),
      ...(user_agent !== undefined && { user_agent }),
    };
    const told = { context, tag, cost, scopes };
    if (secret === undefined) meter.recordStranger(code, presented, instant(at_ms), told);
    else meter.record(secretOf(secret), code, instant(at_ms), told);
  }
  return meter;
}

function secretOf(name: string) {
  return { keyId: `key_${name}` as KeyId, secretId: `sec_${name}` as SecretId };
}

function distinct(names: readonly string[]): DistinctCounter {
  const counter = new DistinctCounter();
  for (const name of names) counter.add(name);
  return counter;
}

function outcomeOf(given: Given): unknown {
  if (given.tag !== undefined) return isTag(given.tag);
  if (given.address !== undefined) return usageNetwork(given.address) ?? null;
  if (given.presented !== undefined) return brandOf(given.presented);
  if (given.user_agent !== undefined) return productOf(given.user_agent) ?? null;
  if (given.cell !== undefined) {
    const { cell } = given;
    return COARSENINGS.map((coarsen) => coarsen(cell));
  }
  if (given.names !== undefined) {
    const counter = distinct(given.names);
    return { count: counter.count, text: counter.toText() };
  }
  if (given.sequences !== undefined) {
    let progress = NOTHING_COUNTED;
    return given.sequences.map((sequence) => {
      const next = countSequence(progress, sequence);
      if (typeof next === "string") return next;
      progress = next;
      return [next.through, ...next.ahead];
    });
  }
  if (given.need !== undefined) return isNeed(given.need);
  if (given.any !== undefined) return needOfAny(given.any);
  const usage = meterOf(given.decisions ?? given.needed ?? []).take();
  if (usage === undefined) return null;
  const body = usageBatchBody({ source: "", sequence: 1, ...usage });
  if (given.needed !== undefined) return body.needs;
  const { cells, uses, strangers } = body;
  return { cells, uses, strangers };
}

for (const { name, given, expect } of readVectors<Given>("usage.json", FIELDS)) {
  test(`usage: ${name}`, () => assert.deepEqual(outcomeOf(given), expect));
}

const cells = fc.array(
  fc.record({
    minute: fc.integer({ min: 29_454_000, max: 29_454_300 }),
    keyId: fc.constantFrom("key_a" as KeyId, "key_b" as KeyId, "key_c" as KeyId, null),
    code: fc.constantFrom("allowed" as const, "expired" as const),
    tag: fc.constantFrom("", "a", "b", "c"),
    count: fc.integer({ min: 1, max: 9 }),
    cost: fc.integer({ min: 0, max: 9 }),
  }),
);

function totals(cells: readonly UsageCell[]) {
  return cells.reduce(
    (sum, { count, cost }) => ({ count: sum.count + count, cost: sum.cost + cost }),
    { count: 0, cost: 0 },
  );
}

test("K7: whatever room there is, a table holds exactly what was put in, and not much more than it may", () => {
  fc.assert(
    fc.property(cells, fc.integer({ min: 0, max: 20 }), (given, cellsMax) => {
      const table = new CellTable(cellsMax);
      for (const cell of given) table.add(cell);
      // Two codes in each of six hours.
      assert.ok(table.size <= cellsMax + 12);
      assert.deepEqual(totals(table.take(Infinity)), totals(given));
      assert.equal(table.size, 0);
    }),
  );
});

test("the order in which cells are merged makes no difference", () => {
  fc.assert(
    fc.property(cells, (given) => {
      const held = [given, given.toReversed()].map((order) => {
        const table = new CellTable(Infinity);
        for (const cell of order) table.add(cell);
        return table
          .take(Infinity)
          .map((cell) => JSON.stringify(cell))
          .sort();
      });
      assert.deepEqual(held[0], held[1]);
    }),
  );
});

const names = fc.array(fc.integer({ min: 0, max: 300 }).map(String), { maxLength: 400 });

test("merging distinct counters is a union: in any order, any number of times, and through their text", () => {
  fc.assert(
    fc.property(names, names, names, (one, two, three) => {
      const merged = (...parts: readonly (readonly string[])[]) => {
        const counter = new DistinctCounter();
        for (const part of parts) {
          const copy = DistinctCounter.fromText(distinct(part).toText());
          assert.ok(copy !== undefined);
          counter.merge(copy);
        }
        return counter.toText();
      };
      const union = distinct([...one, ...two, ...three]).toText();
      assert.equal(merged(one, two, three), union);
      assert.equal(merged(three, one, two, one, three), union);
    }),
  );
});

test("distinct names are counted exactly up to 64, and within four standard errors to a million", () => {
  for (let count = 0; count <= DISTINCT_EXACT_MAX; count++) {
    const counted = distinct(Array.from({ length: count }, (_, number) => `192.0.2.${number}`));
    assert.equal(counted.count, count);
  }
  for (const count of [100, 1_000, 10_000, 100_000, 1_000_000]) {
    const counter = new DistinctCounter();
    for (let number = 0; number < count; number++) counter.add(`network ${number}`);
    const error = Math.abs(counter.count - count) / count;
    assert.ok(error < 4 * 0.0325, `${count}: ${counter.count}`);
  }
});

test("what is no distinct counter is not read", () => {
  for (const text of [
    "0",
    "zz",
    "R",
    `r${"0".repeat(1_023)}`,
    `r${"z".repeat(1_024)}`,
    "0".repeat(520),
  ]) {
    assert.equal(DistinctCounter.fromText(text), undefined);
  }
});

test("K8: the top counter blames no name for more than it did, keeps the sum, and names whoever is frequent", () => {
  const stream = fc.array(fc.integer({ min: 0, max: 40 }).map(String), { maxLength: 500 });
  fc.assert(
    fc.property(stream, fc.integer({ min: 1, max: 16 }), (given, namesMax) => {
      const counter = new TopCounter(namesMax);
      const truth = new Map<string, number>();
      for (const name of given) {
        counter.add(name);
        truth.set(name, (truth.get(name) ?? 0) + 1);
      }
      const counts = counter.counts();
      assert.ok(counts.length <= namesMax);
      let sum = 0;
      for (const { name, count, surplus } of counts) {
        const real = truth.get(name) ?? 0;
        assert.ok(count <= real && real <= count + surplus);
        sum += count + surplus;
      }
      assert.equal(sum, given.length);
      const named = new Set(counts.map(({ name }) => name));
      for (const [name, real] of truth) {
        if (real > given.length / namesMax) assert.ok(named.has(name));
      }
    }),
  );
});

const decision = fc.record(
  {
    at_ms: fc.integer({ min: 0, max: 600_000 }).map((ms) => 1_767_225_600_000 + ms),
    code: fc.constantFrom<VerdictCode>("allowed", "expired", "unknown"),
    secret: fc.constantFrom("a", "b", "c", "d", "e", "f"),
    ip: fc.constantFrom("192.0.2.1", "198.51.100.7", "nonsense"),
    tag: fc.constantFrom("", "x", "y"),
    cost: fc.integer({ min: 0, max: 5 }),
  },
  { requiredKeys: ["at_ms", "code"] },
);

test("K7: a meter reports every decision once, whatever its room and whenever it is asked", () => {
  const script = fc.array(
    fc.oneof({ weight: 9, arbitrary: decision }, fc.constant("take" as const)),
  );
  fc.assert(
    fc.property(script, fc.integer({ min: 0, max: 6 }), (steps, room) => {
      const meter = new UsageMeter({ cellsHeldMax: room, secretsHeldMax: room + 1 });
      const expected = { count: 0, cost: 0 };
      let strangers = 0;
      const taken: Usage[] = [];
      const take = () => {
        for (let usage = meter.take(); usage !== undefined; usage = meter.take()) taken.push(usage);
      };
      for (const step of steps) {
        if (step === "take") {
          take();
          continue;
        }
        const { at_ms, code, secret, ip, tag, cost } = step;
        const told = { context: ip === undefined ? {} : { ip }, tag, cost };
        expected.count++;
        if (secret === undefined) {
          strangers++;
          meter.recordStranger(code, "", instant(at_ms), told);
        } else {
          if (code === "allowed") expected.cost += cost ?? 1;
          meter.record(secretOf(secret), code, instant(at_ms), told);
        }
      }
      take();
      assert.deepEqual(totals(taken.flatMap(({ cells }) => cells)), expected);
      const told = taken.flatMap((usage) => usage.strangers);
      assert.equal(
        told.reduce((sum, { count }) => sum + count, 0),
        strangers,
      );
      assert.equal(meter.take(), undefined);
    }),
  );
});

test("K8: a flood of strangers and of tags leaves a meter small, and the known key's count whole", () => {
  const meter = new UsageMeter({ cellsHeldMax: 100, secretsHeldMax: 10 });
  const now: Instant = instant(1_767_225_600_000);
  for (let number = 0; number < 20_000; number++) {
    const ip = `10.${number % 250}.${Math.floor(number / 250)}.1`;
    meter.recordStranger("unknown", "acme_live_x", now, { context: { ip } });
    meter.record(secretOf(`key-${number % 50}`), "allowed", now, { tag: `tag-${number}` });
  }
  const usage = meter.take();
  assert.ok(usage !== undefined);
  assert.ok(usage.cells.length <= 102);
  assert.ok(usage.uses.length <= 10);
  assert.ok(usage.strangers.length <= 257);
  assert.deepEqual(totals(usage.cells), { count: 40_000, cost: 20_000 });
  assert.ok(meter.coarsenedCount > 0);
});
