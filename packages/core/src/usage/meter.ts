// Counts decisions in memory: merged at once, never a queue of events (spec/usage.md §4).
import type { ClientId, SecretId } from "../id.ts";
import { NO_REASON } from "../log/entry.ts";
import type { Reason } from "../log/entry.ts";
import { LogSampler } from "../log/log-sampler.ts";
import type { Instant } from "../time.ts";
import type { VerdictCode } from "../verdict/codes.ts";
import { CellTable } from "./cell-table.ts";
import type { SecretUse, Usage, UsageCell } from "./cell.ts";
import { minuteOf } from "./cell.ts";
import { NOTHING_TOLD } from "./metered.ts";
import type { MeteredRequest, MeteredSecret } from "./metered.ts";
import { OpenSecret } from "./open-secret.ts";
import { Strangers, STRANGERS_PER_BATCH_MAX } from "./strangers.ts";

/** How much one report holds, so that no report stops anybody for long. */
export const CELLS_PER_BATCH_MAX = 1_000;
export const USES_PER_BATCH_MAX = 1_000;
/** How many cells wait at most; then they are coarsened. */
export const CELLS_HELD_MAX = 50_000;
/** How many secrets are remembered between reports, and of how many a last use waits. */
export const SECRETS_HELD_MAX = 50_000;

/** Whether there may be more than this to report. */
export function isFull({ cells, uses, strangers }: Usage): boolean {
  return (
    cells.length >= CELLS_PER_BATCH_MAX ||
    uses.length >= USES_PER_BATCH_MAX ||
    strangers.length >= STRANGERS_PER_BATCH_MAX
  );
}

export interface UsageMeterLimits {
  readonly cellsHeldMax?: number;
  readonly secretsHeldMax?: number;
}

/** Never fails and never waits; a cell that is known already is counted without an allocation. */
export class UsageMeter {
  readonly #secretsMax: number;
  readonly #cells: CellTable;
  readonly #strangers: Strangers;
  readonly #log = new LogSampler();
  #secrets = new Map<SecretId | ClientId, OpenSecret>();
  /** Those that have been used since the last report, the longest waiting first. */
  #unreported: OpenSecret[] = [];
  /** Those whose cells are not yet in the table. */
  #touched: OpenSecret[] = [];
  #minute = 0;
  #forgottenUseCount = 0;

  constructor({
    cellsHeldMax = CELLS_HELD_MAX,
    secretsHeldMax = SECRETS_HELD_MAX,
  }: UsageMeterLimits = {}) {
    this.#secretsMax = secretsHeldMax;
    this.#cells = new CellTable(cellsHeldMax);
    this.#strangers = new Strangers(this.#cells);
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
    this.#turnTo(now);
    const { secretId } = secret;
    const open = this.#secrets.get(secretId) ?? this.#open(secret);
    if (!open.isTouched) {
      open.isTouched = true;
      this.#touched.push(open);
    }
    if (!open.isUnreported) this.#expectReport(open);
    open.count(code, now, request);
    if (reason === undefined) return;
    this.#log.note({ keyId: secret.keyId, presented: "", code, reason }, now, request);
  }

  /** Counts a decision about what is no key of the workspace. */
  recordStranger(
    code: VerdictCode,
    presented: string,
    now: Instant,
    request: MeteredRequest = NOTHING_TOLD,
  ): void {
    this.#turnTo(now);
    this.#strangers.count(code, presented, request);
    this.#log.note({ keyId: null, presented, code, reason: NO_REASON }, now, request);
  }

  /** Takes out what has been counted, as much as one report holds; `undefined` when there is nothing. */
  take(): Usage | undefined {
    this.#fold();
    const cells = this.#cells.take(CELLS_PER_BATCH_MAX);
    const uses = this.#takeUses();
    const strangers = this.#strangers.take();
    if (cells.length + uses.length + strangers.length === 0) return undefined;
    return { cells, uses, strangers, log: this.#log.take() };
  }

  #turnTo(now: Instant): void {
    const minute = minuteOf(now);
    if (minute === this.#minute) return;
    this.#fold();
    this.#minute = minute;
    this.#strangers.minute = minute;
  }

  /** Moves what was counted in this minute into the table, where the next minute does not mix with it. */
  #fold(): void {
    this.#drain();
    this.#strangers.fold();
  }

  #drain(): void {
    for (const open of this.#touched) open.drainInto(this.#addCell);
    this.#touched.length = 0;
    if (this.#secrets.size <= this.#secretsMax) return;
    this.#secrets = new Map(this.#unreported.map((open) => [open.secretId, open]));
  }

  readonly #addCell = (cell: Omit<UsageCell, "minute">): void => {
    this.#cells.add({ minute: this.#minute, ...cell });
  };

  #open(secret: MeteredSecret): OpenSecret {
    // What is touched and cannot be found again would be counted in two cells, which is no harm: the table merges them.
    if (this.#secrets.size > 2 * this.#secretsMax) this.#drain();
    const open = new OpenSecret(secret);
    this.#secrets.set(secret.secretId, open);
    return open;
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
