import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { KeyId, SecretId } from "@keyward/core/id";
import { instant } from "@keyward/core/time";
import type { UsageBatchBody } from "@keyward/core/usage/wire";
import { UsageReporter } from "./reporter.ts";
import type { OpenSpool } from "./spool.ts";

const NOW = instant(1_767_225_600_000);
const SECRET = { keyId: "key_a" as KeyId, secretId: "sec_a" as SecretId };
const NO_SPOOL = Promise.resolve(undefined);
const OPEN_END = new Promise<void>(() => undefined);

/** Keeps texts as a disk would, and has room for so many. */
function memorySpool(countMax = Infinity) {
  const texts: string[] = [];
  const spool: OpenSpool = {
    append: (text) => Promise.resolve(texts.length < countMax && texts.push(text) > 0),
    first: () => Promise.resolve(texts[0]),
    removeFirst: () => Promise.resolve(void texts.shift()),
    close: () => Promise.resolve(),
  };
  return { texts, spool };
}

/** Counts each pair of source and sequence once, as the authority does. */
function authority() {
  const state = { answer: "take" as "take" | "lose" | "fail" | "refuse", offered: [] as string[] };
  const counted = new Map<string, number>();
  const report = (batch: UsageBatchBody) => {
    state.offered.push(JSON.stringify(batch));
    if (state.answer === "refuse") return Promise.reject(new Error("refused"));
    if (state.answer === "fail") return Promise.reject(new Error("no answer"));
    const count = batch.cells.reduce((sum, cell) => sum + cell.count, 0);
    counted.set(`${batch.source} ${batch.sequence}`, count);
    // Taken, but nobody hears of it.
    return state.answer === "lose" ? Promise.reject(new Error("no answer")) : Promise.resolve();
  };
  const total = () => [...counted.values()].reduce((sum, count) => sum + count, 0);
  return { state, report, total };
}

function reporterOf(
  report: (batch: UsageBatchBody) => Promise<void>,
  spool: Promise<OpenSpool | undefined> = NO_SPOOL,
  refused: unknown[] = [],
) {
  return new UsageReporter({
    source: "source-of-a-test",
    report,
    isRefusal: (error) => error instanceof Error && error.message === "refused",
    onRefused: (error) => refused.push(error),
    spool,
  });
}

test("K7: a batch that was not taken is offered again unchanged, before what has been counted since", async () => {
  const { state, report, total } = authority();
  const reporter = reporterOf(report);
  state.answer = "lose";
  reporter.meter.record(SECRET, "allowed", NOW);
  await reporter.report();
  reporter.meter.record(SECRET, "allowed", NOW);
  await reporter.report();
  state.answer = "take";
  await reporter.report();
  await reporter.report();
  assert.equal(state.offered.length, 4);
  assert.equal(new Set(state.offered.slice(0, 3)).size, 1);
  assert.equal(total(), 2);
});

test("a batch that is refused for good is told of, and does not keep the others waiting", async () => {
  const { state, report, total } = authority();
  const refused: unknown[] = [];
  const reporter = reporterOf(report, NO_SPOOL, refused);
  state.answer = "refuse";
  reporter.meter.record(SECRET, "allowed", NOW);
  await reporter.report();
  state.answer = "take";
  reporter.meter.record(SECRET, "allowed", NOW);
  await reporter.report();
  assert.equal(refused.length, 1);
  assert.equal(total(), 1);
});

test("K7: a report that the disk has spoilt is told of, and does not keep the others waiting", async () => {
  const { report, total } = authority();
  const { texts, spool } = memorySpool();
  texts.push("\0\0\0", '{"source":');
  const refused: unknown[] = [];
  const reporter = reporterOf(report, Promise.resolve(spool), refused);
  reporter.meter.record(SECRET, "allowed", NOW);
  await reporter.report();
  assert.deepEqual(
    refused.map((error) => error instanceof SyntaxError),
    [true, true],
  );
  assert.equal(total(), 1);
  assert.deepEqual(texts, []);
});

test("K7: while somebody is slow to answer, what is counted still reaches the spool", async () => {
  const { texts, spool } = memorySpool();
  const { promise, resolve } = Promise.withResolvers<void>();
  const reporter = reporterOf(() => promise, Promise.resolve(spool));
  reporter.meter.record(SECRET, "allowed", NOW);
  const first = reporter.report();
  await new Promise(setImmediate);
  reporter.meter.record(SECRET, "allowed", NOW);
  void reporter.report();
  await new Promise(setImmediate);
  assert.equal(texts.length, 2);
  resolve();
  await first;
  assert.equal(texts.length, 0);
});

test("closing hands over what was counted; what nobody takes by the deadline stays in the spool", async () => {
  const taking = authority();
  const taken = reporterOf(taking.report);
  taken.meter.record(SECRET, "allowed", NOW);
  await taken.close(OPEN_END);
  assert.equal(taking.total(), 1);
  const { texts, spool } = memorySpool();
  const never = reporterOf(() => new Promise(() => undefined), Promise.resolve(spool));
  never.meter.record(SECRET, "allowed", NOW);
  void never.report();
  never.meter.record(SECRET, "expired", NOW);
  await never.close(new Promise((resolve) => setTimeout(resolve, 20)));
  const cells = texts.flatMap((text) => (JSON.parse(text) as UsageBatchBody).cells);
  assert.equal(
    cells.reduce((sum, { count }) => sum + count, 0),
    2,
  );
});

test("K7: whatever the authority and the spool do, every decision is counted once in the end", async () => {
  const step = fc.oneof(
    fc.record({ decide: fc.integer({ min: 1, max: 3_000 }) }),
    fc.record({ answer: fc.constantFrom("take" as const, "lose" as const, "fail" as const) }),
    fc.constant("report" as const),
  );
  const script = fc.tuple(
    fc.array(step, { maxLength: 20 }),
    fc.option(fc.integer({ min: 0, max: 3 })),
  );
  await fc.assert(
    fc.asyncProperty(script, async ([steps, room]) => {
      const { state, report, total } = authority();
      const spool = Promise.resolve(room === null ? undefined : memorySpool(room).spool);
      const reporter = reporterOf(report, spool);
      let decided = 0;
      for (const each of steps) {
        if (each === "report") await reporter.report();
        else if ("answer" in each) state.answer = each.answer;
        else {
          for (let number = 0; number < each.decide; number++) {
            const name = `${number}` as const;
            const secret = { keyId: `key_${name}` as KeyId, secretId: `sec_${name}` as SecretId };
            reporter.meter.record(secret, "allowed", NOW);
          }
          decided += each.decide;
        }
      }
      state.answer = "take";
      for (let times = 0; times < 4; times++) await reporter.report();
      assert.equal(total(), decided);
    }),
    { numRuns: 60 },
  );
});
