// Runs some of the seeds in a thread of its own, without the test runner's watch over every promise.
import { parentPort, workerData } from "node:worker_threads";
import { simulate } from "./simulation.ts";

/** The seeds of one thread: `first`, and every `step` after it, below `end`. */
export interface Lane {
  readonly first: number;
  readonly end: number;
  readonly step: number;
}

/** How often each mode has come to each outcome; or what the first broken promise was. */
export type LaneResult =
  | { readonly outcomes: ReadonlyMap<string, number> }
  | { readonly violation: string };

async function run({ first, end, step }: Lane): Promise<LaneResult> {
  const outcomes = new Map<string, number>();
  try {
    for (let seed = first; seed < end; seed += step) {
      const simulation = await simulate(seed);
      for (const [name, count] of simulation.outcomes)
        outcomes.set(name, (outcomes.get(name) ?? 0) + count);
    }
    return { outcomes };
  } catch (error) {
    return { violation: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.postMessage(await run(workerData as Lane), []);
