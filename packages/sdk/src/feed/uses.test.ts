import assert from "node:assert/strict";
import { test } from "node:test";
import type { KeyId, SecretId } from "@keyward/core/id";
import { instant } from "@keyward/core/time";
import { BATCHES_WAITING_MAX, SECRETS_PER_BATCH_MAX, Uses } from "./uses.ts";
import type { UsesBatch } from "./uses.ts";

const NOW = instant(1_767_225_600_000);
const secret = (number: number) => ({
  keyId: `key_${number}` as KeyId,
  secretId: `sec_${number}` as SecretId,
});
const ALLOWED = { isAllowed: true, cost: 1 };
const DENIED = { isAllowed: false, cost: 1 };

test("uses of a secret are merged into one line of one batch, and only what was allowed costs", async () => {
  const uses = new Uses("source");
  uses.record(secret(1), ALLOWED, NOW);
  uses.record(secret(1), { isAllowed: true, cost: 4 }, instant(NOW + 5));
  uses.record(secret(1), DENIED, instant(NOW + 9));
  const taken: UsesBatch[] = [];
  await uses.report((batch) => Promise.resolve(void taken.push(batch)));
  assert.deepEqual(taken, [
    {
      source: "source",
      sequence: 1,
      uses: [{ ...secret(1), lastUsedAt: NOW + 9, allowedCount: 2, deniedCount: 1, cost: 5 }],
    },
  ]);
  await uses.report(() => assert.fail("there is nothing left to report"));
});

test("K7: a batch that was not taken is offered again unchanged, under its own number, before any later one", async () => {
  const uses = new Uses("source");
  const offered: string[] = [];
  const note = (batch: UsesBatch) => offered.push(JSON.stringify(batch));
  uses.record(secret(1), ALLOWED, NOW);
  await uses.report((batch) => {
    note(batch);
    return Promise.reject(new Error("lost on the way back"));
  });
  uses.record(secret(1), ALLOWED, instant(NOW + 1));
  await uses.report((batch) => Promise.resolve(void note(batch)));
  assert.equal(offered.length, 3);
  assert.equal(offered[1], offered[0]);
  assert.deepEqual(
    offered.map((text) => (JSON.parse(text) as UsesBatch).sequence),
    [1, 1, 2],
  );
});

test("K8: while nobody takes the batches memory stays bounded, and what is dropped is counted", async () => {
  const uses = new Uses("source");
  const room = SECRETS_PER_BATCH_MAX * (BATCHES_WAITING_MAX + 1);
  for (let number = 0; number < room + 7; number++) uses.record(secret(number), ALLOWED, NOW);
  assert.equal(uses.droppedCount, 7);
  uses.record(secret(room - 1), ALLOWED, NOW);
  assert.equal(uses.droppedCount, 7, "a secret that is being counted goes on being counted");
  let count = 0;
  const take = (batch: UsesBatch) => {
    for (const { allowedCount } of batch.uses) count += allowedCount;
    return Promise.resolve();
  };
  await uses.report(take);
  await uses.report(take);
  assert.equal(count, room + 1);
});

test("two reports at a time are one", async () => {
  const uses = new Uses("source");
  uses.record(secret(1), ALLOWED, NOW);
  let calls = 0;
  const take = () => Promise.resolve(void calls++);
  await Promise.all([uses.report(take), uses.report(take)]);
  assert.equal(calls, 1);
});
