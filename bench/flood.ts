// What a flood of invented keys does to those who have one (K8): the time that a known key takes, and the memory kept.
import { ADDRESS, Population, SCOPE, makePresentedKey } from "./population.ts";
import { followPopulation } from "./sdk/population-feed.ts";
import { median } from "./suite.ts";
import type { Row, Size, Suite } from "./suite.ts";

const KEYS = 100_000;
const UNKNOWN = { default: 1_000_000, million: 10_000_000 } as const satisfies Record<Size, number>;
const ROUNDS = 50;
/** Known keys timed in each half of a round. */
const KNOWN_PER_ROUND = 2_000;
/** The flood comes from so many addresses, each with its own budget of misses. */
const ADDRESSES = 64;

export const suite: Suite = {
  async run(size) {
    const population = new Population({ keys: KEYS, keysPerOwner: 3 });
    const keyward = await followPopulation(population);
    const known = () => {
      const credential = population.presented(Math.trunc(Math.random() * (KEYS / 2)) * 2 + 1);
      const start = performance.now();
      const verdict = keyward.verifyNow(credential, { scopes: [SCOPE], context: { ip: ADDRESS } });
      const elapsed = performance.now() - start;
      if (verdict?.outcome !== "allowed") throw new Error("a good key was refused");
      return elapsed * 1_000;
    };
    const unknownPerKnown = UNKNOWN[size] / (ROUNDS * KNOWN_PER_ROUND);
    let sent = 0;
    const flood = async () => {
      const waiting: Promise<{ readonly outcome: string }>[] = [];
      for (let count = 0; count < unknownPerKnown; count++) {
        const ip = `198.51.100.${sent++ % ADDRESSES}`;
        waiting.push(keyward.verify(makePresentedKey(), { context: { ip } }));
      }
      for (const verdict of waiting) {
        if ((await verdict).outcome === "allowed") throw new Error("an invented key was allowed");
      }
    };
    const nothing = () => Promise.resolve();
    for (let round = 0; round < 5; round++) {
      await timeKnown(known, flood);
      await timeKnown(known, nothing);
    }
    const residentBefore = residentMiB();
    const flooded: number[] = [];
    const calm: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      flooded.push(await timeKnown(known, flood));
      calm.push(await timeKnown(known, nothing));
    }
    const grown = residentMiB() - residentBefore;
    await keyward.close();
    return [paired("flood.unknown", flooded, calm), { ...GROWN, value: Math.max(0, grown) }];
  },
};

const GROWN = { name: "flood.unknown.resident", unit: "MiB", baseline: null, ratio: null };

/** The 99th percentile, in microseconds, of known keys with something else before each. */
async function timeKnown(known: () => number, before: () => Promise<void>): Promise<number> {
  const taken = new Float64Array(KNOWN_PER_ROUND);
  for (let index = 0; index < KNOWN_PER_ROUND; index++) {
    await before();
    taken[index] = known();
  }
  return taken.sort()[Math.ceil(KNOWN_PER_ROUND * 0.99) - 1] ?? Number.NaN;
}

function paired(name: string, values: readonly number[], baselines: readonly number[]): Row {
  return {
    name,
    value: median(values),
    unit: "µs",
    baseline: median(baselines),
    ratio: median(values.map((value, index) => value / (baselines[index] ?? Number.NaN))),
  };
}

function residentMiB(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 2 ** 20;
}
