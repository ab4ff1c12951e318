// Several answers about one request, each from whoever counts some of its limits, as one.
import type { At } from "@keyward/core/limit/counter";
import type { LimitState } from "@keyward/core/limit/limit-report";
import type { Charged, ChargeAnswer, Demand } from "@keyward/sdk/limiter/limiter";
import { eachSubject } from "@keyward/sdk/limiter/subjects";

/** Refused when any refuses, by the one that makes wait longest, which is one that time does not help; of equals the first. */
export function joined(demand: Demand, answers: readonly ChargeAnswer[]): ChargeAnswer {
  const [refused] = answers
    .filter(({ refusal }) => refusal !== undefined)
    .toSorted((one, other) => waitOf(other) - waitOf(one));
  const charged = answers.flatMap((answer) => answer.charged ?? []);
  return {
    refusal: refused?.refusal,
    report: {
      states: inOrder(
        demand,
        answers.flatMap(({ report }) => report.states),
      ),
      retryAfterSeconds: refused?.report.retryAfterSeconds,
      degraded: answers.some(({ report }) => report.degraded),
    },
    charged: charged.length === 0 ? undefined : new Charges(charged),
  };
}

function waitOf({ report }: ChargeAnswer): number {
  return report.retryAfterSeconds ?? Number.MAX_SAFE_INTEGER;
}

/** As spec/limits.md §2 tells them, whoever counted them. */
function inOrder(demand: Demand, states: readonly LimitState[]): readonly LimitState[] {
  const byName = new Map(states.map((state) => [`${state.of}/${state.name}`, state]));
  const ordered: LimitState[] = [];
  eachSubject(demand, (_, of, limits) => {
    for (const { name } of limits) {
      const state = byName.get(`${of}/${name}`);
      if (state !== undefined) ordered.push(state);
    }
  });
  return ordered;
}

class Charges implements Charged {
  readonly #charges: readonly Charged[];

  constructor(charges: readonly Charged[]) {
    this.#charges = charges;
  }

  get cost(): number {
    return this.#charges[0]?.cost ?? 0;
  }

  get holdsSlot(): boolean {
    return this.#charges.some(({ holdsSlot }) => holdsSlot);
  }

  get units(): Charged["units"] {
    return this.#charges.flatMap(({ units }) => units);
  }

  settle(actual: number, at: At): void {
    for (const charge of this.#charges) charge.settle(actual, at);
  }
}
