import assert from "node:assert/strict";
import { test } from "node:test";
import type { KeyId, SecretId, WorkspaceId } from "@keyward/core/id";
import { instant } from "@keyward/core/time";
import type { UsageBatch } from "@keyward/core/usage/cell";
import { systemRandom } from "../runtime/random.ts";
import { WorkspaceMeters } from "./meter.ts";

const MINUTE = instant(1_767_225_600_000);

function secret(number: number, workspace = 1) {
  return {
    workspaceId: `wsp_${workspace}` as WorkspaceId,
    keyId: `key_${number}` as KeyId,
    secretId: `sec_${number}` as SecretId,
  };
}

interface Counted {
  readonly scope: string;
  readonly batch: UsageBatch;
}

/** Storage that fails while told to. */
function recorder() {
  const counted: Counted[] = [];
  const state = { fails: false, failures: 0 };
  const meter = new WorkspaceMeters({
    random: systemRandom,
    count(scope, batch) {
      counted.push({ scope, batch });
      return state.fails ? Promise.reject(new Error("disk full")) : Promise.resolve();
    },
    onFailure: () => {
      state.failures++;
    },
  });
  return { meter, counted, state };
}

test("decisions are merged into one cell each, and the batches of a workspace hold nothing of another", async () => {
  const { meter, counted } = recorder();
  meter.record(secret(1), "allowed", MINUTE, { cost: 5 });
  meter.record(secret(1), "allowed", MINUTE);
  meter.record(secret(2, 2), "revoked", MINUTE);
  await meter.flush();
  const minute = MINUTE / 60_000;
  assert.deepEqual(
    counted.map(({ scope, batch }) => [scope, batch.sequence, batch.cells]),
    [
      ["wsp_1", 1, [{ minute, keyId: "key_1", code: "allowed", tag: "", count: 2, cost: 6 }]],
      ["wsp_2", 1, [{ minute, keyId: "key_2", code: "revoked", tag: "", count: 1, cost: 0 }]],
    ],
  );
  await meter.flush();
  assert.equal(counted.length, 2);
});

test("K9: a batch that storage failed on is given again unchanged, and what follows comes in the next", async () => {
  const { meter, counted, state } = recorder();
  state.fails = true;
  meter.record(secret(1), "allowed", MINUTE);
  await meter.flush();
  meter.record(secret(1), "allowed", MINUTE);
  await meter.flush();
  state.fails = false;
  await meter.flush();
  await meter.flush();
  assert.equal(state.failures, 2);
  assert.deepEqual(
    counted.map(({ batch }) => [batch.sequence, batch.cells[0]?.count]),
    [
      [1, 1],
      [1, 1],
      [1, 1],
      [2, 1],
    ],
  );
});

test("a decision that is counted while a write is under way is not lost", async () => {
  const counted: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const meter = new WorkspaceMeters({
    random: systemRandom,
    async count(_scope, { cells }) {
      await promise;
      counted.push(cells[0]?.count ?? 0);
    },
    onFailure: assert.fail,
  });
  meter.record(secret(1), "allowed", MINUTE);
  const flushed = meter.flush();
  meter.record(secret(1), "allowed", MINUTE);
  resolve();
  await flushed;
  await meter.stop();
  assert.deepEqual(counted, [1, 1]);
});

test("K8: many distinct secrets are written at once, in bounded writes", async () => {
  const { meter, counted } = recorder();
  for (let number = 0; number < 2_500; number++) meter.record(secret(number), "allowed", MINUTE);
  await meter.flush();
  assert.deepEqual(
    counted.map(({ batch }) => [batch.sequence, batch.cells.length, batch.uses.length]),
    [
      [1, 1_000, 1_000],
      [2, 1_000, 1_000],
      [3, 500, 500],
    ],
  );
});

test("it writes each second once started, and what is left when stopped", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const { meter, counted } = recorder();
  meter.start();
  meter.record(secret(1), "allowed", MINUTE);
  t.mock.timers.tick(1_000);
  await meter.flush();
  meter.record(secret(2), "allowed", MINUTE);
  await meter.stop();
  assert.equal(counted.length, 2);
});
