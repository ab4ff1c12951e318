// The port to OpenID Providers, which know who a person is. The adapter is in oidc/.
import type { WorkspaceId } from "@keyward/core/id";
import type { MemberRole } from "@keyward/core/model/records";
import type { Instant } from "@keyward/core/time";

/** Whom a provider lets into which workspace, and as what. */
export interface ProviderPolicy {
  /** Part of the paths; also what refresh tokens are kept under. */
  readonly id: string;
  /** What people read on the button. */
  readonly name: string;
  /** `undefined`: the operator's. */
  readonly workspaceId: WorkspaceId | undefined;
  /** What the provider's own names for roles and groups mean here. */
  readonly roles: ReadonlyMap<string, MemberRole>;
  /** For whoever has none of them; `undefined`: only who is a member already. */
  readonly defaultRole: MemberRole | undefined;
  /** Whether an address that the provider calls verified stands for the member who has it. */
  readonly trustsEmail: boolean;
}

/** What must come back with the person: whoever begins a sign-in has to be the one who ends it. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** Whether the provider was to ask the person anew. */
  readonly fresh: boolean;
}

/** What a provider has said of a person, checked. */
export interface ProviderUser {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string | undefined;
  /** Only one that the provider says is verified. */
  readonly email: string | undefined;
  /** The values of the claim that names roles. */
  readonly groups: readonly string[];
  /** `undefined` when the provider does not say. */
  readonly provedAt: Instant | undefined;
  readonly providerSession: string | undefined;
  readonly refreshToken: string | undefined;
}

/** Who has signed out at the provider: one session of theirs, or all. */
export interface ProviderSignOut {
  readonly issuer: string;
  readonly subject: string | undefined;
  readonly providerSession: string | undefined;
}

export interface SignInProvider {
  readonly policy: ProviderPolicy;
  /** Where to send the browser. @throws ProviderFailure */
  begin(
    redirectUri: string,
    fresh: boolean,
  ): Promise<{ readonly url: string; readonly pending: PendingSignIn }>;
  /** @param answer the URL with which the browser came back. @throws ProviderFailure */
  finish(answer: URL, pending: PendingSignIn): Promise<ProviderUser>;
  /**
   * Asks whether a user is still one, without them.
   *
   * @returns the refresh token to ask with next time; `undefined` when the provider knows them no more
   * @throws ProviderFailure when it cannot say
   */
  renew(refreshToken: string): Promise<string | undefined>;
  /** OpenID Connect Back-Channel Logout §2.6. @throws ProviderFailure when the token is not what it has to be */
  readSignOut(logoutToken: string, now: Instant): Promise<ProviderSignOut>;
}

/** What came of asking a provider: it did not answer, or with what may not be believed. */
export class ProviderFailure extends Error {
  override readonly name = "ProviderFailure";
  readonly reason: "unreachable" | "refused";

  constructor(reason: ProviderFailure["reason"], options: ErrorOptions = {}) {
    super(`the OpenID Provider: ${reason}`, options);
    this.reason = reason;
  }
}
