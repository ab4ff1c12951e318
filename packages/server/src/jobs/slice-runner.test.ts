import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createAcme, createAcmeKey, openWorkbench } from "../testing/workbench.ts";
import type { Workbench } from "../testing/workbench.ts";
import { SeededRandom } from "../testing/seeded-random.ts";
import type { Storage } from "../storage/storage.ts";
import { REVOCATION_JOB } from "./revocation-job.ts";
import { SliceRunner } from "./slice-runner.ts";

function runnerOf(bench: Workbench, write: Storage["write"] = (work) => bench.storage.write(work)) {
  const failures: unknown[] = [];
  const { storage, clock } = bench;
  const runner = new SliceRunner(
    {
      storage: {
        nodes: storage.nodes,
        system: storage.system,
        subscribe: (listener) => storage.subscribe(listener),
        write,
      },
      clock,
      random: new SeededRandom("runner"),
      log: { failed: (error) => void failures.push(error) },
    },
    REVOCATION_JOB,
  );
  return { runner, failures };
}

function begin(bench: Workbench, expected_count: number) {
  return bench.write(bench.operator, "revocations.create", {
    body: { filter: { api: "acme" }, expected_count },
  });
}

async function ended(bench: Workbench, revocation: string) {
  for (;;) {
    const found = await bench.read(bench.operator, "revocations.get", { params: { revocation } });
    if (found.status !== "running") return found;
    await nextTurn();
  }
}

test("a revocation is carried out once it has been asked for, without anybody's help", async (t) => {
  const bench = await openWorkbench(t);
  const { runner } = runnerOf(bench);
  await createAcme(bench);
  for (const name of ["a", "b"]) await createAcmeKey(bench, { name });
  const { id } = await begin(bench, 2);
  assert.equal((await ended(bench, id)).revoked, 2);
  await runner.stop();
});

test("one that a server before has left is gone on with at the start, and not before", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  await createAcmeKey(bench);
  const { id } = await begin(bench, 1);
  const { runner } = runnerOf(bench);
  for (let turn = 0; turn < 10; turn++) await nextTurn();
  const wire = { params: { revocation: id } };
  assert.equal((await bench.read(bench.operator, "revocations.get", wire)).status, "running");
  await runner.start();
  assert.equal((await ended(bench, id)).revoked, 1);
  await runner.stop();
});

test("a slice that cannot be written is said once and tried again, and a stop does not wait for it", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  await createAcmeKey(bench);
  const { id } = await begin(bench, 1);
  let tries = 0;
  const { runner, failures } = runnerOf(bench, () => {
    tries += 1;
    return Promise.reject(new Error("full"));
  });
  await runner.start();
  while (failures.length === 0) await nextTurn();
  await runner.stop();
  assert.deepEqual([tries, failures.length], [1, 1]);
  const next = runnerOf(bench).runner;
  await next.start();
  assert.equal((await ended(bench, id)).status, "finished");
  await next.stop();
});
