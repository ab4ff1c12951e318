import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { tenantScope } from "../storage/storage.ts";
import { SeededRandom } from "../testing/seeded-random.ts";
import { createAcme, createAcmeKey, openWorkbench } from "../testing/workbench.ts";
import type { Workbench } from "../testing/workbench.ts";
import { disableIdleKeys } from "./idle-keys.ts";

const DAY = 86_400;

async function openIdle(t: TestContext) {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  await bench.write(bench.operator, "webhooks.create", {
    body: { url: "https://hooks.example.com/", events: ["key.idle"] },
  });
  const key = await createAcmeKey(bench);
  bench.clock.advanceSeconds(100 * DAY);
  await bench.write(bench.operator, "policies.create", {
    body: { name: "idle", idle_seconds: 30 * DAY },
  });
  return { bench, key: key.id };
}

async function look({ storage, clock }: Workbench, after: number): Promise<void> {
  clock.advanceSeconds(after * DAY);
  await disableIdleKeys({ storage, clock, random: new SeededRandom(`look ${clock.now()}`) });
}

async function statusOf(bench: Workbench, key: string) {
  return (await bench.read(bench.operator, "keys.get", { params: { key } })).status;
}

/** What endpoints are told, oldest first. */
async function told(bench: Workbench): Promise<readonly unknown[]> {
  const due = await bench.storage.system.dueDeliveries(bench.clock.now(), {
    limit: 50,
    except: [],
  });
  return due.map(({ body }) => {
    const { data } = JSON.parse(body) as { data: { id: string; days: number } };
    return [data.id, data.days];
  });
}

test("a key that nobody uses is disabled once the policy has asked for uses long enough, and not for the time before", async (t) => {
  const { bench, key } = await openIdle(t);
  await look(bench, 0);
  await look(bench, 29.9);
  assert.equal(await statusOf(bench, key), "active");
  await look(bench, 0.1);
  assert.equal(await statusOf(bench, key), "disabled");
  const events = await bench.auditOf(tenantScope(bench.operator.scope));
  const { action, actor, detail } = events.at(-1) ?? assert.fail();
  assert.deepEqual([action, actor.type, detail["because"]], ["key.disabled", "system", "idle"]);
});

test("it is told of seven days and one day before, once each, also after the server was away", async (t) => {
  const { bench, key } = await openIdle(t);
  await look(bench, 22.9);
  assert.deepEqual(await told(bench), []);
  await look(bench, 0.1);
  await look(bench, 0.1);
  assert.deepEqual(await told(bench), [[key, 7]]);
  await look(bench, 6.5);
  await look(bench, 0);
  assert.deepEqual(await told(bench), [
    [key, 7],
    [key, 1],
  ]);
});

test("a key that is used, or that somebody has changed, goes on working", async (t) => {
  const { bench, key } = await openIdle(t);
  bench.clock.advanceSeconds(20 * DAY);
  await bench.write(bench.operator, "keys.update", { params: { key }, body: { name: "kept" } });
  await look(bench, 15);
  assert.equal(await statusOf(bench, key), "active");
  await look(bench, 15);
  assert.equal(await statusOf(bench, key), "disabled");
  await bench.write(bench.operator, "keys.enable", { params: { key } });
  await look(bench, 29);
  assert.equal(await statusOf(bench, key), "active");
});
