import type { ApiId, KeyId, OwnerId, SecretId, WorkspaceId } from "@keyward/core/id";
import type { Environment, KeyKind } from "@keyward/core/key/format";
import type { KeyState } from "@keyward/core/model/key-state";
import type { Metadata } from "@keyward/core/model/metadata";
import type { CompiledRestrictions } from "@keyward/core/restriction/restrictions";
import type { GrantSet } from "@keyward/core/scope/scope";
import type { Instant } from "@keyward/core/time";
import type { KeySnapshot } from "@keyward/core/verdict/snapshot";
import type { ApiEntry } from "./apis.ts";
import { environmentIn, kindIn, stateIn } from "./facts.ts";
import type { Policy } from "./policies.ts";
import type { Tables } from "./tables.ts";

/**
 * A key and its presented secret. What every decision reads is read at once, from one row; the rest is read from the
 * tables when it is asked for, and only then do ids become strings.
 */
export class PackedKey implements KeySnapshot {
  readonly apiPrefix: string;
  readonly ownerDisabled: boolean;
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly state: KeyState;
  readonly expiresAt: Instant | undefined;
  readonly secretNotBefore: Instant | undefined;
  readonly secretExpiresAt: Instant | undefined;
  readonly #tables: Tables;
  readonly #secretRow: number;
  readonly #api: ApiEntry;
  readonly #policy: Policy;

  /** @param prefix the api's, which is there */
  constructor(tables: Tables, secretRow: number, api: ApiEntry, prefix: string) {
    const { secrets, owners, policies } = tables;
    const facts = secrets.factsOf(secretRow);
    this.apiPrefix = prefix;
    this.ownerDisabled = owners.isRefused(secrets.ownerRowOf(secretRow));
    this.kind = kindIn(facts);
    this.environment = environmentIn(facts);
    this.state = stateIn(facts);
    this.expiresAt = secrets.keyExpiresAtOf(secretRow);
    this.secretNotBefore = secrets.notBeforeOf(secretRow);
    this.secretExpiresAt = secrets.expiresAtOf(secretRow);
    this.#tables = tables;
    this.#secretRow = secretRow;
    this.#api = api;
    this.#policy = policies.at(secrets.policyRowOf(secretRow));
  }

  get workspaceId(): WorkspaceId {
    return this.#api.workspace.id;
  }

  get keyId(): KeyId {
    return this.#tables.keys.idOf(this.#keyRow);
  }

  get secretId(): SecretId {
    return this.#tables.secrets.idOf(this.#secretRow);
  }

  get apiId(): ApiId {
    return this.#api.id;
  }

  get ownerId(): OwnerId {
    return this.#tables.owners.idOf(this.#tables.secrets.ownerRowOf(this.#secretRow));
  }

  get ownerExternalId(): string {
    return this.#tables.owners.externalIdOf(this.#tables.secrets.ownerRowOf(this.#secretRow));
  }

  get grants(): GrantSet {
    return this.#policy.grants;
  }

  get restrictions(): CompiledRestrictions | undefined {
    return this.#policy.restrictions;
  }

  get metadata(): Metadata {
    return this.#tables.metadataAt(this.#tables.keys.metadataRowOf(this.#keyRow));
  }

  get rev(): number {
    return this.#tables.keys.revOf(this.#keyRow);
  }

  get #keyRow(): number {
    return this.#tables.secrets.keyRowOf(this.#secretRow);
  }
}
