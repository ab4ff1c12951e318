import type { VerdictCode } from "../verdict/codes.ts";
import type { CellTable } from "./cell-table.ts";
import type { StrangerCell } from "./cell.ts";
import type { MeteredRequest } from "./metered.ts";
import { brandOf, usageNetwork } from "./network.ts";
import { TopCounter } from "./top-counter.ts";

/** Networks and brands that are told apart within a minute: a flood from everywhere takes no more room than this (K8). */
export const STRANGERS_PER_MINUTE_MAX = 256;
/** How many wait to be reported; then where they came from is told no longer. */
const STRANGERS_HELD_MAX = 4_096;
export const STRANGERS_PER_BATCH_MAX = 512;

type Minute = Omit<StrangerCell, "count">;

/** Attempts with what is no key of the workspace. */
export class Strangers {
  readonly #table: CellTable;
  readonly #held = new Map<string, StrangerCell>();
  #top = new TopCounter(STRANGERS_PER_MINUTE_MAX);
  #minute = 0;
  #openCount = 0;
  #coarsenedCount = 0;

  constructor(table: CellTable) {
    this.#table = table;
  }

  get coarsenedCount(): number {
    return this.#coarsenedCount;
  }

  turnTo(minute: number): void {
    if (minute === this.#minute) return;
    this.fold();
    this.#minute = minute;
  }

  count(code: VerdictCode, presented: string, { context, tag = "" }: MeteredRequest): void {
    this.#openCount++;
    const ip = context?.ip;
    const network = (ip === undefined ? undefined : usageNetwork(ip)) ?? "";
    this.#table.add({ minute: this.#minute, keyId: null, code, tag, count: 1, cost: 0 });
    this.#top.add(`${code} ${network} ${brandOf(presented)}`);
  }

  /** Moves what was counted in this minute to what waits. */
  fold(): void {
    if (this.#openCount === 0) return;
    this.#openCount = 0;
    const minute = this.#minute;
    for (const { name, count, surplus } of this.#top.counts()) {
      const [code, network, brand] = name.split(" ") as [VerdictCode, string, string];
      const of = { minute, code, network: network === "" ? null : network, brand };
      this.#hold({ ...of, count });
      // Of these it is certain only that somebody tried.
      this.#hold({ ...of, network: null, brand: "", count: surplus });
    }
    this.#top = new TopCounter(STRANGERS_PER_MINUTE_MAX);
  }

  take(): readonly StrangerCell[] {
    const taken: StrangerCell[] = [];
    for (const [name, cell] of this.#held) {
      if (taken.length >= STRANGERS_PER_BATCH_MAX) break;
      taken.push(cell);
      this.#held.delete(name);
    }
    return taken;
  }

  #hold(cell: StrangerCell): void {
    if (cell.count === 0) return;
    const known = this.#held.get(nameOf(cell));
    if (known !== undefined) {
      this.#held.set(nameOf(cell), { ...known, count: known.count + cell.count });
      return;
    }
    const isTold = cell.network !== null || cell.brand !== "";
    if (this.#held.size < STRANGERS_HELD_MAX || !isTold) {
      this.#held.set(nameOf(cell), cell);
      return;
    }
    this.#coarsenedCount += cell.count;
    this.#hold({ ...cell, network: null, brand: "" });
  }
}

function nameOf({ minute, code, network, brand }: Minute): string {
  return `${minute} ${code} ${network ?? ""} ${brand}`;
}
