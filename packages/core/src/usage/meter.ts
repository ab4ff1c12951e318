// Counts decisions in memory: merged at once, never a queue of events (spec/usage.md §4).
import type { ClientId, SecretId } from "../id.ts";
import { NO_REASON } from "../log/entry.ts";
import type { Reason } from "../log/entry.ts";
import { LogSampler } from "../log/log-sampler.ts";
import type { Instant } from "../time.ts";
import type { VerdictCode } from "../verdict/codes.ts";
import { CellTable } from "./cell-table.ts";
import type { SecretUse, Usage } from "./cell.ts";
import { minuteOf } from "./cell.ts";
import { NOTHING_TOLD } from "./metered.ts";
import type { MeteredRequest, MeteredSecret } from "./metered.ts";
import { NeedQueue } from "./need-queue.ts";
import { OpenSecret } from "./open-secret.ts";
import { Strangers, STRANGERS_PER_BATCH_MAX } from "./strangers.ts";

/** How much one report holds, so that no report stops anybody for long. */
export const CELLS_PER_BATCH_MAX = 1_000;
export const USES_PER_BATCH_MAX = 1_000;
export const NEEDS_PER_BATCH_MAX = 1_000;
/** How many cells wait at most; then they are coarsened. */
export const CELLS_HELD_MAX = 50_000;
/** How many needs wait at most; what finds no room is told with a later decision. */
export const NEEDS_HELD_MAX = 50_000;
/** How many secrets are counted apart from the cells that wait, and of how many a last use waits. */
export const SECRETS_HELD_MAX = 100_000;

/** Whether there may be more than this to report. */
export function isFull({ cells, uses, strangers, needs }: Usage): boolean {
  return (
    cells.length >= CELLS_PER_BATCH_MAX ||
    uses.length >= USES_PER_BATCH_MAX ||
    strangers.length >= STRANGERS_PER_BATCH_MAX ||
    needs.length >= NEEDS_PER_BATCH_MAX
  );
}

export interface UsageMeterLimits {
  readonly cellsHeldMax?: number;
  readonly needsHeldMax?: number;
  /** At least 1. */
  readonly secretsHeldMax?: number;
}

/**
 * Never fails and never waits; a cell that is known already is counted without an allocation. What is counted of a secret goes to
 * the table when its minute has passed, when it is reported or when another needs its place: one at a time, so that no decision
 * waits until all have.
 */
export class UsageMeter {
  readonly #secretsMax: number;
  readonly #cells: CellTable;
  readonly #strangers: Strangers;
  readonly #needs: NeedQueue;
  readonly #log = new LogSampler();
  readonly #secrets = new Map<SecretId | ClientId, OpenSecret>();
  /** The same ones, each in a place that another takes over when there are no more. */
  readonly #places: OpenSecret[] = [];
  #nextPlace = 0;
  /** Those that have been used since the last report, the longest waiting first. */
  readonly #unreported: OpenSecret[] = [];
  /** Those whose cells are not yet in the table. */
  readonly #touched = new Set<OpenSecret>();
  #forgottenUseCount = 0;

  constructor({
    cellsHeldMax = CELLS_HELD_MAX,
    needsHeldMax = NEEDS_HELD_MAX,
    secretsHeldMax = SECRETS_HELD_MAX,
  }: UsageMeterLimits = {}) {
    this.#secretsMax = secretsHeldMax;
    this.#cells = new CellTable(cellsHeldMax);
    this.#strangers = new Strangers(this.#cells);
    this.#needs = new NeedQueue(needsHeldMax);
  }

  /** How many decisions were counted with less told about them, because there was no room. */
  get coarsenedCount(): number {
    return this.#cells.coarsenedCount + this.#strangers.coarsenedCount;
  }

  /** How many last uses were not taken down, because there was no room; their decisions are counted all the same. */
  get forgottenUseCount(): number {
    return this.#forgottenUseCount;
  }

  /**
   * Counts a decision about a key whose secret matched.
   *
   * @param reason why it came out so, for the log; left out, it is not written down there
   */
  record(
    secret: MeteredSecret,
    code: VerdictCode,
    now: Instant,
    request: MeteredRequest = NOTHING_TOLD,
    reason?: Reason,
  ): void {
    const open = this.#openAt(secret, minuteOf(now));
    if (!open.isUnreported) this.#expectReport(open);
    open.count(code, now, request);
    if (code === "allowed") open.noteNeeds(request.scopes, this.#needs);
    if (reason === undefined) return;
    this.#log.note({ keyId: secret.keyId, presented: "", code, reason }, now, request);
  }

  /** Takes down what was allowed besides, in a decision that was not to be counted again. */
  recordNeed(secret: MeteredSecret, now: Instant, { scopes }: MeteredRequest): void {
    this.#openAt(secret, minuteOf(now)).noteNeeds(scopes, this.#needs);
  }

  /** Counts a decision about what is no key of the workspace. */
  recordStranger(
    code: VerdictCode,
    presented: string,
    now: Instant,
    request: MeteredRequest = NOTHING_TOLD,
  ): void {
    this.#strangers.turnTo(minuteOf(now));
    this.#strangers.count(code, presented, request);
    this.#log.note({ keyId: null, presented, code, reason: NO_REASON }, now, request);
  }

  /** Takes out what has been counted, as much as one report holds; `undefined` when there is nothing. */
  take(): Usage | undefined {
    this.#strangers.fold();
    for (const open of this.#touched) {
      if (this.#cells.size >= CELLS_PER_BATCH_MAX) break;
      this.#drain(open);
    }
    const cells = this.#cells.take(CELLS_PER_BATCH_MAX);
    const uses = this.#takeUses();
    const strangers = this.#strangers.take();
    const needs = this.#needs.take(NEEDS_PER_BATCH_MAX);
    if (cells.length + uses.length + strangers.length + needs.length === 0) return undefined;
    return { cells, uses, strangers, needs, log: this.#log.take() };
  }

  #openAt(secret: MeteredSecret, minute: number): OpenSecret {
    const open = this.#secrets.get(secret.secretId) ?? this.#open(secret);
    if (open.isTouched && open.minute !== minute) this.#drain(open);
    if (!open.isTouched) this.#touch(open, minute);
    return open;
  }

  #open(secret: MeteredSecret): OpenSecret {
    const open = new OpenSecret(secret);
    const oldest = this.#places[this.#nextPlace];
    if (oldest !== undefined) this.#giveUp(oldest);
    this.#places[this.#nextPlace] = open;
    this.#nextPlace = (this.#nextPlace + 1) % this.#secretsMax;
    this.#secrets.set(secret.secretId, open);
    return open;
  }

  /** Nothing is lost of it: its counts go to the table, and if its use waits to be reported, it waits on. */
  #giveUp(open: OpenSecret): void {
    if (open.isTouched) this.#drain(open);
    this.#secrets.delete(open.secretId);
  }

  #touch(open: OpenSecret, minute: number): void {
    open.isTouched = true;
    open.turnTo(minute);
    this.#touched.add(open);
  }

  #drain(open: OpenSecret): void {
    open.drainInto(this.#cells);
    this.#touched.delete(open);
  }

  #expectReport(open: OpenSecret): void {
    if (this.#unreported.length >= this.#secretsMax) {
      this.#forgottenUseCount++;
      return;
    }
    open.isUnreported = true;
    this.#unreported.push(open);
  }

  #takeUses(): readonly SecretUse[] {
    return this.#unreported.splice(0, USES_PER_BATCH_MAX).map((open) => open.takeUse());
  }
}
