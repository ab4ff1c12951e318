import type { ApiId, KeyId, OwnerId, SecretId, WorkspaceId } from "@keyward/core/id";
import type { Environment, KeyKind } from "@keyward/core/key/format";
import type { KeyState } from "@keyward/core/model/key-state";
import type { Limit } from "@keyward/core/limit/limit";
import type { Metadata } from "@keyward/core/model/metadata";
import type { CompiledRestrictions } from "@keyward/core/restriction/restrictions";
import type { GrantSet } from "@keyward/core/scope/scope";
import type { Instant } from "@keyward/core/time";
import type { PresentedKey } from "@keyward/core/verdict/snapshot";
import type { ApiEntry } from "./apis.ts";
import { environmentIn, kindIn, stateIn } from "./facts.ts";
import { NO_LIMITS } from "./limit-set.ts";
import type { Policy } from "./policies.ts";
import type { Tables } from "./tables.ts";

/**
 * A key and its presented secret, read from the tables when it is asked for. One is made for every decision, so it is
 * small: what a decision reads stands in the one row of the secret, and only who asks for an id pays for its string.
 */
export class PackedKey implements PresentedKey {
  readonly apiPrefix: string;
  /** What finds this view again while it holds. */
  readonly secretRow: number;
  readonly #tables: Tables;
  readonly #facts: number;
  readonly #api: ApiEntry;
  readonly #policy: Policy;

  /** @param prefix the api's, which is there */
  constructor(tables: Tables, secretRow: number, api: ApiEntry, prefix: string) {
    this.apiPrefix = prefix;
    this.#tables = tables;
    this.secretRow = secretRow;
    this.#facts = tables.secrets.factsOf(secretRow);
    this.#api = api;
    this.#policy = tables.policies.at(tables.secrets.policyRowOf(secretRow));
  }

  get ownerDisabled(): boolean {
    return this.#tables.owners.isRefused(this.#tables.secrets.ownerRowOf(this.secretRow));
  }

  get kind(): KeyKind {
    return kindIn(this.#facts);
  }

  get environment(): Environment {
    return environmentIn(this.#facts);
  }

  get state(): KeyState {
    return stateIn(this.#facts);
  }

  get expiresAt(): Instant | undefined {
    return this.#tables.secrets.keyExpiresAtOf(this.secretRow);
  }

  get secretNotBefore(): Instant | undefined {
    return this.#tables.secrets.notBeforeOf(this.secretRow);
  }

  get secretExpiresAt(): Instant | undefined {
    return this.#tables.secrets.expiresAtOf(this.secretRow);
  }

  get workspaceId(): WorkspaceId {
    return this.#api.workspace.id;
  }

  get keyId(): KeyId {
    return this.#tables.keys.idOf(this.#keyRow);
  }

  get secretId(): SecretId {
    return this.#tables.secrets.idOf(this.secretRow);
  }

  get apiId(): ApiId {
    return this.#api.id;
  }

  get ownerId(): OwnerId {
    return this.#tables.owners.idOf(this.#tables.secrets.ownerRowOf(this.secretRow));
  }

  get ownerExternalId(): string {
    return this.#tables.owners.externalIdOf(this.#tables.secrets.ownerRowOf(this.secretRow));
  }

  get grants(): GrantSet {
    const { grants } = this.#policy;
    if (this.kind !== "pat") return grants;
    return this.#tables.owners.capOf(this.#tables.secrets.ownerRowOf(this.secretRow), grants);
  }

  get restrictions(): CompiledRestrictions | undefined {
    return this.#policy.restrictions;
  }

  get limits(): readonly Limit[] {
    return this.#policy.limitSet?.limits ?? NO_LIMITS;
  }

  get ownerLimits(): readonly Limit[] {
    return this.#tables.owners.limitsOf(this.#tables.secrets.ownerRowOf(this.secretRow));
  }

  get apiLimits(): readonly Limit[] {
    return this.#api.limits;
  }

  get metadata(): Metadata {
    return this.#tables.metadataAt(this.#tables.keys.metadataRowOf(this.#keyRow));
  }

  get token(): undefined {
    return undefined;
  }

  get rev(): number {
    return this.#tables.keys.revOf(this.#keyRow);
  }

  get #keyRow(): number {
    return this.#tables.secrets.keyRowOf(this.secretRow);
  }
}
