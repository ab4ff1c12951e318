import { cellName, COARSENINGS, mergeCells } from "./cell.ts";
import type { UsageCell } from "./cell.ts";

/** Cells that wait to be reported, each once. Holds so many, and then coarsens: a count is never dropped. */
export class CellTable {
  readonly #cellsMax: number;
  readonly #cells = new Map<string, UsageCell>();
  #coarsenedCount = 0;

  constructor(cellsMax: number) {
    this.#cellsMax = cellsMax;
  }

  get size(): number {
    return this.#cells.size;
  }

  /** How many decisions are counted with less told about them, since the beginning. */
  get coarsenedCount(): number {
    return this.#coarsenedCount;
  }

  add(cell: UsageCell): void {
    if (this.#merge(cell, this.#cells.size < this.#cellsMax)) return;
    this.#coarsenedCount += cell.count;
    const last = COARSENINGS.length - 1;
    for (const [step, coarsen] of COARSENINGS.entries()) {
      if (this.#merge(coarsen(cell), step === last)) return;
    }
  }

  /** Takes out the oldest ones. */
  take(countMax: number): readonly UsageCell[] {
    const taken: UsageCell[] = [];
    for (const [name, cell] of this.#cells) {
      if (taken.length >= countMax) break;
      taken.push(cell);
      this.#cells.delete(name);
    }
    return taken;
  }

  #merge(cell: UsageCell, hasRoom: boolean): boolean {
    const name = cellName(cell);
    const known = this.#cells.get(name);
    if (known === undefined && !hasRoom) return false;
    this.#cells.set(name, known === undefined ? cell : mergeCells(known, cell));
    return true;
  }
}
