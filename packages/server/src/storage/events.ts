// The part of the storage port that is about events: who is told of them, and what has become of each telling.
import type { EventType } from "@keyward/core/event/event-types";
import type { DeliveryId, EventId, KeyId, WebhookId, WorkspaceId } from "@keyward/core/id";
import type { UnitCounter } from "@keyward/core/limit/unit-store";
import type { JsonValue } from "@keyward/core/model/metadata";
import type { Webhook } from "@keyward/core/model/webhook";
import type { Instant } from "@keyward/core/time";
import type { Page, PageRequest, TenantScope, Versioned } from "./storage.ts";

/** What signs the deliveries of an endpoint. The only secret that is kept so that it can be read again: sealed. */
export interface WebhookSecret {
  readonly sealed: Uint8Array;
  /** When it no longer signs, because another has taken its place. */
  readonly expiresAt: Instant | null;
}

/** Something that happened, to be told to whoever wants to know. */
export interface NewEvent {
  readonly id: EventId;
  readonly type: EventType;
  readonly at: Instant;
  /** Never a secret. */
  readonly data: { readonly [name: string]: JsonValue };
}

export type DeliveryState = "pending" | "delivered" | "failed";

/** The telling of one event to one endpoint. */
export interface Delivery {
  readonly id: DeliveryId;
  readonly webhookId: WebhookId;
  readonly eventId: EventId;
  readonly type: EventType;
  /** What is sent, byte by byte the same at every attempt. */
  readonly body: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** `null` unless it is pending. */
  readonly nextAttemptAt: Instant | null;
  readonly lastAttemptAt: Instant | null;
  /** The HTTP status of the last attempt; `null` when there was no answer. */
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly createdAt: Instant;
}

export interface EventsReader {
  findWebhook(scope: TenantScope, id: WebhookId): Promise<Versioned<Webhook> | undefined>;
  listWebhooks(scope: TenantScope, page: PageRequest): Promise<Page<Webhook>>;
  countWebhooks(scope: TenantScope): Promise<number>;
  findDelivery(scope: TenantScope, id: DeliveryId): Promise<Delivery | undefined>;
  /** Newest first. */
  listDeliveries(
    scope: TenantScope,
    filter: { readonly webhookId: WebhookId; readonly state?: DeliveryState },
    page: PageRequest,
  ): Promise<{ readonly items: readonly Delivery[]; readonly more: boolean }>;
}

export interface EventsWriter {
  /** Replaces the endpoint's secrets. */
  keepWebhookSecrets(
    scope: TenantScope,
    id: WebhookId,
    secrets: readonly WebhookSecret[],
  ): Promise<void>;
  readWebhookSecrets(scope: TenantScope, id: WebhookId): Promise<readonly WebhookSecret[]>;
  /** Has the event told to every endpoint that wants it. Each change has itself told by `record`. */
  announce(scope: TenantScope, event: NewEvent): Promise<void>;
  /** The same to this endpoint alone, whatever it wants. */
  announceTo(scope: TenantScope, id: WebhookId, event: NewEvent): Promise<DeliveryId>;
  /** Tells it once more, from the first attempt on; answers whether it was there. */
  redeliver(scope: TenantScope, id: DeliveryId, now: Instant): Promise<boolean>;
  /** The same with everything of the endpoint that has failed since; answers with how many. */
  redeliverFailed(scope: TenantScope, id: WebhookId, since: Instant, now: Instant): Promise<number>;
  /** Whether nobody has been told that before; afterwards somebody has. */
  takeNotice(scope: TenantScope, keyId: KeyId, notice: string): Promise<boolean>;
  /** The same of a limit of so many units whose period this is; false for a period that is not kept any more. */
  takeUnitNotice(counter: UnitCounter, limit: number): Promise<boolean>;
}

/** A delivery whose time has come. */
export interface DueDelivery {
  readonly workspaceId: WorkspaceId;
  readonly id: DeliveryId;
  readonly webhookId: WebhookId;
  readonly eventId: EventId;
  readonly url: string;
  readonly body: string;
  /** Made so far. */
  readonly attempts: number;
  /** Those that still sign. */
  readonly secrets: readonly Uint8Array[];
}

/** What became of an attempt. */
export interface DeliveryAttempt {
  readonly workspaceId: WorkspaceId;
  readonly id: DeliveryId;
  readonly at: Instant;
  readonly status: number | null;
  readonly error: string | null;
  /** When it is made again, or that it never is. */
  readonly next: Instant | "delivered" | "failed";
}

/** A key that ends soon, or has. */
export interface EndingKey {
  readonly workspaceId: WorkspaceId;
  readonly keyId: KeyId;
  readonly expiresAt: Instant;
}

/** What belongs to no tenant: the clock's work for all of them. */
export interface EventsSystem {
  /** Oldest first, of endpoints that are neither disabled nor among `except`. */
  dueDeliveries(
    now: Instant,
    options: { readonly limit: number; readonly except: readonly string[] },
  ): Promise<readonly DueDelivery[]>;
  settleDeliveries(attempts: readonly DeliveryAttempt[]): Promise<void>;
  /** Forgets what was delivered or has failed before the instant. */
  forgetDeliveries(before: Instant): Promise<void>;
  /** Keys that are not revoked, and end after one instant and not after another, of which `notice` was not taken yet. */
  listEndingKeys(of: {
    readonly after: Instant;
    readonly until: Instant;
    readonly notice: string;
    readonly limit: number;
  }): Promise<readonly EndingKey[]>;
}
