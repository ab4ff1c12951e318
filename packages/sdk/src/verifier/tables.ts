import type { KeyId } from "@keyward/core/id";
import type { VerifierKey } from "@keyward/core/feed/verifier-change";
import type { Metadata } from "@keyward/core/model/metadata";
import { Apis } from "./apis.ts";
import { Clients } from "./clients.ts";
import { packFacts } from "./facts.ts";
import { Interned } from "./interned.ts";
import { Keys } from "./keys.ts";
import { Owners } from "./owners.ts";
import { Plans } from "./plans.ts";
import { Policies } from "./policies.ts";
import { Roles } from "./roles.ts";
import { Secrets } from "./secrets.ts";
import { SigningKeys } from "./signing-keys.ts";
import { Tokens } from "./tokens.ts";
import { Workspaces, assertSameWorkspace } from "./workspaces.ts";
import type { WorkspaceEntry } from "./workspaces.ts";

const NO_METADATA: Metadata = Object.freeze({});

/** What a verifier holds. Things that are gone but still named by a key count until nothing names them. */
export interface TableCounts {
  readonly apis: number;
  readonly roles: number;
  readonly plans: number;
  readonly owners: number;
  /** Distinct combinations of scopes, roles, restrictions and limits: what keys share. */
  readonly policies: number;
  /** Distinct metadata, `{}` not counted: what keys with equal metadata share. */
  readonly metadata: number;
  readonly keys: number;
  readonly secrets: number;
  readonly clients: number;
  /** Of the tables of owners, keys and secrets, which are most of it where keys are many. */
  readonly packedBytes: number;
}

/** The tables of a verifier, and the writes that touch several of them. */
export class Tables {
  readonly workspaces = new Workspaces();
  readonly apis = new Apis();
  readonly roles = new Roles();
  readonly plans = new Plans();
  readonly owners = new Owners(this.workspaces, this.plans);
  readonly policies = new Policies(this.roles, this.plans);
  readonly keys = new Keys();
  readonly secrets = new Secrets(this.apis);
  readonly clients = new Clients(this.apis, this.owners, this.plans);
  readonly signingKeys = new SigningKeys();
  readonly tokens = new Tokens(this.signingKeys);
  readonly #metadata = new Interned<Metadata>();
  readonly #forgetsOwners: boolean;

  /** @param forgetsOwners whether an owner goes with the last key that names it */
  constructor(forgetsOwners: boolean) {
    this.#forgetsOwners = forgetsOwners;
  }

  get counts(): TableCounts {
    return {
      apis: this.apis.count,
      roles: this.roles.count,
      plans: this.plans.count,
      owners: this.owners.count,
      policies: this.policies.count,
      metadata: this.#metadata.count,
      keys: this.keys.count,
      secrets: this.secrets.count,
      clients: this.clients.count,
      packedBytes: this.owners.byteLength + this.keys.byteLength + this.secrets.byteLength,
    };
  }

  metadataAt(row: number): Metadata {
    return row === 0 ? NO_METADATA : this.#metadata.at(row);
  }

  putKey(workspace: WorkspaceEntry, rev: number, key: VerifierKey): void {
    const known = this.#find(workspace, key.id);
    // Revoked is for ever, whatever a later change may say (K2).
    const isRevoked = known !== 0 && this.keys.stateOf(known) === "revoked";
    const facts = packFacts({ ...key, state: isRevoked ? "revoked" : key.state });
    const row = known === 0 ? this.keys.add(key.id) : known;
    // Before the old ones are released: what both have in common is not made anew.
    const metadataRow = this.#acquireMetadata(key.metadata);
    const firstSecretRow = this.#addSecrets(workspace, row, facts, key);
    if (known !== 0) this.#release(row);
    this.keys.write(row, { rev, facts, workspaceRow: workspace.row, metadataRow, firstSecretRow });
  }

  removeKey(workspace: WorkspaceEntry, id: KeyId): void {
    const row = this.#find(workspace, id);
    if (row === 0) return;
    this.#release(row);
    this.keys.remove(row);
  }

  /** Lets go of a key that there still is. */
  giveUpKey(row: number): void {
    this.#release(row);
    this.keys.remove(row);
  }

  #find(workspace: WorkspaceEntry, id: KeyId): number {
    const row = this.keys.find(id);
    if (row !== 0) {
      assertSameWorkspace(this.workspaces.at(this.keys.workspaceRowOf(row)), workspace, id);
    }
    return row;
  }

  /** Each secret holds references of its own, so a key that has none holds nothing. */
  #addSecrets(workspace: WorkspaceEntry, keyRow: number, facts: number, key: VerifierKey): number {
    let first = 0;
    for (const secret of key.secrets) {
      const apiRow = this.apis.acquire(workspace, key.apiId);
      const ownerRow = this.owners.acquire(workspace, key.ownerId);
      const policyRow = this.policies.acquire(workspace, key);
      const { expiresAt } = key;
      const ofKey = { keyRow, apiRow, ownerRow, policyRow, facts, expiresAt };
      first = this.secrets.add(secret, ofKey, first);
    }
    return first;
  }

  #acquireMetadata(metadata: Metadata): number {
    const text = JSON.stringify(metadata);
    return text === "{}" ? 0 : this.#metadata.acquire(text, () => metadata);
  }

  #release(keyRow: number): void {
    const metadataRow = this.keys.metadataRowOf(keyRow);
    if (metadataRow !== 0) this.#metadata.release(metadataRow);
    for (let row = this.keys.firstSecretRowOf(keyRow); row !== 0;) {
      const next = this.secrets.nextOf(row);
      this.apis.release(this.secrets.apiRowOf(row));
      const ownerRow = this.secrets.ownerRowOf(row);
      this.owners.release(ownerRow);
      if (this.#forgetsOwners) this.owners.forgetUnnamed(ownerRow);
      this.policies.release(this.secrets.policyRowOf(row));
      this.secrets.remove(row);
      row = next;
    }
  }
}
