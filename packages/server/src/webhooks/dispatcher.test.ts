// The dispatcher over a real storage, on a clock that goes when it is told to.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { openWorkbench } from "../testing/workbench.ts";
import { Dispatcher } from "./dispatcher.ts";
import { disableGone } from "./gone.ts";
import { ATTEMPTS_MAX } from "./retries.ts";
import { DELIVERED, notDelivered } from "./sender.ts";
import type { SendResult } from "./sender.ts";

const DAY_SECONDS = 86_400;

async function open(t: TestContext) {
  const bench = await openWorkbench(t);
  const { storage, clock, random, operator } = bench;
  const sent: { url: string; type: string; eventId: string }[] = [];
  const answers = new Map<string, SendResult>();
  const dispatcher = new Dispatcher({
    store: storage.system,
    senderFor: () => ({
      async send({ url, eventId, body }) {
        sent.push({ url, eventId, type: (JSON.parse(body) as { type: string }).type });
        return answers.get(url) ?? DELIVERED;
      },
    }),
    unseal: () => "whsec_",
    onGone: (delivery) => disableGone({ storage, clock, random }, delivery),
    onFailure: (error) => assert.fail(String(error)),
    clock,
    random,
  });
  const endpoint = async (name: string, events = ["owner.*"]) => {
    const url = `https://${name}.example.com/`;
    const { id } = await bench.write(operator, "webhooks.create", { body: { url, events } });
    return { id, url };
  };
  const happen = (externalId: string) =>
    bench.write(operator, "owners.create", { body: { external_id: externalId } });
  const statesOf = async (id: string) =>
    (await bench.read(operator, "webhooks.deliveries.list", { params: { webhook: id } })).data.map(
      ({ state, attempts, last_error }) => [state, attempts, last_error],
    );
  return { ...bench, dispatcher, sent, answers, endpoint, happen, statesOf };
}

test("what happens is told once to each endpoint that wants it", async (t) => {
  const { dispatcher, sent, endpoint, happen, statesOf } = await open(t);
  const [one, , other] = [
    await endpoint("one"),
    await endpoint("keys", ["key.*"]),
    await endpoint("two"),
  ];
  await happen("a");
  await dispatcher.run();
  await dispatcher.run();
  assert.deepEqual(sent.map(({ url, type }) => `${type} ${url}`).sort(), [
    `owner.created ${one.url}`,
    `owner.created ${other.url}`,
  ]);
  assert.deepEqual(await statesOf(one.id), [["delivered", 1, null]]);
});

test("F23: a receiver that is down for a day is told everything once it is back, with the same ids", async (t) => {
  const { dispatcher, sent, answers, endpoint, happen, statesOf, clock } = await open(t);
  const { id, url } = await endpoint("down");
  answers.set(url, notDelivered("The connection failed"));
  for (const name of ["a", "b", "c"]) await happen(name);
  for (let minute = 0; minute < 24 * 60; minute++) {
    await dispatcher.run();
    clock.advanceSeconds(60);
  }
  assert.ok((await statesOf(id)).every(([state]) => state === "pending"));
  answers.delete(url);
  sent.length = 0;
  for (let hour = 0; hour < 30; hour++) {
    await dispatcher.run();
    clock.advanceSeconds(3_600);
  }
  assert.deepEqual(
    (await statesOf(id)).map(([state]) => state),
    ["delivered", "delivered", "delivered"],
  );
  assert.equal(new Set(sent.map(({ eventId }) => eventId)).size, 3);
  assert.equal(sent.length, 3);
});

test("an endpoint that never answers is given up after the last attempt, and told again on demand", async (t) => {
  const bench = await open(t);
  const { dispatcher, answers, endpoint, happen, statesOf, clock, operator } = bench;
  const { id, url } = await endpoint("dead");
  answers.set(url, notDelivered("no", { status: 500 }));
  await happen("a");
  for (let hour = 0; hour < 4 * 24 * 4; hour++) {
    await dispatcher.run();
    clock.advanceSeconds(900);
  }
  assert.deepEqual(await statesOf(id), [["failed", ATTEMPTS_MAX, "no"]]);
  answers.delete(url);
  const body = { since: "2026-01-01T00:00:00Z" };
  const { count } = await bench.write(operator, "webhooks.redeliver", {
    params: { webhook: id },
    body,
  });
  assert.equal(count, 1);
  await dispatcher.run();
  assert.deepEqual(await statesOf(id), [["delivered", 1, null]]);
});

test("an endpoint that fails again and again is left alone for a minute, and holds up nobody else", async (t) => {
  const { dispatcher, sent, answers, endpoint, happen, clock } = await open(t);
  const bad = await endpoint("bad");
  const good = await endpoint("good");
  answers.set(bad.url, notDelivered("no"));
  for (let count = 0; count < 40; count++) await happen(`owner-${count}`);
  for (let round = 0; round < 30; round++) await dispatcher.run();
  const to = ({ url: wanted }: { url: string }) => sent.filter(({ url }) => url === wanted).length;
  assert.equal(to(good), 40);
  assert.ok(to(bad) <= 8, String(to(bad)));
  clock.advanceSeconds(61);
  await dispatcher.run();
  assert.ok(to(bad) > 5);
});

test("an endpoint that says it is gone is disabled, in the audit log by Keyward itself", async (t) => {
  const bench = await open(t);
  const { dispatcher, answers, endpoint, happen, operator } = bench;
  const { id, url } = await endpoint("gone");
  answers.set(url, notDelivered("gone", { status: 410, isGone: true }));
  await happen("a");
  await dispatcher.run();
  const webhook = await bench.read(operator, "webhooks.get", { params: { webhook: id } });
  assert.equal(webhook.status, "disabled");
  const last = (await bench.auditOf(operator.scope)).at(-1);
  assert.deepEqual(
    [last?.action, last?.actor],
    ["webhook.disabled", { type: "system", id: "webhooks", ip: null }],
  );
});

test("an endpoint that asks to be left alone is not asked sooner", async (t) => {
  const { dispatcher, sent, answers, endpoint, happen, clock } = await open(t);
  const { url } = await endpoint("busy");
  answers.set(url, notDelivered("busy", { status: 429, retryAfterSeconds: 3 * DAY_SECONDS }));
  await happen("a");
  await dispatcher.run();
  clock.advanceSeconds(DAY_SECONDS - 1);
  await dispatcher.run();
  assert.equal(sent.length, 1);
  clock.advanceSeconds(2);
  await dispatcher.run();
  assert.equal(sent.length, 2);
});
