import type {
  VerifierChange,
  VerifierEntity,
  VerifierKey,
} from "@keyward/core/feed/verifier-change";
import type { KeyId, WorkspaceId } from "@keyward/core/id";
import { digestKey } from "@keyward/core/key/digest";
import { KEY_CHARS_MAX, isWellFormedKey } from "@keyward/core/key/format";
import type { Instant } from "@keyward/core/time";
import { decide } from "@keyward/core/verdict/decide";
import type { DecisionRequest } from "@keyward/core/verdict/request";
import type { KeySnapshot } from "@keyward/core/verdict/snapshot";
import { deny } from "@keyward/core/verdict/verdict";
import type { Verdict } from "@keyward/core/verdict/verdict";
import { PackedKey } from "./packed-key.ts";
import { Remembered } from "./remembered.ts";
import { SecondChance } from "./second-chance.ts";
import { Tables } from "./tables.ts";
import type { TableCounts } from "./tables.ts";
import type { WorkspaceEntry } from "./workspaces.ts";

const ANY_WORKSPACE = 0;
/** No workspace has it, so nothing is found there. */
const NO_WORKSPACE = 0xffff_ffff;

/**
 * The keys of any number of workspaces in memory, all of them or as many as it may hold, and the decision about each: what
 * answers a verification without a look-up anywhere else. It has no clock and does no I/O; whoever feeds it must know how
 * fresh it is.
 *
 * A snapshot that it hands out is a view: read what you need of it before the next {@link Verifier.apply}. Two views that
 * are the same object say the same.
 */
export class Verifier {
  /** A key that is asked for again and again is one view, so what was derived from it may be kept beside it. */
  readonly #views = new Remembered<PackedKey>();
  readonly #tables: Tables;
  readonly #keysMax: number;
  /** Only where keys have to be given up for others. */
  readonly #chances: SecondChance | undefined;

  /** @param keysMax how many keys it may hold; all of them if left out */
  constructor(keysMax = Infinity) {
    this.#keysMax = keysMax;
    this.#tables = new Tables(keysMax !== Infinity);
    this.#chances = keysMax === Infinity ? undefined : new SecondChance();
  }

  get keyCount(): number {
    return this.#tables.keys.count;
  }

  get secretCount(): number {
    return this.#tables.secrets.count;
  }

  get counts(): TableCounts {
    return this.#tables.counts;
  }

  /** The highest rev applied to the workspace; 0 where nothing was. */
  revOf(workspaceId: WorkspaceId): number {
    return this.#tables.workspaces.find(workspaceId)?.rev ?? 0;
  }

  /**
   * Applies durable changes. A change that is not newer than what is known of its thing is ignored, so an overlap or a
   * repetition does no harm; and a revoked key stays revoked, whatever follows.
   *
   * The first load may come in any order, one change for each thing. After a deletion, nothing older than it may
   * bring something unknown: so load a whole snapshot into a new verifier, not into one that has followed a feed.
   *
   * @throws Error when the feed contradicts itself, as when a thing moves to another workspace; the verifier must then
   * be discarded and loaded anew
   */
  apply(changes: readonly VerifierChange[]): void {
    this.#views.forget();
    for (const { workspaceId, rev, change } of changes) {
      const workspace = this.#tables.workspaces.findOrAdd(workspaceId);
      const known = this.#knownRevOf(change);
      // What was so after a deletion has not been deleted by it.
      const isNews = known === 0 ? rev >= workspace.deletedRev : rev > known;
      if (isNews) this.#set(workspace, rev, change);
      workspace.rev = Math.max(workspace.rev, rev);
    }
  }

  /** Whether it holds the thing that has changed. */
  knows(change: VerifierEntity): boolean {
    return this.#knownRevOf(change) !== 0;
  }

  /**
   * Gives up keys until there are no more than it may hold: those that were not decided about for longest, as far as one mark
   * a key can tell.
   *
   * @param onGivenUp told of each, with the rev of what was known of it
   */
  giveUpBeyondLimit(onGivenUp: (keyId: KeyId, rev: number) => void): void {
    const { keys } = this.#tables;
    while (this.#chances !== undefined && keys.count > this.#keysMax) {
      const row = this.#chances.choose(keys.end, (each) => keys.revOf(each) !== 0);
      onGivenUp(keys.idOf(row), keys.revOf(row));
      this.#tables.giveUpKey(row);
      this.#views.forget();
    }
  }

  /**
   * Decides about a presented key. One that is known, but in another workspace, is `unknown` (K6).
   *
   * @throws Undecidable when the key has restrictions that this version cannot read
   */
  verify(
    workspaceId: WorkspaceId,
    presented: string,
    request: DecisionRequest,
    now: Instant,
  ): Verdict<PackedKey> {
    const key = this.#find(presented, this.#rowOf(workspaceId));
    return key === undefined ? deny(whyNotFound(presented)) : decide(key, request, now);
  }

  /**
   * The key that a presented key opens, in whatever workspace, without deciding anything about it: it may be revoked,
   * disabled or expired. `undefined` when it is malformed or unknown.
   */
  find(presented: string): KeySnapshot | undefined {
    return this.#find(presented, ANY_WORKSPACE);
  }

  /** The same, but of one workspace: whose key it is otherwise stays unsaid (K6). */
  findIn(workspaceId: WorkspaceId, presented: string): KeySnapshot | undefined {
    return this.#find(presented, this.#rowOf(workspaceId));
  }

  /**
   * Looks the digest up before the form is checked: to be known proves more than to be well-formed, and a good key does
   * not pay for its checksum.
   */
  #find(presented: string, workspaceRow: number): PackedKey | undefined {
    if (presented.length > KEY_CHARS_MAX) return undefined;
    const { secrets } = this.#tables;
    const secretRow = secrets.find(digestKey(presented), workspaceRow);
    if (secretRow === 0) return undefined;
    this.#chances?.use(secrets.keyRowOf(secretRow));
    const view = this.#views.get(secretRow);
    return view?.secretRow === secretRow ? view : this.#view(secretRow);
  }

  #view(secretRow: number): PackedKey | undefined {
    const { apis, secrets } = this.#tables;
    const api = apis.at(secrets.apiRowOf(secretRow));
    // A key outlives its api only in a feed that is incomplete; it then belongs to nothing that could be asked for.
    if (api.prefix === undefined) return undefined;
    const view = new PackedKey(this.#tables, secretRow, api, api.prefix);
    this.#views.set(secretRow, view);
    return view;
  }

  #rowOf(workspaceId: WorkspaceId): number {
    return this.#tables.workspaces.find(workspaceId)?.row ?? NO_WORKSPACE;
  }

  #putKey(workspace: WorkspaceEntry, rev: number, key: VerifierKey): void {
    const { keys } = this.#tables;
    const isNew = this.#chances !== undefined && keys.find(key.id) === 0;
    this.#tables.putKey(workspace, rev, key);
    if (isNew) this.#chances?.begin(keys.find(key.id));
  }

  #knownRevOf({ entity, id }: VerifierEntity): number {
    const { apis, keys, owners, plans, roles } = this.#tables;
    switch (entity) {
      case "workspace":
      case "member":
      case "revocation":
      case "webhook":
        return 0;
      case "api":
        return apis.revOf(id);
      case "role":
        return roles.revOf(id);
      case "plan":
        return plans.revOf(id);
      case "owner":
        return owners.revOf(id);
      case "key":
        return keys.revOf(keys.find(id));
    }
  }

  #set(workspace: WorkspaceEntry, rev: number, change: VerifierEntity): void {
    const { apis, owners, plans, roles } = this.#tables;
    if (change.value === null) workspace.deletedRev = Math.max(workspace.deletedRev, rev);
    switch (change.entity) {
      case "workspace":
      case "member":
      case "revocation":
      case "webhook":
        return;
      case "api":
        if (change.value === null) apis.remove(workspace, change.id);
        else apis.put(workspace, rev, change.value);
        return;
      case "role":
        if (change.value === null) roles.remove(workspace, change.id);
        else roles.put(workspace, rev, change.value);
        return;
      case "plan":
        if (change.value === null) plans.remove(workspace, change.id);
        else plans.put(workspace, rev, change.value);
        return;
      case "owner":
        if (change.value === null) owners.remove(workspace, change.id);
        else owners.put(workspace, rev, change.value);
        return;
      case "key":
        if (change.value === null) this.#tables.removeKey(workspace, change.id);
        else this.#putKey(workspace, rev, change.value);
    }
  }
}

/** The code for a presented key that opens nothing. */
export function whyNotFound(presented: string): "malformed" | "unknown" {
  return isWellFormedKey(presented) ? "unknown" : "malformed";
}
