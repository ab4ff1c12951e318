import type { WorkspaceId } from "@keyward/core/id";

export interface WorkspaceEntry {
  readonly id: WorkspaceId;
  /** From 1. */
  readonly row: number;
  /** The highest rev applied. */
  rev: number;
  /**
   * The highest rev at which something was deleted. What is not known and is not newer than this may be the very thing
   * that was deleted: one number instead of a gravestone for each.
   */
  deletedRev: number;
}

/** The workspaces of which a verifier has seen a change. */
export class Workspaces {
  readonly #byId = new Map<string, WorkspaceEntry>();
  readonly #byRow: WorkspaceEntry[] = [];

  find(id: WorkspaceId): WorkspaceEntry | undefined {
    return this.#byId.get(id);
  }

  at(row: number): WorkspaceEntry {
    const entry = this.#byRow[row - 1];
    if (entry === undefined) throw new RangeError(`no such workspace row: ${row}`);
    return entry;
  }

  findOrAdd(id: WorkspaceId): WorkspaceEntry {
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const entry = { id, row: this.#byRow.length + 1, rev: 0, deletedRev: 0 };
    this.#byRow.push(entry);
    this.#byId.set(id, entry);
    return entry;
  }
}

/** An id names one thing of one workspace; a feed that says otherwise must not be believed (K6). */
export function assertSameWorkspace(
  known: WorkspaceEntry,
  claimed: WorkspaceEntry,
  id: string,
): void {
  if (known !== claimed) throw new Error(`${id} belongs to another workspace than the feed says`);
}
