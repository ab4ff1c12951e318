import type { OwnerId } from "@keyward/core/id";
import type { VerifierOwner } from "@keyward/core/feed/verifier-change";
import type { Limit } from "@keyward/core/limit/limit";
import type { GrantSet } from "@keyward/core/scope/scope";
import { IdRows } from "./id-rows.ts";
import { isLimited, LimitSet, NO_LIMITS } from "./limit-set.ts";
import type { Plans } from "./plans.ts";
import { highWord, joinWords } from "./rows.ts";
import { OwnerRights } from "./owner-rights.ts";
import { TextArena } from "./text-arena.ts";
import { assertSameWorkspace } from "./workspaces.ts";
import type { WorkspaceEntry, Workspaces } from "./workspaces.ts";

// The words of a row after the four of its id.
const REV_LOW = 4;
const REV_HIGH = 5;
const WORKSPACE = 6;
const EXTERNAL_ID = 7;
const SECRETS = 8;
const WORDS = 9;

/** Below this, copying the arena saves less than it costs. */
const COMPACTION_BYTES_MIN = 1 << 20;

/** The owners, each held by its own presence and by every secret whose key names it. */
export class Owners {
  readonly #workspaces: Workspaces;
  readonly #rows = new IdRows<"owner">("own", WORDS);
  /** One bit for each row, apart from it, because every decision reads it: a million of them stay in the CPU's cache. */
  #refused = new Uint32Array(32);
  #texts = new TextArena();
  readonly #plans: Plans;
  readonly #rights = new OwnerRights();
  /** By row, of the owners that have any: the others cost nothing. */
  readonly #limitSets = new Map<number, LimitSet>();

  constructor(workspaces: Workspaces, plans: Plans) {
    this.#workspaces = workspaces;
    this.#plans = plans;
  }

  get count(): number {
    return this.#rows.count;
  }

  get byteLength(): number {
    return this.#rows.byteLength + this.#refused.byteLength + this.#texts.byteLength;
  }

  /** Whether the owner's keys are refused: it is disabled, or is not there at all. */
  isRefused(row: number): boolean {
    return (((this.#refused[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;
  }

  idOf(row: number): OwnerId {
    return this.#rows.idOf(row);
  }

  /** @throws Undecidable while the owner's plan is not there */
  limitsOf(row: number): readonly Limit[] {
    if (this.#limitSets.size === 0) return NO_LIMITS;
    return this.#limitSets.get(row)?.limits ?? NO_LIMITS;
  }

  /** The producer's id; empty while the owner is not there. */
  externalIdOf(row: number): string {
    return this.#revAt(row) === 0 ? "" : this.#texts.read(this.#rows.get(row, EXTERNAL_ID));
  }

  /** What the grants of a personal access token come to in the hands of this owner. */
  capOf(row: number, grants: GrantSet): GrantSet {
    return this.#rights.cap(row, grants);
  }

  revOf(id: OwnerId): number {
    const row = this.#rows.find(id);
    return row === 0 ? 0 : this.#revAt(row);
  }

  /** The row of the owner, with one reference more. */
  acquire(workspace: WorkspaceEntry, id: OwnerId): number {
    const row = this.#findOrAdd(workspace, id);
    this.#rows.set(row, SECRETS, this.#rows.get(row, SECRETS) + 1);
    return row;
  }

  release(row: number): void {
    this.#rows.set(row, SECRETS, this.#rows.get(row, SECRETS) - 1);
    this.#forgetIfUnused(row);
  }

  put(workspace: WorkspaceEntry, rev: number, value: VerifierOwner): void {
    const row = this.#findOrAdd(workspace, value.id);
    this.#setExternalId(row, value.externalId);
    this.#rows.set(row, REV_LOW, rev);
    this.#rows.set(row, REV_HIGH, highWord(rev));
    this.#setRefused(row, value.disabled);
    this.#rights.put(row, value.rights);
    this.#setLimits(workspace, row, value);
    this.#compactTexts();
  }

  remove(workspace: WorkspaceEntry, id: OwnerId): void {
    const row = this.#findOrAdd(workspace, id);
    if (this.#revAt(row) !== 0) this.#texts.remove(this.#rows.get(row, EXTERNAL_ID));
    this.#rows.set(row, REV_LOW, 0);
    this.#rows.set(row, REV_HIGH, 0);
    this.#setRefused(row, true);
    this.#rights.put(row, null);
    this.#releaseLimits(row);
    this.#forgetIfUnused(row);
    this.#compactTexts();
  }

  /** Lets go of an owner whom no key names any more; it comes again with the next that does. */
  forgetUnnamed(row: number): void {
    if (this.#revAt(row) === 0 || this.#rows.get(row, SECRETS) !== 0) return;
    this.#texts.remove(this.#rows.get(row, EXTERNAL_ID));
    this.#rows.remove(row);
    this.#compactTexts();
  }

  #revAt(row: number): number {
    return joinWords(this.#rows.get(row, REV_LOW), this.#rows.get(row, REV_HIGH));
  }

  #findOrAdd(workspace: WorkspaceEntry, id: OwnerId): number {
    const known = this.#rows.find(id);
    if (known !== 0) {
      assertSameWorkspace(this.#workspaces.at(this.#rows.get(known, WORKSPACE)), workspace, id);
      return known;
    }
    const row = this.#rows.add(id);
    this.#rows.set(row, WORKSPACE, workspace.row);
    this.#setRefused(row, true);
    return row;
  }

  #setRefused(row: number, refused: boolean): void {
    const word = row >>> 5;
    if (word >= this.#refused.length) {
      const grown = new Uint32Array(this.#refused.length * 2);
      grown.set(this.#refused);
      this.#refused = grown;
    }
    const bit = 1 << (row & 31);
    const others = (this.#refused[word] ?? 0) & ~bit;
    this.#refused[word] = refused ? others | bit : others;
  }

  #setLimits(workspace: WorkspaceEntry, row: number, owner: VerifierOwner): void {
    // Before the old one is released: a plan that both refer to is not forgotten in between.
    const set = isLimited(owner) ? new LimitSet(this.#plans, workspace, owner) : undefined;
    this.#releaseLimits(row);
    if (set !== undefined) this.#limitSets.set(row, set);
  }

  #releaseLimits(row: number): void {
    this.#limitSets.get(row)?.release();
    this.#limitSets.delete(row);
  }

  #setExternalId(row: number, externalId: string): void {
    if (this.#revAt(row) !== 0) {
      if (this.externalIdOf(row) === externalId) return;
      this.#texts.remove(this.#rows.get(row, EXTERNAL_ID));
    }
    this.#rows.set(row, EXTERNAL_ID, this.#texts.add(externalId));
  }

  #compactTexts(): void {
    const old = this.#texts;
    if (old.usedBytes < COMPACTION_BYTES_MIN || old.liveBytes * 2 > old.usedBytes) return;
    this.#texts = new TextArena();
    for (let row = 1; row < this.#rows.end; row++) {
      if (this.#revAt(row) === 0) continue;
      this.#rows.set(row, EXTERNAL_ID, this.#texts.add(old.read(this.#rows.get(row, EXTERNAL_ID))));
    }
  }

  #forgetIfUnused(row: number): void {
    if (this.#revAt(row) === 0 && this.#rows.get(row, SECRETS) === 0) this.#rows.remove(row);
  }
}
