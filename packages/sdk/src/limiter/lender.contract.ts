// What every lender promises, whatever it counts in. An adapter that counts elsewhere runs it on its own clock.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { TestContext } from "node:test";
import { LENT_US_MAX } from "@keyward/core/limit/counter";
import type { LeaseWish } from "@keyward/core/limit/lease";
import type { Lender, LentUnits, LoanReturn } from "./lender.ts";
import { limitedKey } from "./limiter.contract.ts";
import type { LimitedKey } from "./limiter.ts";

export interface OpenedLender {
  readonly lender: Lender;
  /** Has so much time pass for the lender. */
  readonly pass: (seconds: number) => void;
}

type Lend = (
  key: LimitedKey,
  wishes: readonly (Partial<LeaseWish> & { readonly name: string })[],
  borrowers?: number,
) => Promise<readonly LentUnits[]>;

/** Runs the contract. `open` makes a lender that has lent nothing. */
export function lenderContract(
  name: string,
  open: (t: TestContext) => OpenedLender | Promise<OpenedLender>,
): void {
  const guarantee = (title: string, use: (lend: Lend, opened: OpenedLender) => Promise<void>) => {
    test(title, async (t) => {
      const opened = await open(t);
      await use(async (key, wishes, borrowers = 1) => {
        const filled = wishes.map((wish) => ({
          of: "key" as const,
          least: 1,
          need: 1,
          ahead: 0,
          ...wish,
        }));
        const loan = { key, network: undefined, wishes: filled, borrowers };
        const [answer] = await opened.lender.lend([loan]);
        assert.ok(answer !== undefined);
        return answer;
      }, opened);
    });
  };
  const unitsOf = (lent: readonly LentUnits[]) => lent.map(({ units }) => units);
  const returnOf = (key: LimitedKey, limit: string, { units, at }: LentUnits): LoanReturn => {
    return { key, network: undefined, of: "key", name: limit, units, at };
  };

  suite(`lender contract: ${name}`, () => {
    guarantee("K5: what is lent of any limit is counted before it is answered", async (lend) => {
      for (const limit of [
        { name: "l", kind: "rate", rate: 1, per_seconds: 3_600, burst: 10 },
        { name: "l", kind: "window", limit: 10, window_seconds: 3_600 },
        { name: "l", kind: "quota", limit: 10, period: "month" },
        { name: "l", kind: "credits", limit: 10 },
        { name: "l", kind: "concurrency", limit: 10, lease_seconds: 3_600 },
      ]) {
        const key = limitedKey([limit]);
        const wish = { name: "l", need: 4 };
        const lent = await Promise.all([lend(key, [wish]), lend(key, [wish]), lend(key, [wish])]);
        const units = lent.flatMap(unitsOf).toSorted((one, other) => one - other);
        assert.deepEqual(units, [2, 4, 4], limit.kind);
        const [refused] = await lend(key, [wish]);
        assert.equal(refused?.units, 0);
        assert.ok((refused?.waitUs ?? 0) > 0);
      }
    });

    guarantee(
      "a unit of a window counts until its lease and the window are over",
      async (lend, { pass }) => {
        const key = limitedKey([{ name: "w", kind: "window", limit: 3, window_seconds: 2 }]);
        assert.deepEqual(unitsOf(await lend(key, [{ name: "w", need: 3 }])), [3]);
        pass(2 + LENT_US_MAX / 1_000_000);
        assert.deepEqual(unitsOf(await lend(key, [{ name: "w" }])), [0]);
        pass(0.1);
        assert.deepEqual(unitsOf(await lend(key, [{ name: "w", need: 3 }])), [3]);
      },
    );

    guarantee(
      "a slot that is not given back is free when its lease and what it was lent for are over",
      async (lend, { pass }) => {
        const key = limitedKey([{ name: "s", kind: "concurrency", limit: 1, lease_seconds: 5 }]);
        assert.deepEqual(unitsOf(await lend(key, [{ name: "s" }])), [1]);
        pass(5);
        assert.deepEqual(unitsOf(await lend(key, [{ name: "s" }])), [0]);
        pass(LENT_US_MAX / 1_000_000);
        assert.deepEqual(unitsOf(await lend(key, [{ name: "s" }])), [1]);
      },
    );

    guarantee("all limits of a loan give their least, or none gives anything", async (lend) => {
      const key = limitedKey([
        { name: "r", kind: "rate", rate: 1, per_seconds: 3_600, burst: 5 },
        { name: "c", kind: "credits", limit: 1 },
        { name: "d", kind: "credits", limit: 0, dry_run: true },
      ]);
      const wishes = [
        { name: "r", least: 2, need: 2 },
        { name: "c", least: 2, need: 2 },
      ];
      assert.deepEqual(unitsOf(await lend(key, wishes)), [0, 0]);
      const [rate, credits] = await lend(key, wishes);
      assert.deepEqual([rate?.waitUs, credits?.waitUs], [0, Infinity]);
      assert.deepEqual([rate?.remaining, credits?.remaining], [5, 1]);
      const dry = [{ name: "r" }, { name: "c" }, { name: "d" }];
      assert.deepEqual(unitsOf(await lend(key, dry)), [1, 1, 0]);
    });

    guarantee(
      "ahead of need each is given his share of what is left, and near the end nothing",
      async (lend) => {
        const key = limitedKey([{ name: "c", kind: "credits", limit: 100 }]);
        assert.deepEqual(unitsOf(await lend(key, [{ name: "c", need: 10, ahead: 80 }], 9)), [20]);
        assert.deepEqual(unitsOf(await lend(key, [{ name: "c", need: 0, ahead: 80 }], 8)), [10]);
        assert.deepEqual(unitsOf(await lend(key, [{ name: "c", need: 1, ahead: 9 }], 100)), [1]);
      },
    );

    guarantee(
      "what is given back counts as if it had never been lent, but of a rate",
      async (lend, { lender }) => {
        for (const limit of [
          { name: "l", kind: "window", limit: 5, window_seconds: 3_600 },
          { name: "l", kind: "quota", limit: 5, period: "month" },
          { name: "l", kind: "credits", limit: 5 },
          { name: "l", kind: "concurrency", limit: 5 },
        ]) {
          const key = limitedKey([limit]);
          const [lent] = await lend(key, [{ name: "l", need: 5 }]);
          assert.ok(lent !== undefined);
          await lender.giveBack([returnOf(key, "l", { ...lent, units: 2 })]);
          assert.deepEqual(unitsOf(await lend(key, [{ name: "l", need: 5 }])), [2], limit.kind);
        }
        const key = limitedKey([
          { name: "r", kind: "rate", rate: 1, per_seconds: 3_600, burst: 5 },
        ]);
        const [lent] = await lend(key, [{ name: "r", need: 5 }]);
        assert.ok(lent !== undefined);
        await lender.giveBack([returnOf(key, "r", lent)]);
        assert.deepEqual(unitsOf(await lend(key, [{ name: "r" }])), [0]);
      },
    );

    guarantee("a limit that the key does not have gives nothing, for now", async (lend) => {
      const key = limitedKey([{ name: "c", kind: "credits", limit: 1 }]);
      const [lent] = await lend(key, [{ name: "x" }]);
      assert.deepEqual([lent?.units, lent?.waitUs], [0, 50_000]);
      assert.deepEqual(unitsOf(await lend(key, [{ name: "c" }])), [1]);
    });
  });
}
