// The SDK's own verifier in many short lives. SIMULATION_SEEDS says how many, SIMULATION_SEED with which seed to begin.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import type { Lane, LaneResult } from "./seeds-worker.ts";

const SEEDS = Number(process.env["SIMULATION_SEEDS"] ?? 1_000);
const FIRST_SEED = Number(process.env["SIMULATION_SEED"] ?? 1);
const LANES = 2;

test(`K2, K3, K6, K8, F08, F13, F18: whatever ${SEEDS} seeds make of networks, clocks and the authority, no promise is broken and all verifiers recover`, async (t) => {
  const lanes = Array.from({ length: Math.min(LANES, SEEDS) }, (_, lane) =>
    run({ first: FIRST_SEED + lane, end: FIRST_SEED + SEEDS, step: LANES }),
  );
  const outcomes: Record<string, number> = {};
  for (const result of await Promise.all(lanes)) {
    if ("violation" in result) assert.fail(result.violation);
    for (const [name, count] of result.outcomes) outcomes[name] = (outcomes[name] ?? 0) + count;
  }
  for (const mode of ["strict", "bounded", "available"]) {
    for (const outcome of SEEDS < 50 ? [] : ["allowed", "denied", "unavailable"]) {
      assert.ok((outcomes[`${mode} ${outcome}`] ?? 0) > 0, `${mode} ${outcome} never happened`);
    }
  }
  t.diagnostic(JSON.stringify(outcomes));
});

async function run(lane: Lane): Promise<LaneResult> {
  const worker = new Worker(new URL("seeds-worker.ts", import.meta.url), { workerData: lane });
  const [result] = (await once(worker, "message")) as [LaneResult];
  return result;
}
