// What one verification in the caller's own process costs, in bare hashes of the same presented keys (K11).
import { hash } from "node:crypto";
import { Verifier } from "@keyward/sdk/verifier/verifier";
import type { DecisionRequest } from "@keyward/core/verdict/request";
import { comparePaired, pick } from "./paired.ts";
import { ADDRESS, NOW, Population, SCOPE } from "./population.ts";
import type { Row, Suite } from "./suite.ts";

const KEYS = 1_000_000;
const HOT_KEYS = 1_000;
const CALLS_PER_ROUND = 1_000;
const ROUNDS = 1_000;

const REQUEST: DecisionRequest = {
  api: "acme",
  environment: "live",
  scopes: { all: [SCOPE] },
  context: { ip: ADDRESS, method: "GET", path: "/invoices/42" },
};

export const suite: Suite = {
  async run() {
    const population = new Population({ keys: KEYS, keysPerOwner: 3 });
    const verifier = new Verifier();
    for (const batch of population.changes()) verifier.apply(batch);
    return [
      await compare("decide.inprocess", population, verifier, KEYS),
      await compare("decide.inprocess.hot", population, verifier, HOT_KEYS),
    ];
  },
};

/** Verifies keys picked at random from the first `among`, against one `crypto.hash` into latin1 of each. */
function compare(
  name: string,
  population: Population,
  verifier: Verifier,
  among: number,
): Promise<Row> {
  return comparePaired({
    name,
    rounds: ROUNDS,
    inputs: (round) =>
      pick(round, CALLS_PER_ROUND, among).map((index) => population.presented(index)),
    subject: (inputs) => verifyAll(verifier, population, inputs),
    baseline: hashAll,
  });
}

function verifyAll(verifier: Verifier, population: Population, inputs: readonly string[]): number {
  let allowed = 0;
  for (const presented of inputs) {
    const verdict = verifier.verify(population.workspaceId, presented, REQUEST, NOW);
    if (verdict.outcome === "allowed") allowed++;
  }
  if (allowed !== inputs.length) throw new Error("a good key was refused");
  return allowed;
}

function hashAll(inputs: readonly string[]): number {
  let sum = 0;
  for (const text of inputs) sum += hash("sha256", text, "latin1").length;
  return sum;
}
