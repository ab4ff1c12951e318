// Charges that are more than one answer: those whose cost is known later, and those that may be asked for again (spec/limits.md §7).
import { OperationError } from "@keyward/core/failure/failures";
import { formatId, ID_RANDOM_BYTES } from "@keyward/core/id";
import type { ChargeId, WorkspaceId } from "@keyward/core/id";
import { digestKey } from "@keyward/core/key/digest";
import type { At } from "@keyward/core/limit/counter";
import type { Reservation } from "@keyward/core/limit/limit-report";
import { addSeconds } from "@keyward/core/time";
import type { ChargeAnswer, Charged } from "@keyward/sdk/limiter/limiter";
import { CHARGE_REPEAT_SECONDS, CHARGES_MAX } from "../contract/limits.ts";
import type { Random } from "../runtime/random.ts";

const US = 1_000_000;

/** What a verification asks of its charge beyond its cost. */
export interface Charging {
  /** Names the charge: asked for again, it is answered as before. */
  readonly idempotencyKey: string | undefined;
  /** For how long its cost stays open. */
  readonly reserveSeconds: number | undefined;
}

/** Whose charge it is. */
export interface ChargeOf {
  readonly workspaceId: WorkspaceId;
  readonly credential: string;
}

/** How a charge was settled. */
export interface Settled {
  readonly id: ChargeId;
  readonly state: "committed" | "released";
  /** What stays charged. */
  readonly cost: number;
}

interface Open {
  readonly id: ChargeId;
  readonly workspaceId: WorkspaceId;
  readonly charged: Charged | undefined;
  readonly cost: number;
  readonly untilUs: number;
  settled: Settled | undefined;
}

interface Remembered {
  readonly answer: ChargeAnswer | Promise<ChargeAnswer>;
  readonly untilUs: number;
}

/** Kept in memory: what is open when the process ends stays charged at its most. */
export class Charges {
  readonly #random: Random;
  readonly #open = new Map<ChargeId, Open>();
  readonly #remembered = new Map<string, Remembered>();

  constructor(random: Random) {
    this.#random = random;
  }

  /**
   * Charges, unless the same was charged before; and keeps it open where that is asked for. What was refused is not remembered: it
   * may pass the next time.
   *
   * @param charge called once for each charge
   * @throws OperationError `unavailable` when too many are open or remembered
   */
  charge(
    of: ChargeOf & { readonly cost: number },
    { idempotencyKey, reserveSeconds }: Charging,
    at: At,
    charge: () => ChargeAnswer | Promise<ChargeAnswer>,
  ): ChargeAnswer | Promise<ChargeAnswer> {
    this.#forgetEnded(at);
    const opened = (answer: ChargeAnswer): ChargeAnswer => {
      if (answer.refusal !== undefined || reserveSeconds === undefined) return answer;
      const reservation = this.#reserve(of, answer.charged, reserveSeconds, at);
      return { ...answer, report: { ...answer.report, charge: reservation } };
    };
    const first = () => {
      const answer = charge();
      return answer instanceof Promise ? answer.then(opened) : opened(answer);
    };
    if (idempotencyKey === undefined) return first();
    const name = nameOf(of, idempotencyKey);
    return this.#remembered.get(name)?.answer ?? this.#remember(name, first(), at);
  }

  /**
   * Takes back what of a charge was not used. The same once more is answered the same.
   *
   * @param cost what is to stay charged; `undefined` releases all of it
   * @throws OperationError `not_found` when none is open by this name, `charge_settled`, `cost_exceeds_charge`
   */
  settle(
    workspaceId: WorkspaceId,
    id: ChargeId | undefined,
    cost: number | undefined,
    at: At,
  ): Settled {
    this.#forgetEnded(at);
    const open = id && this.#open.get(id);
    if (open === undefined || open.workspaceId !== workspaceId || open.untilUs <= at.monotonicUs) {
      throw new OperationError("not_found", { detail: "There is no such charge" });
    }
    const state = cost === undefined ? "released" : "committed";
    const settled: Settled = { id: open.id, state, cost: cost ?? 0 };
    if (settled.cost > open.cost) throw new OperationError("cost_exceeds_charge");
    if (open.settled === undefined) {
      open.settled = settled;
      open.charged?.settle(settled.cost, at);
    }
    if (open.settled.state === state && open.settled.cost === settled.cost) return open.settled;
    throw new OperationError("charge_settled");
  }

  /** What was charged has been taken back, so it is not answered as before. */
  forget(of: ChargeOf, { idempotencyKey }: Charging): void {
    if (idempotencyKey !== undefined) this.#remembered.delete(nameOf(of, idempotencyKey));
  }

  #reserve(
    { workspaceId, cost }: { readonly workspaceId: WorkspaceId; readonly cost: number },
    charged: Charged | undefined,
    seconds: number,
    at: At,
  ): Reservation {
    assertRoom(this.#open);
    const id = formatId("charge", at.now, this.#random.bytes(ID_RANDOM_BYTES));
    const untilUs = at.monotonicUs + seconds * US;
    this.#open.set(id, { id, workspaceId, charged, cost, untilUs, settled: undefined });
    return { id, cost, expiresAt: addSeconds(at.now, seconds) };
  }

  /** From the first moment on, so that two at once are charged once. */
  #remember(
    name: string,
    answer: ChargeAnswer | Promise<ChargeAnswer>,
    at: At,
  ): ChargeAnswer | Promise<ChargeAnswer> {
    if (!(answer instanceof Promise) && answer.refusal !== undefined) return answer;
    assertRoom(this.#remembered);
    const untilUs = at.monotonicUs + CHARGE_REPEAT_SECONDS * US;
    this.#remembered.set(name, { answer, untilUs });
    if (!(answer instanceof Promise)) return answer;
    return answer.then(
      (later) => {
        if (later.refusal !== undefined) this.#remembered.delete(name);
        return later;
      },
      (error: unknown) => {
        this.#remembered.delete(name);
        throw error;
      },
    );
  }

  #forgetEnded({ monotonicUs }: At): void {
    for (const entries of [this.#open, this.#remembered]) {
      for (const [name, { untilUs }] of entries as Map<string, { readonly untilUs: number }>) {
        // Those that end later than some behind them keep these for a while longer.
        if (untilUs > monotonicUs) break;
        entries.delete(name as ChargeId);
      }
    }
  }
}

function nameOf({ workspaceId, credential }: ChargeOf, idempotencyKey: string): string {
  return `${workspaceId} ${digestKey(credential)} ${idempotencyKey}`;
}

function assertRoom({ size }: { readonly size: number }): void {
  if (size < CHARGES_MAX) return;
  throw new OperationError("unavailable", { detail: "Too many charges are open" });
}
