import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { parseId } from "@keyward/core/id";
import type { VerdictCode } from "@keyward/core/verdict/codes";
import { tenantScope } from "../storage/storage.ts";
import type { SubjectWithin } from "../storage/storage.ts";
import { createAcme, createAcmeKey, openWorkbench } from "../testing/workbench.ts";
import type { Workbench } from "../testing/workbench.ts";
import { announcingUses } from "./use-events.ts";

async function openCounting(t: TestContext) {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  await bench.write(bench.operator, "webhooks.create", {
    body: {
      url: "https://hooks.example.com/",
      events: ["key.used_after_revocation", "key.limit_reached"],
    },
  });
  const created = await createAcmeKey(bench);
  const keyId = parseId("key", created.id) ?? assert.fail();
  const failures: unknown[] = [];
  const log = { failed: (error: unknown) => void failures.push(error) };
  const storage = announcingUses(bench.storage, { random: bench.random, log });
  const scope = tenantScope(bench.operator.scope);
  let sequence = 0;
  const use = async (code: VerdictCode, subject: SubjectWithin | null = null) => {
    const now = bench.clock.now();
    const minute = Math.floor(now / 60_000);
    const cell = { minute, keyId, code, tag: "", count: 3, cost: 0 };
    const source = "source-of-the-test";
    const batch = {
      source,
      sequence: ++sequence,
      cells: [cell],
      uses: [],
      strangers: [],
      needs: [],
      log: [],
    };
    assert.equal((await storage.usage.count(scope, subject, batch, now)).outcome, "counted");
    assert.deepEqual(failures, []);
  };
  return { bench, keyId, use };
}

/** What endpoints are told. */
async function told({ storage, clock }: Workbench): Promise<readonly unknown[]> {
  const due = await storage.system.dueDeliveries(clock.now(), { limit: 50, except: [] });
  return due.map(({ body }) => {
    const { type, data } = JSON.parse(body) as { type: string; data: { id: string; code: string } };
    return [type, data.id, data.code];
  });
}

test("of a revoked key that is still used endpoints are told once a day, and of no use that is allowed", async (t) => {
  const { bench, keyId, use } = await openCounting(t);
  await use("allowed");
  assert.deepEqual(await told(bench), []);
  await use("revoked");
  await use("revoked");
  const once = ["key.used_after_revocation", keyId, "revoked"];
  assert.deepEqual(await told(bench), [once]);
  bench.clock.advanceSeconds(86_400);
  await use("revoked");
  assert.deepEqual(await told(bench), [once, once]);
});

test("of a quota that is used up, or credits, endpoints are told once a day; of a rate, which passes, they are not", async (t) => {
  const { bench, keyId, use } = await openCounting(t);
  await use("rate_limited");
  await use("quota_exceeded");
  await use("credits_exhausted");
  assert.deepEqual(await told(bench), [["key.limit_reached", keyId, "quota_exceeded"]]);
});

test("T17: whoever reports uses has nobody told of keys that they were not trusted with", async (t) => {
  const { bench, use } = await openCounting(t);
  const apiId = parseId("api", "api_01m8ayg9wt3zd3e0ahj526z766") ?? assert.fail();
  await use("revoked", { apiId, environment: "live" });
  assert.deepEqual(await told(bench), []);
});
