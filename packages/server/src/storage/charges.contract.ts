// What every adapter promises about charges: spec/limits.md §7.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { instant } from "@keyward/core/time";
import type { WithStorage } from "./storage.contract.ts";
import type { KeptCharge } from "./charges.ts";
import type { Storage } from "./storage.ts";
import { putTenant, SAMPLE_NOW, sampleId } from "./testing/sample.ts";

const COUNTER = "key_x|credits|prepaid";

function inSeconds(seconds: number) {
  return instant(SAMPLE_NOW + seconds * 1000);
}

function chargeOf(name: string, fields: Partial<KeptCharge> = {}): KeptCharge {
  return {
    name,
    id: sampleId("charge"),
    cost: 10,
    units: [{ counter: COUNTER, periodStartMs: 0 }],
    report: { states: [], retryAfterSeconds: undefined, degraded: false },
    openUntil: inSeconds(60),
    endsAt: inSeconds(600),
    ...fields,
  };
}

export function chargesContract(name: string, withStorage: WithStorage): void {
  const guarantee = (title: string, use: (storage: Storage) => Promise<void>): void => {
    test(title, () => withStorage(({ storage }) => use(storage)));
  };

  suite(`charges contract: ${name}`, () => {
    guarantee(
      "a charge comes back as it was kept, to its workspace alone, until it ends",
      async ({ charges, ...storage }) => {
        const [own, other] = [
          await putTenant({ charges, ...storage }),
          await putTenant({ charges, ...storage }),
        ];
        const charge = chargeOf("a");
        assert.equal(await charges.keep(own.scope, charge, SAMPLE_NOW), undefined);
        assert.deepEqual(await charges.find(own.scope, "a", SAMPLE_NOW), charge);
        assert.equal(await charges.find(other.scope, "a", SAMPLE_NOW), undefined);
        assert.equal(await charges.find(own.scope, "a", inSeconds(600)), undefined);
      },
    );

    guarantee(
      "of many that are kept by one name at once the first stays, and the others are told of it",
      async (storage) => {
        const { scope } = await putTenant(storage);
        const keeping = Array.from({ length: 8 }, () =>
          storage.charges.keep(scope, chargeOf("a"), SAMPLE_NOW),
        );
        const before = await Promise.all(keeping);
        const kept = await storage.charges.find(scope, "a", SAMPLE_NOW);
        assert.equal(before.filter((one) => one === undefined).length, 1);
        assert.deepEqual(new Set(before.map((one) => one?.id)), new Set([undefined, kept?.id]));
      },
    );

    guarantee(
      "a charge is settled once; the same again is the same, another way is told, and too much or too late is refused",
      async ({ charges, ...storage }) => {
        const { scope } = await putTenant({ charges, ...storage });
        const charge = chargeOf("a");
        await charges.keep(scope, charge, SAMPLE_NOW);
        const id = charge.id ?? assert.fail();
        const of = { id, state: "committed", returnsUnits: false } as const;
        const settle = (cost: number, fields: object = {}, at = SAMPLE_NOW) =>
          charges.settle(scope, { ...of, cost, ...fields }, at);
        assert.equal(await settle(11), "exceeds");
        assert.equal(await settle(4, { id: sampleId("charge") }), "absent");
        assert.equal(await settle(4), "first");
        assert.equal(await settle(4), "again");
        assert.equal(await settle(5), "otherwise");
        assert.equal(await settle(0, { state: "released" }), "otherwise");
        assert.equal(await settle(4, {}, inSeconds(60)), "absent");
      },
    );

    guarantee(
      "K5: what was not used goes back to its store once, however often it is settled",
      async (storage) => {
        const { scope, workspace } = await putTenant(storage);
        const of = { workspaceId: workspace.id, counter: COUNTER, periodStartMs: 0 };
        const totalOf = async (wanted: number) =>
          (await storage.units.take([{ ...of, capacity: 100, wanted }]))[0]?.total;
        assert.equal(await totalOf(10), 10);
        const charge = chargeOf("a");
        await storage.charges.keep(scope, charge, SAMPLE_NOW);
        const id = charge.id ?? assert.fail();
        const settlement = { id, state: "committed", cost: 3, returnsUnits: true } as const;
        await Promise.all(
          Array.from({ length: 8 }, () => storage.charges.settle(scope, settlement, SAMPLE_NOW)),
        );
        assert.equal(await totalOf(0), 3);
      },
    );

    guarantee("what is forgotten, or has ended, is kept anew", async (storage) => {
      const { scope } = await putTenant(storage);
      await storage.charges.keep(scope, chargeOf("a"), SAMPLE_NOW);
      await storage.charges.forget(scope, "a");
      assert.equal(await storage.charges.keep(scope, chargeOf("a"), SAMPLE_NOW), undefined);
      assert.equal(await storage.charges.keep(scope, chargeOf("a"), inSeconds(600)), undefined);
    });
  });
}
