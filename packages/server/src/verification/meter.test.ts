import assert from "node:assert/strict";
import { test } from "node:test";
import type { KeyId, SecretId, WorkspaceId } from "@keyward/core/id";
import { instant } from "@keyward/core/time";
import type { Uses } from "../storage/storage.ts";
import { SECRETS_HELD_MAX, SECRETS_PER_FLUSH_MAX, UseMeter } from "./meter.ts";

function secret(number: number) {
  return {
    workspaceId: "wsp_1" as WorkspaceId,
    keyId: `key_${number}` as KeyId,
    secretId: `sec_${number}` as SecretId,
  };
}

/** Storage that fails while told to. */
function recorder() {
  const writes: Uses[][] = [];
  const state = { fails: false, failures: 0 };
  const meter = new UseMeter({
    mergeUses(uses) {
      if (state.fails) return Promise.reject(new Error("disk full"));
      writes.push(structuredClone([...uses]));
      return Promise.resolve();
    },
    onFailure: () => {
      state.failures++;
    },
  });
  return { meter, writes, state };
}

test("uses of one secret are merged into one write with the latest instant and both counts", async () => {
  const { meter, writes } = recorder();
  meter.record(secret(1), true, instant(1_000));
  meter.record(secret(1), false, instant(2_000));
  meter.record(secret(2), false, instant(2_500));
  meter.record(secret(1), true, instant(3_000));
  await meter.flush();
  assert.deepEqual(writes, [
    [
      { ...secret(1), lastUsedAt: 3_000, allowedCount: 2, deniedCount: 1 },
      { ...secret(2), lastUsedAt: 2_500, allowedCount: 0, deniedCount: 1 },
    ],
  ]);
});

test("what was written is not written again", async () => {
  const { meter, writes } = recorder();
  meter.record(secret(1), true, instant(1_000));
  await meter.flush();
  await meter.flush();
  assert.equal(writes.length, 1);
});

test("K9: when storage fails, counts are kept, merged with what follows, and written once it works again", async () => {
  const { meter, writes, state } = recorder();
  state.fails = true;
  meter.record(secret(1), true, instant(1_000));
  meter.record(secret(2), true, instant(1_000));
  await meter.flush();
  meter.record(secret(1), false, instant(9_000));
  await meter.flush();
  assert.equal(state.failures, 2);
  state.fails = false;
  await meter.flush();
  assert.deepEqual(
    writes.flat().toSorted((a, b) => a.secretId.localeCompare(b.secretId)),
    [
      { ...secret(1), lastUsedAt: 9_000, allowedCount: 1, deniedCount: 1 },
      { ...secret(2), lastUsedAt: 1_000, allowedCount: 1, deniedCount: 0 },
    ],
  );
});

test("a use that is counted while a write is under way is not lost", async () => {
  const writes: Uses[][] = [];
  const started = Promise.withResolvers<void>();
  const meter = new UseMeter({
    async mergeUses(uses) {
      await started.promise;
      writes.push([...uses]);
    },
    onFailure: assert.fail,
  });
  meter.record(secret(1), true, instant(1_000));
  const flushed = meter.flush();
  meter.record(secret(1), true, instant(2_000));
  started.resolve();
  await flushed;
  await meter.stop();
  assert.deepEqual(
    writes.flat().map(({ lastUsedAt, allowedCount }) => [lastUsedAt, allowedCount]),
    [
      [1_000, 1],
      [2_000, 1],
    ],
  );
});

test("K8: many distinct secrets are written early, in bounded writes", async () => {
  const { meter, writes } = recorder();
  for (let number = 0; number < SECRETS_PER_FLUSH_MAX; number++) {
    meter.record(secret(number), true, instant(1_000));
  }
  await meter.flush();
  assert.equal(writes.length, 50);
  assert.equal(writes[0]?.length, 1_000);
});

test("K8: while storage fails, no more secrets are held than the limit, and what is dropped is counted", async () => {
  const { meter, writes, state } = recorder();
  state.fails = true;
  for (let number = 0; number < SECRETS_HELD_MAX + 3; number++) {
    meter.record(secret(number), true, instant(1_000));
    if (number % 10_000 === 0) await meter.flush();
  }
  meter.record(secret(0), true, instant(1_000));
  assert.equal(meter.droppedCount, 3);
  state.fails = false;
  await meter.stop();
  assert.equal(writes.flat().length, SECRETS_HELD_MAX);
});

test("it writes each second once started, and what is left when stopped", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const { meter, writes } = recorder();
  meter.start();
  meter.record(secret(1), true, instant(1_000));
  t.mock.timers.tick(999);
  assert.equal(writes.length, 0);
  t.mock.timers.tick(1);
  assert.equal(writes.length, 1);
  await meter.flush();
  meter.record(secret(2), true, instant(1_000));
  await meter.stop();
  assert.equal(writes.length, 2);
});
