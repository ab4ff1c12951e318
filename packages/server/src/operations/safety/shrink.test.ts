import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import * as fc from "fast-check";
import type { KeyId } from "@keyward/core/id";
import { UsageMeter } from "@keyward/core/usage/meter";
import type { AskedScopes } from "@keyward/core/usage/need";
import type { DecisionRequest } from "@keyward/core/verdict/request";
import {
  assertFails,
  createAcme,
  createAcmeKey,
  createTenant,
  openWorkbench,
} from "../../testing/workbench.ts";
import type { Wire, Workbench } from "../../testing/workbench.ts";
import { sampleFacts } from "../../storage/testing/sample.ts";

const DAY_SECONDS = 86_400;

interface Observed {
  readonly bench: Workbench;
  readonly key: { readonly id: string; readonly secret: string };
  /** Decides and, where it is allowed, has what it needed written down. */
  ask(scopes?: AskedScopes): Promise<string>;
  passDays(days: number): void;
  shrink(days?: number): ReturnType<typeof shrinkingOf>;
}

function shrinkingOf(bench: Workbench, key: string, days?: number) {
  const query = days === undefined ? {} : { days: `${days}` };
  return bench.read(bench.operator, "safety.shrink", { params: { key }, query });
}

async function observe(
  t: TestContext,
  fields: Parameters<typeof createAcmeKey>[1],
  seed = t.name,
): Promise<Observed> {
  const bench = await openWorkbench(t, seed);
  await createAcme(bench);
  const roles = { reader: ["invoices:read"], editor: ["invoices:*", "reports:list"] };
  for (const [name, scopes] of Object.entries(roles)) {
    await bench.write(bench.operator, "roles.create", { body: { api: "acme", name, scopes } });
  }
  const key = await createAcmeKey(bench, fields);
  let sequence = 0;
  return {
    bench,
    key,
    ask: async (scopes) => {
      const { scope } = bench.operator;
      const now = bench.clock.now();
      const request = {
        scopes: Array.isArray(scopes) ? { all: scopes } : scopes,
      } as DecisionRequest;
      const verdict = bench.verifier.verify(scope, key.secret, request, now);
      const meter = new UsageMeter();
      assert.ok(verdict.key !== undefined);
      meter.record(verdict.key, verdict.code, now, { scopes });
      const usage = meter.take() ?? assert.fail();
      const batch = { source: "source-of-a-test", sequence: ++sequence, ...usage };
      await bench.storage.usage.count(scope, null, batch, now);
      return verdict.code;
    },
    passDays: (days) => bench.clock.advanceSeconds(days * DAY_SECONDS),
    shrink: (days) => shrinkingOf(bench, key.id, days),
  };
}

function update({ bench, key }: Observed, body: Wire<"keys.update">["body"], ifMatch?: number) {
  const wire = { params: { key: key.id }, body: body ?? {} };
  return bench.write(
    bench.operator,
    "keys.update",
    ifMatch === undefined ? wire : { ...wire, ifMatch },
  );
}

test("a key that needed less than it is granted for longer than the days is proposed what it needed", async (t) => {
  const of = await observe(t, { scopes: ["invoices:*", "reports:list"] });
  await of.ask(["invoices:write"]);
  of.passDays(60);
  await of.ask(["invoices:read"]);
  of.passDays(31);
  await of.ask();
  const { rev: _, ...shrinking } = await of.shrink();
  assert.deepEqual(shrinking, {
    key: of.key.id,
    days: 90,
    outcome: "more",
    detail: null,
    observed_since: "2026-01-01",
    granted: { scopes: ["invoices:*", "reports:list"], roles: [] },
    needed: [
      { any_of: [], last_on: "2026-04-02" },
      { any_of: ["invoices:read"], last_on: "2026-03-02" },
    ],
    unused: ["invoices:*", "reports:list"],
    proposal: { scopes: ["invoices:read"], roles: [] },
  });
  const wider = await of.shrink(91);
  assert.equal(wider.outcome, "unknown");
  assert.equal((await of.shrink(31)).outcome, "more");
  assert.equal((await of.shrink(30)).outcome, "unknown");
});

test("nothing is proposed before the days are over, and it is told since when the key is observed", async (t) => {
  const of = await observe(t, { scopes: ["invoices:read", "reports:list"] });
  assert.equal(
    (await of.shrink()).detail,
    "Nothing was allowed to it since what keys need is kept",
  );
  of.passDays(5);
  await of.ask(["reports:list"]);
  of.passDays(90);
  const early = await of.shrink();
  assert.deepEqual(
    [early.outcome, early.observed_since, early.detail, early.proposal],
    [
      "unknown",
      "2026-01-06",
      "It has its scopes, and is observed, since 2026-01-06: that is not yet 90 days",
      null,
    ],
  );
  of.passDays(1);
  await of.ask(["reports:list"]);
  assert.deepEqual((await of.shrink()).proposal, { scopes: ["reports:list"], roles: [] });
});

test("whoever has just been granted something has had no time to need it: of the key, of a role, and not with a new name", async (t) => {
  const of = await observe(t, { scopes: ["invoices:read"], roles: ["reader"] });
  const since = async () => (await of.shrink()).observed_since;
  await of.ask(["invoices:read"]);
  of.passDays(10);
  await update(of, { name: "other" });
  assert.equal(await since(), "2026-01-01");
  await update(of, { scopes: ["invoices:read", "reports:list"] });
  assert.equal(await since(), "2026-01-11");
  of.passDays(10);
  const roles = await of.bench.read(of.bench.operator, "roles.list", { query: { api: "acme" } });
  const reader = roles.data.find(({ name }) => name === "reader")?.id ?? assert.fail();
  await of.bench.write(of.bench.operator, "roles.update", {
    params: { role: reader },
    body: { scopes: ["invoices:read", "invoices:write"] },
  });
  assert.equal(await since(), "2026-01-21");
});

test("a restored backup has forgotten what was needed since it was made, so it is observed anew", async (t) => {
  const of = await observe(t, { scopes: ["invoices:read", "reports:list"] });
  await of.ask(["invoices:read"]);
  of.passDays(100);
  await of.ask(["invoices:read"]);
  assert.equal((await of.shrink()).outcome, "more");
  const { storage, operator, clock } = of.bench;
  const { value } = (await storage.reader.findWorkspace(operator.scope)) ?? assert.fail();
  const facts = { ...sampleFacts("workspace.restored"), at: clock.now() };
  const change = { entity: "workspace", id: value.id, value } as const;
  await storage.write((writer) => writer.record(operator.scope, change, facts));
  assert.deepEqual(
    [(await of.shrink()).outcome, (await of.shrink()).observed_since],
    ["unknown", "2026-04-11"],
  );
});

test("a role of which all is needed stays; one that grants more gives way to what was needed of it", async (t) => {
  const of = await observe(t, { scopes: ["reports:list"], roles: ["reader", "editor"] });
  await of.ask(["invoices:read"]);
  of.passDays(91);
  await of.ask(["invoices:read", "invoices:write"]);
  const { proposal, unused, rev } = await of.shrink();
  assert.deepEqual(proposal, { scopes: ["invoices:write"], roles: ["reader"] });
  assert.deepEqual(unused, ["invoices:*", "reports:list"]);
  const after = await update(of, proposal ?? {}, rev);
  assert.deepEqual([after.scopes, after.roles], [["invoices:write"], ["reader"]]);
  assert.equal(await of.ask(["invoices:read", "invoices:write"]), "allowed");
  assert.equal(await of.ask(["reports:list"]), "insufficient_scope");
});

test("a proposal counts for the key as it was looked at: what has changed since refuses it", async (t) => {
  const of = await observe(t, { scopes: ["invoices:*"] });
  await of.ask(["invoices:read"]);
  of.passDays(91);
  await of.ask(["invoices:read"]);
  const { proposal, rev } = await of.shrink();
  await update(of, { scopes: ["invoices:*", "reports:list"] });
  await assertFails(update(of, proposal ?? {}, rev), "precondition_failed");
});

test("nobody can tell: of what named no scope, of what was told as anything, of what the api lists no more, of a management key", async (t) => {
  const of = await observe(t, { scopes: ["invoices:*", "reports:list"] });
  await of.ask();
  of.passDays(91);
  await of.ask();
  const detail = async () => (await of.shrink()).detail;
  assert.equal(
    await detail(),
    "No request that it was allowed named a scope: what its api looks up in the verdict is not seen",
  );
  await of.ask({ any: ["invoices:read", "reports:list"] });
  assert.equal((await of.shrink()).outcome, "more");
  const needs = [{ keyId: of.key.id as KeyId, day: 20_454 + 91, need: "*" }];
  const batch = { source: "an-older-reporter", sequence: 1, cells: [], uses: [], strangers: [] };
  const { bench } = of;
  await bench.storage.usage.count(
    bench.operator.scope,
    null,
    { ...batch, needs, log: [] },
    bench.clock.now(),
  );
  assert.equal(
    await detail(),
    "What it needed on 2026-04-02 could not be told: an older reporter, or too many different scopes",
  );
  of.passDays(91);
  assert.equal(await detail(), "Nothing was allowed to it within 90 days: disable it");
  await of.ask(["reports:list"]);
  await bench.write(bench.operator, "apis.scopes.remove", {
    params: { api: "acme", scope: "reports:list" },
  });
  assert.equal(
    await detail(),
    "It needs reports:list, which the api does not list and nobody can grant any more",
  );
  const manager = await bench.write(bench.operator, "keys.create", {
    body: { api: "keyward", name: "m", owner: "team-1", scopes: ["keys:read"] },
  });
  const { detail: said } = await shrinkingOf(bench, manager.id);
  assert.equal(said, "What a management key needs is not kept");
});

test("K6: another workspace's key is not found; a revoked one is told so", async (t) => {
  const { bench, key } = await observe(t, { scopes: ["reports:list"] });
  const { caller } = await createTenant(bench);
  const foreign = bench.read(caller, "safety.shrink", { params: { key: key.id } });
  await assertFails(foreign, "not_found");
  await bench.write(bench.operator, "keys.revoke", { params: { key: key.id } });
  await assertFails(shrinkingOf(bench, key.id), "key_revoked");
});

test("property: once a proposal has been applied, all that was allowed is allowed, and nothing that was refused", async (t) => {
  const scope = fc.constantFrom("invoices:read", "invoices:write", "reports:list");
  const asked: fc.Arbitrary<AskedScopes | undefined> = fc.oneof(
    fc.constant(undefined),
    fc.uniqueArray(scope, { maxLength: 3 }),
    fc.uniqueArray(scope, { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
  );
  const script = fc.record({
    scopes: fc.uniqueArray(
      fc.constantFrom("invoices:read", "invoices:*", "reports:list", "reports:*", "*"),
      { maxLength: 3 },
    ),
    roles: fc.subarray(["reader", "editor"]),
    requests: fc.array(asked, { minLength: 1, maxLength: 8 }),
  });
  let proposals = 0;
  let run = 0;
  await fc.assert(
    fc.asyncProperty(script, async ({ scopes, roles, requests }) => {
      const of = await observe(t, { scopes, roles }, `${t.name} ${run++}`);
      const codes: string[] = [];
      await of.ask();
      of.passDays(91);
      for (const request of requests) codes.push(await of.ask(request));
      const { proposal, rev } = await of.shrink();
      if (proposal === null) return;
      proposals++;
      await update(of, proposal, rev);
      const after: string[] = [];
      for (const request of requests) after.push(await of.ask(request));
      assert.deepEqual(after, codes);
    }),
    { numRuns: 40 },
  );
  assert.ok(proposals > 10, `${proposals} proposals`);
});
