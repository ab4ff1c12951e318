// The storage port. Operations know this file and no adapter; every adapter passes storage.contract.ts.
import type { AuditEvent, AuditFacts } from "@keyward/core/audit/event";
import type { Brand } from "@keyward/core/brand";
import type { Change, CommittedChange } from "@keyward/core/feed/change";
import type {
  ApiId,
  ClientId,
  CredentialId,
  KeyId,
  OwnerId,
  PlanId,
  RevocationId,
  RoleId,
  SecretId,
  WorkspaceId,
} from "@keyward/core/id";
import type { ChargeStore } from "./charges.ts";
import type { UnitStore } from "@keyward/core/limit/unit-store";
import type { Digest } from "@keyward/core/key/digest";
import type { Environment, KeyKind } from "@keyward/core/key/format";
import type { KeyStatus } from "@keyward/core/model/key-state";
import type { FeedSubject } from "@keyward/core/feed/subject";
import type { VerifiedThing, VerifierChange } from "@keyward/core/feed/verifier-change";
import type { AccessToken } from "@keyward/core/model/access-token";
import type { Client } from "@keyward/core/model/client";
import type { SigningKey } from "@keyward/core/model/signing-key";
import type { Api, Key, Owner, Plan, Role, Workspace } from "@keyward/core/model/records";
import type { Revocation } from "@keyward/core/model/revocation";
import type { Instant } from "@keyward/core/time";
import type { EventsReader, EventsSystem, EventsWriter } from "./events.ts";
import type { LogStorage } from "./logs.ts";
import type { Nodes } from "./nodes.ts";
import type { PolicyReader, PolicySystem, PolicyWriter } from "./policies.ts";
import type { LoginReader, LoginWriter } from "./logins.ts";
import type { PeopleReader, PeopleWriter } from "./people.ts";
import type { UsageStorage } from "./usage.ts";

/**
 * The workspace within which a query may look. Every method takes one first, so that a query without a tenant cannot be
 * written (T03). Only authentication, the first start and what goes on after a request make one.
 */
export type TenantScope = Brand<WorkspaceId, "TenantScope">;

export function tenantScope(workspaceId: WorkspaceId): TenantScope {
  return workspaceId as WorkspaceId & TenantScope;
}

/** A value as it stood after the change with this rev. */
export interface Versioned<Value> {
  readonly value: Value;
  readonly rev: number;
}

/** One page, newest first. `after` is the id of the last item that the caller has seen. */
export interface PageRequest {
  /** 1 to 250. */
  readonly limit: number;
  readonly after: string | null;
}

export interface Page<Value> {
  readonly items: readonly Versioned<Value>[];
  /** Whether there is a further page after the last item. */
  readonly more: boolean;
}

export interface KeyFilter {
  readonly apiId?: ApiId;
  readonly ownerId?: OwnerId;
  readonly roleId?: RoleId;
  readonly environment?: Environment;
  readonly kind?: KeyKind;
  /** Expiry is judged at `now`. */
  readonly status?: KeyStatus;
  /** At this instant or later. */
  readonly createdAfter?: Instant;
  readonly createdBefore?: Instant;
  /** The network that a secret of it was last used from, as `usageNetwork` of core has it. */
  readonly lastUsedFrom?: string;
  /** Not at this instant and not later, as far as uses have been written down; one that was never used passes. */
  readonly notUsedSince?: Instant;
  readonly notRevoked?: true;
  readonly exceptKeyId?: KeyId;
  readonly exceptApiId?: ApiId;
  readonly now: Instant;
  /** Matches a part of the name, the id, a hint or the owner's external id, letter case of ASCII ignored. */
  readonly text?: string;
  readonly digest?: Digest;
}

export interface AuditFilter {
  readonly action?: string;
  readonly targetId?: string;
  readonly actorId?: string;
}

/** What a repeated request with the same Idempotency-Key is answered with (T14). */
export interface Reply {
  /** SHA-256 of the Idempotency-Key: the key itself opens `body` and is not kept. */
  readonly keyDigest: Uint8Array;
  /** SHA-256 over method, path and body of the first request. */
  readonly requestDigest: Uint8Array;
  readonly status: number;
  /** Sealed; `null` once a body that holds a secret has been forgotten. */
  readonly body: Uint8Array | null;
  readonly targetId: string | null;
  readonly bodyExpiresAt: Instant;
  readonly expiresAt: Instant;
}

/** How a secret was last used, as far as has been reported. */
export interface LastUse {
  readonly keyId: CredentialId;
  readonly secretId: SecretId | ClientId;
  readonly at: Instant;
  readonly network: string | null;
  readonly agent: string | null;
  /** The process that decided, by the name that it reports with; `null` of before it was kept. */
  readonly reporter: string | null;
}

/** What was needed of a key's scopes, as far as has been reported: a need of core/usage/need.ts. */
export interface NeedOfKey {
  readonly keyId: KeyId;
  readonly need: string;
  /** Whole days since 1970, the first and the last on which it was needed. */
  readonly firstDay: number;
  readonly lastDay: number;
}

/** `find…` answers `undefined` alike for what is absent and for what is another workspace's (K6). */
export interface Reader
  extends PeopleReader, LoginReader, EventsReader, ClientReader, PolicyReader {
  findWorkspace(scope: TenantScope): Promise<Versioned<Workspace> | undefined>;
  findApi(scope: TenantScope, id: ApiId): Promise<Versioned<Api> | undefined>;
  findApiByPrefix(scope: TenantScope, prefix: string): Promise<Versioned<Api> | undefined>;
  listApis(scope: TenantScope, page: PageRequest): Promise<Page<Api>>;
  findRole(scope: TenantScope, id: RoleId): Promise<Versioned<Role> | undefined>;
  findRoleByName(
    scope: TenantScope,
    apiId: ApiId,
    name: string,
  ): Promise<Versioned<Role> | undefined>;
  listRoles(scope: TenantScope, filter: { apiId?: ApiId }, page: PageRequest): Promise<Page<Role>>;
  findPlan(scope: TenantScope, id: PlanId): Promise<Versioned<Plan> | undefined>;
  findPlanByName(scope: TenantScope, name: string): Promise<Versioned<Plan> | undefined>;
  findPlans(scope: TenantScope, ids: readonly PlanId[]): Promise<readonly Versioned<Plan>[]>;
  listPlans(scope: TenantScope, page: PageRequest): Promise<Page<Plan>>;
  countPlans(scope: TenantScope): Promise<number>;
  /** Whether any key, in whatever state, or any owner refers to the plan. */
  isPlanUsed(scope: TenantScope, id: PlanId): Promise<boolean>;
  findOwner(scope: TenantScope, id: OwnerId): Promise<Versioned<Owner> | undefined>;
  findOwnerByExternalId(
    scope: TenantScope,
    externalId: string,
  ): Promise<Versioned<Owner> | undefined>;
  listOwners(
    scope: TenantScope,
    filter: { text?: string },
    page: PageRequest,
  ): Promise<Page<Owner>>;
  /** Those of the ids that there are, in any order, in one query; for showing a page of keys. */
  findApis(scope: TenantScope, ids: readonly ApiId[]): Promise<readonly Versioned<Api>[]>;
  findRoles(scope: TenantScope, ids: readonly RoleId[]): Promise<readonly Versioned<Role>[]>;
  findOwners(scope: TenantScope, ids: readonly OwnerId[]): Promise<readonly Versioned<Owner>[]>;
  findKey(scope: TenantScope, id: KeyId): Promise<Versioned<Key> | undefined>;
  listKeys(scope: TenantScope, filter: KeyFilter, page: PageRequest): Promise<Page<Key>>;
  /** How many keys pass, its text and digest left out. Others are not kept waiting, however many there are. */
  countKeys(scope: TenantScope, filter: Omit<KeyFilter, "text" | "digest">): Promise<number>;
  /** Whether any key, in whatever state, refers to this api, owner or role. */
  hasKeys(
    scope: TenantScope,
    of: { apiId: ApiId } | { ownerId: OwnerId } | { roleId: RoleId },
  ): Promise<boolean>;
  findLastUses(scope: TenantScope, keyIds: readonly CredentialId[]): Promise<readonly LastUse[]>;
  /** From how many networks each secret was used since the day of `since`; exact up to 64. */
  countNetworks(
    scope: TenantScope,
    keyId: CredentialId,
    since: Instant,
  ): Promise<ReadonlyMap<SecretId | ClientId, number>>;
  /** From how many networks each was used on the days from `from` on and before `to`, all of its secrets together. */
  countNetworksOf(
    scope: TenantScope,
    keyIds: readonly CredentialId[],
    range: { readonly from: Instant; readonly to: Instant },
  ): Promise<ReadonlyMap<CredentialId, number>>;
  /** All of them, in any order, in one query: a key has a few hundred at most. */
  listNeeds(scope: TenantScope, keyIds: readonly KeyId[]): Promise<readonly NeedOfKey[]>;
  /** Newest first; `after` is an event id. */
  listAuditEvents(
    scope: TenantScope,
    filter: AuditFilter,
    page: PageRequest,
  ): Promise<{ readonly items: readonly AuditEvent[]; readonly more: boolean }>;
  findRevocation(scope: TenantScope, id: RevocationId): Promise<Versioned<Revocation> | undefined>;
  listRevocations(
    scope: TenantScope,
    filter: { running?: true },
    page: PageRequest,
  ): Promise<Page<Revocation>>;
  findReply(scope: TenantScope, keyDigest: Uint8Array, now: Instant): Promise<Reply | undefined>;
}

/** Clients, and what their tokens need. */
export interface ClientReader {
  findClient(scope: TenantScope, id: ClientId): Promise<Versioned<Client> | undefined>;
  listClients(
    scope: TenantScope,
    filter: { ownerId?: OwnerId; environment?: Environment },
    page: PageRequest,
  ): Promise<Page<Client>>;
  /** All of them: a workspace has a few. */
  listSigningKeys(scope: TenantScope): Promise<readonly Versioned<SigningKey>[]>;
  /** An opaque token, revoked or not, that has not been forgotten since it ended. */
  findToken(scope: TenantScope, digest: Digest): Promise<AccessToken | undefined>;
  /** Whether {@link Writer.useOnce} was answered with `true`, and it has not been forgotten since it expired. */
  wasUsed(scope: TenantScope, digest: Uint8Array): Promise<boolean>;
}

/** A transaction: what it reads is what it will commit on, and nobody else writes meanwhile. */
export interface Writer extends Reader, PeopleWriter, LoginWriter, EventsWriter, PolicyWriter {
  /**
   * Keeps a change, its audit event and its place in the feed: all three or none. Answers with the rev that they share,
   * one more than the workspace's last. A new workspace's first change is the workspace itself.
   *
   * @throws OperationError `prefix_taken`, `name_taken`, `external_id_taken` or `email_taken` when a unique name is used already
   */
  record(scope: TenantScope, change: Change, facts: AuditFacts): Promise<number>;
  keepReply(scope: TenantScope, reply: Reply): Promise<void>;
  /** How far a revocation has come: its `revokedCount` and `position`. It is no change, and takes no rev. */
  keepProgress(scope: TenantScope, revocation: Revocation): Promise<void>;
  /** Keeps an opaque token. Its issue is no change of the workspace: no feed tells of it, and it has no rev. */
  keepToken(scope: TenantScope, token: AccessToken): Promise<void>;
  /** Whether this is the first use, until it expires: of any number of attempts, one hears `true`. */
  useOnce(scope: TenantScope, digest: Uint8Array, expiresAt: Instant): Promise<boolean>;
}

/** A change as a feed tells it: `rev` is one after which the thing was as the value says. */
export type FeedChange = VerifierChange<VerifiedThing>;

/** What a feed carries, within the scope that every question names beside it. */
export type SubjectWithin = Omit<FeedSubject, "workspaceId">;

/** All that concerns a subject of the changes after one rev up to another. */
export interface ChangesPage {
  readonly from: number;
  readonly to: number;
  /** Each thing once, as it last was, and what is referred to first. */
  readonly changes: readonly FeedChange[];
}

/** A subject as it stood at one rev. To be closed, because it keeps the storage from tidying up. */
export interface SubjectScan {
  readonly rev: number;
  /** In pages of bounded size, what is referred to first. */
  readonly pages: AsyncIterable<readonly FeedChange[]>;
  close(): void;
}

/**
 * What verifiers outside are fed from. An owner concerns a subject while it has a key there, and comes again with each
 * change of such a key, so that a verifier knows it however late its first key was made.
 */
export interface FeedReader {
  /**
   * The changes after a rev, at most `limit` revs on, without a gap; the same rev again when there is none.
   *
   * @returns `undefined` when they are no longer kept, or when the workspace has not come that far
   */
  readChanges(
    scope: TenantScope,
    subject: SubjectWithin,
    after: number,
    limit: number,
  ): Promise<ChangesPage | undefined>;
  /** All of a subject, or all but its keys and owners, from one consistent reading however long it takes. */
  scanSubject(
    scope: TenantScope,
    subject: SubjectWithin,
    keys: "all" | "none",
  ): Promise<SubjectScan>;
  /** The key of the subject that the digest opens, with its owner, as of one rev; no change when there is none. */
  findByDigest(
    scope: TenantScope,
    subject: SubjectWithin,
    digest: Digest,
  ): Promise<{ readonly rev: number; readonly changes: readonly FeedChange[] }>;
}

/** What belongs to the installation and to no tenant. Only the composition root and operator operations hold it. */
export interface SystemStorage extends EventsSystem, PolicySystem {
  isEmpty(): Promise<boolean>;
  /** A random id, made with the database; a restore from a backup gives a new one. */
  epoch(): Promise<string>;
  listWorkspaces(page: PageRequest): Promise<Page<Workspace>>;
  findWorkspace(id: WorkspaceId): Promise<Versioned<Workspace> | undefined>;
  /** Those that a server which has just started goes on with. */
  listRunningRevocations(): Promise<
    readonly { readonly workspaceId: WorkspaceId; readonly id: RevocationId }[]
  >;
  /**
   * Everything that a verifier needs, as of one moment, whatever is written meanwhile: one workspace after another, and
   * in each what is referred to first. Commits after that moment come to the subscribers; whatever has the greater rev
   * is the newer. A workspace comes at the last rev of all that happened in it: of a deletion nothing else tells.
   */
  scan(): AsyncIterable<readonly CommittedChange[]>;
  /** Forgets sealed bodies and replies whose time has come. */
  forgetReplies(now: Instant): Promise<void>;
  /** Forgets charges whose time has come. */
  forgetCharges(now: Instant): Promise<void>;
  /** Drops sessions and links whose time has come. */
  forgetSessions(now: Instant): Promise<void>;
  /** Forgets tokens that have ended, and uses that nobody can repeat. */
  forgetTokens(now: Instant): Promise<void>;
  /** Drops changes that are older than the instant and further back than the last `countMin` of their workspace. */
  trimChanges(keep: { readonly since: Instant; readonly countMin: number }): Promise<void>;
  /**
   * The longest that a verifier of each workspace may trust itself, in milliseconds; `null` when one has no bound.
   * Durable, because a server that has just started knows none of them.
   */
  readTrustMaxes(): Promise<ReadonlyMap<WorkspaceId, number | null>>;
  /** Replaces what was kept for the workspace; 0 forgets it. */
  keepTrustMax(workspaceId: WorkspaceId, trustMs: number | null): Promise<void>;
}

export interface StorageHealth {
  readonly writable: boolean;
  /** Why not, for the operator: `disk full`, `a write failed; restart Keyward`. */
  readonly reason: string | null;
}

export interface Storage {
  readonly reader: Reader;
  readonly system: SystemStorage;
  readonly feed: FeedReader;
  /** Quotas and credits. What it grants is durable, like any other write. */
  readonly units: UnitStore;
  readonly charges: ChargeStore;
  readonly usage: UsageStorage;
  readonly logs: LogStorage;
  readonly nodes: Nodes;
  /**
   * Runs `work` alone in a transaction and answers when it is durable (K1). If `work` throws, nothing of it is kept and
   * the error is passed on. Several works may share one commit. The subscribers have seen the changes before this
   * answers, so whoever is told of a revocation is refused from then on (K2).
   *
   * A work waits for nothing but its writer: everyone else's writes wait for it meanwhile, and another write of its own
   * would wait for ever.
   *
   * @throws OperationError `storage_full` (nothing was kept), `unavailable` (storage failed; nothing was acknowledged)
   */
  write<Result>(work: (writer: Writer) => Promise<Result>): Promise<Result>;
  /** Called after each durable commit, in order, with its changes. */
  subscribe(listener: (changes: readonly CommittedChange[]) => void): void;
  health(): StorageHealth;
  close(): Promise<void>;
}
