// What `new Keyward` costs whoever verifies in their own process.
import { hash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { extractCredential } from "@keyward/core/http/credentials";
import type { Keyward } from "@keyward/sdk";
import { comparePaired, pick } from "./paired.ts";
import { ADDRESS, Population, SCOPE } from "./population.ts";
import { followPopulation } from "./sdk/population-feed.ts";
import type { Row, Size, Suite } from "./suite.ts";

const KEYS = { default: 200_000, million: 1_000_000 } as const satisfies Record<Size, number>;
const HOT_KEYS = 1_000;
const CALLS_PER_ROUND = 1_000;
const ROUNDS = 500;
const PAUSE_CALLS = 200_000;

export const suite: Suite = {
  async run(size) {
    const keys = KEYS[size];
    const population = new Population({ keys, keysPerOwner: 3 });
    const keyward = await followPopulation(population);
    const bench = new SdkBench(population, keyward);
    const rows = [
      await bench.compare("verify.sdk.known", keys),
      await bench.compare("verify.sdk.hot", HOT_KEYS),
      ...bench.pauses("verify.sdk.known", keys),
    ];
    await keyward.close({ timeoutMs: 10_000 });
    return rows;
  },
};

const NEEDS = {
  scopes: [SCOPE],
  context: { ip: ADDRESS, method: "GET", path: "/invoices/42" },
};

interface Input {
  readonly rawHeaders: readonly string[];
  readonly presented: string;
}

class SdkBench {
  readonly #population: Population;
  readonly #keyward: Keyward;

  constructor(population: Population, keyward: Keyward) {
    this.#population = population;
    this.#keyward = keyward;
  }

  /** Keys at random from the first `among`: found in the headers, decided about and counted, against one `crypto.hash` of each. */
  compare(name: string, among: number): Promise<Row> {
    return comparePaired<Input>({
      name,
      rounds: ROUNDS,
      // For what was counted to be handed over.
      pause: () => sleep(1),
      inputs: (round) => this.#inputs(round, CALLS_PER_ROUND, among),
      subject: (inputs) => {
        for (const input of inputs) this.#verify(input);
        return inputs.length;
      },
      baseline: (inputs) => {
        let sum = 0;
        for (const input of inputs) sum += hashOf(input);
        return sum;
      },
    });
  }

  /** The call of a thousand that took longest, and the longest of all: what a collection or a growing table would show in. */
  pauses(name: string, among: number): readonly Row[] {
    const inputs = this.#inputs(1, PAUSE_CALLS, among);
    const verified = ascendingMicroseconds(inputs, (input) => this.#verify(input));
    const hashed = ascendingMicroseconds(inputs, hashOf);
    const row = (suffix: string, fraction: number): Row => {
      const value = verified[Math.ceil(PAUSE_CALLS * fraction) - 1] ?? Number.NaN;
      const baseline = hashed[Math.ceil(PAUSE_CALLS * fraction) - 1] ?? Number.NaN;
      return { name: `${name}.${suffix}`, value, unit: "µs", baseline, ratio: value / baseline };
    };
    return [row("p999", 0.999), row("max", 1)];
  }

  #verify({ rawHeaders }: Input): void {
    const found = extractCredential(rawHeaders);
    if (found.outcome !== "found") throw new Error("a credential was not found");
    const verdict = this.#keyward.verifyNow(found.credential, NEEDS);
    if (verdict?.outcome !== "allowed") throw new Error("a good key was refused");
  }

  #inputs(round: number, count: number, among: number): readonly Input[] {
    // Of the population, every second key has no end; the others have ended by now.
    return pick(round, count, among / 2).map((index) => this.#input(index * 2 + 1));
  }

  /** As a parser of HTTP gives it: of strings that nobody has seen before. */
  #input(index: number): Input {
    const presented = this.#population.presented(index);
    const authorization = Buffer.from(`Bearer ${presented}`, "latin1").toString("latin1");
    const rawHeaders = ["Host", "api.acme.test", "Accept", "*/*", "Authorization", authorization];
    return { rawHeaders, presented };
  }
}

function hashOf({ presented }: Input): number {
  return hash("sha256", presented, "latin1").length;
}

function ascendingMicroseconds(
  inputs: readonly Input[],
  run: (input: Input) => unknown,
): Float64Array {
  const taken = new Float64Array(inputs.length);
  for (const [index, input] of inputs.entries()) {
    const start = performance.now();
    run(input);
    taken[index] = (performance.now() - start) * 1_000;
  }
  return taken.sort();
}
