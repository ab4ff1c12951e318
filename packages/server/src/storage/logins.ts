// The part of the storage port that is about signing in a program that runs where no browser does, or beside one.
import type { LoginId, MemberId, WorkspaceId } from "@keyward/core/id";
import type { Digest } from "@keyward/core/key/digest";
import type { Instant } from "@keyward/core/time";
import type { TenantScope } from "./storage.ts";

export type LoginState = "pending" | "approved" | "denied";

/**
 * That a program asks for a session, and what a member has said to it in a browser. It is no thing of the feed, and no
 * backup brings one back.
 */
export interface Login {
  readonly id: LoginId;
  readonly workspaceId: WorkspaceId;
  /** Of the device code (RFC 8628 §3.2) or the authorization code (RFC 6749 §4.1.2). */
  readonly digest: Digest;
  /** Of what the member types in; `null` where the browser comes back to the program by itself. */
  readonly userCodeDigest: Digest | null;
  /** RFC 7636 §4.2, by S256; `null` of a device. */
  readonly codeChallenge: string | null;
  /** Where the browser came back to; `null` of a device. */
  readonly redirectUri: string | null;
  readonly state: LoginState;
  /** Who has approved or denied it. */
  readonly memberId: MemberId | null;
  /** When that member had last proved who they are. */
  readonly provedAt: Instant | null;
  readonly providerSession: string | null;
  /** Of the program. */
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** How long the program waits between two questions; longer after each that came too soon. */
  readonly intervalSeconds: number;
  readonly nextPollAt: Instant;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
}

export interface LoginReader {
  findLogin(scope: TenantScope, id: LoginId): Promise<Login | undefined>;
  findLoginByDigest(scope: TenantScope, digest: Digest): Promise<Login | undefined>;
  findLoginByUserCode(scope: TenantScope, digest: Digest): Promise<Login | undefined>;
  /** Those that have not ended by `now`. */
  countLogins(scope: TenantScope, now: Instant): Promise<number>;
}

export interface LoginWriter {
  /** Adds a login, or replaces the one with its id. */
  keepLogin(scope: TenantScope, login: Login): Promise<void>;
  /** Uses it up: of any number of attempts one hears `true`. */
  takeLogin(scope: TenantScope, id: LoginId): Promise<boolean>;
}
