import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { formatInstant, addSeconds } from "@keyward/core/time";
import { openWorkbench } from "../testing/workbench.ts";
import { tellOfEndings } from "./endings.ts";

const DAY_SECONDS = 86_400;

async function open(t: TestContext, lifetimeDays: number) {
  const bench = await openWorkbench(t);
  const { operator, clock } = bench;
  await bench.write(operator, "apis.create", {
    body: { name: "Acme", prefix: "acme", audience: "https://acme.test" },
  });
  const key = await bench.write(operator, "keys.create", {
    body: {
      api: "acme",
      name: "Bar",
      owner: "cus_42",
      expires_at: formatInstant(addSeconds(clock.now(), lifetimeDays * DAY_SECONDS)),
    },
  });
  const { id } = await bench.write(operator, "webhooks.create", {
    body: { url: "https://hooks.example.com/", events: ["key.expiring", "key.expired"] },
  });
  /** What was told so far, oldest first. */
  const told = async () => {
    const { data } = await bench.read(operator, "webhooks.deliveries.list", {
      params: { webhook: id },
    });
    return data
      .toSorted((one, other) => (one.event_id < other.event_id ? -1 : 1))
      .map(({ payload }) => {
        const event = JSON.parse(payload) as { type: string; data: { days?: number } };
        return event.data.days ?? event.type;
      });
  };
  return { ...bench, key, told };
}

test("the end of a key is told 30, 14, 7 and 1 days before and when it has come, once each", async (t) => {
  const bench = await open(t, 40);
  for (let day = 0; day < 50; day++) {
    await tellOfEndings(bench);
    await tellOfEndings(bench);
    bench.clock.advanceSeconds(DAY_SECONDS);
  }
  assert.deepEqual(await bench.told(), [30, 14, 7, 1, "key.expired"]);
});

test("after a time away, what is still of use is told, in order; of an end that was long ago nothing is", async (t) => {
  const bench = await open(t, 40);
  bench.clock.advanceSeconds(34 * DAY_SECONDS);
  await tellOfEndings(bench);
  assert.deepEqual(await bench.told(), [30, 14, 7]);
  bench.clock.advanceSeconds(50 * DAY_SECONDS);
  await tellOfEndings(bench);
  assert.deepEqual(await bench.told(), [30, 14, 7]);
});

test("a key that is revoked is not told of; one whose end is moved is told of anew", async (t) => {
  const bench = await open(t, 10);
  const { key, operator, clock, told } = bench;
  await tellOfEndings(bench);
  assert.deepEqual(await told(), [30, 14]);
  const expires_at = formatInstant(addSeconds(clock.now(), 20 * DAY_SECONDS));
  await bench.write(operator, "keys.update", { params: { key: key.id }, body: { expires_at } });
  clock.advanceSeconds(1);
  await tellOfEndings(bench);
  assert.deepEqual(await told(), [30, 14, 30]);
  await bench.write(operator, "keys.revoke", { params: { key: key.id }, query: {}, body: {} });
  clock.advanceSeconds(15 * DAY_SECONDS);
  await tellOfEndings(bench);
  assert.deepEqual(await told(), [30, 14, 30]);
});
