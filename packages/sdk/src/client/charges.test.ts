import assert from "node:assert/strict";
import { test } from "node:test";
import { ChargeClient } from "./charges.ts";

const VERDICT = {
  outcome: "allowed",
  code: "allowed",
  status: 200,
  principal: { key_id: "key_1" },
  charge: { id: "chg_1", cost: 80, expires_at: "2026-01-01T00:01:00Z" },
};

/** Loses the first answers, as a network does; what was asked is kept. */
function clientThatLoses(count: number, answer: object) {
  const asked: { readonly url: string; readonly body: Record<string, unknown> }[] = [];
  const client = new ChargeClient({
    url: "https://keyward.test/at",
    token: "token",
    api: "acme",
    environment: "live",
    surroundings: {
      fetch: async (url, init) => {
        const body = typeof init?.body === "string" ? init.body : "{}";
        asked.push({ url: typeof url === "string" ? url : "", body: JSON.parse(body) });
        if (asked.length <= count) throw new TypeError("fetch failed");
        return Response.json(answer);
      },
      random: () => 0,
      sleep: async () => true,
    },
  });
  return { client, asked };
}

test("T32: a reservation whose answers are lost is asked for again by the same idempotency key", async () => {
  const { client, asked } = clientThatLoses(2, VERDICT);
  const reserved = await client.reserve("secret", { max: 80 });
  assert.equal(reserved.outcome === "allowed" && reserved.charge.id, "chg_1");
  assert.equal(asked.length, 3);
  const [first] = asked;
  assert.ok(typeof first?.body["idempotency_key"] === "string");
  assert.deepEqual([first.body["cost"], first.body["reserve_seconds"]], [80, 60]);
  assert.deepEqual(asked, [first, first, first]);
});

test("a charge is committed and released at its own address, and again when the answer was lost", async () => {
  const settled = { id: "chg_1", state: "committed", cost: 5 };
  const { client, asked } = clientThatLoses(1, settled);
  assert.deepEqual(await client.settle("chg_1", 5), settled);
  await client.settle("chg_1", undefined);
  assert.deepEqual(asked, [
    { url: "https://keyward.test/at/v1/charges/chg_1/commit", body: { cost: 5 } },
    { url: "https://keyward.test/at/v1/charges/chg_1/commit", body: { cost: 5 } },
    { url: "https://keyward.test/at/v1/charges/chg_1/release", body: {} },
  ]);
});

test("K3: an answer that is no verdict, or allows without a charge, reserves nothing", async () => {
  for (const answer of [{}, { outcome: "allowed" }, { ...VERDICT, charge: undefined }]) {
    const { client } = clientThatLoses(0, answer);
    await assert.rejects(client.reserve("secret", { max: 1 }), { reason: "unrecognised" });
  }
});
