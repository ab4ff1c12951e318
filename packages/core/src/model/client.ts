// An OAuth client: a machine that gets access tokens on its own behalf, or on behalf of who has handed it a key.
import type { ApiId, ClientId, OwnerId, PlanId, WorkspaceId } from "../id.ts";
import type { Environment } from "../key/format.ts";
import type { Limit } from "../limit/limit.ts";
import type { ScopeGrant } from "../scope/scope.ts";
import type { Instant } from "../time.ts";
import type { ClientState } from "./key-state.ts";
import type { Metadata } from "./metadata.ts";
import type { KeySecret } from "./records.ts";

/** How a client may get a token. The grant types' own names are those of spec/oauth.md §3. */
export const CLIENT_GRANTS = ["client_credentials", "token_exchange", "jwt_bearer"] as const;
export type ClientGrant = (typeof CLIENT_GRANTS)[number];

/** What a client may ask for at one api. */
export interface ClientResource {
  readonly apiId: ApiId;
  readonly scopes: readonly ScopeGrant[];
}

/** A public key in the form of RFC 7517, without any private member. */
export type PublicJwk = {
  readonly kty: string;
  readonly [member: string]: string | readonly string[];
};

/** Somebody else's statements that stand for the client (RFC 7523 §2.1): CI and workloads need no secret then. */
export interface TrustedIssuer {
  /** The claim `iss`, compared exactly. */
  readonly issuer: string;
  /** Where its public keys are; `null` is where its own metadata says. */
  readonly jwksUri: string | null;
  /** The claim `aud`; `null` is Keyward's own issuer or token endpoint. */
  readonly audience: string | null;
  /** Claims that must be there: a value, or a beginning followed by `*`. */
  readonly claims: Readonly<Record<string, string>>;
}

/** `fapi2` is the FAPI 2.0 Security Profile: no secrets, and no token without a proof of possession. */
export type ClientProfile = "standard" | "fapi2";

/** What a token of the client must come with: nothing, a DPoP proof (RFC 9449), or the client's certificate (RFC 8705). */
export type SenderConstraint = "none" | "dpop" | "mtls";

export interface Client {
  readonly id: ClientId;
  readonly workspaceId: WorkspaceId;
  readonly ownerId: OwnerId;
  readonly name: string;
  readonly environment: Environment;
  readonly state: ClientState;
  readonly grants: readonly ClientGrant[];
  /** At most one for each api. */
  readonly resources: readonly ClientResource[];
  readonly secrets: readonly KeySecret[];
  /** Public keys for `private_key_jwt`, and the certificates' own for `self_signed_tls_client_auth`. */
  readonly jwks: readonly PublicJwk[];
  readonly jwksUri: string | null;
  /** The subject of its certificate, for `tls_client_auth`, as RFC 4514 writes it. */
  readonly tlsSubject: string | null;
  readonly trustedIssuers: readonly TrustedIssuer[];
  readonly profile: ClientProfile;
  readonly senderConstraint: SenderConstraint;
  /** Takes assertions that name the token endpoint as their audience, as clients did before RFC 7523 was mended. */
  readonly legacyAssertionAudience: boolean;
  readonly tokenLifetimeSeconds: number;
  readonly planId: PlanId | null;
  /** Of all its tokens together. Those that stand for a key count for that key instead. */
  readonly limits: readonly Limit[];
  readonly metadata: Metadata;
  /** A token that was issued at this instant or before is dead. */
  readonly revokedBefore: Instant | null;
  readonly revokedAt: Instant | null;
  readonly revokedReason: string | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}
