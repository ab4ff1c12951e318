import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { parseId } from "@keyward/core/id";
import { UsageMeter } from "@keyward/core/usage/meter";
import type { VerdictCode } from "@keyward/core/verdict/codes";
import { tenantScope } from "../storage/storage.ts";
import type { SubjectWithin } from "../storage/storage.ts";
import { createAcme, createAcmeKey, openWorkbench } from "../testing/workbench.ts";
import type { Workbench } from "../testing/workbench.ts";
import { announcingUses } from "./use-events.ts";

async function openCounting(t: TestContext, fields: Parameters<typeof createAcmeKey>[1] = {}) {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  await bench.write(bench.operator, "webhooks.create", {
    body: {
      url: "https://hooks.example.com/",
      events: ["key.used_after_revocation", "key.limit_reached", "key.used_from_new_network"],
    },
  });
  const created = await createAcmeKey(bench, fields);
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
  const secretId = (await bench.storage.reader.findKey(scope, keyId))?.value.secrets[0]?.id;
  const useFrom = async (network: string) => {
    const now = bench.clock.now();
    const meter = new UsageMeter();
    const secret = { keyId, secretId: secretId ?? assert.fail() };
    meter.record(secret, "allowed", now, { context: { ip: network.replace("0/24", "7") } });
    const usage = meter.take() ?? assert.fail();
    const batch = { source: "source-of-the-test", sequence: ++sequence, ...usage };
    assert.equal((await storage.usage.count(scope, null, batch, now)).outcome, "counted");
    assert.deepEqual(failures, []);
  };
  return { bench, keyId, use, useFrom };
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

test("of a network that is new to a key endpoints are told once a day, with its name; of the first, and of publishable keys, they are not", async (t) => {
  const { bench, keyId, useFrom } = await openCounting(t);
  await useFrom("192.0.2.0/24");
  await useFrom("192.0.2.0/24");
  assert.deepEqual(await told(bench), []);
  await useFrom("198.51.100.0/24");
  await useFrom("203.0.113.0/24");
  const due = async () => {
    const found = await bench.storage.system.dueDeliveries(bench.clock.now(), {
      limit: 50,
      except: [],
    });
    return found.map(({ body }) => {
      const { type, data } = JSON.parse(body) as { type: string; data: Record<string, unknown> };
      return [type, data["id"], data["network"], "code" in data];
    });
  };
  const once = ["key.used_from_new_network", keyId, "198.51.100.0/24", false];
  assert.deepEqual(await due(), [once]);
  bench.clock.advanceSeconds(86_400);
  await useFrom("203.0.113.0/24");
  assert.deepEqual(await due(), [once]);
  await useFrom("100.64.1.0/24");
  assert.deepEqual((await due()).at(-1), [
    "key.used_from_new_network",
    keyId,
    "100.64.1.0/24",
    false,
  ]);
});

test("a publishable key is used from everywhere: nobody is told", async (t) => {
  const { bench, useFrom } = await openCounting(t, {
    kind: "publishable",
    scopes: ["invoices:read"],
  });
  for (const network of ["192.0.2.0/24", "198.51.100.0/24"]) await useFrom(network);
  assert.deepEqual(await told(bench), []);
});

test("T17: whoever reports uses has nobody told of keys that they were not trusted with", async (t) => {
  const { bench, use } = await openCounting(t);
  const apiId = parseId("api", "api_01m8ayg9wt3zd3e0ahj526z766") ?? assert.fail();
  await use("revoked", { apiId, environment: "live" });
  assert.deepEqual(await told(bench), []);
});
