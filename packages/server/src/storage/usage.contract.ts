// What every adapter of the storage port must do with usage.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import type { ClientId, SecretId } from "@keyward/core/id";
import type { Key } from "@keyward/core/model/records";
import { instant } from "@keyward/core/time";
import { DistinctCounter } from "@keyward/core/usage/distinct-counter";
import type { UsageBatch, UsageCell } from "@keyward/core/usage/cell";
import type { WithStorage } from "./storage.contract.ts";
import type { Storage, TenantScope } from "./storage.ts";
import {
  keyOf,
  put,
  putTenant,
  SAMPLE_NOW,
  sampleClient,
  sampleFacts,
  sampleId,
  samplePlan,
  sampleSecret,
} from "./testing/sample.ts";
import { networks, sampleBatch, USAGE_DAY, USAGE_MINUTE } from "./testing/usage-isolation.ts";
import type { Grain, UsageDimension, UsageFilter } from "./usage.ts";

const DAY_MS = 86_400_000;
const ALL = { from: instant(0), to: instant(SAMPLE_NOW + DAY_MS) };
const now = SAMPLE_NOW;

interface Using {
  readonly scope: TenantScope;
  readonly key: Key;
  readonly of: { readonly keyId: Key["id"]; readonly secretId: Key["secrets"][0]["id"] };
}

async function putUsing(storage: Storage): Promise<Using> {
  const tenant = await putTenant(storage);
  const key = keyOf(tenant, { secrets: [sampleSecret(), sampleSecret()] });
  await put(storage, tenant.scope, key);
  const secretId = key.secrets[0]?.id ?? sampleId("secret");
  return { scope: tenant.scope, key, of: { keyId: key.id, secretId } };
}

async function sums(
  { usage }: Storage,
  scope: TenantScope,
  grain: Grain,
  by: readonly UsageDimension[],
  filter: UsageFilter = {},
): Promise<Readonly<Record<string, number>>> {
  const found = await usage.sum(scope, { grain, ...ALL, filter, by, byBucket: true });
  const counts: Record<string, number> = {};
  for (const { names, count } of found) {
    const name = names.join(" ");
    counts[name] = (counts[name] ?? 0) + count;
  }
  return counts;
}

function batchOf(cells: readonly UsageCell[], fields: Partial<UsageBatch> = {}): UsageBatch {
  return {
    source: "source-of-a-test",
    sequence: 1,
    cells,
    uses: [],
    strangers: [],
    needs: [],
    log: [],
    ...fields,
  };
}

export function usageContract(name: string, withStorage: WithStorage): void {
  const guarantee = (title: string, use: (storage: Storage) => Promise<void>): void => {
    test(title, () => withStorage(({ storage }) => use(storage)));
  };

  suite(`usage: ${name}`, () => {
    guarantee(
      "K7: a batch is counted once in every grain, however often and in whatever order its source's batches come",
      async (storage) => {
        const { scope, of } = await putUsing(storage);
        const outcomes: string[] = [];
        for (const sequence of [2, 1, 2, 3, 1, 3]) {
          const batch = sampleBatch(of, { sequence });
          outcomes.push((await storage.usage.count(scope, null, batch, now)).outcome);
        }
        assert.deepEqual(outcomes, [
          "counted",
          "counted",
          "repeated",
          "counted",
          "repeated",
          "repeated",
        ]);
        for (const grain of ["minute", "hour", "day"] as const) {
          assert.deepEqual(await sums(storage, scope, grain, ["code"]), {
            allowed: 6,
            revoked: 3,
            unknown: 3,
          });
        }
        const far = sampleBatch(of, { sequence: 1_004 });
        assert.deepEqual(await storage.usage.count(scope, null, far, now), { outcome: "too_far" });
        const other = sampleBatch(of, { source: "another-source-of-it" });
        assert.equal((await storage.usage.count(scope, null, other, now)).outcome, "counted");
      },
    );

    guarantee(
      "sums are told apart by key, owner, api, environment, code and tag, and by bucket",
      async (storage) => {
        const { scope, key, of } = await putUsing(storage);
        await storage.usage.count(scope, null, sampleBatch(of), now);
        assert.deepEqual(
          await sums(storage, scope, "hour", ["key", "owner", "api", "environment", "code", "tag"]),
          {
            [`${key.id} ${key.ownerId} ${key.apiId} live allowed `]: 1,
            [`${key.id} ${key.ownerId} ${key.apiId} live allowed GET/things`]: 1,
            [`${key.id} ${key.ownerId} ${key.apiId} live revoked `]: 1,
            "    unknown ": 1,
          },
        );
        const filter = { ownerId: key.ownerId, codes: ["allowed"], tag: "GET/things" } as const;
        assert.deepEqual(await sums(storage, scope, "hour", ["key"], filter), { [key.id]: 1 });
        assert.deepEqual(await sums(storage, scope, "hour", [], { environment: "test" }), {});
        const question = { grain: "day", ...ALL, filter: {}, by: [], byBucket: true } as const;
        assert.deepEqual(await storage.usage.sum(scope, question), [
          { bucket: now - (now % DAY_MS), names: [], count: 4, cost: 2 },
        ]);
      },
    );

    guarantee(
      "usage is told apart by the plan that limited a key then: its own, or else its owner's",
      async (storage) => {
        const tenant = await putTenant(storage);
        const { scope, owner, workspace } = tenant;
        const [free, pro] = [samplePlan(workspace.id), samplePlan(workspace.id)];
        await put(storage, scope, free);
        await put(storage, scope, pro);
        const key = keyOf(tenant);
        await put(storage, scope, key);
        let sequence = 0;
        const use = async () => {
          const cell = { keyId: key.id, code: "allowed", tag: "", count: 1, cost: 0 } as const;
          const cells = [{ ...cell, minute: USAGE_MINUTE }];
          const batch = batchOf(cells, { sequence: ++sequence });
          await storage.usage.count(scope, null, batch, now);
          return await sums(storage, scope, "day", ["plan"]);
        };
        assert.deepEqual(await use(), { "": 1 });
        await put(storage, scope, { ...owner, planId: free.id });
        assert.deepEqual(await use(), { "": 1, [free.id]: 1 });
        await put(storage, scope, { ...key, planId: pro.id });
        assert.deepEqual(await use(), { "": 1, [free.id]: 1, [pro.id]: 1 });
        assert.deepEqual(await sums(storage, scope, "day", ["key"], { planId: pro.id }), {
          [key.id]: 1,
        });
        assert.deepEqual(await sums(storage, scope, "day", ["code"]), { allowed: 3 });
      },
    );

    guarantee(
      "T01: who reports for an api and environment cannot count for keys of others; the count stays without the key",
      async (storage) => {
        const { scope, key, of } = await putUsing(storage);
        const elsewhere = { apiId: key.apiId, environment: "test" } as const;
        await storage.usage.count(scope, elsewhere, sampleBatch(of), now);
        assert.deepEqual(await sums(storage, scope, "day", ["key", "environment", "code"]), {
          " test allowed": 2,
          " test revoked": 1,
          " test unknown": 1,
        });
        assert.deepEqual(await storage.reader.findLastUses(scope, [key.id]), []);
      },
    );

    guarantee(
      "a cell that comes late is counted in its own time, at most 35 days back; one of a fast clock as of now",
      async (storage) => {
        const { scope, of } = await putUsing(storage);
        const cell = { keyId: of.keyId, code: "allowed", tag: "", cost: 0 } as const;
        const at = (days: number, count: number) => {
          return { ...cell, minute: USAGE_MINUTE - days * 1_440, count };
        };
        const batch = batchOf([at(0, 1), at(-1, 2), at(8, 4), at(35, 8), at(36, 16)]);
        const counted = await storage.usage.count(scope, null, batch, now);
        assert.deepEqual(counted, { outcome: "counted", lateCount: 16, newNetworks: [] });
        const countIn = async (grain: Grain) => (await sums(storage, scope, grain, []))[""];
        assert.deepEqual(
          [await countIn("minute"), await countIn("hour"), await countIn("day")],
          [3, 15, 15],
        );
      },
    );

    guarantee(
      "I9: the last use only moves forward, and brings its network and agent; those of a deleted key are dropped",
      async (storage) => {
        const { scope, key, of } = await putUsing(storage);
        const use = (at: number, network: string) => {
          return { ...of, at: instant(at), network, agent: "curl/8.5.0", networks: networks(2) };
        };
        const gone = { ...use(now, "192.0.2.0/24"), keyId: sampleId("key") };
        const batch = batchOf([], {
          uses: [use(now - 5, "198.51.100.0/24"), use(now - 9, "192.0.2.0/24"), gone],
        });
        await storage.usage.count(scope, null, batch, now);
        assert.deepEqual(await storage.reader.findLastUses(scope, [key.id, gone.keyId]), [
          {
            ...of,
            at: now - 5,
            network: "198.51.100.0/24",
            agent: "curl/8.5.0",
            reporter: "source-of-a-test",
          },
        ]);
        const counted = await storage.reader.countNetworks(scope, key.id, instant(now - DAY_MS));
        assert.deepEqual([...counted], [[of.secretId, 2]]);
        const other = { ...use(now, "192.0.2.0/24"), networks: networks(2, 1) };
        const second = key.secrets[1]?.id ?? assert.fail();
        await storage.usage.count(
          scope,
          null,
          batchOf([], { sequence: 2, uses: [other, { ...other, secretId: second }] }),
          now,
        );
        const countIn = async (from: number, to: number) => {
          const range = { from: instant(from), to: instant(to) };
          return [...(await storage.reader.countNetworksOf(scope, [key.id, gone.keyId], range))];
        };
        assert.deepEqual(await countIn(now, now + 1), [[key.id, 3]]);
        const today = now - (now % DAY_MS);
        assert.deepEqual(await countIn(today - DAY_MS, today), []);
      },
    );

    guarantee(
      "T01: what a client has done is counted like what a key has, with the last use of its secrets, and for its apis alone",
      async (storage) => {
        const { scope, workspace, api, owner } = await putTenant(storage);
        const of = { workspaceId: workspace.id, apiId: api.id, ownerId: owner.id };
        const client = sampleClient(of);
        const change = { entity: "client", id: client.id, value: client } as const;
        await storage.write((writer) =>
          writer.record(scope, change, sampleFacts("client.created")),
        );
        const cell = { minute: USAGE_MINUTE, keyId: client.id, code: "allowed", tag: "" } as const;
        const use = (secretId: SecretId | ClientId, at: number) => {
          const told = { network: "192.0.2.0/24", agent: "", networks: networks(1) };
          return { keyId: client.id, secretId, at: instant(at), ...told };
        };
        const secretId = client.secrets[0]?.id ?? sampleId("secret");
        const uses = [
          use(secretId, now - 3),
          use(client.id, now - 2),
          use(sampleId("secret"), now),
        ];
        const batch = batchOf([{ ...cell, count: 3, cost: 0 }], { uses });
        const elsewhere = { apiId: sampleId("api"), environment: "live" } as const;
        await storage.usage.count(scope, elsewhere, { ...batch, source: "elsewhere" }, now);
        assert.deepEqual(await sums(storage, scope, "day", ["key"]), { "": 3 });
        assert.deepEqual(await storage.reader.findLastUses(scope, [client.id]), []);
        await storage.usage.count(scope, null, batch, now);
        const filter = { keyId: client.id, ownerId: owner.id, apiId: api.id } as const;
        assert.deepEqual(await sums(storage, scope, "day", ["key"], filter), { [client.id]: 3 });
        const found = await storage.reader.findLastUses(scope, [client.id]);
        const seen = new Map(found.map((each) => [each.secretId, each.at]));
        assert.deepEqual(
          seen,
          new Map<string, number>([
            [secretId, now - 3],
            [client.id, now - 2],
          ]),
        );
      },
    );

    guarantee(
      "what a key needed is kept from the first day to the last, in whatever order it is told; of no other subject, client or key that is gone",
      async (storage) => {
        const { scope, key, of } = await putUsing(storage);
        const need = (day: number, need: string) => ({ keyId: of.keyId, day, need });
        const tell = (sequence: number, needs: UsageBatch["needs"], elsewhere = false) => {
          const subject = elsewhere
            ? ({ apiId: key.apiId, environment: "test" } as const)
            : { apiId: key.apiId, environment: key.environment };
          return storage.usage.count(scope, subject, batchOf([], { sequence, needs }), now);
        };
        const today = USAGE_DAY;
        const gone = { ...need(today, "a"), keyId: sampleId("key") };
        const client = { ...need(today, "a"), keyId: sampleId("client") };
        await tell(1, [need(today - 3, "a"), need(today, "b c"), gone, client]);
        await tell(2, [need(today - 1, "a"), need(today - 9, "a"), need(today - 5, "a")]);
        await tell(3, [need(today + 4, "")]);
        await tell(4, [need(today, "elsewhere")], true);
        const ids = [of.keyId, gone.keyId];
        assert.deepEqual(await storage.reader.listNeeds(scope, ids), [
          { keyId: of.keyId, need: "", firstDay: today, lastDay: today },
          { keyId: of.keyId, need: "a", firstDay: today - 9, lastDay: today - 1 },
          { keyId: of.keyId, need: "b c", firstDay: today, lastDay: today },
        ]);
        const listed = async (days: number) => {
          await storage.usage.tidy(instant(now + days * DAY_MS));
          return (await storage.reader.listNeeds(scope, ids)).map((each) => each.need);
        };
        assert.deepEqual(await listed(399), ["", "a", "b c"]);
        assert.deepEqual(await listed(400), ["", "b c"]);
        assert.deepEqual(await listed(401), []);
      },
    );

    guarantee(
      "K8: of a key 256 needs are told apart; with a further one it counts as needing anything, and what is known stays known",
      async (storage) => {
        const { scope, of } = await putUsing(storage);
        const needs = Array.from({ length: 256 }, (_, number) => {
          return { keyId: of.keyId, day: USAGE_DAY - 1, need: `things:${number}` };
        });
        await storage.usage.count(scope, null, batchOf([], { needs }), now);
        const last = (need: string) => ({ keyId: of.keyId, day: USAGE_DAY, need });
        const more = [last("things:7"), last("one:more"), last("another:one")];
        await storage.usage.count(scope, null, batchOf([], { sequence: 2, needs: more }), now);
        const kept = await storage.reader.listNeeds(scope, [of.keyId]);
        assert.equal(kept.length, 257);
        const today = kept.filter(({ lastDay }) => lastDay === USAGE_DAY);
        assert.deepEqual(
          today.map(({ need }) => need),
          ["*", "things:7"],
        );
      },
    );

    guarantee(
      "a network is new to a key when none of its secrets was used from it in the days that are kept, and it was used before; of 64 networks on nothing is new",
      async (storage) => {
        const { scope, key, of } = await putUsing(storage);
        const second = key.secrets[1]?.id ?? assert.fail();
        let sequence = 0;
        const use = async (at: number, secretId: SecretId, names: readonly string[]) => {
          const counter = new DistinctCounter();
          for (const name of names) counter.add(name);
          const told = { network: names.at(-1) ?? null, agent: null, networks: counter.toText() };
          const uses = [{ keyId: of.keyId, secretId, at: instant(at), ...told }];
          const batch = batchOf([], { sequence: ++sequence, uses });
          const counted = await storage.usage.count(scope, null, batch, instant(at));
          assert.ok(counted.outcome === "counted");
          return counted.newNetworks.map(({ network }) => network);
        };
        const [home, office, away] = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"];
        assert.deepEqual(await use(now, of.secretId, [home]), []);
        assert.deepEqual(await use(now, of.secretId, [home, office]), [office]);
        assert.deepEqual(await use(now, second, [office]), []);
        assert.deepEqual(await use(now + DAY_MS, second, [away, home]), [null]);
        assert.deepEqual(await use(now + 2 * DAY_MS, of.secretId, [away]), []);
        const later = now + 89 * DAY_MS;
        assert.deepEqual(await use(later, of.secretId, [home]), []);
        await storage.usage.tidy(instant(now + 93 * DAY_MS));
        assert.deepEqual(await use(now + 93 * DAY_MS, of.secretId, [away]), [away]);
        const many = Array.from({ length: 70 }, (_, number) => `10.0.${number}.0/24`);
        assert.deepEqual(await use(later, of.secretId, many), []);
      },
    );

    guarantee("K8: beyond a thousand tags a further one counts as none", async (storage) => {
      const { scope, of } = await putUsing(storage);
      const cell = { minute: USAGE_MINUTE, keyId: of.keyId, code: "allowed", cost: 0 } as const;
      for (const sequence of [1, 2]) {
        const cells = Array.from({ length: 505 }, (_, index) => {
          return { ...cell, tag: `tag-${sequence}-${index}`, count: 1 };
        });
        await storage.usage.count(scope, null, batchOf(cells, { sequence }), now);
      }
      const counted = await sums(storage, scope, "minute", ["tag"]);
      assert.equal(Object.keys(counted).length, 1_001);
      assert.equal(counted[""], 10);
    });

    guarantee("what is old is forgotten, each grain in its time", async (storage) => {
      const { scope, of } = await putUsing(storage);
      await storage.usage.count(scope, null, sampleBatch(of), now);
      const kept = async (days: number) => {
        await storage.usage.tidy(instant(now + days * DAY_MS));
        const grains = ["minute", "hour", "day"] as const;
        return await Promise.all(
          grains.map(async (grain) => (await sums(storage, scope, grain, ["key"]))[of.keyId] ?? 0),
        );
      };
      assert.deepEqual(await kept(6), [3, 3, 3]);
      assert.deepEqual(await kept(8), [0, 3, 3]);
      assert.deepEqual(await kept(91), [0, 0, 3]);
      assert.deepEqual(await kept(1_096), [0, 0, 3]);
      assert.deepEqual(await kept(1_096 + 17), [0, 0, 0]);
      assert.deepEqual(await storage.usage.listStrangers(scope, ALL, 10), []);
    });

    test("the sum of a range is that of its buckets in every grain, wherever it begins and ends", async () => {
      await withStorage(async ({ storage }) => {
        const { scope, of } = await putUsing(storage);
        const cells = Array.from({ length: 500 }, (_, number) => {
          const minute = USAGE_MINUTE - number * 97;
          const costs = { count: 1 + (number % 3), cost: number % 5 };
          return { minute, keyId: of.keyId, code: "allowed", tag: "", ...costs } as const;
        });
        await storage.usage.count(scope, null, batchOf(cells), now);
        // Of minutes no more than a week is kept.
        const within = (days: number, ...grains: readonly Grain[]) =>
          fc.record({
            grain: fc.constantFrom(...grains),
            fromMinute: fc.integer({ min: USAGE_MINUTE - days * 1_440, max: USAGE_MINUTE }),
            minutes: fc.integer({ min: 1, max: (days + 20) * 1_440 }),
          });
        const range = fc.oneof(within(6, "minute", "hour"), within(40, "hour", "day"));
        await fc.assert(
          fc.asyncProperty(range, async ({ grain, fromMinute, minutes }) => {
            const from = instant(fromMinute * 60_000);
            const to = instant(from + minutes * 60_000);
            const question = { grain, from, to, filter: {}, by: ["key"] } as const;
            const buckets = await storage.usage.sum(scope, { ...question, byBucket: true });
            const [sum] = await storage.usage.sum(scope, { ...question, byBucket: false });
            const total = { count: 0, cost: 0 };
            for (const { count, cost } of buckets) {
              total.count += count;
              total.cost += cost;
            }
            assert.deepEqual({ count: sum?.count ?? 0, cost: sum?.cost ?? 0 }, total);
          }),
          { numRuns: 200 },
        );
      });
    });

    guarantee("what lies outside of a range is in no sum of it", async (storage) => {
      const { scope, of } = await putUsing(storage);
      const cell = { keyId: of.keyId, code: "allowed", tag: "", count: 1, cost: 0 } as const;
      const cells = [0, 1, 3].map((days) => ({ ...cell, minute: USAGE_MINUTE - days * 1_440 }));
      await storage.usage.count(scope, null, batchOf(cells), now);
      const midnight = now - (now % DAY_MS);
      const summed = async (from: number, to: number) =>
        await storage.usage.sum(scope, {
          grain: "hour",
          from: instant(midnight + from * DAY_MS),
          to: instant(midnight + to * DAY_MS),
          filter: {},
          by: ["key"],
          byBucket: false,
        });
      const counted = (count: number) => [{ bucket: null, names: [of.keyId], count, cost: 0 }];
      assert.deepEqual(await summed(-90, 1), counted(3));
      assert.deepEqual(await summed(-1, 0), counted(1));
      assert.deepEqual(await summed(-90, -3), []);
      assert.deepEqual(await summed(-90, -2), counted(1));
    });

    test("K7: any batches, repeated and in any order, add up to what they hold", async () => {
      const script = fc.array(
        fc.record({
          source: fc.constantFrom("source-number-one", "source-number-two"),
          sequence: fc.integer({ min: 1, max: 6 }),
          minutesAgo: fc.integer({ min: 0, max: 10_000 }),
          code: fc.constantFrom("allowed" as const, "expired" as const),
          tag: fc.constantFrom("", "a", "b"),
        }),
        { maxLength: 24 },
      );
      await fc.assert(
        fc.asyncProperty(script, async (steps) => {
          await withStorage(async ({ storage }) => {
            const { scope, of } = await putUsing(storage);
            const expected = new Map<string, number>();
            for (const { source, sequence, minutesAgo, code, tag } of steps) {
              const name = `${source} ${sequence}`;
              const minute = USAGE_MINUTE - minutesAgo;
              const cell = { minute, keyId: of.keyId, code, tag, count: sequence, cost: 0 };
              const batch = batchOf([cell], { source, sequence });
              const { outcome } = await storage.usage.count(scope, null, batch, now);
              assert.equal(outcome, expected.has(name) ? "repeated" : "counted");
              if (!expected.has(name)) expected.set(name, sequence);
            }
            const total = [...expected.values()].reduce((sum, count) => sum + count, 0);
            for (const grain of ["hour", "day"] as const) {
              assert.equal((await sums(storage, scope, grain, []))[""] ?? 0, total);
              assert.equal((await sums(storage, scope, grain, ["key"]))[of.keyId] ?? 0, total);
            }
          });
        }),
        { numRuns: 15 },
      );
    });
  });
}
