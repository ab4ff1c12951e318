// What every limiter promises, whatever it counts in. An adapter that counts elsewhere runs it on its own clock.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { TestContext } from "node:test";
import { formatId } from "@keyward/core/id";
import type { IdKind } from "@keyward/core/id";
import type { At } from "@keyward/core/limit/counter";
import type { Limit } from "@keyward/core/limit/limit";
import { parseLimits } from "@keyward/core/limit/parse-limit";
import { instant } from "@keyward/core/time";
import type { ChargeAnswer, Demand, Limiter, LimitedKey } from "./limiter.ts";

export const LIMITER_START = instant(1_767_225_600_000);

export interface OpenedLimiter {
  readonly limiter: Limiter;
  /** What the limiter takes for now. */
  readonly now: () => At;
  /** Has so much time pass, by both clocks. */
  readonly pass: (seconds: number) => void;
  /** How much later than in one process windows and slots are free again; 0 if left out. */
  readonly lateSeconds?: number;
}

let made = 0;

function newId<Kind extends IdKind>(kind: Kind) {
  made++;
  const random = new Uint8Array(10);
  new DataView(random.buffer).setUint32(0, made);
  return formatId(kind, LIMITER_START, random);
}

/** A key that nobody else counts, with these limits of its own. */
export function limitedKey(
  limits: readonly object[],
  others: { readonly owner?: readonly object[]; readonly api?: readonly object[] } = {},
): LimitedKey {
  return {
    workspaceId: newId("workspace"),
    keyId: newId("key"),
    ownerId: newId("owner"),
    apiId: newId("api"),
    environment: "live",
    limits: read(limits, "key"),
    ownerLimits: read(others.owner ?? [], "owner"),
    apiLimits: read(others.api ?? [], "api"),
  };
}

function read(limits: readonly object[], place: "key" | "owner" | "api"): readonly Limit[] {
  const parsed = parseLimits(limits, place);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.limits;
}

type Charge = (key: LimitedKey, cost?: number, fields?: Partial<Demand>) => Promise<ChargeAnswer>;

/** Runs the contract. `open` makes a limiter that has counted nothing. */
export function limiterContract(
  name: string,
  open: (t: TestContext) => OpenedLimiter | Promise<OpenedLimiter>,
): void {
  const guarantee = (
    title: string,
    use: (charge: Charge, opened: OpenedLimiter) => Promise<void>,
  ): void => {
    test(title, async (t) => {
      const opened = await open(t);
      await use(async (key, cost = 1, fields = {}) => {
        const network = "192.0.2.1";
        const demand = { key, cost, network, at: opened.now(), hold: false, dryRun: false };
        return await opened.limiter.charge({ ...demand, ...fields });
      }, opened);
    });
  };
  const codeOf = async (answer: Promise<ChargeAnswer>) => (await answer).refusal?.code ?? "allowed";

  suite(`limiter contract: ${name}`, () => {
    guarantee(
      "K5: a rate admits its burst and then one for each interval",
      async (charge, { pass }) => {
        const key = limitedKey([{ name: "r", kind: "rate", rate: 1, burst: 3 }]);
        for (let count = 0; count < 3; count++) assert.equal(await codeOf(charge(key)), "allowed");
        const refused = await charge(key);
        assert.deepEqual(refused.refusal, { code: "rate_limited", status: 429 });
        assert.equal(refused.report.retryAfterSeconds, 1);
        pass(1);
        assert.equal(await codeOf(charge(key)), "allowed");
        assert.equal(await codeOf(charge(key)), "rate_limited");
      },
    );

    guarantee(
      "K5: a window never holds more than its limit",
      async (charge, { pass, lateSeconds = 0 }) => {
        const key = limitedKey([{ name: "w", kind: "window", limit: 2, window_seconds: 10 }]);
        assert.equal(await codeOf(charge(key, 2)), "allowed");
        pass(9.999);
        assert.equal(await codeOf(charge(key)), "rate_limited");
        pass(0.25 + lateSeconds);
        assert.equal(await codeOf(charge(key, 2)), "allowed");
      },
    );

    guarantee("K5: a quota and credits give no more than they have", async (charge, { pass }) => {
      const quota = limitedKey([{ name: "q", kind: "quota", limit: 3, period: "day" }]);
      const credits = limitedKey([{ name: "c", kind: "credits", limit: 3, exhausted_status: 403 }]);
      for (const key of [quota, credits]) {
        assert.equal(await codeOf(charge(key, 2)), "allowed");
        assert.equal((await charge(key, 2)).report.states[0]?.remaining, 1);
        assert.equal(await codeOf(charge(key)), "allowed");
      }
      const outOfQuota = await charge(quota);
      assert.deepEqual(outOfQuota.refusal, { code: "quota_exceeded", status: 429 });
      assert.ok((outOfQuota.report.retryAfterSeconds ?? 0) > 86_000);
      const outOfCredits = await charge(credits);
      assert.deepEqual(outOfCredits.refusal, { code: "credits_exhausted", status: 403 });
      assert.equal(outOfCredits.report.retryAfterSeconds, undefined);
      pass(86_400);
      assert.equal(await codeOf(charge(quota, 3)), "allowed");
      assert.equal(await codeOf(charge(credits)), "credits_exhausted");
    });

    guarantee("T32: of many at once no more get through than there is", async (charge) => {
      for (const limit of [
        { name: "c", kind: "credits", limit: 50 },
        { name: "q", kind: "quota", limit: 50, period: "month" },
        { name: "r", kind: "rate", rate: 1, per_seconds: 3_600, burst: 50 },
        { name: "w", kind: "window", limit: 50, window_seconds: 3_600 },
        { name: "s", kind: "concurrency", limit: 50, lease_seconds: 3_600 },
      ]) {
        const key = limitedKey([limit]);
        const codes = await Promise.all(Array.from({ length: 200 }, () => codeOf(charge(key))));
        assert.equal(codes.filter((code) => code === "allowed").length, 50, limit.kind);
      }
    });

    guarantee("nothing is charged when any limit refuses", async (charge) => {
      const key = limitedKey([{ name: "r", kind: "rate", rate: 1, per_seconds: 3_600, burst: 9 }], {
        owner: [{ name: "c", kind: "credits", limit: 2 }],
        api: [{ name: "w", kind: "window", limit: 5, window_seconds: 60 }],
      });
      for (let count = 0; count < 2; count++) assert.equal(await codeOf(charge(key)), "allowed");
      for (let count = 0; count < 5; count++) {
        assert.equal(await codeOf(charge(key)), "credits_exhausted");
      }
      const { report } = await charge(key, 0);
      assert.deepEqual(
        report.states.map(({ name: limit, of, remaining }) => [limit, of, remaining]),
        [
          ["r", "key", 7],
          ["c", "owner", 0],
          ["w", "api", 3],
        ],
      );
    });

    guarantee("of several that refuse, the one that makes wait longest is told", async (charge) => {
      const key = limitedKey([
        { name: "r", kind: "rate", rate: 1, burst: 1 },
        { name: "w", kind: "window", limit: 1, window_seconds: 600 },
        { name: "s", kind: "concurrency", limit: 1 },
      ]);
      await charge(key);
      const { refusal, report } = await charge(key);
      assert.equal(refusal?.code, "rate_limited");
      assert.ok((report.retryAfterSeconds ?? 0) > 590);
      assert.deepEqual(
        report.states.map(({ exceeded }) => exceeded),
        [true, true, true],
      );
    });

    guarantee("a cost that no time would bring is refused as a mistake", async (charge) => {
      const key = limitedKey([{ name: "r", kind: "rate", rate: 5 }]);
      const { refusal, report } = await charge(key, 6);
      assert.deepEqual(refusal, { code: "cost_exceeds_limit", status: 400 });
      assert.equal(report.retryAfterSeconds, undefined);
      assert.equal(await codeOf(charge(key, 5)), "allowed");
    });

    guarantee(
      "a look and a dry run charge nothing; a dry-run limit refuses nothing",
      async (charge) => {
        const key = limitedKey([{ name: "c", kind: "credits", limit: 1 }]);
        assert.equal(await codeOf(charge(key, 0)), "allowed");
        assert.equal(await codeOf(charge(key, 1, { dryRun: true })), "allowed");
        assert.equal(await codeOf(charge(key, 2, { dryRun: true })), "credits_exhausted");
        assert.equal(await codeOf(charge(key)), "allowed");
        assert.equal(await codeOf(charge(key, 0)), "allowed");
        const shadow = limitedKey([{ name: "c", kind: "credits", limit: 1, dry_run: true }]);
        assert.equal(await codeOf(charge(shadow)), "allowed");
        const { refusal, report } = await charge(shadow);
        assert.equal(refusal, undefined);
        assert.deepEqual([report.states[0]?.exceeded, report.states[0]?.remaining], [true, 0]);
      },
    );

    guarantee(
      "keys of an owner share what the owner has, and keys of an api what it has",
      async (charge) => {
        const owner = limitedKey([], { owner: [{ name: "o", kind: "credits", limit: 2 }] });
        const sibling = { ...owner, keyId: newId("key") };
        assert.equal(await codeOf(charge(owner)), "allowed");
        assert.equal(await codeOf(charge(sibling)), "allowed");
        assert.equal(await codeOf(charge(sibling)), "credits_exhausted");
        const stranger = { ...sibling, ownerId: newId("owner") };
        assert.equal(await codeOf(charge(stranger)), "allowed");
      },
    );

    guarantee(
      "per: an api's limit counts each key, or each network, for itself",
      async (charge) => {
        for (const per of ["key", "network"] as const) {
          const api = [{ name: "a", kind: "credits", limit: 1, per }];
          const key = limitedKey([], { api });
          const other = { ...key, keyId: newId("key") };
          assert.equal(await codeOf(charge(key)), "allowed");
          assert.equal(await codeOf(charge(key)), "credits_exhausted");
          const isOther = per === "key" ? charge(other) : charge(key, 1, { network: "192.0.2.2" });
          assert.equal(await codeOf(isOther), "allowed");
        }
      },
    );

    guarantee(
      "what a settled charge did not use counts as never charged, and its slot is free",
      async (charge, { now }) => {
        const key = limitedKey([
          { name: "c", kind: "credits", limit: 10 },
          { name: "w", kind: "window", limit: 10, window_seconds: 3_600 },
          { name: "s", kind: "concurrency", limit: 1 },
        ]);
        const { charged } = await charge(key, 8, { hold: true });
        assert.ok(charged !== undefined);
        assert.deepEqual([charged.cost, charged.holdsSlot], [8, true]);
        assert.equal(await codeOf(charge(key)), "too_many_in_flight");
        charged.settle(3, now());
        charged.settle(0, now());
        assert.equal(await codeOf(charge(key, 7)), "allowed");
        assert.equal((await charge(key, 0)).report.states[0]?.remaining, 0);
      },
    );

    guarantee(
      "a slot that nobody gives back is free when its lease has ended",
      async (charge, { pass, lateSeconds = 0 }) => {
        const key = limitedKey([{ name: "s", kind: "concurrency", limit: 1, lease_seconds: 5 }]);
        assert.equal(await codeOf(charge(key)), "allowed");
        assert.equal(await codeOf(charge(key)), "too_many_in_flight");
        pass(5 + lateSeconds);
        assert.equal(await codeOf(charge(key)), "allowed");
      },
    );

    guarantee("a limit whose numbers change goes on with its count", async (charge) => {
      const key = limitedKey([{ name: "c", kind: "credits", limit: 2 }]);
      assert.equal(await codeOf(charge(key, 2)), "allowed");
      assert.equal(await codeOf(charge(key)), "credits_exhausted");
      const { limits } = limitedKey([{ name: "c", kind: "credits", limit: 3 }]);
      const refilled = { ...key, limits };
      assert.equal(await codeOf(charge(refilled)), "allowed");
      assert.equal(await codeOf(charge(refilled)), "credits_exhausted");
    });
  });
}
