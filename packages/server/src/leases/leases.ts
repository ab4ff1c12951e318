// What verifiers borrow of limits, and who has borrowed what: spec/limits.md §10.
import { Undecidable } from "@keyward/core/failure/undecidable";
import { LEASE_US, LENT_US_MAX } from "@keyward/core/limit/counter";
import type { At } from "@keyward/core/limit/counter";
import type { Environment } from "@keyward/core/key/format";
import type { LeaseAnswer, LeaseAsk, LeaseRequest, Lent } from "@keyward/core/limit/lease";
import type { Lender, LentUnits, Loan } from "@keyward/sdk/limiter/lender";
import { UNKNOWN_LIMIT_WAIT_US } from "@keyward/sdk/limiter/lender";
import type { LimitedKey } from "@keyward/sdk/limiter/limiter";
import type { Random } from "../runtime/random.ts";
import { Borrowers } from "./borrowers.ts";
import { LoanBook } from "./loan-book.ts";
import { Sequences } from "./sequences.ts";

const US_PER_MS = 1_000;
/** How long after the end of a lease what was not used of it is taken back. */
const RETURN_US_MAX = 10_000_000;

export interface LeasesParts {
  readonly lender: Lender;
  readonly random: Random;
  now(): At;
  /** What limits a credential, as far as the authority knows. */
  limitsOf(of: Pick<LeaseAsk, "workspaceId" | "apiId" | "keyId">): LimitedKey | undefined;
}

/** The authority's side of leases, over whichever {@link Lender} keeps the counts. */
export class Leases {
  readonly #parts: LeasesParts;
  readonly #borrowers = new Borrowers();
  readonly #sequences = new Sequences();
  readonly #book: LoanBook;

  constructor(parts: LeasesParts) {
    this.#parts = parts;
    this.#book = new LoanBook(parts.random);
  }

  /**
   * Takes back what is returned, and lends what is asked for. A credential that is not there, or not of the environment, is
   * lent nothing.
   *
   * @param environment that of the verifier; any if left out
   * @throws whatever the lender failed with
   */
  async lend(request: LeaseRequest, environment?: Environment): Promise<LeaseAnswer> {
    const { lender } = this.#parts;
    const { verifier, sequence, asks, returns } = request;
    const nowUs = this.#parts.now().monotonicUs;
    const isNew = this.#sequences.isNew(verifier, sequence);
    const back = (isNew ? returns : []).flatMap(
      (one) => this.#book.takeBack(verifier, one, nowUs) ?? [],
    );
    if (back.length > 0) await lender.giveBack(back);
    const loans = asks.map((ask) => this.#loanOf(verifier, ask, environment, nowUs));
    const known = loans.filter((loan) => loan !== undefined);
    const lent = known.length === 0 ? [] : await lender.lend(known);
    const answers = new Map(known.map((loan, index) => [loan, lent[index] ?? []]));
    return {
      verifiers: Math.max(1, ...known.map(({ borrowers }) => borrowers)),
      lent: asks.map(({ wishes }, index) => {
        const loan = loans[index];
        const units = loan && answers.get(loan);
        if (loan === undefined || units === undefined) return wishes.map(() => UNKNOWN);
        return units.map((one, position) => this.#lentOf(verifier, loan, position, one));
      }),
    };
  }

  #loanOf(
    verifier: string,
    ask: LeaseAsk,
    environment: Environment | undefined,
    nowUs: number,
  ): Loan | undefined {
    const key = this.#limitsOf(ask);
    if (key === undefined) return undefined;
    if (environment !== undefined && key.environment !== environment) return undefined;
    const borrowers = this.#borrowers.count(ask.apiId, verifier, nowUs);
    return { key, network: ask.network, wishes: ask.wishes, borrowers };
  }

  /** What is not known of one must not keep the others waiting. */
  #limitsOf(ask: LeaseAsk): LimitedKey | undefined {
    try {
      return this.#parts.limitsOf(ask);
    } catch (error) {
      if (error instanceof Undecidable) return undefined;
      throw error;
    }
  }

  #lentOf(verifier: string, loan: Loan, position: number, one: LentUnits): Lent {
    const { units, remaining, waitUs, refillsInUs } = one;
    return {
      lease: units === 0 ? null : this.#write(verifier, loan, position, one),
      units,
      remaining,
      retryMs: waitUs === Infinity ? null : Math.ceil(waitUs / US_PER_MS),
      refillsInMs: refillsInUs === undefined ? null : Math.ceil(refillsInUs / US_PER_MS),
    };
  }

  #write(
    verifier: string,
    { key, network, wishes }: Loan,
    position: number,
    { units, at }: LentUnits,
  ): string | null {
    const wish = wishes[position];
    if (wish === undefined) return null;
    const { of, name } = wish;
    const places = { key: key.limits, owner: key.ownerLimits, api: key.apiLimits };
    const limit = places[of].find((each) => each.name === name);
    const slotUs = limit?.kind === "concurrency" ? limit.lease_seconds * 1_000_000 : undefined;
    const heldUs = slotUs === undefined ? LEASE_US + RETURN_US_MAX : LENT_US_MAX + slotUs;
    return this.#book.write({
      verifier,
      loan: { key, network, of, name, units, at },
      isSlots: slotUs !== undefined,
      untilUs: this.#parts.now().monotonicUs + heldUs,
    });
  }
}

const UNKNOWN: Lent = {
  lease: null,
  units: 0,
  remaining: 0,
  retryMs: UNKNOWN_LIMIT_WAIT_US / US_PER_MS,
  refillsInMs: null,
};
