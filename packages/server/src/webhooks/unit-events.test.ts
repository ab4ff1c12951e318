import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { createAcme, createAcmeKey, openWorkbench } from "../testing/workbench.ts";
import type { Workbench } from "../testing/workbench.ts";
import { announcingUnits } from "./unit-events.ts";

const PERIOD_MS = 86_400_000;

async function openTaking(t: TestContext) {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  const body = { url: "https://hooks.example.com/", events: ["limit.*"] };
  await bench.write(bench.operator, "webhooks.create", { body });
  const { id } = await createAcmeKey(bench);
  const failures: unknown[] = [];
  const log = { failed: (error: unknown) => void failures.push(error) };
  const open = () => announcingUnits(bench.storage, { ...bench, log });
  const take = async (wanted: number, fields: object = {}, storage = open()) => {
    const of = { workspaceId: bench.operator.scope, counter: `${id}|quota|daily` };
    const demand = { ...of, periodStartMs: PERIOD_MS, capacity: 100, limit: 100, wanted };
    await storage.units.take([{ ...demand, ...fields }]);
    // The event is written behind the answer, in the same order as this.
    await bench.storage.write(async () => {});
    assert.deepEqual(failures, []);
  };
  return { bench, id, take };
}

/** What endpoints are told. */
async function told({ storage, clock }: Workbench): Promise<readonly unknown[]> {
  const due = await storage.system.dueDeliveries(clock.now(), { limit: 50, except: [] });
  return due.map(({ body }) => {
    const { type, data } = JSON.parse(body) as { type: string; data: object };
    return [type, data];
  });
}

test("of a quota it is told once that 80 % are used, whoever takes them, also by a server that was started since", async (t) => {
  const { bench, id, take } = await openTaking(t);
  await take(79);
  assert.deepEqual(await told(bench), []);
  await take(1);
  const limit = { name: "daily", kind: "quota", limit: 100 };
  const data = { of: "key", id, name: "production", limit, used: 80 };
  const event = ["limit.nearly_reached", { ...data, period_start: "1970-01-02T00:00:00.000Z" }];
  assert.deepEqual(await told(bench), [event]);
  await take(5);
  await take(5);
  assert.deepEqual(await told(bench), [event]);
});

test("in the next period it is told again, and of a limit that was raised once more", async (t) => {
  const { bench, take } = await openTaking(t);
  await take(90);
  await take(90, { periodStartMs: 2 * PERIOD_MS });
  assert.equal((await told(bench)).length, 2);
  await take(90, { capacity: 200, limit: 200 });
  assert.equal((await told(bench)).length, 3);
});

test("an overflow is not part of what counts, and to look takes nothing and tells nothing", async (t) => {
  const { bench, take } = await openTaking(t);
  await take(80, { capacity: 200 });
  assert.equal((await told(bench)).length, 1);
  await take(0, { capacity: 10, limit: 10, counter: "key_x|quota|daily" });
  assert.equal((await told(bench)).length, 1);
});

test("of what is gone, and of limits that count each network apart, nothing is told", async (t) => {
  const { bench, take } = await openTaking(t);
  const [api] = (await bench.read(bench.operator, "apis.list")).data;
  await take(90, { counter: `${api?.id}|192.0.2.1|quota|daily` });
  await take(90, { counter: "key_01hzzzzzzzzzzzzzzzzzzzzzzz|quota|daily" });
  assert.deepEqual(await told(bench), []);
});
