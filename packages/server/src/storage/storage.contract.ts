import type { UnitDemand } from "@keyward/core/limit/unit-store";
// What every adapter of the storage port must do. An adapter's test calls storageContract with a way to open it.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { CommittedChange } from "@keyward/core/feed/change";
import type { WorkspaceId } from "@keyward/core/id";
import { instant } from "@keyward/core/time";
import { verifyChain } from "../audit/chain.ts";
import { tenantScope } from "./storage.ts";
import type {
  FeedChange,
  KeyFilter,
  Reply,
  Storage,
  SubjectWithin,
  TenantScope,
} from "./storage.ts";
import { checkIsolation } from "./testing/isolation.ts";
import { sampleBatch } from "./testing/usage-isolation.ts";
import type { OpenedStorage } from "./testing/isolation.ts";
import {
  keyOf,
  put,
  putTenant,
  revoked,
  SAMPLE_NOW,
  SAMPLE_LIMIT,
  sampleApi,
  sampleFacts,
  sampleId,
  sampleOwner,
  samplePlan,
  samplePolicy,
  sampleRevocation,
  sampleRole,
  sampleSecret,
  sampleWorkspace,
} from "./testing/sample.ts";

/** Opens an empty storage and closes it, with all that it has left, once `use` is done. */
export type WithStorage = (use: (opened: OpenedStorage) => Promise<void>) => Promise<void>;

async function readSubject(
  storage: Storage,
  scope: TenantScope,
  subject: SubjectWithin,
): Promise<{ readonly rev: number; readonly changes: readonly FeedChange[] }> {
  const scan = await storage.feed.scanSubject(scope, subject, "all");
  const changes: FeedChange[] = [];
  for await (const page of scan.pages) changes.push(...page);
  scan.close();
  return { rev: scan.rev, changes };
}

function byId(one: FeedChange["change"], other: FeedChange["change"]): number {
  return one.id < other.id ? -1 : 1;
}

const PAGE = { limit: 250, after: null } as const;
const now = SAMPLE_NOW;

export function storageContract(name: string, withStorage: WithStorage): void {
  const guarantee = (
    title: string,
    use: (storage: Storage, opened: OpenedStorage) => Promise<void>,
  ): void => {
    test(title, () => withStorage((opened) => use(opened.storage, opened)));
  };

  suite(`storage contract: ${name}`, () => {
    guarantee("T03: no reader and no writer reaches beyond its workspace", (_, opened) =>
      checkIsolation(opened),
    );

    guarantee(
      "T03: a change that belongs to another workspace is refused and leaves nothing",
      async (storage) => {
        const a = await putTenant(storage);
        const b = await putTenant(storage);
        await assert.rejects(put(storage, a.scope, keyOf(b)));
        await assert.rejects(put(storage, a.scope, b.workspace));
        assert.equal((await storage.reader.listKeys(a.scope, { now }, PAGE)).items.length, 0);
        assert.equal((await storage.reader.listKeys(b.scope, { now }, PAGE)).items.length, 0);
        assert.equal((await storage.reader.listAuditEvents(a.scope, {}, PAGE)).items.length, 3);
      },
    );

    guarantee("a record comes back as it was kept, in every field", async (storage) => {
      const tenant = await putTenant(storage);
      const { scope, workspace, api } = tenant;
      const role = sampleRole(api, { description: "may look", scopes: [] });
      const plan = samplePlan(workspace.id, { description: "for nothing" });
      const limitedApi = sampleApi(workspace.id, { limits: [SAMPLE_LIMIT] });
      const owner = sampleOwner(workspace.id, {
        type: "organisation",
        name: "Größe & Söhne",
        disabled: true,
        planId: plan.id,
        limits: [{ ...SAMPLE_LIMIT, name: "of-owner" }],
        metadata: { nested: { list: [1, "two", null, true] }, constructor: "x" },
      });
      const key = keyOf(tenant, {
        ownerId: owner.id,
        name: "naïve \u0000 \n 🔑",
        kind: "publishable",
        environment: "test",
        scopes: [],
        roleIds: [role.id],
        restrictions: { ips: ["192.0.2.0/24"], routes: [{ methods: ["GET"], path: "/a" }] },
        planId: plan.id,
        limits: [{ ...SAMPLE_LIMIT, name: "of-key", dry_run: true }],
        metadata: { n: 1.5 },
        expiresAt: instant(now + 5),
        secrets: [
          sampleSecret({ notBefore: instant(now + 1), expiresAt: instant(now + 2) }),
          sampleSecret({ id: sampleId("secret") }),
        ],
      });
      for (const value of [role, owner, plan, limitedApi, key]) await put(storage, scope, value);
      const { reader } = storage;
      assert.deepEqual(await reader.findWorkspace(scope), { value: workspace, rev: 1 });
      assert.deepEqual(await reader.findApi(scope, api.id), { value: api, rev: 2 });
      assert.deepEqual(await reader.findRole(scope, role.id), { value: role, rev: 4 });
      assert.deepEqual(await reader.findOwner(scope, owner.id), { value: owner, rev: 5 });
      assert.deepEqual(await reader.findPlan(scope, plan.id), { value: plan, rev: 6 });
      assert.deepEqual(await reader.findPlanByName(scope, plan.name), { value: plan, rev: 6 });
      assert.deepEqual(await reader.findApi(scope, limitedApi.id), { value: limitedApi, rev: 7 });
      assert.equal(await reader.isPlanUsed(scope, plan.id), true);
      assert.deepEqual(await reader.findKey(scope, key.id), { value: key, rev: 8 });
      assert.deepEqual((await reader.listKeys(scope, { now }, PAGE)).items, [
        { value: key, rev: 8 },
      ]);
    });

    guarantee(
      "a filter by creation and by last use names the instant itself, and counts as it lists",
      async (storage) => {
        const tenant = await putTenant(storage);
        const { scope } = tenant;
        const at = (ms: number) => instant(now + ms);
        const made = (name: string, ms: number) => keyOf(tenant, { name, createdAt: at(ms) });
        const [a, b, c] = [made("a", 0), made("b", 10), made("c", 20)];
        for (const key of [a, b, c]) await put(storage, scope, key);
        await put(storage, scope, revoked(c));
        const secretId = a.secrets[0]?.id ?? sampleId("secret");
        const batch = sampleBatch({ keyId: a.id, secretId });
        const uses = batch.uses.map((use) => ({ ...use, at: at(100) }));
        await storage.usage.count(scope, null, { ...batch, uses }, at(100));
        const cases: readonly (readonly [Partial<KeyFilter>, readonly string[]])[] = [
          [{ createdAfter: at(10) }, ["c", "b"]],
          [{ createdBefore: at(10) }, ["a"]],
          [{ createdAfter: at(1), createdBefore: at(20) }, ["b"]],
          [{ lastUsedFrom: "192.0.2.0/24" }, ["a"]],
          [{ lastUsedFrom: "198.51.100.0/24" }, []],
          [{ notUsedSince: at(100) }, ["c", "b"]],
          [{ notUsedSince: at(101) }, ["c", "b", "a"]],
          [{ notUsedSince: instant(0) }, ["c", "b"]],
          [{ notRevoked: true }, ["b", "a"]],
          [{ notRevoked: true, exceptKeyId: b.id }, ["a"]],
          [{ exceptApiId: tenant.api.id }, []],
          [{ apiId: tenant.api.id, notUsedSince: at(100), notRevoked: true }, ["b"]],
        ];
        for (const [filter, names] of cases) {
          const page = await storage.reader.listKeys(scope, { now, ...filter }, PAGE);
          const label = JSON.stringify(filter);
          assert.deepEqual(
            page.items.map(({ value }) => value.name),
            names,
            label,
          );
          const count = await storage.reader.countKeys(scope, { now, ...filter });
          assert.equal(count, names.length, label);
        }
      },
    );

    guarantee("a count goes through more keys than one slice holds", async (storage) => {
      const tenant = await putTenant(storage);
      const { scope } = tenant;
      await storage.write(async (writer) => {
        for (let index = 0; index < 1_500; index++) {
          const value = keyOf(tenant, { kind: index % 3 === 0 ? "publishable" : "secret" });
          const change = { entity: "key", id: value.id, value } as const;
          await writer.record(scope, change, sampleFacts("key.created"));
        }
      });
      assert.equal(await storage.reader.countKeys(scope, { now }), 1_500);
      assert.equal(await storage.reader.countKeys(scope, { now, kind: "publishable" }), 500);
      const ofApi = { now, apiId: tenant.api.id, notUsedSince: now };
      assert.equal(await storage.reader.countKeys(scope, ofApi), 1_500);
    });

    guarantee(
      "how far a revocation has come is kept without a rev, and those that run are found again",
      async (storage) => {
        const { scope, workspace } = await putTenant(storage);
        const [running, ended] = [sampleRevocation(scope), sampleRevocation(scope)];
        await storage.write(async (writer) => {
          for (const value of [running, { ...ended, state: "finished", endedAt: now } as const]) {
            const change = { entity: "revocation", id: value.id, value } as const;
            await writer.record(scope, change, sampleFacts("revocation.started"));
          }
        });
        const progress = { ...running, revokedCount: 2, position: sampleId("key") };
        await storage.write((writer) => writer.keepProgress(scope, progress));
        const found = await storage.reader.findRevocation(scope, running.id);
        assert.deepEqual(found, { value: progress, rev: 4 });
        const listed = await storage.reader.listRevocations(scope, { running: true }, PAGE);
        assert.deepEqual(listed, { items: [found], more: false });
        assert.equal((await storage.reader.listRevocations(scope, {}, PAGE)).items.length, 2);
        assert.deepEqual(await storage.system.listRunningRevocations(), [
          { workspaceId: workspace.id, id: running.id },
        ]);
      },
    );

    guarantee(
      "a policy is kept with all that it says, and how far its application has come without a rev",
      async (storage) => {
        const { scope, workspace } = await putTenant(storage);
        const policy = samplePolicy(workspace.id);
        const change = { entity: "policy", id: policy.id, value: policy } as const;
        const rev = await storage.write((writer) =>
          writer.record(scope, change, sampleFacts("policy.created")),
        );
        const { application } = policy;
        const on = application && { ...application, countedCount: 2, position: sampleId("key") };
        const value = { ...policy, application: on };
        await storage.write((writer) => writer.keepApplication(scope, value));
        assert.deepEqual(await storage.reader.findPolicy(scope, policy.id), { value, rev });
        assert.deepEqual(await storage.system.listAllPolicies(), [value]);
        const taken = samplePolicy(workspace.id);
        const again = { entity: "policy", id: taken.id, value: taken } as const;
        await assert.rejects(
          storage.write((writer) => writer.record(scope, again, sampleFacts("policy.created"))),
          { code: "name_taken" },
        );
      },
    );

    guarantee(
      "I8: revs have no gap, and each has one audit event of a chain that verifies",
      async (storage) => {
        const { scope, ...tenant } = await putTenant(storage);
        const key = keyOf({ scope, ...tenant });
        const revs = [
          await put(storage, scope, key),
          await put(storage, scope, { ...key, name: "renamed" }),
          await put(storage, scope, revoked(key)),
          await storage.write((writer) =>
            writer.record(
              scope,
              { entity: "key", id: key.id, value: null },
              sampleFacts("key.deleted"),
            ),
          ),
        ];
        assert.deepEqual(revs, [4, 5, 6, 7]);
        const { items } = await storage.reader.listAuditEvents(scope, {}, PAGE);
        const head = { rev: 7, hash: items[0]?.hash };
        assert.deepEqual(verifyChain(items.toReversed()), { ok: true, count: 7, head });
        assert.deepEqual(items.map((event) => event.action).slice(0, 4), [
          "key.deleted",
          "key.updated",
          "key.updated",
          "key.updated",
        ]);
        assert.equal(await storage.reader.findKey(scope, key.id), undefined);
      },
    );

    guarantee(
      "an audit event comes back with its facts, and can be found by actor, action and target",
      async (storage) => {
        const { scope, workspace } = await putTenant(storage);
        const facts = sampleFacts("workspace.updated", {
          actor: { type: "system", id: "first start", ip: null },
          requestId: null,
          detail: { from: "Acme", to: ["Acme Ltd"] },
        });
        await storage.write((writer) =>
          writer.record(scope, { entity: "workspace", id: workspace.id, value: workspace }, facts),
        );
        const { items, more } = await storage.reader.listAuditEvents(
          scope,
          {},
          { limit: 1, after: null },
        );
        assert.equal(more, true);
        const [event] = items;
        assert.ok(event !== undefined);
        const { previousHash: _, hash: __, ...rest } = event;
        assert.deepEqual(rest, {
          ...facts,
          workspaceId: workspace.id,
          rev: 4,
          entity: "workspace",
          targetId: workspace.id,
        });
        for (const [filter, count] of [
          [{ action: "workspace.updated", actorId: "first start" }, 1],
          [{ actorId: "first start" }, 1],
          [{ targetId: workspace.id }, 2],
          [{ targetId: workspace.id, actorId: "nobody" }, 0],
        ] as const) {
          const found = await storage.reader.listAuditEvents(scope, filter, PAGE);
          assert.equal(found.items.length, count, JSON.stringify(filter));
        }
        const older = await storage.reader.listAuditEvents(
          scope,
          {},
          { limit: 2, after: event.id },
        );
        assert.deepEqual(
          older.items.map(({ rev }) => rev),
          [3, 2],
        );
        assert.equal(older.more, true);
      },
    );

    guarantee(
      "works that share a commit each get the next rev, and one that throws takes nothing of the others with it",
      async (storage) => {
        const tenant = await putTenant(storage);
        const keys = Array.from({ length: 50 }, () => keyOf(tenant));
        const outcomes = await Promise.allSettled(
          keys.map((key, index) =>
            storage.write(async (writer) => {
              const change = { entity: "key", id: key.id, value: key } as const;
              const rev = await writer.record(tenant.scope, change, sampleFacts("key.created"));
              if (index % 5 === 0) throw new Error(`no ${index}`);
              return rev;
            }),
          ),
        );
        const revs = outcomes.flatMap((outcome) =>
          outcome.status === "fulfilled" ? [outcome.value] : [],
        );
        assert.deepEqual(
          revs,
          Array.from({ length: 40 }, (_, index) => index + 4),
        );
        const [first] = outcomes;
        assert.equal(first?.status === "rejected" && (first.reason as Error).message, "no 0");
        const { items } = await storage.reader.listKeys(tenant.scope, { now }, PAGE);
        assert.equal(items.length, 40);
        const events = (await storage.reader.listAuditEvents(tenant.scope, {}, PAGE)).items;
        assert.equal(verifyChain(events.toReversed()).ok, true);
        assert.equal(events.length, 43);
      },
    );

    guarantee(
      "a work reads what it has written, and nobody else does before it is durable",
      async (storage) => {
        const { scope, workspace } = await putTenant(storage);
        const owner = sampleOwner(workspace.id);
        await storage.write(async (writer) => {
          const change = { entity: "owner", id: owner.id, value: owner } as const;
          await writer.record(scope, change, sampleFacts("owner.created"));
          assert.deepEqual((await writer.findOwner(scope, owner.id))?.value, owner);
          assert.equal(await storage.reader.findOwner(scope, owner.id), undefined);
        });
        assert.deepEqual((await storage.reader.findOwner(scope, owner.id))?.value, owner);
      },
    );

    guarantee("the writer of a work that has ended writes nothing more", async (storage) => {
      const { scope, workspace } = await putTenant(storage);
      const kept = await storage.write(async (writer) => writer);
      const change = { entity: "workspace", id: workspace.id, value: workspace } as const;
      await assert.rejects(kept.record(scope, change, sampleFacts("workspace.updated")));
      await put(storage, scope, workspace);
      assert.equal((await storage.reader.findWorkspace(scope))?.rev, 4);
    });

    guarantee(
      "K2: subscribers have seen a change before its write is answered, in the order of the revs",
      async (storage) => {
        const seen: CommittedChange[] = [];
        storage.subscribe((changes) => seen.push(...changes));
        const tenant = await putTenant(storage);
        const key = keyOf(tenant);
        await put(storage, tenant.scope, key);
        const answered = put(storage, tenant.scope, revoked(key)).then(() => seen.length);
        assert.equal(await answered, 5);
        await Promise.all(
          Array.from({ length: 20 }, () => put(storage, tenant.scope, keyOf(tenant))),
        );
        assert.deepEqual(
          seen.map(({ rev }) => rev),
          Array.from({ length: 25 }, (_, index) => index + 1),
        );
        assert.deepEqual(seen[4]?.change, { entity: "key", id: key.id, value: revoked(key) });
      },
    );

    guarantee("a subscriber is told nothing of a work that was undone", async (storage) => {
      const tenant = await putTenant(storage);
      let told = 0;
      storage.subscribe((changes) => {
        told += changes.length;
      });
      const key = keyOf(tenant);
      await assert.rejects(
        storage.write(async (writer) => {
          const change = { entity: "key", id: key.id, value: key } as const;
          await writer.record(tenant.scope, change, sampleFacts("key.created"));
          throw new Error("no");
        }),
        /^Error: no$/,
      );
      assert.equal(told, 0);
    });

    guarantee(
      "a prefix, a role's and a plan's name, an external id and a digest are each given once, and the work may go on from the refusal",
      async (storage) => {
        const tenant = await putTenant(storage);
        const { scope, workspace, api, owner } = tenant;
        const role = sampleRole(api, { name: "reader" });
        await put(storage, scope, role);
        const secret = sampleSecret();
        await put(storage, scope, keyOf(tenant, { secrets: [secret] }));
        const sameDigest = sampleSecret({ digest: secret.digest });
        for (const [code, value] of [
          ["prefix_taken", sampleApi(workspace.id, { prefix: api.prefix })],
          ["name_taken", sampleRole(api, { name: "reader" })],
          ["external_id_taken", sampleOwner(workspace.id, { externalId: owner.externalId })],
          ["digest_taken", keyOf(tenant, { secrets: [sameDigest] })],
        ] as const) {
          await assert.rejects(put(storage, scope, value), { code });
        }
        const rev = await storage.write(async (writer) => {
          const value = sampleOwner(workspace.id, { externalId: owner.externalId });
          const change = { entity: "owner", id: value.id, value } as const;
          await assert.rejects(writer.record(scope, change, sampleFacts("owner.created")));
          const other = { ...value, externalId: "free" };
          return writer.record(scope, { ...change, value: other }, sampleFacts("owner.created"));
        });
        assert.equal(rev, 6);
      },
    );

    guarantee("another workspace may use the same prefix and external id", async (storage) => {
      const a = await putTenant(storage);
      const b = await putTenant(storage);
      await put(storage, b.scope, sampleApi(b.workspace.id, { prefix: a.api.prefix }));
      await put(storage, b.scope, sampleOwner(b.workspace.id, { externalId: a.owner.externalId }));
    });

    guarantee(
      "K5: a unit is granted once, of each counter and period apart, and one that comes back may be granted again",
      async (storage) => {
        const { units } = storage;
        const { workspace } = await putTenant(storage);
        const of = { workspaceId: workspace.id, counter: "key_x|quota|daily", periodStartMs: 0 };
        const take = async (wanted: number, fields: Partial<UnitDemand> = {}) =>
          (await units.take([{ ...of, capacity: 10, wanted, ...fields }]))[0];
        assert.deepEqual(await take(0), { granted: 0, total: 0 });
        assert.deepEqual(await take(7), { granted: 7, total: 7 });
        assert.deepEqual(await take(7), { granted: 3, total: 10 });
        assert.deepEqual(await take(1), { granted: 0, total: 10 });
        assert.deepEqual(await take(1, { capacity: 5 }), { granted: 0, total: 10 });
        assert.deepEqual(await take(4, { counter: "key_y|quota|daily" }), { granted: 4, total: 4 });
        assert.deepEqual(await take(4, { periodStartMs: 86_400_000 }), { granted: 4, total: 4 });
        await units.giveBack([{ ...of, units: 2 }]);
        assert.deepEqual(await take(5), { granted: 2, total: 10 });
        const both = await Promise.all([take(9, { capacity: 20 }), take(9, { capacity: 20 })]);
        assert.deepEqual(
          both.map((one) => one?.granted),
          [9, 1],
        );
      },
    );

    guarantee(
      "F07: of a counter the three periods that were begun last are kept, for a clock that comes back",
      async (storage) => {
        const { workspace } = await putTenant(storage);
        const totalOf = async (periodStartMs: number, wanted: number) => {
          const of = { workspaceId: workspace.id, counter: "own_x|quota|q", periodStartMs };
          return (await storage.units.take([{ ...of, capacity: 10, wanted }]))[0]?.total;
        };
        for (const period of [2_000, 9_000, 1_000]) assert.equal(await totalOf(period, 3), 3);
        assert.equal(await totalOf(2_000, 0), 3);
        assert.equal(await totalOf(5_000, 3), 3);
        assert.equal(await totalOf(2_000, 0), 0);
        assert.equal(await totalOf(9_000, 0), 3);
      },
    );

    guarantee("a key that is deleted takes what was counted of it along", async (storage) => {
      const tenant = await putTenant(storage);
      const keys = [keyOf(tenant), keyOf(tenant)] as const;
      for (const key of keys) await put(storage, tenant.scope, revoked(key));
      const totalOf = async (id: string, wanted: number) => {
        const of = { workspaceId: tenant.workspace.id, counter: `${id}|credits|c` };
        const demand = { ...of, periodStartMs: 0, capacity: 10, wanted };
        return (await storage.units.take([demand]))[0]?.total;
      };
      for (const { id } of keys) assert.equal(await totalOf(id, 4), 4);
      const change = { entity: "key", id: keys[0].id, value: null } as const;
      await storage.write((writer) =>
        writer.record(tenant.scope, change, sampleFacts("key.deleted")),
      );
      assert.equal(await totalOf(keys[0].id, 0), 0);
      assert.equal(await totalOf(keys[1].id, 0), 4);
    });

    guarantee("what keys still refer to is not deleted", async (storage) => {
      const tenant = await putTenant(storage);
      await put(storage, tenant.scope, keyOf(tenant));
      const { api, owner } = tenant;
      for (const change of [
        { entity: "api", id: api.id, value: null },
        { entity: "owner", id: owner.id, value: null },
      ] as const) {
        const deleting = storage.write((writer) =>
          writer.record(tenant.scope, change, sampleFacts(`${change.entity}.deleted`)),
        );
        await assert.rejects(deleting, { code: "in_use" });
      }
    });

    guarantee("T15: no change leads out of revoked", async (storage) => {
      const tenant = await putTenant(storage);
      const key = keyOf(tenant);
      await put(storage, tenant.scope, revoked(key));
      await assert.rejects(put(storage, tenant.scope, key));
      assert.equal((await storage.reader.findKey(tenant.scope, key.id))?.value.state, "revoked");
    });

    guarantee("one digest opens one key, of all workspaces", async (storage) => {
      const a = await putTenant(storage);
      const b = await putTenant(storage);
      const secret = sampleSecret();
      await put(storage, a.scope, keyOf(a, { secrets: [secret] }));
      const twice = keyOf(b, { secrets: [{ ...secret, id: sampleId("secret") }] });
      await assert.rejects(put(storage, b.scope, twice));
      assert.equal((await storage.reader.listKeys(b.scope, { now }, PAGE)).items.length, 0);
    });

    guarantee(
      "pages are stable: what is added meanwhile neither doubles nor hides an item",
      async (storage) => {
        const tenant = await putTenant(storage);
        const keys = Array.from({ length: 7 }, () => keyOf(tenant));
        for (const key of keys) await put(storage, tenant.scope, key);
        for (const text of [undefined, "nightly"]) {
          const seen: string[] = [];
          const filter: KeyFilter = text === undefined ? { now } : { now, text };
          let after: string | null = null;
          for (let more = true; more;) {
            const page = await storage.reader.listKeys(tenant.scope, filter, { limit: 3, after });
            seen.push(...page.items.map(({ value }) => value.id));
            after = page.items.at(-1)?.value.id ?? null;
            more = page.more;
            const added = keyOf(tenant);
            await put(storage, tenant.scope, added);
            if (text === undefined) continue;
            await put(storage, tenant.scope, { ...added, name: "out of sight" });
          }
          assert.deepEqual(
            seen.filter((id) => keys.some((key) => key.id === id)),
            keys.map((key) => key.id).toReversed(),
          );
          assert.equal(new Set(seen).size, seen.length);
        }
      },
    );

    guarantee("each filter of keys admits what it says, alone and with others", async (storage) => {
      const tenant = await putTenant(storage);
      const { scope, workspace } = tenant;
      const api = sampleApi(workspace.id);
      const owner = sampleOwner(workspace.id, { externalId: "Customer-7" });
      const role = sampleRole(api);
      for (const value of [api, owner, role]) await put(storage, scope, value);
      const named = {
        plain: keyOf(tenant, { name: "plain" }),
        other: keyOf(tenant, {
          name: "100%_Sure",
          apiId: api.id,
          ownerId: owner.id,
          roleIds: [role.id],
          environment: "test",
          kind: "pat",
          secrets: [sampleSecret({ hint: "Xy7Q" })],
        }),
        disabled: keyOf(tenant, { name: "disabled", state: "disabled" }),
        expired: keyOf(tenant, { name: "expired", expiresAt: now }),
        disabledAndExpired: keyOf(tenant, {
          name: "both",
          state: "disabled",
          expiresAt: instant(now - 1),
        }),
        later: keyOf(tenant, { name: "later", expiresAt: instant(now + 1) }),
        revoked: revoked(keyOf(tenant, { name: "revoked", expiresAt: instant(now - 1) })),
      };
      for (const key of Object.values(named)) await put(storage, scope, key);
      const [secret] = named.other.secrets;
      assert.ok(secret !== undefined);
      const cases: readonly (readonly [Omit<KeyFilter, "now">, readonly string[]])[] = [
        [{ apiId: api.id }, ["100%_Sure"]],
        [{ ownerId: owner.id }, ["100%_Sure"]],
        [{ roleId: role.id }, ["100%_Sure"]],
        [{ environment: "test" }, ["100%_Sure"]],
        [{ kind: "pat" }, ["100%_Sure"]],
        [{ status: "active" }, ["later", "100%_Sure", "plain"]],
        [{ status: "disabled" }, ["disabled"]],
        [{ status: "expired" }, ["both", "expired"]],
        [{ status: "revoked" }, ["revoked"]],
        [{ digest: secret.digest }, ["100%_Sure"]],
        [{ digest: secret.digest, environment: "live" }, []],
        [{ text: "SURE" }, ["100%_Sure"]],
        [{ text: "%" }, ["100%_Sure"]],
        [{ text: "_" }, ["revoked", "later", "both", "expired", "disabled", "100%_Sure", "plain"]],
        [{ text: "xy7q" }, ["100%_Sure"]],
        [{ text: "customer-7" }, ["100%_Sure"]],
        [{ text: named.plain.id }, ["plain"]],
        [{ text: named.plain.id.slice(8) }, ["plain"]],
        [{ text: named.plain.id, environment: "test" }, []],
        [{ text: "d", status: "disabled" }, ["disabled"]],
        [{ ownerId: tenant.owner.id, status: "active", environment: "live" }, ["later", "plain"]],
        [{ apiId: tenant.api.id, status: "expired", kind: "secret" }, ["both", "expired"]],
      ];
      for (const [filter, names] of cases) {
        const { items } = await storage.reader.listKeys(scope, { ...filter, now }, PAGE);
        assert.deepEqual(
          items.map(({ value }) => value.name),
          names,
          JSON.stringify(filter),
        );
      }
    });

    guarantee(
      "a search finds the oldest of more keys than one slice of the search holds",
      async (storage) => {
        const tenant = await putTenant(storage);
        const oldest = keyOf(tenant, { name: "Needle" });
        await put(storage, tenant.scope, oldest);
        await storage.write(async (writer) => {
          for (let count = 0; count < 1_500; count++) {
            const key = keyOf(tenant, { name: `straw ${count}` });
            const change = { entity: "key", id: key.id, value: key } as const;
            await writer.record(tenant.scope, change, sampleFacts("key.created"));
          }
        });
        const page = await storage.reader.listKeys(tenant.scope, { now, text: "needle" }, PAGE);
        assert.deepEqual(
          page.items.map(({ value }) => value.id),
          [oldest.id],
        );
        assert.equal(page.more, false);
        const many = await storage.reader.listKeys(
          tenant.scope,
          { now, text: "straw" },
          { limit: 250, after: null },
        );
        assert.equal(many.items.length, 250);
        assert.equal(many.more, true);
      },
    );

    guarantee(
      "T14: a reply is found until it ends, and its body ends sooner, whether or not anyone has cleaned up",
      async (storage) => {
        const { scope } = await putTenant(storage);
        const reply: Reply = {
          keyDigest: new Uint8Array(32).fill(1),
          requestDigest: new Uint8Array(32).fill(2),
          status: 201,
          body: new Uint8Array([1, 2, 3]),
          targetId: "key_x",
          bodyExpiresAt: instant(now + 10),
          expiresAt: instant(now + 20),
        };
        await storage.write((writer) => writer.keepReply(scope, reply));
        const find = (at: number) => storage.reader.findReply(scope, reply.keyDigest, instant(at));
        assert.deepEqual(plain(await find(now + 9)), plain(reply));
        assert.deepEqual(plain(await find(now + 10)), plain({ ...reply, body: null }));
        assert.equal(await find(now + 20), undefined);
        await storage.system.forgetReplies(instant(now + 10));
        assert.deepEqual(plain(await find(now)), plain({ ...reply, body: null }));
        await storage.system.forgetReplies(instant(now + 20));
        assert.equal(await find(now), undefined);
      },
    );

    guarantee(
      "a scan brings everything once, at its own rev, what is referred to first",
      async (storage) => {
        const tenants = [await putTenant(storage), await putTenant(storage)];
        const expected: string[] = [];
        for (const tenant of tenants) {
          const { scope, workspace, api, owner } = tenant;
          const role = sampleRole(api);
          const plan = samplePlan(workspace.id);
          const keys = [keyOf(tenant, { roleIds: [role.id], planId: plan.id }), keyOf(tenant)];
          for (const value of [role, plan, ...keys]) await put(storage, scope, value);
          for (const value of [workspace, api, owner, role, plan, ...keys]) expected.push(value.id);
        }
        const changes: CommittedChange[] = [];
        for await (const batch of storage.system.scan()) changes.push(...batch);
        assert.deepEqual(changes.map(({ change }) => change.id).sort(), expected.sort());
        const order = ["workspace", "api", "role", "plan", "owner", "key"];
        for (const { scope } of tenants) {
          const places = changes
            .filter(({ workspaceId }) => workspaceId === scope)
            .map(({ change }) => order.indexOf(change.entity));
          assert.deepEqual(
            places,
            places.toSorted((a, b) => a - b),
          );
        }
        for (const { workspaceId, rev, change } of changes) {
          if (change.entity !== "key") continue;
          const found = await storage.reader.findKey(tenantScope(workspaceId), change.id);
          assert.deepEqual(found, { value: change.value, rev });
        }
      },
    );

    guarantee("a scan shows one moment, whatever is written while it goes on", async (storage) => {
      const tenant = await putTenant(storage);
      await storage.write(async (writer) => {
        for (let count = 0; count < 1_200; count++) {
          const key = keyOf(tenant);
          const change = { entity: "key", id: key.id, value: key } as const;
          await writer.record(tenant.scope, change, sampleFacts("key.created"));
        }
      });
      let count = 0;
      for await (const batch of storage.system.scan()) {
        count += batch.filter(({ change }) => change.entity === "key").length;
        await put(storage, tenant.scope, keyOf(tenant));
      }
      assert.equal(count, 1_200);
    });

    guarantee(
      "F18: pages of changes follow each other without a gap, however they are cut, and lead to what there is",
      async (storage) => {
        const tenant = await putTenant(storage);
        const { scope, api } = tenant;
        const subject = { apiId: api.id, environment: "live" } as const;
        const keys = Array.from({ length: 20 }, () => keyOf(tenant));
        for (const key of keys) await put(storage, scope, key);
        for (const key of keys.slice(5)) await put(storage, scope, revoked(key));
        await put(storage, scope, keyOf(tenant, { environment: "test" }));
        const expected = await readSubject(storage, scope, subject);
        for (const limit of [1, 7, 1_000]) {
          const things = new Map<string, FeedChange["change"]>();
          let position = 0;
          for (;;) {
            const page = await storage.feed.readChanges(scope, subject, position, limit);
            assert.ok(page !== undefined);
            assert.equal(page.from, position);
            if (page.to === position) break;
            assert.ok(page.to <= position + limit);
            for (const { rev, change } of page.changes) {
              assert.ok(rev > page.from && rev <= page.to, "as of a rev of its page");
              things.set(change.id, change);
            }
            position = page.to;
          }
          assert.equal(position, expected.rev);
          assert.deepEqual(
            [...things.values()].toSorted(byId),
            expected.changes.map(({ change }) => change).toSorted(byId),
          );
        }
        const head = expected.rev;
        assert.equal(await storage.feed.readChanges(scope, subject, head + 1, 1), undefined);
      },
    );

    guarantee(
      "a scan of a subject shows one moment, whatever is written while it goes on",
      async (storage) => {
        const tenant = await putTenant(storage);
        const { scope, api } = tenant;
        const keys = Array.from({ length: 1_100 }, () => keyOf(tenant));
        await storage.write(async (writer) => {
          for (const key of keys) {
            const change = { entity: "key", id: key.id, value: key } as const;
            await writer.record(scope, change, sampleFacts("key.created"));
          }
        });
        const scan = await storage.feed.scanSubject(
          scope,
          {
            apiId: api.id,
            environment: "live",
          },
          "all",
        );
        const seen: FeedChange[] = [];
        for await (const page of scan.pages) {
          seen.push(...page);
          for (const key of keys.slice(-2)) await put(storage, scope, revoked(key));
          await put(storage, scope, keyOf(tenant));
        }
        scan.close();
        assert.equal(scan.rev, 1_103);
        const values = seen.flatMap(({ change }) =>
          change.entity === "key" ? [change.value] : [],
        );
        assert.deepEqual(values, keys);
      },
    );

    guarantee(
      "a reading of a subject without its keys has its api and its roles",
      async (storage) => {
        const tenant = await putTenant(storage);
        const { scope, api } = tenant;
        await put(storage, scope, keyOf(tenant));
        const subject = { apiId: api.id, environment: "live" } as const;
        const scan = await storage.feed.scanSubject(scope, subject, "none");
        const entities = new Set<string>();
        for await (const page of scan.pages)
          for (const { change } of page) entities.add(change.entity);
        scan.close();
        assert.ok(entities.has("api"));
        assert.ok(!entities.has("key") && !entities.has("owner"));
      },
    );

    guarantee(
      "K8: a filter that few keys pass lets other work run while it looks through the rest",
      async (storage) => {
        const tenant = await putTenant(storage);
        const { scope } = tenant;
        const keys = Array.from({ length: 1_100 }, () => keyOf(tenant));
        await Promise.all(keys.map((key) => put(storage, scope, key)));
        for (const filter of [
          { kind: "publishable" },
          { status: "active", environment: "test" },
          { ownerId: tenant.owner.id, environment: "test" },
        ] as const) {
          let others = 0;
          setImmediate(() => {
            others += 1;
          });
          const { items, more } = await storage.reader.listKeys(scope, { now, ...filter }, PAGE);
          assert.deepEqual([items.length, more, others], [0, false, 1], JSON.stringify(filter));
        }
      },
    );

    guarantee(
      "I6: how long verifiers were trusted is kept, of each workspace by itself",
      async ({ system }) => {
        const [one, other] = [sampleWorkspace().id, sampleWorkspace().id];
        assert.deepEqual(await system.readTrustMaxes(), new Map());
        await system.keepTrustMax(one, 65_000);
        await system.keepTrustMax(other, null);
        const maxes = new Map<WorkspaceId, number | null>([
          [one, 65_000],
          [other, null],
        ]);
        assert.deepEqual(await system.readTrustMaxes(), maxes);
        await system.keepTrustMax(other, 0);
        assert.deepEqual(await system.readTrustMaxes(), new Map([[one, 65_000]]));
      },
    );

    guarantee(
      "a new storage is empty, lists its workspaces newest first, and keeps its epoch",
      async (storage) => {
        const { system } = storage;
        assert.equal(await system.isEmpty(), true);
        const epoch = await system.epoch();
        assert.match(epoch, /^[0-9a-f]{32}$/);
        const workspaces = [sampleWorkspace(), sampleWorkspace(), sampleWorkspace()];
        for (const value of workspaces) await put(storage, tenantScope(value.id), value);
        assert.equal(await system.isEmpty(), false);
        const page = await system.listWorkspaces({ limit: 2, after: null });
        assert.deepEqual(
          page.items.map(({ value }) => value.id),
          [workspaces[2]?.id, workspaces[1]?.id],
        );
        assert.equal(page.more, true);
        assert.deepEqual(await system.findWorkspace(sampleId("workspace")), undefined);
        assert.equal(await system.epoch(), epoch);
      },
    );

    guarantee(
      "K8: beyond a bounded number of waiting works, the next is refused and the others are kept",
      async (storage) => {
        const tenant = await putTenant(storage);
        const outcomes = await Promise.allSettled(
          Array.from({ length: 10_000 }, () => storage.write(async () => "done")),
        );
        const refused = outcomes.filter((outcome) => outcome.status === "rejected");
        assert.ok(refused.length > 0 && refused.length < 10_000);
        assert.ok(
          refused.every(({ reason }) => (reason as { code?: string }).code === "unavailable"),
        );
        assert.equal(await put(storage, tenant.scope, keyOf(tenant)), 4);
      },
    );

    guarantee(
      "closing waits for what has been asked for, and refuses what comes after",
      async (storage) => {
        const tenant = await putTenant(storage);
        const last = put(storage, tenant.scope, keyOf(tenant));
        const closing = storage.close();
        assert.equal(await last, 4);
        await closing;
        await assert.rejects(put(storage, tenant.scope, keyOf(tenant)), { code: "unavailable" });
      },
    );
  });
}

/** Databases answer with different classes of byte arrays. */
function plain(reply: Reply | undefined) {
  if (reply === undefined) return undefined;
  const { keyDigest, requestDigest, body, ...rest } = reply;
  return {
    ...rest,
    keyDigest: [...keyDigest],
    requestDigest: [...requestDigest],
    body: body === null ? null : [...body],
  };
}
