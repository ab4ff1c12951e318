import type { ApiId, KeyId, OwnerId, SecretId, WorkspaceId } from "@keyward/core/id";
import type { Environment, KeyKind } from "@keyward/core/key/format";
import type { KeyState } from "@keyward/core/model/key-state";
import type { Metadata } from "@keyward/core/model/metadata";
import type { CompiledRestrictions } from "@keyward/core/restriction/restrictions";
import type { GrantSet } from "@keyward/core/scope/scope";
import type { Instant } from "@keyward/core/time";
import type { KeySnapshot } from "@keyward/core/verdict/snapshot";
import type { ApiEntry } from "./apis.ts";
import type { Policy } from "./policies.ts";
import type { Tables } from "./tables.ts";

/** A key and its presented secret, read from the tables as they are asked for. Ids become strings only then. */
export class PackedKey implements KeySnapshot {
  readonly #tables: Tables;
  readonly #row: number;
  readonly #secretRow: number;
  readonly #api: ApiEntry;
  readonly #policy: Policy;

  constructor(tables: Tables, row: number, secretRow: number, api: ApiEntry) {
    this.#tables = tables;
    this.#row = row;
    this.#secretRow = secretRow;
    this.#api = api;
    this.#policy = tables.policies.at(tables.keys.policyRowOf(row));
  }

  get workspaceId(): WorkspaceId {
    return this.#api.workspace.id;
  }

  get keyId(): KeyId {
    return this.#tables.keys.idOf(this.#row);
  }

  get secretId(): SecretId {
    return this.#tables.secrets.idOf(this.#secretRow);
  }

  get apiId(): ApiId {
    return this.#api.id;
  }

  get apiPrefix(): string {
    return this.#api.prefix ?? "";
  }

  get ownerId(): OwnerId {
    return this.#tables.owners.idOf(this.#tables.keys.ownerRowOf(this.#row));
  }

  get ownerExternalId(): string {
    return this.#tables.owners.externalIdOf(this.#tables.keys.ownerRowOf(this.#row));
  }

  get ownerDisabled(): boolean {
    return this.#tables.owners.isRefused(this.#tables.keys.ownerRowOf(this.#row));
  }

  get kind(): KeyKind {
    return this.#tables.keys.kindOf(this.#row);
  }

  get environment(): Environment {
    return this.#tables.keys.environmentOf(this.#row);
  }

  get state(): KeyState {
    return this.#tables.keys.stateOf(this.#row);
  }

  get expiresAt(): Instant | undefined {
    return this.#tables.keys.expiresAtOf(this.#row);
  }

  get secretNotBefore(): Instant | undefined {
    return this.#tables.secrets.notBeforeOf(this.#secretRow);
  }

  get secretExpiresAt(): Instant | undefined {
    return this.#tables.secrets.expiresAtOf(this.#secretRow);
  }

  get grants(): GrantSet {
    return this.#policy.grants;
  }

  get restrictions(): CompiledRestrictions | undefined {
    return this.#policy.restrictions;
  }

  get metadata(): Metadata {
    return this.#tables.metadataAt(this.#tables.keys.metadataRowOf(this.#row));
  }

  get rev(): number {
    return this.#tables.keys.revOf(this.#row);
  }
}
