import type { LeaseReturn } from "@keyward/core/limit/lease";
import type { LoanReturn } from "@keyward/sdk/limiter/lender";
import type { Random } from "../runtime/random.ts";

/** Loans that are remembered at once; of more the oldest is not taken back any more. */
const LOANS_MAX = 200_000;
const NAME_BYTES = 8;

export interface WrittenLoan {
  /** Who has it, and alone can give it back. */
  readonly verifier: string;
  readonly loan: LoanReturn;
  /** Slots are kept for as long as a request may take, and apart, so that they keep nothing else. */
  readonly isSlots: boolean;
  /** Until when it can be given back. */
  readonly untilUs: number;
}

interface Entry extends WrittenLoan {
  unitsOut: number;
}

/** What has been lent, so that nobody gives back what he was not lent, or more than that (K5). */
export class LoanBook {
  /** Names of one run of the server are nobody's in the next. */
  readonly #prefix: string;
  #count = 0;
  readonly #units = new Map<string, Entry>();
  readonly #slots = new Map<string, Entry>();

  constructor(random: Random) {
    this.#prefix = Buffer.from(random.bytes(NAME_BYTES)).toString("hex");
  }

  /** The name under which it can be given back. */
  write(loan: WrittenLoan): string {
    const name = `${this.#prefix}.${(++this.#count).toString(36)}`;
    const entries = loan.isSlots ? this.#slots : this.#units;
    entries.set(name, { ...loan, unitsOut: loan.loan.units });
    if (entries.size > LOANS_MAX) entries.delete(entries.keys().next().value ?? name);
    return name;
  }

  /** What may be taken back of it; `undefined` where nothing may. */
  takeBack(verifier: string, { lease, units }: LeaseReturn, nowUs: number): LoanReturn | undefined {
    this.#forgetEnded(nowUs);
    const entry = this.#units.get(lease) ?? this.#slots.get(lease);
    if (entry === undefined || entry.verifier !== verifier || nowUs > entry.untilUs) {
      return undefined;
    }
    const back = Math.min(units, entry.unitsOut);
    entry.unitsOut -= back;
    if (entry.unitsOut === 0) {
      this.#units.delete(lease);
      this.#slots.delete(lease);
    }
    return back === 0 ? undefined : { ...entry.loan, units: back };
  }

  /** They end nearly in the order in which they were written; one that ends later only keeps others a while. */
  #forgetEnded(nowUs: number): void {
    for (const entries of [this.#units, this.#slots]) {
      for (const [name, { untilUs }] of entries) {
        if (untilUs >= nowUs) break;
        entries.delete(name);
      }
    }
  }
}
