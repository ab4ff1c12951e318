// The part of the storage port that keeps single decisions: spec/logs.md. They are written with the usage that they are in.
import type { LogEntry } from "@keyward/core/log/entry";
import type { ApiId, CredentialId, LogId, OwnerId } from "@keyward/core/id";
import type { Environment } from "@keyward/core/key/format";
import type { Instant } from "@keyward/core/time";
import type { TenantScope } from "./storage.ts";

export interface KeptEntry extends LogEntry {
  /** Sorts by the instant of the decision. */
  readonly id: LogId;
  /** What the key was of when the decision was reported; where there was none, what the reporter reports for. */
  readonly ownerId: OwnerId | null;
  readonly apiId: ApiId | null;
  readonly environment: Environment | null;
  /** The source of the report. */
  readonly reporter: string;
}

export interface LogQuestion {
  /** At this instant or later. */
  readonly from: Instant;
  /** Before this instant. */
  readonly to: Instant;
  readonly keyId?: CredentialId;
  /** Before this entry. */
  readonly after: LogId | null;
  readonly limit: number;
}

export interface LogStorage {
  /** Newest first. */
  list(scope: TenantScope, question: LogQuestion): Promise<readonly KeptEntry[]>;
}
