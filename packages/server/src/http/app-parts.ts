import type { KeyObject } from "node:crypto";
import type { Instant } from "@keyward/core/time";
import type { OperationId } from "../contract/operations.ts";
import type { Feed } from "../feed/feed.ts";
import type { Leases } from "../leases/leases.ts";
import type { LogTails } from "../feed/log-tails.ts";
import type { Checkpoints, PortalSetting, WebhookSetting } from "../operations/call.ts";
import type { Cursors } from "../operations/cursors.ts";
import type { ReadHandlers, WriteHandlers } from "../operations/handlers.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { Random } from "../runtime/random.ts";
import type { Storage } from "../storage/storage.ts";
import type { AuthenticationParts, ManagementKey } from "./authenticate.ts";
import type { Dashboard } from "./dashboard/dashboard.ts";
import type { GithubKeys } from "./github-keys.ts";
import type { LeakReports } from "./perform-leaks.ts";
import type { SignInParts } from "./sign-in-oidc.ts";
import type { LimitStanding } from "./perform-limit.ts";
import type { PublicRoutes } from "./public-routes.ts";

/** What the management API is made of; the composition root brings it together. */
export interface AppParts extends AuthenticationParts {
  readonly storage: Pick<Storage, "reader" | "system" | "usage" | "logs" | "write">;
  readonly readHandlers: ReadHandlers;
  readonly writeHandlers: WriteHandlers;
  readonly clock: Clock;
  readonly random: Random;
  readonly cursors: Cursors;
  readonly webhooks: WebhookSetting;
  readonly portal: PortalSetting;
  readonly checkpoints: Checkpoints;
  /** Seals the replies that are kept for repeats. */
  readonly replyKey: KeyObject;
  readonly signIn: SignInParts;
  readonly feed: Feed;
  readonly leases: Pick<Leases, "lend">;
  readonly logTails: LogTails;
  /** `undefined` where nothing is taken from GitHub. */
  readonly githubKeys: GithubKeys | undefined;
  readonly leakReports: LeakReports;
  readonly limitState: LimitStanding;
  readonly log: Log;
  readonly publicUrl: string | undefined;
  /** Whether a session may cross a network in the clear. */
  readonly allowInsecureHttp: boolean;
  readonly publicRoutes: PublicRoutes;
  readonly dashboard: Dashboard;
  /** Told of each management key that was accepted, for its last use. */
  onAccepted(key: ManagementKey, now: Instant): void;
  /** Told of each answer, for metrics. */
  onAnswered(answered: Answered): void;
}

export interface Answered {
  readonly requestId: string;
  /** `undefined` when no operation has that path and method. */
  readonly operation: OperationId | undefined;
  readonly status: number;
  readonly durationMs: number;
}
