import type {
  VerifierChange,
  VerifierEntity,
  VerifierKey,
} from "@keyward/core/feed/verifier-change";
import type { KeyId, WorkspaceId } from "@keyward/core/id";
import { digestKey } from "@keyward/core/key/digest";
import type { Digest } from "@keyward/core/key/digest";
import { FOREIGN_KEY_CHARS_MAX, KEY_CHARS_MAX, isWellFormedKey } from "@keyward/core/key/format";
import type { Instant } from "@keyward/core/time";
import {
  accessTokenKid,
  isCompactJws,
  parseCompactJws,
  TOKEN_CHARS_MAX,
} from "@keyward/core/token/access-token-jwt";
import { decide } from "@keyward/core/verdict/decide";
import type { DecisionRequest } from "@keyward/core/verdict/request";
import type { KeySnapshot, PresentedToken } from "@keyward/core/verdict/snapshot";
import { deny } from "@keyward/core/verdict/verdict";
import type { Verdict } from "@keyward/core/verdict/verdict";
import { findLimits } from "./credential-limits.ts";
import type { CredentialLimits, LimitsOf } from "./credential-limits.ts";
import { PackedKey } from "./packed-key.ts";
import { Presented } from "./presented.ts";
import { Remembered } from "./remembered.ts";
import { SecondChance } from "./second-chance.ts";
import { Tables } from "./tables.ts";
import type { TableCounts } from "./tables.ts";
import { snapshotOfToken } from "./token-snapshot.ts";
import type { KnownToken } from "./tokens.ts";
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
  readonly #presented = new Presented<VerifierSnapshot>();
  readonly #tables: Tables;
  readonly #keysMax: number;
  /** Only where keys have to be given up for others. */
  readonly #chances: SecondChance | undefined;

  /** Counts what was applied: what was made of the tables before may no longer be so. */
  #generation = 0;

  /** @param keysMax how many keys it may hold; all of them if left out */
  constructor(keysMax = Infinity) {
    this.#keysMax = keysMax;
    this.#tables = new Tables(keysMax !== Infinity);
    this.#chances = keysMax === Infinity ? undefined : new SecondChance();
  }

  /** Whether there may be keys that it does not hold. */
  get #isPartial(): boolean {
    return this.#chances !== undefined;
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
    this.#forgetMade();
    this.#generation++;
    for (const { workspaceId, rev, change } of changes) {
      const workspace = this.#tables.workspaces.findOrAdd(workspaceId);
      const known = this.#knownRevOf(change);
      // What was so after a deletion has not been deleted by it.
      const isNews = known === 0 ? rev >= workspace.deletedRev : rev > known;
      // A token never changes but that it is revoked, and that is remembered: so none is old news.
      if (isNews || change.entity === "token") this.#set(workspace, rev, change);
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
      this.#forgetMade();
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
  ): Verdict<VerifierSnapshot> {
    const key = this.#findAgain(presented, this.#rowOf(workspaceId), now);
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

  /** What limits a key or client of the workspace for an api; no view. @throws Undecidable while its plan is not known */
  limitsOf(of: LimitsOf): CredentialLimits | undefined {
    return findLimits(this.#tables, of);
  }

  /**
   * What is not known here of a presented credential, by a name whose digest the authority can be asked for: the key itself;
   * of a signed token its signing key's `kid`, or the client that it was issued to. `undefined` where nobody could know more.
   */
  missingOf(presented: string): string | undefined {
    if (presented.length <= KEY_CHARS_MAX || (this.#isPartial && isForeignLong(presented))) {
      // A key that was issued elsewhere has any form. Who holds all keys knows it by now; who does not must ask.
      const isPlausible = this.#isPartial || isWellFormedKey(presented);
      return isPlausible && this.find(presented) === undefined ? presented : undefined;
    }
    const kid = kidOf(presented);
    if (kid === undefined) return undefined;
    const { clients, signingKeys, tokens } = this.#tables;
    if (signingKeys.find(kid) === undefined) return kid;
    const token = tokens.findSigned(presented, digestKey(presented), ANY_WORKSPACE);
    if (token === undefined || clients.find(token.facts.clientId) !== undefined) return undefined;
    return token.facts.clientId;
  }

  #findAgain(presented: string, workspaceRow: number, now: Instant): VerifierSnapshot | undefined {
    const before = this.#presented.find(presented, workspaceRow, now);
    if (before !== undefined) {
      if (before.token === undefined) this.#noteUse(before.secretRow);
      return before;
    }
    const found = this.#find(presented, workspaceRow);
    if (found !== undefined) this.#presented.add(presented, workspaceRow, now, found);
    return found;
  }

  /**
   * Looks the digest up before the form is checked: to be known proves more than to be well-formed, and a good key does
   * not pay for its checksum.
   */
  #find(presented: string, workspaceRow: number): VerifierSnapshot | undefined {
    if (presented.length > KEY_CHARS_MAX && !isForeignLong(presented)) {
      return this.#findSigned(presented, workspaceRow);
    }
    const { secrets } = this.#tables;
    const digest = digestKey(presented);
    const secretRow = secrets.find(digest, workspaceRow);
    if (secretRow === 0) return this.#findOpaque(digest, workspaceRow);
    this.#noteUse(secretRow);
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

  #noteUse(secretRow: number): void {
    this.#chances?.use(this.#tables.secrets.keyRowOf(secretRow));
  }

  #forgetMade(): void {
    this.#views.forget();
    this.#presented.forget();
  }

  #findOpaque(digest: Digest, workspaceRow: number): PresentedToken | undefined {
    const token = this.#tables.tokens.findOpaque(digest, workspaceRow);
    return token && this.#snapshotOf(token);
  }

  #findSigned(presented: string, workspaceRow: number): PresentedToken | undefined {
    if (presented.length > TOKEN_CHARS_MAX) return undefined;
    const { tokens } = this.#tables;
    const token = tokens.findSigned(presented, digestKey(presented), workspaceRow);
    return token && this.#snapshotOf(token);
  }

  #snapshotOf(token: KnownToken): PresentedToken | undefined {
    if (token.generation !== this.#generation) {
      token.snapshot = snapshotOfToken(this.#tables, token);
      token.generation = this.#generation;
    }
    return token.snapshot;
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
    const { apis, clients, keys, owners, plans, roles, signingKeys } = this.#tables;
    switch (entity) {
      case "workspace":
      case "member":
      case "revocation":
      case "policy":
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
      case "client":
        return clients.revOf(id);
      case "signing_key":
        return signingKeys.revOf(id);
      case "token":
        return 0;
    }
  }

  #set(workspace: WorkspaceEntry, rev: number, change: VerifierEntity): void {
    const { apis, clients, owners, plans, roles, signingKeys, tokens } = this.#tables;
    if (change.value === null) workspace.deletedRev = Math.max(workspace.deletedRev, rev);
    switch (change.entity) {
      case "workspace":
      case "member":
      case "revocation":
      case "policy":
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
        return;
      case "client":
        if (change.value === null) clients.remove(workspace, change.id);
        else clients.put(workspace, rev, change.value);
        return;
      case "signing_key":
        if (change.value === null) signingKeys.remove(change.id);
        else signingKeys.put(workspace, rev, change.value);
        return;
      case "token":
        if (change.value !== null) tokens.put(workspace, change.value);
    }
  }
}

/** A key, as a view of the tables, or an access token. */
export type VerifierSnapshot = PackedKey | PresentedToken;

/** Whether it can be nothing but a key that was issued elsewhere: too long for one of ours, and no signed token. */
function isForeignLong(presented: string): boolean {
  return presented.length <= FOREIGN_KEY_CHARS_MAX && !isCompactJws(presented);
}

function kidOf(presented: string): string | undefined {
  const jws = parseCompactJws(presented);
  return jws && accessTokenKid(jws);
}

/** The code for a presented key that opens nothing. */
export function whyNotFound(presented: string): "malformed" | "unknown" {
  return isWellFormedKey(presented) || isCompactJws(presented) ? "unknown" : "malformed";
}
