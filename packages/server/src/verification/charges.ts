// Charges that are more than one answer: those whose cost is known later, and those that may be asked for again (spec/limits.md §7).
import { OperationError } from "@keyward/core/failure/failures";
import { formatId, ID_RANDOM_BYTES } from "@keyward/core/id";
import type { ChargeId, WorkspaceId } from "@keyward/core/id";
import { digestKey } from "@keyward/core/key/digest";
import type { At } from "@keyward/core/limit/counter";
import { addSeconds } from "@keyward/core/time";
import type { ChargeAnswer, Charged } from "@keyward/sdk/limiter/limiter";
import { CHARGE_REPEAT_SECONDS, CHARGES_MAX } from "../contract/limits.ts";
import type { Random } from "../runtime/random.ts";
import type { ChargeStore, KeptCharge } from "../storage/charges.ts";
import { tenantScope } from "../storage/storage.ts";

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

interface Held {
  readonly charged: Charged;
  readonly untilUs: number;
}

interface ChargesParts {
  readonly random: Random;
  readonly store: ChargeStore;
}

/** Kept durably before it is answered, for all nodes of the database: what ends with a process is what its hand held. */
export class Charges {
  readonly #parts: ChargesParts;
  /** What was charged here and can be settled into the hand that it came from. */
  readonly #held = new Map<ChargeId, Held>();
  /** What is being charged, so that two at once are charged once. */
  readonly #running = new Map<string, Promise<ChargeAnswer>>();

  constructor(parts: ChargesParts) {
    this.#parts = parts;
  }

  /**
   * Charges, unless the same was charged before, by any node; and keeps it open where that is asked for. What was refused is not
   * remembered: it may pass the next time.
   *
   * @param charge called at most once
   * @throws OperationError `unavailable` when too many are open, or it cannot be kept; it may then stay charged
   */
  charge(
    of: ChargeOf & { readonly cost: number },
    charging: Charging,
    at: At,
    charge: () => ChargeAnswer | Promise<ChargeAnswer>,
  ): Promise<ChargeAnswer> {
    this.#dropEnded(at);
    const name = nameOf(of, charging);
    if (name === undefined) return this.#chargeAndKeep(of, charging, at, charge);
    const running = this.#running.get(name);
    if (running !== undefined) return running;
    const answer = this.#chargeOnce(name, of, charging, at, charge).finally(() =>
      this.#running.delete(name),
    );
    this.#running.set(name, answer);
    return answer;
  }

  /**
   * Takes back what of a charge was not used. The same once more is answered the same, by every node.
   *
   * @param cost what is to stay charged; `undefined` releases all of it
   * @throws OperationError `not_found` when none is open by this name, `charge_settled`, `cost_exceeds_charge`
   */
  async settle(
    workspaceId: WorkspaceId,
    id: ChargeId | undefined,
    cost: number | undefined,
    at: At,
  ): Promise<Settled> {
    if (id === undefined) throw notFound();
    const state = cost === undefined ? "released" : "committed";
    const settled: Settled = { id, state, cost: cost ?? 0 };
    const held = this.#held.get(id);
    const settlement = { ...settled, returnsUnits: held === undefined };
    const as = await this.#parts.store.settle(tenantScope(workspaceId), settlement, at.now);
    switch (as) {
      case "absent":
        throw notFound();
      case "exceeds":
        throw new OperationError("cost_exceeds_charge");
      case "otherwise":
        throw new OperationError("charge_settled");
      case "again":
        return settled;
      case "first":
        held?.charged.settle(settled.cost, at);
        return settled;
    }
  }

  /** What was charged has been taken back, so it is not answered as before. */
  async forget(of: ChargeOf, charging: Charging, { report }: ChargeAnswer): Promise<void> {
    const name = nameOf(of, charging) ?? report.charge?.id;
    if (report.charge !== undefined) this.#held.delete(report.charge.id);
    if (name !== undefined) await this.#parts.store.forget(tenantScope(of.workspaceId), name);
  }

  async #chargeOnce(
    name: string,
    of: ChargeOf & { readonly cost: number },
    charging: Charging,
    at: At,
    charge: () => ChargeAnswer | Promise<ChargeAnswer>,
  ): Promise<ChargeAnswer> {
    const before = await this.#parts.store.find(tenantScope(of.workspaceId), name, at.now);
    return before === undefined ? this.#chargeAndKeep(of, charging, at, charge) : repeated(before);
  }

  async #chargeAndKeep(
    of: ChargeOf & { readonly cost: number },
    charging: Charging,
    at: At,
    charge: () => ChargeAnswer | Promise<ChargeAnswer>,
  ): Promise<ChargeAnswer> {
    const { reserveSeconds } = charging;
    if (reserveSeconds !== undefined && this.#held.size >= CHARGES_MAX) throw tooMany();
    const answer = await charge();
    if (answer.refusal !== undefined) return answer;
    const kept = this.#keptOf(of, charging, at, answer);
    const other = await this.#keep(of, kept, at, answer);
    if (other !== undefined) return repeated(other);
    if (kept.id !== null && answer.charged !== undefined && reserveSeconds !== undefined) {
      const untilUs = at.monotonicUs + reserveSeconds * US;
      this.#held.set(kept.id, { charged: answer.charged, untilUs });
    }
    return { ...answer, report: kept.report };
  }

  /** @returns the charge that another node has kept by the name meanwhile; then this one is taken back */
  async #keep(
    { workspaceId }: ChargeOf,
    kept: KeptCharge,
    at: At,
    { charged }: ChargeAnswer,
  ): Promise<KeptCharge | undefined> {
    try {
      const other = await this.#parts.store.keep(tenantScope(workspaceId), kept, at.now);
      if (other !== undefined) charged?.settle(0, at);
      return other;
    } catch (error) {
      // Otherwise it may have been kept all the same: then it must stay charged.
      const isNotKept = error instanceof OperationError && error.code === "storage_full";
      if (isNotKept) charged?.settle(0, at);
      throw error;
    }
  }

  #keptOf(
    of: ChargeOf & { readonly cost: number },
    charging: Charging,
    { now }: At,
    { charged, report }: ChargeAnswer,
  ): KeptCharge {
    const { reserveSeconds } = charging;
    const id = formatId("charge", now, this.#parts.random.bytes(ID_RANDOM_BYTES));
    const name = nameOf(of, charging);
    const openUntil = addSeconds(now, reserveSeconds ?? 0);
    const repeatUntil = addSeconds(now, name === undefined ? 0 : CHARGE_REPEAT_SECONDS);
    const units = (charged?.units ?? []).map(({ counter, periodStartMs }) => ({
      counter,
      periodStartMs,
    }));
    const reservation = { id, cost: of.cost, expiresAt: openUntil };
    return {
      name: name ?? id,
      id: reserveSeconds === undefined ? null : id,
      cost: of.cost,
      units,
      report: reserveSeconds === undefined ? report : { ...report, charge: reservation },
      openUntil,
      endsAt: openUntil > repeatUntil ? openUntil : repeatUntil,
    };
  }

  #dropEnded({ monotonicUs }: At): void {
    for (const [id, { untilUs }] of this.#held) {
      // Those that end later than some behind them keep these for a while longer.
      if (untilUs > monotonicUs) break;
      this.#held.delete(id);
    }
  }
}

function repeated({ report }: KeptCharge): ChargeAnswer {
  return { refusal: undefined, report, charged: undefined };
}

function nameOf(
  { workspaceId, credential }: ChargeOf,
  { idempotencyKey }: Charging,
): string | undefined {
  if (idempotencyKey === undefined) return undefined;
  return digestKey(`${workspaceId} ${digestKey(credential)} ${idempotencyKey}`);
}

function notFound(): OperationError {
  return new OperationError("not_found", { detail: "There is no such charge" });
}

function tooMany(): OperationError {
  return new OperationError("unavailable", { detail: "Too many charges are open" });
}
