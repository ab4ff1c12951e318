// Generated from the contract by `npm run generate`. Do not edit.
import type { CallOptions } from "./options.ts";
import type { Verdict } from "./verdict.ts";

/** One page of a list; `next_cursor` asks for the next one, and is null on the last. */
export interface Page<Item> {
  readonly data: readonly Item[];
  readonly next_cursor: string | null;
}

export interface Api {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly audience: string;
  readonly scopes: readonly string[];
  readonly default_lifetime_seconds: number | null;
  readonly limits: readonly Limit[];
  readonly token_format: "jwt" | "opaque";
  readonly token_algorithm: "ES256" | "Ed25519" | "RS256";
  readonly leak_reaction: "notify" | "restrict" | "quarantine" | "revoke" | "rotate";
  readonly built_in: boolean;
  readonly created_at: string;
  readonly updated_at: string;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
}

export interface AuditCheckpoint {
  readonly workspace_id: string;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
  /** Of the last event */
  readonly hash: string;
  readonly at: string;
  /** The same, as a JWS with its key (RFC 7515) */
  readonly checkpoint: string;
  /** What it is signed with; `kid` is its thumbprint (RFC 7638) */
  readonly key: {
    readonly kid: string;
    readonly kty: "OKP";
    readonly crv: "Ed25519";
    readonly x: string;
  };
}

export interface AuditEvent {
  readonly id: string;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
  readonly at: string;
  readonly action: string;
  readonly actor: {
    readonly type: "key" | "member" | "owner" | "system";
    readonly id: string;
    readonly ip: string | null;
  };
  readonly target: {
    readonly entity: string;
    readonly id: string;
  };
  readonly request_id: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly previous_hash: string;
  readonly hash: string;
}

export interface Client {
  /** The `client_id` */
  readonly id: string;
  readonly name: string;
  /** The owner's external id */
  readonly owner: string;
  readonly owner_id: string;
  readonly environment: "live" | "test";
  readonly status: "active" | "disabled" | "revoked";
  readonly grants: readonly ("client_credentials" | "token_exchange" | "jwt_bearer")[];
  readonly resources: readonly {
    readonly api: string;
    readonly api_id: string;
    readonly audience: string;
    readonly scopes: readonly string[];
  }[];
  readonly secrets: readonly Secret[];
  readonly jwks: {
    readonly keys: readonly Readonly<Record<string, unknown>>[];
  } | null;
  readonly jwks_uri: string | null;
  readonly tls_subject: string | null;
  readonly trusted_issuers: readonly ({
    readonly issuer: string;
    readonly jwks_uri: string | null;
    readonly audience: string | null;
    readonly claims: Readonly<Record<string, string>>;
  })[];
  readonly profile: "standard" | "fapi2";
  readonly sender_constraint: "none" | "dpop" | "mtls";
  readonly legacy_assertion_audience: boolean;
  readonly token_lifetime_seconds: number;
  /** The plan's name */
  readonly plan: string | null;
  readonly plan_id: string | null;
  /** Its own; they take the place of the plan's of the same names */
  readonly limits: readonly Limit[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly last_used_at: string | null;
  /** Tokens that were issued then or before are refused */
  readonly tokens_revoked_at: string | null;
  readonly revoked_at: string | null;
  readonly revoked_reason: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
}

export interface CreatedWorkspace {
  readonly id: string;
  readonly name: string;
  readonly operator: boolean;
  readonly created_at: string;
  readonly updated_at: string;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
  readonly management_key: IssuedKey;
}

export interface Delivery {
  readonly id: string;
  /** Sent as `webhook-id`: the same at every attempt */
  readonly event_id: string;
  readonly type: string;
  readonly state: "pending" | "delivered" | "failed";
  readonly attempts: number;
  readonly next_attempt_at: string | null;
  readonly last_attempt_at: string | null;
  /** The HTTP status of the last attempt; null when there was no answer */
  readonly last_status: number | null;
  readonly last_error: string | null;
  /** The body, byte by byte */
  readonly payload: string;
  readonly created_at: string;
}

export interface FollowedRevocation {
  readonly id: string;
  readonly status: "running" | "finished" | "cancelled";
  /** What is meant; null is whatever it may be */
  readonly filter: {
    readonly api_id: string | null;
    readonly owner_id: string | null;
    readonly role_id: string | null;
    readonly environment: "live" | "test" | null;
    readonly kind: "secret" | "publishable" | "pat" | "client_secret" | null;
    readonly created_after: string | null;
    readonly created_before: string;
    /** A network */
    readonly last_used_from: string | null;
    readonly not_used_since: string | null;
  };
  /** The management key that has asked for it, which is never meant */
  readonly spared_key: string | null;
  readonly reason: string | null;
  /** How many keys it meant when it began */
  readonly matched: number;
  /** How many it has revoked so far */
  readonly revoked: number;
  /** At most so many more; somebody else may revoke some of them meanwhile */
  readonly remaining: number;
  readonly started_at: string;
  readonly ended_at: string | null;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
  /** Verifiers that refuse the keys, the server's own among them; null while it is running */
  readonly acknowledged: number | null;
  /** Verifiers that have not said so yet; null while it is running */
  readonly pending: number | null;
  /** From then on every verifier refuses them, whether it can be reached or not; null while it is running, or one is pending that trusts itself without a bound */
  readonly effective_by: string | null;
}

export interface ImportedKeys {
  readonly data: readonly ({
    readonly outcome: "imported" | "exists" | "refused";
    /** The key; not where it is refused */
    readonly id?: string;
    /** Why it is refused */
    readonly code?: string;
    readonly detail?: string;
  })[];
}

export interface IssuedClient {
  /** The `client_id` */
  readonly id: string;
  readonly name: string;
  /** The owner's external id */
  readonly owner: string;
  readonly owner_id: string;
  readonly environment: "live" | "test";
  readonly status: "active" | "disabled" | "revoked";
  readonly grants: readonly ("client_credentials" | "token_exchange" | "jwt_bearer")[];
  readonly resources: readonly {
    readonly api: string;
    readonly api_id: string;
    readonly audience: string;
    readonly scopes: readonly string[];
  }[];
  readonly secrets: readonly Secret[];
  readonly jwks: {
    readonly keys: readonly Readonly<Record<string, unknown>>[];
  } | null;
  readonly jwks_uri: string | null;
  readonly tls_subject: string | null;
  readonly trusted_issuers: readonly ({
    readonly issuer: string;
    readonly jwks_uri: string | null;
    readonly audience: string | null;
    readonly claims: Readonly<Record<string, string>>;
  })[];
  readonly profile: "standard" | "fapi2";
  readonly sender_constraint: "none" | "dpop" | "mtls";
  readonly legacy_assertion_audience: boolean;
  readonly token_lifetime_seconds: number;
  /** The plan's name */
  readonly plan: string | null;
  readonly plan_id: string | null;
  /** Its own; they take the place of the plan's of the same names */
  readonly limits: readonly Limit[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly last_used_at: string | null;
  /** Tokens that were issued then or before are refused */
  readonly tokens_revoked_at: string | null;
  readonly revoked_at: string | null;
  readonly revoked_reason: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
  /** The whole secret, shown this once; null where none was made */
  readonly secret: string | null;
}

export interface IssuedClientSecret {
  readonly id: string;
  /** The last four characters */
  readonly hint: string;
  readonly status: "active" | "not_yet_valid" | "expired" | "revoked";
  readonly not_before: string | null;
  readonly expires_at: string | null;
  /** At most a minute behind */
  readonly last_used_at: string | null;
  /** IPv4 /24 or IPv6 /48 */
  readonly last_used_network: string | null;
  /** The product that the last use named in its `User-Agent` */
  readonly last_used_agent: string | null;
  /** The process that decided about the last use, as the logs name it */
  readonly last_used_reporter: string | null;
  readonly created_at: string;
  readonly client: string;
  /** The whole key. This answer is the only place where it is ever shown. */
  readonly secret: string;
}

export interface IssuedKey {
  readonly id: string;
  readonly name: string;
  /** The api's prefix */
  readonly api: string;
  readonly api_id: string;
  /** The owner's external id */
  readonly owner: string;
  readonly owner_id: string;
  readonly kind: "secret" | "publishable" | "pat" | "client_secret";
  readonly environment: "live" | "test";
  readonly status: "active" | "pending" | "disabled" | "expired" | "revoked";
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  readonly restrictions: {
    /** Addresses and CIDR blocks, IPv4 or IPv6 */
    readonly ips?: readonly string[];
    /** Sites: https://*.example.com */
    readonly origins?: readonly string[];
    /** Pages: https://example.com/shop/* */
    readonly referrers?: readonly string[];
    /** Methods and paths: * is one segment, a last ** the rest */
    readonly routes?: readonly {
      readonly methods?: readonly string[];
      readonly path: string;
    }[];
    readonly time_windows?: readonly ({
      readonly days: readonly ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
      readonly from: string;
      readonly to: string;
      readonly time_zone: string;
    })[];
    readonly android_apps?: readonly {
      readonly package_name: string;
      readonly sha256_cert_fingerprint?: string;
      readonly sha1_cert_fingerprint?: string;
    }[];
    readonly ios_apps?: readonly string[];
  } | null;
  /** The plan's name */
  readonly plan: string | null;
  readonly plan_id: string | null;
  /** Its own; they take the place of the plan's of the same names */
  readonly limits: readonly Limit[];
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The last four characters of the newest secret */
  readonly hint: string;
  readonly secrets: readonly Secret[];
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
  readonly revoked_at: string | null;
  readonly revoked_reason: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
  /** The whole key. This answer is the only place where it is ever shown. */
  readonly secret: string;
}

export interface IssuedPortalKey {
  readonly id: string;
  readonly name: string;
  readonly kind: "secret" | "publishable";
  readonly status: "active" | "pending" | "disabled" | "expired" | "revoked";
  readonly scopes: readonly string[];
  readonly restrictions: {
    readonly ips: readonly string[];
    readonly origins: readonly string[];
  };
  /** The last four characters of the newest secret */
  readonly hint: string;
  readonly secrets: readonly Secret[];
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
  readonly created_at: string;
  /** The whole key. This answer is the only place where it is ever shown. */
  readonly secret: string;
}

export interface IssuedSecret {
  readonly id: string;
  /** The last four characters */
  readonly hint: string;
  readonly status: "active" | "not_yet_valid" | "expired" | "revoked";
  readonly not_before: string | null;
  readonly expires_at: string | null;
  /** At most a minute behind */
  readonly last_used_at: string | null;
  /** IPv4 /24 or IPv6 /48 */
  readonly last_used_network: string | null;
  /** The product that the last use named in its `User-Agent` */
  readonly last_used_agent: string | null;
  /** The process that decided about the last use, as the logs name it */
  readonly last_used_reporter: string | null;
  readonly created_at: string;
  readonly key: string;
  /** The whole key. This answer is the only place where it is ever shown. */
  readonly secret: string;
}

export interface IssuedWebhook {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  readonly events: readonly string[];
  readonly status: "active" | "disabled";
  readonly created_at: string;
  readonly updated_at: string;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
  /** What signs the deliveries; shown this once */
  readonly secret: string;
}

export interface Key {
  readonly id: string;
  readonly name: string;
  /** The api's prefix */
  readonly api: string;
  readonly api_id: string;
  /** The owner's external id */
  readonly owner: string;
  readonly owner_id: string;
  readonly kind: "secret" | "publishable" | "pat" | "client_secret";
  readonly environment: "live" | "test";
  readonly status: "active" | "pending" | "disabled" | "expired" | "revoked";
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  readonly restrictions: {
    /** Addresses and CIDR blocks, IPv4 or IPv6 */
    readonly ips?: readonly string[];
    /** Sites: https://*.example.com */
    readonly origins?: readonly string[];
    /** Pages: https://example.com/shop/* */
    readonly referrers?: readonly string[];
    /** Methods and paths: * is one segment, a last ** the rest */
    readonly routes?: readonly {
      readonly methods?: readonly string[];
      readonly path: string;
    }[];
    readonly time_windows?: readonly ({
      readonly days: readonly ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
      readonly from: string;
      readonly to: string;
      readonly time_zone: string;
    })[];
    readonly android_apps?: readonly {
      readonly package_name: string;
      readonly sha256_cert_fingerprint?: string;
      readonly sha1_cert_fingerprint?: string;
    }[];
    readonly ios_apps?: readonly string[];
  } | null;
  /** The plan's name */
  readonly plan: string | null;
  readonly plan_id: string | null;
  /** Its own; they take the place of the plan's of the same names */
  readonly limits: readonly Limit[];
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The last four characters of the newest secret */
  readonly hint: string;
  readonly secrets: readonly Secret[];
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
  readonly revoked_at: string | null;
  readonly revoked_reason: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
}

export interface LeakReceipt {
  /** `unknown`: there is no such key here */
  readonly outcome: "reported" | "unknown";
}

export type Limit = {
  readonly name: string;
  readonly per: "key" | "owner" | "api" | "network" | null;
  readonly dry_run: boolean;
  readonly when_unavailable: "local" | "deny" | "allow";
  readonly kind: "rate";
  readonly rate: number;
  readonly per_seconds: number;
  readonly burst: number;
} | {
  readonly name: string;
  readonly per: "key" | "owner" | "api" | "network" | null;
  readonly dry_run: boolean;
  readonly when_unavailable: "local" | "deny" | "allow";
  readonly kind: "window";
  readonly limit: number;
  readonly window_seconds: number;
} | {
  readonly name: string;
  readonly per: "key" | "owner" | "api" | "network" | null;
  readonly dry_run: boolean;
  readonly when_unavailable: "local" | "deny" | "allow";
  readonly kind: "quota";
  readonly limit: number;
  readonly period: "day" | "week" | "month" | "year";
  readonly time_zone: string;
  readonly anchor: string | null;
  readonly soft_limit: number | null;
  readonly overflow: number;
} | {
  readonly name: string;
  readonly per: "key" | "owner" | "api" | "network" | null;
  readonly dry_run: boolean;
  readonly when_unavailable: "local" | "deny" | "allow";
  readonly kind: "concurrency";
  readonly limit: number;
  readonly lease_seconds: number;
} | {
  readonly name: string;
  readonly per: "key" | "owner" | "api" | "network" | null;
  readonly dry_run: boolean;
  readonly when_unavailable: "local" | "deny" | "allow";
  readonly kind: "credits";
  readonly limit: number;
  readonly exhausted_status: 402 | 403 | 429;
};

export interface LimitState {
  readonly name: string;
  /** What it is set on */
  readonly of: "key" | "owner" | "api";
  readonly kind: "rate" | "window" | "quota" | "concurrency" | "credits";
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until there is more */
  readonly refills_in: number | null;
  /** Seconds */
  readonly window: number | null;
  /** It refused, or would have in earnest */
  readonly exceeded: boolean;
  readonly dry_run: boolean;
  readonly soft_exceeded: boolean;
}

export interface LimitUsage {
  readonly name: string;
  /** What it is set on */
  readonly of: "key" | "owner" | "api";
  readonly kind: "rate" | "window" | "quota" | "concurrency" | "credits";
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until there is more */
  readonly refills_in: number | null;
  /** Seconds */
  readonly window: number | null;
  /** It refused, or would have in earnest */
  readonly exceeded: boolean;
  readonly dry_run: boolean;
  readonly soft_exceeded: boolean;
  /** Units that count now; above `limit` by an overflow */
  readonly used: number;
  /** Of a quota, if it is used on as it has been in this period; null of other limits, and within the first hundredth of a period */
  readonly forecast: {
    /** Units at the end of the period */
    readonly used: number;
    /** Seconds until the limit is used up; 0 when it is, null when it will not be within the period */
    readonly spent_in: number | null;
  } | null;
}

export interface LogEntry {
  readonly id: string;
  readonly at: string;
  readonly outcome: "allowed" | "denied";
  readonly code: "allowed" | "missing_credential" | "ambiguous_credentials" | "malformed" | "unknown" | "revoked" | "disabled" | "expired" | "not_yet_valid" | "proof_required" | "wrong_environment" | "wrong_api" | "insufficient_scope" | "ip_not_allowed" | "origin_not_allowed" | "route_not_allowed" | "outside_time_window" | "app_not_allowed" | "secret_key_in_browser" | "rate_limited" | "quota_exceeded" | "credits_exhausted" | "cost_exceeds_limit" | "too_many_in_flight";
  readonly status: number;
  /** Null for what is no key of the workspace */
  readonly key: string | null;
  readonly key_name: string | null;
  /** Its external id */
  readonly owner: string | null;
  readonly owner_id: string | null;
  /** The prefix */
  readonly api: string | null;
  readonly api_id: string | null;
  readonly environment: "live" | "test" | null;
  /** What a text that is no key begins with, if it begins like one */
  readonly brand: string | null;
  readonly tag: string | null;
  readonly cost: number;
  readonly method: string | null;
  /** Without its query */
  readonly path: string | null;
  /** IPv4 /24, IPv6 /48 */
  readonly network: string | null;
  /** The product of the User-Agent */
  readonly agent: string | null;
  /** The process that decided */
  readonly reporter: string;
  /** The checks in their order, up to the one that refused */
  readonly trace: readonly ({
    readonly check: "missing_credential" | "ambiguous_credentials" | "malformed" | "unknown" | "revoked" | "disabled" | "expired" | "not_yet_valid" | "proof_required" | "wrong_environment" | "wrong_api" | "insufficient_scope" | "ip_not_allowed" | "origin_not_allowed" | "route_not_allowed" | "outside_time_window" | "app_not_allowed" | "secret_key_in_browser" | "rate_limited" | "quota_exceeded" | "credits_exhausted" | "cost_exceeds_limit" | "too_many_in_flight";
    readonly passed: boolean;
    readonly detail: string | null;
  })[];
  /** Further decisions like this one, within the same second or so, that are not written down */
  readonly more: number;
}

export interface Login {
  readonly id: string;
  /** Where the program asked from */
  readonly ip: string | null;
  readonly user_agent: string | null;
  readonly asked_at: string;
  readonly expires_at: string;
}

export interface Me {
  readonly member: {
    readonly id: string;
    readonly name: string;
    readonly email: string | null;
    /** owner: Everything, the workspace itself included. admin: Everything but the workspace itself. developer: Makes apis, roles, owners and keys; sees the rest. viewer: Sees everything that holds no secret, and changes nothing */
    readonly role: "owner" | "admin" | "developer" | "viewer";
  } | null;
  readonly key_id: string | null;
  readonly workspace: {
    readonly id: string;
    readonly name: string;
    readonly operator: boolean;
  };
  readonly permissions: readonly string[];
  readonly session: {
    readonly id: string;
    readonly expires_at: string;
    /** Until then the sign-in is recent enough for what needs one */
    readonly fresh_until: string;
  } | null;
}

export interface Member {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  /** owner: Everything, the workspace itself included. admin: Everything but the workspace itself. developer: Makes apis, roles, owners and keys; sees the rest. viewer: Sees everything that holds no secret, and changes nothing */
  readonly role: "owner" | "admin" | "developer" | "viewer";
  readonly status: "active" | "disabled";
  /** Who it is at an OpenID Provider; null before the first sign-in there */
  readonly identity: {
    readonly issuer: string;
    readonly subject: string;
  } | null;
  readonly last_signed_in_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
}

export interface OpenedPortal {
  readonly id: string;
  /** Opens the portal, once */
  readonly url: string;
  readonly url_expires_at: string;
  readonly expires_at: string;
}

export interface Owner {
  readonly id: string;
  readonly external_id: string;
  readonly type: "app" | "user" | "organisation";
  readonly name: string | null;
  readonly status: "active" | "disabled";
  /** The plan's name */
  readonly plan: string | null;
  readonly plan_id: string | null;
  /** Its own; they take the place of the plan's of the same names */
  readonly limits: readonly Limit[];
  /** What a user may do: of a personal access token nothing counts beyond it */
  readonly rights: readonly string[] | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly created_at: string;
  readonly updated_at: string;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
}

export interface Plan {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly limits: readonly Limit[];
  readonly created_at: string;
  readonly updated_at: string;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
}

export interface Policy {
  readonly id: string;
  readonly name: string;
  /** Its prefix; null is all but the built-in */
  readonly api: string | null;
  readonly api_id: string | null;
  /** null is every kind */
  readonly kind: "secret" | "publishable" | "pat" | "client" | null;
  readonly lifetime_seconds_max: number | null;
  readonly lifetime_seconds_default: number | null;
  readonly idle_seconds: number | null;
  readonly required_restrictions: readonly ("ips" | "origins" | "referrers" | "routes" | "time_windows" | "android_apps" | "ios_apps")[];
  readonly forbidden_scopes: readonly string[];
  readonly approval: boolean;
  /** The last time that it was applied to what was there */
  readonly application: {
    readonly status: "counting" | "applying" | "finished" | "cancelled" | "refused";
    readonly expected: number;
    readonly counted: number;
    readonly changed: number;
    readonly grace_until: string;
    readonly started_at: string;
    readonly ended_at: string | null;
  } | null;
  readonly created_at: string;
  readonly updated_at: string;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
}

export interface PolicyPreview {
  /** null on a further page */
  readonly affected: number | null;
  /** A key may have several reasons */
  readonly by_reason: {
    readonly lifetime: number;
    readonly restriction: number;
    readonly scope: number;
    readonly idle: number;
  } | null;
  readonly data: readonly ({
    readonly key: Key;
    readonly reasons: readonly ("lifetime" | "restriction" | "scope" | "idle")[];
    /** When the key would end, were the policy applied now */
    readonly ends_at: string | null;
  })[];
  readonly next_cursor: string | null;
}

export interface PortalKey {
  readonly id: string;
  readonly name: string;
  readonly kind: "secret" | "publishable";
  readonly status: "active" | "pending" | "disabled" | "expired" | "revoked";
  readonly scopes: readonly string[];
  readonly restrictions: {
    readonly ips: readonly string[];
    readonly origins: readonly string[];
  };
  /** The last four characters of the newest secret */
  readonly hint: string;
  readonly secrets: readonly Secret[];
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
  readonly created_at: string;
}

export interface PortalSession {
  readonly api: {
    readonly name: string;
    readonly prefix: string;
  };
  /** The owner's external id */
  readonly owner: string;
  readonly environment: "live" | "test";
  readonly actions: readonly ("create" | "rotate" | "restrict" | "revoke")[];
  /** What a key made here may be granted */
  readonly scopes: readonly ({
    readonly name: string;
    readonly description: string | null;
  })[];
  readonly keys_max: number;
  readonly return_url: string | null;
  readonly expires_at: string;
}

export interface PortalToken {
  /** Sent as `Authorization: Bearer` */
  readonly token: string;
  readonly expires_at: string;
}

export interface PortalUsage {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  readonly allowed: number;
  readonly denied: number;
  readonly days: readonly {
    readonly at: string;
    readonly count: number;
    readonly allowed: number;
    readonly denied: number;
  }[];
}

export interface Principal {
  readonly kind: string;
  /** The key, or the client where a token is its own */
  readonly key_id: string;
  /** The secret that was presented; of a token, the client that has it */
  readonly secret_id: string;
  readonly api: string;
  readonly api_id: string;
  readonly owner: string;
  readonly owner_id: string;
  readonly environment: "live" | "test";
  readonly scopes: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly expires_at: string | null;
  /** Of an access token: what it is, and who has it */
  readonly token?: {
    readonly id: string;
    readonly client_id: string;
    /** Who acts (RFC 8693 §4.1) */
    readonly act: Readonly<Record<string, unknown>> | null;
    readonly issued_at: string;
    /** What it is bound to: `jkt` (RFC 9449 §6), `x5t#S256` (RFC 8705 §3.1), or nothing */
    readonly cnf: Readonly<Record<string, unknown>> | null;
  };
}

export interface Redelivery {
  readonly count: number;
}

export interface Revocation {
  readonly id: string;
  readonly status: "running" | "finished" | "cancelled";
  /** What is meant; null is whatever it may be */
  readonly filter: {
    readonly api_id: string | null;
    readonly owner_id: string | null;
    readonly role_id: string | null;
    readonly environment: "live" | "test" | null;
    readonly kind: "secret" | "publishable" | "pat" | "client_secret" | null;
    readonly created_after: string | null;
    readonly created_before: string;
    /** A network */
    readonly last_used_from: string | null;
    readonly not_used_since: string | null;
  };
  /** The management key that has asked for it, which is never meant */
  readonly spared_key: string | null;
  readonly reason: string | null;
  /** How many keys it meant when it began */
  readonly matched: number;
  /** How many it has revoked so far */
  readonly revoked: number;
  /** At most so many more; somebody else may revoke some of them meanwhile */
  readonly remaining: number;
  readonly started_at: string;
  readonly ended_at: string | null;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
}

export interface RevocationPreview {
  readonly matched: number;
  readonly sample: readonly Key[];
}

export interface RevokedKey {
  readonly id: string;
  readonly name: string;
  /** The api's prefix */
  readonly api: string;
  readonly api_id: string;
  /** The owner's external id */
  readonly owner: string;
  readonly owner_id: string;
  readonly kind: "secret" | "publishable" | "pat" | "client_secret";
  readonly environment: "live" | "test";
  readonly status: "active" | "pending" | "disabled" | "expired" | "revoked";
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  readonly restrictions: {
    /** Addresses and CIDR blocks, IPv4 or IPv6 */
    readonly ips?: readonly string[];
    /** Sites: https://*.example.com */
    readonly origins?: readonly string[];
    /** Pages: https://example.com/shop/* */
    readonly referrers?: readonly string[];
    /** Methods and paths: * is one segment, a last ** the rest */
    readonly routes?: readonly {
      readonly methods?: readonly string[];
      readonly path: string;
    }[];
    readonly time_windows?: readonly ({
      readonly days: readonly ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
      readonly from: string;
      readonly to: string;
      readonly time_zone: string;
    })[];
    readonly android_apps?: readonly {
      readonly package_name: string;
      readonly sha256_cert_fingerprint?: string;
      readonly sha1_cert_fingerprint?: string;
    }[];
    readonly ios_apps?: readonly string[];
  } | null;
  /** The plan's name */
  readonly plan: string | null;
  readonly plan_id: string | null;
  /** Its own; they take the place of the plan's of the same names */
  readonly limits: readonly Limit[];
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The last four characters of the newest secret */
  readonly hint: string;
  readonly secrets: readonly Secret[];
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
  readonly revoked_at: string | null;
  readonly revoked_reason: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
  /** Verifiers that refuse the key, the server's own among them */
  readonly acknowledged: number;
  /** Verifiers that have not said so yet */
  readonly pending: number;
  /** From then on every verifier refuses the key, whether it can be reached or not; null while one is pending that trusts itself without a bound */
  readonly effective_by: string | null;
}

export interface Role {
  readonly id: string;
  readonly api: string;
  readonly api_id: string;
  readonly name: string;
  readonly description: string | null;
  readonly scopes: readonly string[];
  readonly created_at: string;
  readonly updated_at: string;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
}

export interface RotatedClient {
  /** The `client_id` */
  readonly id: string;
  readonly name: string;
  /** The owner's external id */
  readonly owner: string;
  readonly owner_id: string;
  readonly environment: "live" | "test";
  readonly status: "active" | "disabled" | "revoked";
  readonly grants: readonly ("client_credentials" | "token_exchange" | "jwt_bearer")[];
  readonly resources: readonly {
    readonly api: string;
    readonly api_id: string;
    readonly audience: string;
    readonly scopes: readonly string[];
  }[];
  readonly secrets: readonly Secret[];
  readonly jwks: {
    readonly keys: readonly Readonly<Record<string, unknown>>[];
  } | null;
  readonly jwks_uri: string | null;
  readonly tls_subject: string | null;
  readonly trusted_issuers: readonly ({
    readonly issuer: string;
    readonly jwks_uri: string | null;
    readonly audience: string | null;
    readonly claims: Readonly<Record<string, string>>;
  })[];
  readonly profile: "standard" | "fapi2";
  readonly sender_constraint: "none" | "dpop" | "mtls";
  readonly legacy_assertion_audience: boolean;
  readonly token_lifetime_seconds: number;
  /** The plan's name */
  readonly plan: string | null;
  readonly plan_id: string | null;
  /** Its own; they take the place of the plan's of the same names */
  readonly limits: readonly Limit[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly last_used_at: string | null;
  /** Tokens that were issued then or before are refused */
  readonly tokens_revoked_at: string | null;
  readonly revoked_at: string | null;
  readonly revoked_reason: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
  /** The whole key. This answer is the only place where it is ever shown. */
  readonly secret: string;
  /** The secret that the new one follows, and when it stops working */
  readonly previous: {
    readonly id: string;
    readonly hint: string;
    readonly expires_at: string | null;
  } | null;
}

export interface RotatedKey {
  readonly id: string;
  readonly name: string;
  /** The api's prefix */
  readonly api: string;
  readonly api_id: string;
  /** The owner's external id */
  readonly owner: string;
  readonly owner_id: string;
  readonly kind: "secret" | "publishable" | "pat" | "client_secret";
  readonly environment: "live" | "test";
  readonly status: "active" | "pending" | "disabled" | "expired" | "revoked";
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  readonly restrictions: {
    /** Addresses and CIDR blocks, IPv4 or IPv6 */
    readonly ips?: readonly string[];
    /** Sites: https://*.example.com */
    readonly origins?: readonly string[];
    /** Pages: https://example.com/shop/* */
    readonly referrers?: readonly string[];
    /** Methods and paths: * is one segment, a last ** the rest */
    readonly routes?: readonly {
      readonly methods?: readonly string[];
      readonly path: string;
    }[];
    readonly time_windows?: readonly ({
      readonly days: readonly ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
      readonly from: string;
      readonly to: string;
      readonly time_zone: string;
    })[];
    readonly android_apps?: readonly {
      readonly package_name: string;
      readonly sha256_cert_fingerprint?: string;
      readonly sha1_cert_fingerprint?: string;
    }[];
    readonly ios_apps?: readonly string[];
  } | null;
  /** The plan's name */
  readonly plan: string | null;
  readonly plan_id: string | null;
  /** Its own; they take the place of the plan's of the same names */
  readonly limits: readonly Limit[];
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The last four characters of the newest secret */
  readonly hint: string;
  readonly secrets: readonly Secret[];
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
  readonly revoked_at: string | null;
  readonly revoked_reason: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
  /** The whole key. This answer is the only place where it is ever shown. */
  readonly secret: string;
  /** The secret that the new one follows, and when it stops working */
  readonly previous: {
    readonly id: string;
    readonly hint: string;
    readonly expires_at: string | null;
  };
}

export interface SafetyFinding {
  readonly finding: "leaked" | "secret_key_in_browser" | "many_networks" | "wildcard_scope" | "over_scoped" | "no_expiry" | "no_limit" | "idle";
  readonly key: string;
  readonly key_name: string;
  /** Its external id */
  readonly owner: string;
  /** The prefix */
  readonly api: string;
  readonly environment: "live" | "test";
  readonly detail: string;
  /** What would mend it: the operation of this API, and in words */
  readonly action: {
    readonly operation: string;
    readonly summary: string;
  };
}

export interface Scope {
  readonly name: string;
  readonly description: string | null;
}

export interface Secret {
  readonly id: string;
  /** The last four characters */
  readonly hint: string;
  readonly status: "active" | "not_yet_valid" | "expired" | "revoked";
  readonly not_before: string | null;
  readonly expires_at: string | null;
  /** At most a minute behind */
  readonly last_used_at: string | null;
  /** IPv4 /24 or IPv6 /48 */
  readonly last_used_network: string | null;
  /** The product that the last use named in its `User-Agent` */
  readonly last_used_agent: string | null;
  /** The process that decided about the last use, as the logs name it */
  readonly last_used_reporter: string | null;
  readonly created_at: string;
}

export interface SecretInUse {
  readonly id: string;
  /** The last four characters */
  readonly hint: string;
  readonly status: "active" | "not_yet_valid" | "expired" | "revoked";
  readonly not_before: string | null;
  readonly expires_at: string | null;
  /** At most a minute behind */
  readonly last_used_at: string | null;
  /** IPv4 /24 or IPv6 /48 */
  readonly last_used_network: string | null;
  /** The product that the last use named in its `User-Agent` */
  readonly last_used_agent: string | null;
  /** The process that decided about the last use, as the logs name it */
  readonly last_used_reporter: string | null;
  readonly created_at: string;
  /** Distinct networks that it was used from in the last 7 days; exact up to 64 */
  readonly networks: number;
  /** Another secret of the key works and has been used since, and this one has not been used for an hour */
  readonly safe_to_revoke: boolean;
}

export interface Session {
  readonly id: string;
  readonly member: string;
  /** Whether it is the one that asks */
  readonly current: boolean;
  readonly ip: string | null;
  readonly user_agent: string | null;
  readonly signed_in_at: string;
  /** To within ten minutes */
  readonly last_seen_at: string;
  readonly expires_at: string;
}

export interface SettledCharge {
  readonly id: string;
  readonly state: "committed" | "released";
  /** What stays charged */
  readonly cost: number;
}

export interface Shrinking {
  readonly key: string;
  /** Of the key as it was looked at: for `If-Match` */
  readonly rev: number;
  readonly days: number;
  /** Whether it is granted more than it needs, the least, or nobody can tell */
  readonly outcome: "more" | "least" | "unknown";
  /** Why nobody can tell */
  readonly detail: string | null;
  /** The day since when its grants are the same and all that it needed is known */
  readonly observed_since: string | null;
  readonly granted: {
    readonly scopes: readonly string[];
    /** By their names */
    readonly roles: readonly string[];
  };
  /** What it needed within the days: one of these scopes. Empty where no scope was asked for, or it could not be told */
  readonly needed: readonly {
    readonly any_of: readonly string[];
    readonly last_on: string;
  }[];
  /** What it would no longer be granted */
  readonly unused: readonly string[];
  /** The body of a change of the key */
  readonly proposal: {
    readonly scopes: readonly string[];
    /** By their names */
    readonly roles: readonly string[];
  } | null;
}

export interface SignInLink {
  readonly member: string;
  /** Goes behind the address of Keyward. Whoever opens it first is the member; this answer is the only place where it is ever shown. */
  readonly path: string;
  readonly expires_at: string;
}

export interface Strangers {
  readonly from: string;
  readonly to: string;
  readonly data: readonly ({
    readonly code: string;
    readonly network: string | null;
    readonly brand: string | null;
    readonly count: number;
  })[];
}

export interface Usage {
  readonly from: string;
  readonly to: string;
  readonly grain: "minute" | "hour" | "day";
  readonly time_zone: string;
  readonly totals: {
    /** All decisions */
    readonly count: number;
    readonly allowed: number;
    readonly denied: number;
    /** Of what was allowed */
    readonly cost: number;
  };
  /** Distinct networks that the key or client was used from on the days of the range, whatever was decided; exact up to 64, kept for 90 days; null unless one is named */
  readonly networks: number | null;
  readonly previous: {
    readonly from: string;
    readonly to: string;
    /** All decisions */
    readonly count: number;
    readonly allowed: number;
    readonly denied: number;
    /** Of what was allowed */
    readonly cost: number;
  } | null;
  readonly buckets: readonly {
    readonly at: string;
    /** All decisions */
    readonly count: number;
    readonly allowed: number;
    readonly denied: number;
    /** Of what was allowed */
    readonly cost: number;
  }[];
  /** The most frequent first; null without `group_by` */
  readonly groups: readonly ({
    /** An id, an environment, a code or a tag; null for decisions about none */
    readonly value: string | null;
    /** What people call it */
    readonly name: string | null;
    /** All decisions */
    readonly count: number;
    readonly allowed: number;
    readonly denied: number;
    /** Of what was allowed */
    readonly cost: number;
    /** The same of the key of the group; null in groups of something else */
    readonly networks: number | null;
  })[] | null;
  /** All groups beyond `top` together */
  readonly others: {
    /** All decisions */
    readonly count: number;
    readonly allowed: number;
    readonly denied: number;
    /** Of what was allowed */
    readonly cost: number;
  } | null;
}

export interface VerdictFields {
  readonly outcome: "allowed" | "denied";
  readonly code: "allowed" | "missing_credential" | "ambiguous_credentials" | "malformed" | "unknown" | "revoked" | "disabled" | "expired" | "not_yet_valid" | "proof_required" | "wrong_environment" | "wrong_api" | "insufficient_scope" | "ip_not_allowed" | "origin_not_allowed" | "route_not_allowed" | "outside_time_window" | "app_not_allowed" | "secret_key_in_browser" | "rate_limited" | "quota_exceeded" | "credits_exhausted" | "cost_exceeds_limit" | "too_many_in_flight";
  /** The HTTP status for the caller's own answer */
  readonly status: number;
  readonly detail: string;
  readonly missing_scopes?: readonly string[];
  /** Whose key it is; only when the secret matched */
  readonly principal?: Principal;
  /** What its limits say after this request; empty where the key has none */
  readonly limits: readonly LimitState[];
  /** Seconds after which the same request would pass; with 429 for `Retry-After` */
  readonly retry_after?: number;
  /** A limit was judged without its store; left out where none was */
  readonly degraded?: boolean;
  /** With `reserve_seconds`: what is held until it is settled, or ends */
  readonly charge?: {
    readonly id: string;
    readonly cost: number;
    readonly expires_at: string;
  };
  /** `RateLimit` and `RateLimit-Policy` for the caller's own answer */
  readonly headers?: Readonly<Record<string, string>>;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
  /** Only by an edge that may go on without a proof that it is up to date: it had none when it decided */
  readonly stale?: true;
  /** With `dry_run`: every check up to the one that failed */
  readonly trace?: readonly {
    readonly check: string;
    readonly passed: boolean;
    readonly detail: string;
  }[];
}

export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  readonly events: readonly string[];
  readonly status: "active" | "disabled";
  readonly created_at: string;
  readonly updated_at: string;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
}

export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly operator: boolean;
  readonly created_at: string;
  readonly updated_at: string;
  /** Counts the changes of the workspace; also the ETag */
  readonly rev: number;
}

export interface VerifyBody {
  /** The key or the access token, as the request carried it */
  readonly credential: string;
  /** The api that asks: its id or its prefix. Left out, the key may be of any api but the built-in one; name it always */
  readonly api?: string | undefined;
  readonly environment?: "live" | "test" | undefined;
  /** What the request needs; a list means all of it */
  readonly scopes?: readonly string[] | {
    readonly all: readonly string[];
  } | {
    readonly any: readonly string[];
  } | undefined;
  /** Counted when the key is allowed, and not yet charged; 1 if left out */
  readonly cost?: number | undefined;
  readonly context?: {
    readonly ip?: string | undefined;
    readonly origin?: string | undefined;
    readonly referrer?: string | undefined;
    readonly method?: string | undefined;
    readonly path?: string | undefined;
    readonly user_agent?: string | undefined;
    readonly android_package?: string | undefined;
    readonly android_cert?: string | undefined;
    readonly ios_bundle?: string | undefined;
  } | undefined;
  /** What was asked, in your own words, such as a route: usage is counted by it. At most 48 of A-Z a-z 0-9 . _ : / { } * ~ - */
  readonly tag?: string | undefined;
  /** What the request has proved to hold, by your own check: the thumbprint of the key of its DPoP proof (RFC 9449) or of its TLS certificate (RFC 8705) */
  readonly proof?: {
    readonly jkt?: string | undefined;
    readonly x5t_s256?: string | undefined;
  } | undefined;
  /** The DPoP proof of the request as it came, to be checked here (RFC 9449 §7.1): the one value of its header `DPoP`, and which method and which address it must be about. Only where the token was sent by the scheme `DPoP` */
  readonly dpop?: {
    readonly proof: string;
    readonly method: string;
    readonly url: string;
  } | undefined;
  /** Names the charge: the same key of the same credential within ten minutes, or while the charge is open, is answered as before, and charged once */
  readonly idempotency_key?: string | undefined;
  /** Charge `cost` as the most that it can come to, and keep it open for so long: `charge.id` commits what it came to */
  readonly reserve_seconds?: number | undefined;
  /** Decide and explain, but count nothing */
  readonly dry_run?: boolean | undefined;
  /** `Keyward-Rev` of a write that this verification must know of */
  readonly min_rev?: number | undefined;
}

export interface VerifyBatchBody {
  readonly items: readonly ({
    /** The key or the access token, as the request carried it */
    readonly credential: string;
    /** The api that asks: its id or its prefix. Left out, the key may be of any api but the built-in one; name it always */
    readonly api?: string | undefined;
    readonly environment?: "live" | "test" | undefined;
    /** What the request needs; a list means all of it */
    readonly scopes?: readonly string[] | {
      readonly all: readonly string[];
    } | {
      readonly any: readonly string[];
    } | undefined;
    /** Counted when the key is allowed, and not yet charged; 1 if left out */
    readonly cost?: number | undefined;
    readonly context?: {
      readonly ip?: string | undefined;
      readonly origin?: string | undefined;
      readonly referrer?: string | undefined;
      readonly method?: string | undefined;
      readonly path?: string | undefined;
      readonly user_agent?: string | undefined;
      readonly android_package?: string | undefined;
      readonly android_cert?: string | undefined;
      readonly ios_bundle?: string | undefined;
    } | undefined;
    /** What was asked, in your own words, such as a route: usage is counted by it. At most 48 of A-Z a-z 0-9 . _ : / { } * ~ - */
    readonly tag?: string | undefined;
    /** What the request has proved to hold, by your own check: the thumbprint of the key of its DPoP proof (RFC 9449) or of its TLS certificate (RFC 8705) */
    readonly proof?: {
      readonly jkt?: string | undefined;
      readonly x5t_s256?: string | undefined;
    } | undefined;
    /** The DPoP proof of the request as it came, to be checked here (RFC 9449 §7.1): the one value of its header `DPoP`, and which method and which address it must be about. Only where the token was sent by the scheme `DPoP` */
    readonly dpop?: {
      readonly proof: string;
      readonly method: string;
      readonly url: string;
    } | undefined;
    /** Names the charge: the same key of the same credential within ten minutes, or while the charge is open, is answered as before, and charged once */
    readonly idempotency_key?: string | undefined;
    /** Charge `cost` as the most that it can come to, and keep it open for so long: `charge.id` commits what it came to */
    readonly reserve_seconds?: number | undefined;
    /** Decide and explain, but count nothing */
    readonly dry_run?: boolean | undefined;
    /** `Keyward-Rev` of a write that this verification must know of */
    readonly min_rev?: number | undefined;
  })[];
}

export interface ChargesCommitBody {
  readonly cost: number;
}

export interface ClientsLimitsQuery {
  /** Whose limits are told as well; its first api if left out */
  readonly api?: string | undefined;
}

export interface KeysListQuery {
  /** 1 to 250; 50 if left out */
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before */
  readonly cursor?: string | undefined;
  /** The api's id or its prefix */
  readonly api?: string | undefined;
  /** The owner's id or its external id */
  readonly owner?: string | undefined;
  readonly role?: string | undefined;
  readonly environment?: "live" | "test" | undefined;
  readonly kind?: "secret" | "publishable" | "pat" | undefined;
  /** At this instant or later */
  readonly created_after?: string | undefined;
  readonly created_before?: string | undefined;
  /** An address; whatever shares its /24 of IPv4 or its /48 of IPv6 is meant */
  readonly last_used_from?: string | undefined;
  /** Not at this instant and not later. A key that was never used is among them; of 1970-01-01T00:00:00Z those alone are */
  readonly not_used_since?: string | undefined;
  readonly status?: "active" | "pending" | "disabled" | "expired" | "revoked" | undefined;
  /** A part of the name, a key id, the last four characters, the owner's external id, or a whole key. A whole key belongs in `POST /v1/keys/search`, whose body is in no access log. */
  readonly q?: string | undefined;
}

export interface KeysSearchBody {
  /** Default: 50 */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  /** The api's id or its prefix */
  readonly api?: string | undefined;
  /** The owner's id or its external id */
  readonly owner?: string | undefined;
  readonly role?: string | undefined;
  readonly environment?: "live" | "test" | undefined;
  readonly kind?: "secret" | "publishable" | "pat" | undefined;
  /** At this instant or later */
  readonly created_after?: string | undefined;
  readonly created_before?: string | undefined;
  /** An address; whatever shares its /24 of IPv4 or its /48 of IPv6 is meant */
  readonly last_used_from?: string | undefined;
  /** Not at this instant and not later. A key that was never used is among them; of 1970-01-01T00:00:00Z those alone are */
  readonly not_used_since?: string | undefined;
  readonly status?: "active" | "pending" | "disabled" | "expired" | "revoked" | undefined;
  /** A part of the name, a key id, the last four characters, the owner's external id, or a whole key. A whole key belongs in `POST /v1/keys/search`, whose body is in no access log. */
  readonly q?: string | undefined;
}

export interface KeysCreateBody {
  readonly api: string;
  readonly name: string;
  readonly owner: string;
  /** A publishable key may stand in a browser or an app: it can only read. Default: "secret" */
  readonly kind?: "secret" | "publishable" | undefined;
  /** Default: "live" */
  readonly environment?: "live" | "test" | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly restrictions?: {
    /** Addresses and CIDR blocks, IPv4 or IPv6 */
    readonly ips?: readonly string[] | undefined;
    /** Sites: https://*.example.com */
    readonly origins?: readonly string[] | undefined;
    /** Pages: https://example.com/shop/* */
    readonly referrers?: readonly string[] | undefined;
    /** Methods and paths: * is one segment, a last ** the rest */
    readonly routes?: readonly ({
      readonly methods?: readonly string[] | undefined;
      readonly path: string;
    })[] | undefined;
    readonly time_windows?: readonly ({
      readonly days: readonly ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
      readonly from: string;
      readonly to: string;
      readonly time_zone: string;
    })[] | undefined;
    readonly android_apps?: readonly ({
      readonly package_name: string;
      readonly sha256_cert_fingerprint?: string | undefined;
      readonly sha1_cert_fingerprint?: string | undefined;
    })[] | undefined;
    readonly ios_apps?: readonly string[] | undefined;
  } | null | undefined;
  /** The plan's id or its name; null is none */
  readonly plan?: string | null | undefined;
  readonly limits?: readonly ({
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "rate";
    readonly rate: number;
    readonly per_seconds?: number | undefined;
    readonly burst?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "window";
    readonly limit: number;
    readonly window_seconds: number;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "quota";
    readonly limit: number;
    readonly period: "day" | "week" | "month" | "year";
    readonly time_zone?: string | undefined;
    readonly anchor?: string | null | undefined;
    readonly soft_limit?: number | null | undefined;
    readonly overflow?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "concurrency";
    readonly limit: number;
    readonly lease_seconds?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "credits";
    readonly limit: number;
    readonly exhausted_status?: 402 | 403 | 429 | undefined;
  })[] | undefined;
  /** The producer's own facts; a JSON object of at most 16 KiB */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly expires_at?: string | null | undefined;
}

export interface KeysImportBody {
  readonly items: readonly ({
    /** 64 hexadecimal digits, in lower case */
    readonly sha256: string;
    /** The last four characters of the key, if they are known */
    readonly hint?: string | undefined;
    readonly disabled?: boolean | undefined;
    readonly api: string;
    readonly name: string;
    readonly owner: string;
    /** A publishable key may stand in a browser or an app: it can only read. Default: "secret" */
    readonly kind?: "secret" | "publishable" | undefined;
    /** Default: "live" */
    readonly environment?: "live" | "test" | undefined;
    readonly scopes?: readonly string[] | undefined;
    readonly roles?: readonly string[] | undefined;
    readonly restrictions?: {
      /** Addresses and CIDR blocks, IPv4 or IPv6 */
      readonly ips?: readonly string[] | undefined;
      /** Sites: https://*.example.com */
      readonly origins?: readonly string[] | undefined;
      /** Pages: https://example.com/shop/* */
      readonly referrers?: readonly string[] | undefined;
      /** Methods and paths: * is one segment, a last ** the rest */
      readonly routes?: readonly ({
        readonly methods?: readonly string[] | undefined;
        readonly path: string;
      })[] | undefined;
      readonly time_windows?: readonly ({
        readonly days: readonly ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
        readonly from: string;
        readonly to: string;
        readonly time_zone: string;
      })[] | undefined;
      readonly android_apps?: readonly ({
        readonly package_name: string;
        readonly sha256_cert_fingerprint?: string | undefined;
        readonly sha1_cert_fingerprint?: string | undefined;
      })[] | undefined;
      readonly ios_apps?: readonly string[] | undefined;
    } | null | undefined;
    /** The plan's id or its name; null is none */
    readonly plan?: string | null | undefined;
    readonly limits?: readonly ({
      /** Unique in its set: a-z 0-9 _ - */
      readonly name: string;
      /** Whom it counts; left out, what it is set on */
      readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
      /** Count and tell, but never refuse */
      readonly dry_run?: boolean | undefined;
      /** What it means while its store does not answer */
      readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
      readonly kind: "rate";
      readonly rate: number;
      readonly per_seconds?: number | undefined;
      readonly burst?: number | undefined;
    } | {
      /** Unique in its set: a-z 0-9 _ - */
      readonly name: string;
      /** Whom it counts; left out, what it is set on */
      readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
      /** Count and tell, but never refuse */
      readonly dry_run?: boolean | undefined;
      /** What it means while its store does not answer */
      readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
      readonly kind: "window";
      readonly limit: number;
      readonly window_seconds: number;
    } | {
      /** Unique in its set: a-z 0-9 _ - */
      readonly name: string;
      /** Whom it counts; left out, what it is set on */
      readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
      /** Count and tell, but never refuse */
      readonly dry_run?: boolean | undefined;
      /** What it means while its store does not answer */
      readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
      readonly kind: "quota";
      readonly limit: number;
      readonly period: "day" | "week" | "month" | "year";
      readonly time_zone?: string | undefined;
      readonly anchor?: string | null | undefined;
      readonly soft_limit?: number | null | undefined;
      readonly overflow?: number | undefined;
    } | {
      /** Unique in its set: a-z 0-9 _ - */
      readonly name: string;
      /** Whom it counts; left out, what it is set on */
      readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
      /** Count and tell, but never refuse */
      readonly dry_run?: boolean | undefined;
      /** What it means while its store does not answer */
      readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
      readonly kind: "concurrency";
      readonly limit: number;
      readonly lease_seconds?: number | undefined;
    } | {
      /** Unique in its set: a-z 0-9 _ - */
      readonly name: string;
      /** Whom it counts; left out, what it is set on */
      readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
      /** Count and tell, but never refuse */
      readonly dry_run?: boolean | undefined;
      /** What it means while its store does not answer */
      readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
      readonly kind: "credits";
      readonly limit: number;
      readonly exhausted_status?: 402 | 403 | 429 | undefined;
    })[] | undefined;
    /** The producer's own facts; a JSON object of at most 16 KiB */
    readonly metadata?: Readonly<Record<string, unknown>> | undefined;
    readonly expires_at?: string | null | undefined;
  })[];
}

export interface KeysUpdateBody {
  readonly name?: string | undefined;
  readonly owner?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly restrictions?: {
    /** Addresses and CIDR blocks, IPv4 or IPv6 */
    readonly ips?: readonly string[] | undefined;
    /** Sites: https://*.example.com */
    readonly origins?: readonly string[] | undefined;
    /** Pages: https://example.com/shop/* */
    readonly referrers?: readonly string[] | undefined;
    /** Methods and paths: * is one segment, a last ** the rest */
    readonly routes?: readonly ({
      readonly methods?: readonly string[] | undefined;
      readonly path: string;
    })[] | undefined;
    readonly time_windows?: readonly ({
      readonly days: readonly ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
      readonly from: string;
      readonly to: string;
      readonly time_zone: string;
    })[] | undefined;
    readonly android_apps?: readonly ({
      readonly package_name: string;
      readonly sha256_cert_fingerprint?: string | undefined;
      readonly sha1_cert_fingerprint?: string | undefined;
    })[] | undefined;
    readonly ios_apps?: readonly string[] | undefined;
  } | null | undefined;
  /** The plan's id or its name; null is none */
  readonly plan?: string | null | undefined;
  readonly limits?: readonly ({
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "rate";
    readonly rate: number;
    readonly per_seconds?: number | undefined;
    readonly burst?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "window";
    readonly limit: number;
    readonly window_seconds: number;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "quota";
    readonly limit: number;
    readonly period: "day" | "week" | "month" | "year";
    readonly time_zone?: string | undefined;
    readonly anchor?: string | null | undefined;
    readonly soft_limit?: number | null | undefined;
    readonly overflow?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "concurrency";
    readonly limit: number;
    readonly lease_seconds?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "credits";
    readonly limit: number;
    readonly exhausted_status?: 402 | 403 | 429 | undefined;
  })[] | undefined;
  /** The producer's own facts; a JSON object of at most 16 KiB */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly expires_at?: string | null | undefined;
}

export interface KeysRotateBody {
  /** Default: 86400 */
  readonly overlap_seconds?: number | undefined;
  /** Default: false */
  readonly force?: boolean | undefined;
}

export interface KeysRevokeQuery {
  readonly wait?: "verifiers" | undefined;
  /** Seconds to wait for verifiers, 0 to 30; 2 if left out */
  readonly timeout?: number | undefined;
}

export interface KeysRevokeBody {
  readonly reason?: string | undefined;
}

export interface KeysCreditsAddBody {
  readonly add: number;
  /** The name of the credits; may be left out where there is one */
  readonly limit?: string | undefined;
}

export interface KeysSecretsAddBody {
  readonly not_before?: string | null | undefined;
  readonly expires_at?: string | null | undefined;
}

export interface RevocationsPreviewBody {
  /** All of it must hold. Keys that are revoked already are not counted, and the management key that asks is never meant. Management keys are meant only where `api` names the built-in api. */
  readonly filter: {
    /** The api's id or its prefix */
    readonly api?: string | undefined;
    /** The owner's id or its external id */
    readonly owner?: string | undefined;
    readonly role?: string | undefined;
    readonly environment?: "live" | "test" | undefined;
    readonly kind?: "secret" | "publishable" | "pat" | undefined;
    /** At this instant or later */
    readonly created_after?: string | undefined;
    readonly created_before?: string | undefined;
    /** An address; whatever shares its /24 of IPv4 or its /48 of IPv6 is meant */
    readonly last_used_from?: string | undefined;
    /** Not at this instant and not later. A key that was never used is among them; of 1970-01-01T00:00:00Z those alone are */
    readonly not_used_since?: string | undefined;
  };
}

export interface RevocationsCreateBody {
  /** All of it must hold. Keys that are revoked already are not counted, and the management key that asks is never meant. Management keys are meant only where `api` names the built-in api. */
  readonly filter: {
    /** The api's id or its prefix */
    readonly api?: string | undefined;
    /** The owner's id or its external id */
    readonly owner?: string | undefined;
    readonly role?: string | undefined;
    readonly environment?: "live" | "test" | undefined;
    readonly kind?: "secret" | "publishable" | "pat" | undefined;
    /** At this instant or later */
    readonly created_after?: string | undefined;
    readonly created_before?: string | undefined;
    /** An address; whatever shares its /24 of IPv4 or its /48 of IPv6 is meant */
    readonly last_used_from?: string | undefined;
    /** Not at this instant and not later. A key that was never used is among them; of 1970-01-01T00:00:00Z those alone are */
    readonly not_used_since?: string | undefined;
  };
  readonly expected_count: number;
  readonly reason?: string | undefined;
}

export interface RevocationsListQuery {
  /** 1 to 250; 50 if left out */
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before */
  readonly cursor?: string | undefined;
}

export interface RevocationsGetQuery {
  readonly wait?: "verifiers" | undefined;
  /** Seconds to wait for verifiers, 0 to 30; 2 if left out */
  readonly timeout?: number | undefined;
}

export interface ApisListQuery {
  /** 1 to 250; 50 if left out */
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before */
  readonly cursor?: string | undefined;
}

export interface ApisCreateBody {
  readonly name: string;
  /** The brand of the api's keys: 2 to 16 of a–z and 0–9, a letter first */
  readonly prefix: string;
  readonly audience: string;
  readonly scopes?: readonly string[] | undefined;
  /** Lifetime of a key that is created without an expiry; null is no end */
  readonly default_lifetime_seconds?: number | null | undefined;
  readonly limits?: readonly ({
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "rate";
    readonly rate: number;
    readonly per_seconds?: number | undefined;
    readonly burst?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "window";
    readonly limit: number;
    readonly window_seconds: number;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "quota";
    readonly limit: number;
    readonly period: "day" | "week" | "month" | "year";
    readonly time_zone?: string | undefined;
    readonly anchor?: string | null | undefined;
    readonly soft_limit?: number | null | undefined;
    readonly overflow?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "concurrency";
    readonly limit: number;
    readonly lease_seconds?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "credits";
    readonly limit: number;
    readonly exhausted_status?: 402 | 403 | 429 | undefined;
  })[] | undefined;
  /** What access tokens for it are: signed (RFC 9068), which is the default, or opaque */
  readonly token_format?: "jwt" | "opaque" | undefined;
  /** What signed tokens for it are signed with; ES256 if left out */
  readonly token_algorithm?: "ES256" | "Ed25519" | "RS256" | undefined;
  /** What becomes of a key that leaked: nothing but the event, only its known networks, disabled, revoked, or the secret ends; notify if left out */
  readonly leak_reaction?: "notify" | "restrict" | "quarantine" | "revoke" | "rotate" | undefined;
}

export interface ApisUpdateBody {
  readonly name?: string | undefined;
  readonly audience?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  /** Lifetime of a key that is created without an expiry; null is no end */
  readonly default_lifetime_seconds?: number | null | undefined;
  readonly limits?: readonly ({
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "rate";
    readonly rate: number;
    readonly per_seconds?: number | undefined;
    readonly burst?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "window";
    readonly limit: number;
    readonly window_seconds: number;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "quota";
    readonly limit: number;
    readonly period: "day" | "week" | "month" | "year";
    readonly time_zone?: string | undefined;
    readonly anchor?: string | null | undefined;
    readonly soft_limit?: number | null | undefined;
    readonly overflow?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "concurrency";
    readonly limit: number;
    readonly lease_seconds?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "credits";
    readonly limit: number;
    readonly exhausted_status?: 402 | 403 | 429 | undefined;
  })[] | undefined;
  /** What access tokens for it are: signed (RFC 9068), which is the default, or opaque */
  readonly token_format?: "jwt" | "opaque" | undefined;
  /** What signed tokens for it are signed with; ES256 if left out */
  readonly token_algorithm?: "ES256" | "Ed25519" | "RS256" | undefined;
  /** What becomes of a key that leaked: nothing but the event, only its known networks, disabled, revoked, or the secret ends; notify if left out */
  readonly leak_reaction?: "notify" | "restrict" | "quarantine" | "revoke" | "rotate" | undefined;
}

export interface ApisScopesAddBody {
  readonly name: string;
  readonly description?: string | null | undefined;
}

export interface RolesListQuery {
  /** 1 to 250; 50 if left out */
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before */
  readonly cursor?: string | undefined;
  readonly api?: string | undefined;
}

export interface RolesCreateBody {
  readonly api: string;
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly scopes: readonly string[];
}

export interface RolesUpdateBody {
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly scopes?: readonly string[] | undefined;
}

export interface PlansListQuery {
  /** 1 to 250; 50 if left out */
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before */
  readonly cursor?: string | undefined;
}

export interface PlansCreateBody {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly limits: readonly ({
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "rate";
    readonly rate: number;
    readonly per_seconds?: number | undefined;
    readonly burst?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "window";
    readonly limit: number;
    readonly window_seconds: number;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "quota";
    readonly limit: number;
    readonly period: "day" | "week" | "month" | "year";
    readonly time_zone?: string | undefined;
    readonly anchor?: string | null | undefined;
    readonly soft_limit?: number | null | undefined;
    readonly overflow?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "concurrency";
    readonly limit: number;
    readonly lease_seconds?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "credits";
    readonly limit: number;
    readonly exhausted_status?: 402 | 403 | 429 | undefined;
  })[];
}

export interface PlansUpdateBody {
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly limits?: readonly ({
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "rate";
    readonly rate: number;
    readonly per_seconds?: number | undefined;
    readonly burst?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "window";
    readonly limit: number;
    readonly window_seconds: number;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "quota";
    readonly limit: number;
    readonly period: "day" | "week" | "month" | "year";
    readonly time_zone?: string | undefined;
    readonly anchor?: string | null | undefined;
    readonly soft_limit?: number | null | undefined;
    readonly overflow?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "concurrency";
    readonly limit: number;
    readonly lease_seconds?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "credits";
    readonly limit: number;
    readonly exhausted_status?: 402 | 403 | 429 | undefined;
  })[] | undefined;
}

export interface OwnersListQuery {
  /** 1 to 250; 50 if left out */
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before */
  readonly cursor?: string | undefined;
  /** A part of the external id or the name */
  readonly q?: string | undefined;
}

export interface OwnersCreateBody {
  /** Your own id for it */
  readonly external_id: string;
  /** Default: "app" */
  readonly type?: "app" | "user" | "organisation" | undefined;
  readonly name?: string | null | undefined;
  /** The plan's id or its name; null is none */
  readonly plan?: string | null | undefined;
  readonly limits?: readonly ({
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "rate";
    readonly rate: number;
    readonly per_seconds?: number | undefined;
    readonly burst?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "window";
    readonly limit: number;
    readonly window_seconds: number;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "quota";
    readonly limit: number;
    readonly period: "day" | "week" | "month" | "year";
    readonly time_zone?: string | undefined;
    readonly anchor?: string | null | undefined;
    readonly soft_limit?: number | null | undefined;
    readonly overflow?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "concurrency";
    readonly limit: number;
    readonly lease_seconds?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "credits";
    readonly limit: number;
    readonly exhausted_status?: 402 | 403 | 429 | undefined;
  })[] | undefined;
  /** What a user may do, in scopes of your apis: of their personal access tokens nothing counts beyond it */
  readonly rights?: readonly string[] | null | undefined;
  /** The producer's own facts; a JSON object of at most 16 KiB */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

export interface OwnersUpdateBody {
  readonly type?: "app" | "user" | "organisation" | undefined;
  readonly name?: string | null | undefined;
  /** The plan's id or its name; null is none */
  readonly plan?: string | null | undefined;
  readonly limits?: readonly ({
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "rate";
    readonly rate: number;
    readonly per_seconds?: number | undefined;
    readonly burst?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "window";
    readonly limit: number;
    readonly window_seconds: number;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "quota";
    readonly limit: number;
    readonly period: "day" | "week" | "month" | "year";
    readonly time_zone?: string | undefined;
    readonly anchor?: string | null | undefined;
    readonly soft_limit?: number | null | undefined;
    readonly overflow?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "concurrency";
    readonly limit: number;
    readonly lease_seconds?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "credits";
    readonly limit: number;
    readonly exhausted_status?: 402 | 403 | 429 | undefined;
  })[] | undefined;
  /** What a user may do, in scopes of your apis: of their personal access tokens nothing counts beyond it */
  readonly rights?: readonly string[] | null | undefined;
  /** The producer's own facts; a JSON object of at most 16 KiB */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

export interface OwnersCreditsAddBody {
  readonly add: number;
  /** The name of the credits; may be left out where there is one */
  readonly limit?: string | undefined;
}

export interface PoliciesCreateBody {
  readonly name: string;
  /** Keys of this api; of every one but the built-in if left out or null */
  readonly api?: string | null | undefined;
  readonly kind?: "secret" | "publishable" | "pat" | "client" | null | undefined;
  /** How long a secret may work, from when it was made */
  readonly lifetime_seconds_max?: number | null | undefined;
  /** The lifetime of what is created without one */
  readonly lifetime_seconds_default?: number | null | undefined;
  /** A key that nobody uses or changes for so long is disabled */
  readonly idle_seconds?: number | null | undefined;
  /** Lists that the restrictions of a key must have */
  readonly required_restrictions?: readonly ("ips" | "origins" | "referrers" | "routes" | "time_windows" | "android_apps" | "ios_apps")[] | undefined;
  /** What may not be granted, nor a wildcard that includes it */
  readonly forbidden_scopes?: readonly string[] | undefined;
  /** Whether a new personal access token waits for an approval */
  readonly approval?: boolean | undefined;
}

export interface PoliciesUpdateBody {
  readonly name?: string | undefined;
  /** How long a secret may work, from when it was made */
  readonly lifetime_seconds_max?: number | null | undefined;
  /** The lifetime of what is created without one */
  readonly lifetime_seconds_default?: number | null | undefined;
  /** A key that nobody uses or changes for so long is disabled */
  readonly idle_seconds?: number | null | undefined;
  /** Lists that the restrictions of a key must have */
  readonly required_restrictions?: readonly ("ips" | "origins" | "referrers" | "routes" | "time_windows" | "android_apps" | "ios_apps")[] | undefined;
  /** What may not be granted, nor a wildcard that includes it */
  readonly forbidden_scopes?: readonly string[] | undefined;
  /** Whether a new personal access token waits for an approval */
  readonly approval?: boolean | undefined;
}

export interface PoliciesPreviewBody {
  /** No key ends sooner than so long after it is asked for. Default: 604800 */
  readonly grace_seconds?: number | undefined;
  /** Default: 10 */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

export interface PoliciesApplyBody {
  readonly expected_count: number;
  /** No key ends sooner than so long after it is asked for. Default: 604800 */
  readonly grace_seconds?: number | undefined;
}

export interface WorkspacesListQuery {
  /** 1 to 250; 50 if left out */
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before */
  readonly cursor?: string | undefined;
}

export interface WorkspacesCreateBody {
  readonly name: string;
}

export interface WorkspacesUpdateBody {
  readonly name?: string | undefined;
}

export interface UsageGetQuery {
  /** 30 days before `to` if left out */
  readonly from?: string | undefined;
  /** Now, if left out; not in the range itself */
  readonly to?: string | undefined;
  /** What suits the range, if left out */
  readonly grain?: "minute" | "hour" | "day" | undefined;
  /** Where days begin. In other zones than UTC days are sums of hours, so they reach 90 days back, and begin at a whole hour of UTC. Default: "UTC" */
  readonly time_zone?: string | undefined;
  /** The api's id or its prefix */
  readonly api?: string | undefined;
  readonly environment?: "live" | "test" | undefined;
  /** Who held the key then: the owner's id or its external id */
  readonly owner?: string | undefined;
  /** By which the key was limited then, its own or its owner's: the plan's id or its name */
  readonly plan?: string | undefined;
  readonly key?: string | undefined;
  readonly client?: string | undefined;
  readonly outcome?: "allowed" | "denied" | undefined;
  readonly code?: "allowed" | "missing_credential" | "ambiguous_credentials" | "malformed" | "unknown" | "revoked" | "disabled" | "expired" | "not_yet_valid" | "proof_required" | "wrong_environment" | "wrong_api" | "insufficient_scope" | "ip_not_allowed" | "origin_not_allowed" | "route_not_allowed" | "outside_time_window" | "app_not_allowed" | "secret_key_in_browser" | "rate_limited" | "quota_exceeded" | "credits_exhausted" | "cost_exceeds_limit" | "too_many_in_flight" | undefined;
  readonly tag?: string | undefined;
  readonly group_by?: "key" | "owner" | "plan" | "api" | "environment" | "code" | "tag" | undefined;
  /** Groups that are told apart, 1 to 100 */
  readonly top?: number | undefined;
  /** As `Accept: text/csv` or `application/x-ndjson` ask for: the rows alone */
  readonly format?: "json" | "csv" | "ndjson" | undefined;
  /** Also sum up the time before the range, of the same length */
  readonly compare?: "previous" | undefined;
}

export interface UsageStrangersQuery {
  /** 30 days before `to` if left out */
  readonly from?: string | undefined;
  /** Now, if left out; not in the range itself */
  readonly to?: string | undefined;
  /** Groups that are told apart, 1 to 100 */
  readonly top?: number | undefined;
  /** As `Accept: text/csv` or `application/x-ndjson` ask for: the rows alone */
  readonly format?: "json" | "csv" | "ndjson" | undefined;
}

export interface LogsListQuery {
  /** 1 to 250; 50 if left out */
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before */
  readonly cursor?: string | undefined;
  /** Such as `outcome:denied not code:expired network:192.0.2.0/24`; see spec/logs.md */
  readonly filter?: string | undefined;
  readonly from?: string | undefined;
  /** Not in the range itself */
  readonly to?: string | undefined;
}

export interface LeaksReportBody {
  readonly credential: string;
  /** Where it was found */
  readonly url?: string | undefined;
}

export interface SafetyListQuery {
  /** `next_cursor` of the page before */
  readonly cursor?: string | undefined;
  /** The api's id or its prefix */
  readonly api?: string | undefined;
  readonly environment?: "live" | "test" | undefined;
  readonly finding?: "leaked" | "secret_key_in_browser" | "many_networks" | "wildcard_scope" | "over_scoped" | "no_expiry" | "no_limit" | "idle" | undefined;
}

export interface SafetyShrinkQuery {
  /** What was last needed before counts as not needed; 1 to 365, 90 if left out */
  readonly days?: number | undefined;
}

export interface ClientsListQuery {
  /** 1 to 250; 50 if left out */
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before */
  readonly cursor?: string | undefined;
  readonly owner?: string | undefined;
  readonly environment?: "live" | "test" | undefined;
}

export interface ClientsCreateBody {
  readonly name: string;
  /** Its id, or your own id of it; an unknown one is created */
  readonly owner: string;
  /** Default: "live" */
  readonly environment?: "live" | "test" | undefined;
  /** What it may ask for, at which api; all of it where it asks for nothing */
  readonly resources: readonly {
    readonly api: string;
    readonly scopes: readonly string[];
  }[];
  readonly grants?: readonly ("client_credentials" | "token_exchange" | "jwt_bearer")[] | undefined;
  readonly jwks?: {
    readonly keys: readonly (Readonly<Record<string, string | readonly string[]>>)[];
  } | null | undefined;
  /** Where the client publishes its keys */
  readonly jwks_uri?: string | null | undefined;
  /** The subject of its TLS certificate, such as `CN=billing,O=Acme`, or one alternative name: `URI:spiffe://acme/billing`, `DNS:billing.acme.test` (RFC 8705 §2.1) */
  readonly tls_subject?: string | null | undefined;
  /** Whose statements stand for the client, such as those of a CI (RFC 7523 §2.1) */
  readonly trusted_issuers?: readonly ({
    /** The claim `iss`, exactly */
    readonly issuer: string;
    /** Where its public keys are; what its own metadata says if null. Default: null */
    readonly jwks_uri?: string | null | undefined;
    /** The claim `aud`; Keyward's own issuer if null. Default: null */
    readonly audience?: string | null | undefined;
    /** What the claims must be; a value that ends in `*` is a beginning */
    readonly claims: Readonly<Record<string, string>>;
  })[] | undefined;
  readonly profile?: "standard" | "fapi2" | undefined;
  /** What its tokens are bound to: a DPoP key (RFC 9449), its certificate (RFC 8705) */
  readonly sender_constraint?: "none" | "dpop" | "mtls" | undefined;
  /** Take assertions that name the token endpoint as their audience, as old clients do */
  readonly legacy_assertion_audience?: boolean | undefined;
  readonly token_lifetime_seconds?: number | undefined;
  /** The plan's id or its name; null is none */
  readonly plan?: string | null | undefined;
  /** Of all its tokens together; those that stand for a key count for that key */
  readonly limits?: readonly ({
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "rate";
    readonly rate: number;
    readonly per_seconds?: number | undefined;
    readonly burst?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "window";
    readonly limit: number;
    readonly window_seconds: number;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "quota";
    readonly limit: number;
    readonly period: "day" | "week" | "month" | "year";
    readonly time_zone?: string | undefined;
    readonly anchor?: string | null | undefined;
    readonly soft_limit?: number | null | undefined;
    readonly overflow?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "concurrency";
    readonly limit: number;
    readonly lease_seconds?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "credits";
    readonly limit: number;
    readonly exhausted_status?: 402 | 403 | 429 | undefined;
  })[] | undefined;
  /** The producer's own facts; a JSON object of at most 16 KiB */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /** Whether to make a secret; made if left out, unless there are keys */
  readonly with_secret?: boolean | undefined;
}

export interface ClientsUpdateBody {
  readonly name?: string | undefined;
  readonly owner?: string | undefined;
  /** What it may ask for, at which api; all of it where it asks for nothing */
  readonly resources?: readonly {
    readonly api: string;
    readonly scopes: readonly string[];
  }[] | undefined;
  readonly grants?: readonly ("client_credentials" | "token_exchange" | "jwt_bearer")[] | undefined;
  readonly jwks?: {
    readonly keys: readonly (Readonly<Record<string, string | readonly string[]>>)[];
  } | null | undefined;
  /** Where the client publishes its keys */
  readonly jwks_uri?: string | null | undefined;
  /** The subject of its TLS certificate, such as `CN=billing,O=Acme`, or one alternative name: `URI:spiffe://acme/billing`, `DNS:billing.acme.test` (RFC 8705 §2.1) */
  readonly tls_subject?: string | null | undefined;
  /** Whose statements stand for the client, such as those of a CI (RFC 7523 §2.1) */
  readonly trusted_issuers?: readonly ({
    /** The claim `iss`, exactly */
    readonly issuer: string;
    /** Where its public keys are; what its own metadata says if null. Default: null */
    readonly jwks_uri?: string | null | undefined;
    /** The claim `aud`; Keyward's own issuer if null. Default: null */
    readonly audience?: string | null | undefined;
    /** What the claims must be; a value that ends in `*` is a beginning */
    readonly claims: Readonly<Record<string, string>>;
  })[] | undefined;
  readonly profile?: "standard" | "fapi2" | undefined;
  /** What its tokens are bound to: a DPoP key (RFC 9449), its certificate (RFC 8705) */
  readonly sender_constraint?: "none" | "dpop" | "mtls" | undefined;
  /** Take assertions that name the token endpoint as their audience, as old clients do */
  readonly legacy_assertion_audience?: boolean | undefined;
  readonly token_lifetime_seconds?: number | undefined;
  /** The plan's id or its name; null is none */
  readonly plan?: string | null | undefined;
  /** Of all its tokens together; those that stand for a key count for that key */
  readonly limits?: readonly ({
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "rate";
    readonly rate: number;
    readonly per_seconds?: number | undefined;
    readonly burst?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "window";
    readonly limit: number;
    readonly window_seconds: number;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "quota";
    readonly limit: number;
    readonly period: "day" | "week" | "month" | "year";
    readonly time_zone?: string | undefined;
    readonly anchor?: string | null | undefined;
    readonly soft_limit?: number | null | undefined;
    readonly overflow?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "concurrency";
    readonly limit: number;
    readonly lease_seconds?: number | undefined;
  } | {
    /** Unique in its set: a-z 0-9 _ - */
    readonly name: string;
    /** Whom it counts; left out, what it is set on */
    readonly per?: "key" | "owner" | "api" | "network" | null | undefined;
    /** Count and tell, but never refuse */
    readonly dry_run?: boolean | undefined;
    /** What it means while its store does not answer */
    readonly when_unavailable?: "local" | "deny" | "allow" | undefined;
    readonly kind: "credits";
    readonly limit: number;
    readonly exhausted_status?: 402 | 403 | 429 | undefined;
  })[] | undefined;
  /** The producer's own facts; a JSON object of at most 16 KiB */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

export interface ClientsCreditsAddBody {
  readonly add: number;
  /** The name of the credits; may be left out where there is one */
  readonly limit?: string | undefined;
}

export interface ClientsRotateBody {
  /** Default: 86400 */
  readonly overlap_seconds?: number | undefined;
  /** Default: false */
  readonly force?: boolean | undefined;
}

export interface ClientsRevokeBody {
  readonly reason?: string | undefined;
}

export interface ClientsSecretsAddBody {
  readonly not_before?: string | null | undefined;
  readonly expires_at?: string | null | undefined;
}

export interface PortalSessionsCreateBody {
  readonly api: string;
  readonly owner: string;
  /** Default: "live" */
  readonly environment?: "live" | "test" | undefined;
  /** What the customer may do with their keys, beyond seeing them. Default: ["create","rotate","restrict","revoke"] */
  readonly actions?: readonly ("create" | "rotate" | "restrict" | "revoke")[] | undefined;
  /** At most what a customer can grant a key; none if left out */
  readonly scopes?: readonly string[] | undefined;
  /** Of the keys that are made there */
  readonly plan?: string | null | undefined;
  /** How many keys that are not revoked the owner may come to have there. Default: 10 */
  readonly keys_max?: number | undefined;
  /** Sites that may show the portal within their own pages; none if left out. Default: [] */
  readonly origins?: readonly string[] | undefined;
  /** The page of yours that leads here, for when the session is over. Default: null */
  readonly return_url?: string | null | undefined;
  /** Default: 900 */
  readonly lifetime_seconds?: number | undefined;
}

export interface PortalSessionsEndBody {
  readonly session: string;
  /** For whom it was opened */
  readonly owner: string;
}

export interface PortalExchangeBody {
  /** What follows `code=` in the address */
  readonly code: string;
}

export interface PortalKeysListQuery {
  /** 1 to 250; 50 if left out */
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before */
  readonly cursor?: string | undefined;
}

export interface PortalKeysCreateBody {
  readonly name: string;
  readonly scopes?: readonly string[] | undefined;
  readonly restrictions?: {
    /** Addresses and CIDR blocks, IPv4 or IPv6 */
    readonly ips?: readonly string[] | undefined;
    /** Sites: https://*.example.com */
    readonly origins?: readonly string[] | undefined;
  } | undefined;
  readonly expires_at?: string | null | undefined;
}

export interface PortalKeysUpdateBody {
  readonly name?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly restrictions?: {
    /** Addresses and CIDR blocks, IPv4 or IPv6 */
    readonly ips?: readonly string[] | undefined;
    /** Sites: https://*.example.com */
    readonly origins?: readonly string[] | undefined;
  } | undefined;
}

export interface PortalKeysRotateBody {
  /** Default: 86400 */
  readonly overlap_seconds?: number | undefined;
  /** Default: false */
  readonly force?: boolean | undefined;
}

export interface PortalUsageQuery {
  readonly key?: string | undefined;
  readonly days?: number | undefined;
}

export interface AuditListQuery {
  /** 1 to 250; 50 if left out */
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before */
  readonly cursor?: string | undefined;
  /** As `Accept: text/csv` or `application/x-ndjson` ask for: the events of the page alone */
  readonly format?: "json" | "csv" | "ndjson" | undefined;
  readonly action?: "workspace.created" | "workspace.updated" | "workspace.restored" | "api.created" | "api.updated" | "api.deleted" | "role.created" | "role.updated" | "role.deleted" | "plan.created" | "plan.updated" | "plan.deleted" | "owner.created" | "owner.updated" | "owner.disabled" | "owner.enabled" | "owner.deleted" | "owner.credits_added" | "owner.portal_opened" | "owner.portal_ended" | "key.created" | "key.updated" | "key.rotated" | "key.secret_added" | "key.secret_removed" | "key.disabled" | "key.enabled" | "key.revoked" | "key.approved" | "key.denied" | "key.deleted" | "key.leaked" | "key.credits_added" | "member.created" | "member.updated" | "member.disabled" | "member.enabled" | "member.deleted" | "member.link_issued" | "member.signed_in" | "member.signed_out" | "member.session_ended" | "member.login_approved" | "member.login_denied" | "revocation.started" | "revocation.finished" | "revocation.cancelled" | "policy.created" | "policy.updated" | "policy.deleted" | "policy.application_started" | "policy.application_finished" | "policy.application_cancelled" | "policy.application_refused" | "webhook.created" | "webhook.updated" | "webhook.rotated" | "webhook.disabled" | "webhook.enabled" | "webhook.deleted" | "client.created" | "client.updated" | "client.credits_added" | "client.rotated" | "client.secret_added" | "client.secret_removed" | "client.disabled" | "client.enabled" | "client.revoked" | "client.tokens_revoked" | "client.deleted" | "signing_key.created" | "signing_key.retired" | "token.revoked" | undefined;
  /** The id of the thing */
  readonly target?: string | undefined;
  /** Of the key that this is the SHA-256 of: a key that leaked need not be shown to anybody to find what became of it */
  readonly digest?: string | undefined;
  /** The id of the management key, the member or the owner */
  readonly actor?: string | undefined;
}

export interface MembersListQuery {
  /** 1 to 250; 50 if left out */
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before */
  readonly cursor?: string | undefined;
  readonly q?: string | undefined;
}

export interface MembersCreateBody {
  readonly name: string;
  readonly email?: string | null | undefined;
  /** owner: Everything, the workspace itself included. admin: Everything but the workspace itself. developer: Makes apis, roles, owners and keys; sees the rest. viewer: Sees everything that holds no secret, and changes nothing */
  readonly role: "owner" | "admin" | "developer" | "viewer";
}

export interface MembersUpdateBody {
  readonly name?: string | undefined;
  readonly email?: string | null | undefined;
  /** owner: Everything, the workspace itself included. admin: Everything but the workspace itself. developer: Makes apis, roles, owners and keys; sees the rest. viewer: Sees everything that holds no secret, and changes nothing */
  readonly role?: "owner" | "admin" | "developer" | "viewer" | undefined;
}

export interface MembersLinkBody {
  /** Default: 86400 */
  readonly lifetime_seconds?: number | undefined;
}

export interface SessionsListQuery {
  /** 1 to 250; 50 if left out */
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before */
  readonly cursor?: string | undefined;
  /** Of this member; `*` is of all */
  readonly member?: string | undefined;
}

export interface SignInLinkBody {
  /** What follows `token=` in the link */
  readonly token: string;
}

export interface LoginsFindBody {
  readonly user_code: string;
}

export interface LoginsAuthorizeBody {
  readonly response_type: "code";
  readonly client_id: "keyward-cli";
  readonly redirect_uri: string;
  readonly code_challenge: string;
  readonly code_challenge_method: "S256";
  readonly state: string;
  readonly approve: boolean;
}

export interface TokensListQuery {
  /** 1 to 250; 50 if left out */
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before */
  readonly cursor?: string | undefined;
  /** Of this user: an owner's id or external id; `*` is of all */
  readonly owner?: string | undefined;
  readonly status?: "active" | "pending" | "disabled" | "expired" | "revoked" | undefined;
}

export interface TokensCreateBody {
  readonly name: string;
  /** Keyward itself if left out */
  readonly api?: string | undefined;
  /** An owner of type user, by id or external id; oneself if left out */
  readonly owner?: string | undefined;
  readonly scopes: readonly string[];
  /** Default: "live" */
  readonly environment?: "live" | "test" | undefined;
  readonly restrictions?: {
    /** Addresses and CIDR blocks, IPv4 or IPv6 */
    readonly ips?: readonly string[] | undefined;
    /** Sites: https://*.example.com */
    readonly origins?: readonly string[] | undefined;
    /** Pages: https://example.com/shop/* */
    readonly referrers?: readonly string[] | undefined;
    /** Methods and paths: * is one segment, a last ** the rest */
    readonly routes?: readonly ({
      readonly methods?: readonly string[] | undefined;
      readonly path: string;
    })[] | undefined;
    readonly time_windows?: readonly ({
      readonly days: readonly ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
      readonly from: string;
      readonly to: string;
      readonly time_zone: string;
    })[] | undefined;
    readonly android_apps?: readonly ({
      readonly package_name: string;
      readonly sha256_cert_fingerprint?: string | undefined;
      readonly sha1_cert_fingerprint?: string | undefined;
    })[] | undefined;
    readonly ios_apps?: readonly string[] | undefined;
  } | undefined;
  /** What a policy gives, or else 7776000 */
  readonly lifetime_seconds?: number | undefined;
}

export interface TokensRenewBody {
  /** Default: 86400 */
  readonly overlap_seconds?: number | undefined;
  /** As long as it was given last, if left out */
  readonly lifetime_seconds?: number | undefined;
}

export interface TokensApproveBody {
  readonly reason?: string | undefined;
}

export interface TokensDenyBody {
  readonly reason: string;
}

export interface TokensRevokeBody {
  readonly reason?: string | undefined;
}

export interface WebhooksListQuery {
  /** 1 to 250; 50 if left out */
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before */
  readonly cursor?: string | undefined;
}

export interface WebhooksCreateBody {
  /** `https://…` of the public internet; or `mailto:` and an address, where Keyward can send mail */
  readonly url: string;
  readonly description?: string | null | undefined;
  /** `*` is every event, `key.*` every one about keys. The types: workspace.created, workspace.updated, workspace.restored, api.created, api.updated, api.deleted, role.created, role.updated, role.deleted, plan.created, plan.updated, plan.deleted, owner.created, owner.updated, owner.disabled, owner.enabled, owner.deleted, owner.credits_added, owner.portal_opened, owner.portal_ended, key.created, key.updated, key.rotated, key.secret_added, key.secret_removed, key.disabled, key.enabled, key.revoked, key.approved, key.denied, key.deleted, key.leaked, key.credits_added, member.created, member.updated, member.disabled, member.enabled, member.deleted, member.link_issued, member.signed_in, member.signed_out, member.session_ended, member.login_approved, member.login_denied, revocation.started, revocation.finished, revocation.cancelled, policy.created, policy.updated, policy.deleted, policy.application_started, policy.application_finished, policy.application_cancelled, policy.application_refused, webhook.created, webhook.updated, webhook.rotated, webhook.disabled, webhook.enabled, webhook.deleted, client.created, client.updated, client.credits_added, client.rotated, client.secret_added, client.secret_removed, client.disabled, client.enabled, client.revoked, client.tokens_revoked, client.deleted, signing_key.created, signing_key.retired, token.revoked, key.expiring, key.expired, key.used_after_revocation, key.used_from_new_network, key.limit_reached, limit.nearly_reached, key.idle, webhook.test */
  readonly events: readonly string[];
}

export interface WebhooksUpdateBody {
  /** `https://…` of the public internet; or `mailto:` and an address, where Keyward can send mail */
  readonly url?: string | undefined;
  readonly description?: string | null | undefined;
  /** `*` is every event, `key.*` every one about keys. The types: workspace.created, workspace.updated, workspace.restored, api.created, api.updated, api.deleted, role.created, role.updated, role.deleted, plan.created, plan.updated, plan.deleted, owner.created, owner.updated, owner.disabled, owner.enabled, owner.deleted, owner.credits_added, owner.portal_opened, owner.portal_ended, key.created, key.updated, key.rotated, key.secret_added, key.secret_removed, key.disabled, key.enabled, key.revoked, key.approved, key.denied, key.deleted, key.leaked, key.credits_added, member.created, member.updated, member.disabled, member.enabled, member.deleted, member.link_issued, member.signed_in, member.signed_out, member.session_ended, member.login_approved, member.login_denied, revocation.started, revocation.finished, revocation.cancelled, policy.created, policy.updated, policy.deleted, policy.application_started, policy.application_finished, policy.application_cancelled, policy.application_refused, webhook.created, webhook.updated, webhook.rotated, webhook.disabled, webhook.enabled, webhook.deleted, client.created, client.updated, client.credits_added, client.rotated, client.secret_added, client.secret_removed, client.disabled, client.enabled, client.revoked, client.tokens_revoked, client.deleted, signing_key.created, signing_key.retired, token.revoked, key.expiring, key.expired, key.used_after_revocation, key.used_from_new_network, key.limit_reached, limit.nearly_reached, key.idle, webhook.test */
  readonly events?: readonly string[] | undefined;
}

export interface WebhooksRotateBody {
  /** Default: 86400 */
  readonly overlap_seconds?: number | undefined;
}

export interface WebhooksDeliveriesListQuery {
  /** 1 to 250; 50 if left out */
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before */
  readonly cursor?: string | undefined;
  readonly state?: "pending" | "delivered" | "failed" | undefined;
}

export interface WebhooksRedeliverBody {
  /** Of events from then on */
  readonly since: string;
}

/** What each operation takes and answers with. */
export interface Operations {
  readonly "verify": {
    readonly input: { readonly body: VerifyBody };
    readonly output: Verdict;
  };
  readonly "verify.batch": {
    readonly input: { readonly body: VerifyBatchBody };
    readonly output: {
      readonly data: readonly Verdict[];
    };
  };
  readonly "charges.commit": {
    readonly input: { readonly params: { readonly charge: string }; readonly body: ChargesCommitBody };
    readonly output: SettledCharge;
  };
  readonly "charges.release": {
    readonly input: { readonly params: { readonly charge: string } };
    readonly output: SettledCharge;
  };
  readonly "keys.limits": {
    readonly input: { readonly params: { readonly key: string } };
    readonly output: Page<LimitUsage>;
  };
  readonly "clients.limits": {
    readonly input: { readonly params: { readonly client: string }; readonly query?: ClientsLimitsQuery | undefined };
    readonly output: Page<LimitUsage>;
  };
  readonly "keys.list": {
    readonly input: { readonly query?: KeysListQuery | undefined };
    readonly output: Page<Key>;
  };
  readonly "keys.search": {
    readonly input: { readonly body: KeysSearchBody };
    readonly output: Page<Key>;
  };
  readonly "keys.create": {
    readonly input: { readonly body: KeysCreateBody };
    readonly output: IssuedKey;
  };
  readonly "keys.import": {
    readonly input: { readonly body: KeysImportBody };
    readonly output: ImportedKeys;
  };
  readonly "keys.get": {
    readonly input: { readonly params: { readonly key: string } };
    readonly output: Key;
  };
  readonly "keys.update": {
    readonly input: { readonly params: { readonly key: string }; readonly body: KeysUpdateBody };
    readonly output: Key;
  };
  readonly "keys.rotate": {
    readonly input: { readonly params: { readonly key: string }; readonly body?: KeysRotateBody | undefined };
    readonly output: RotatedKey;
  };
  readonly "keys.revoke": {
    readonly input: { readonly params: { readonly key: string }; readonly body?: KeysRevokeBody | undefined; readonly query?: KeysRevokeQuery | undefined };
    readonly output: RevokedKey;
  };
  readonly "keys.disable": {
    readonly input: { readonly params: { readonly key: string } };
    readonly output: Key;
  };
  readonly "keys.credits.add": {
    readonly input: { readonly params: { readonly key: string }; readonly body: KeysCreditsAddBody };
    readonly output: Key;
  };
  readonly "keys.enable": {
    readonly input: { readonly params: { readonly key: string } };
    readonly output: Key;
  };
  readonly "keys.delete": {
    readonly input: { readonly params: { readonly key: string } };
    readonly output: undefined;
  };
  readonly "keys.secrets.list": {
    readonly input: { readonly params: { readonly key: string } };
    readonly output: Page<SecretInUse>;
  };
  readonly "keys.secrets.add": {
    readonly input: { readonly params: { readonly key: string }; readonly body?: KeysSecretsAddBody | undefined };
    readonly output: IssuedSecret;
  };
  readonly "keys.secrets.remove": {
    readonly input: { readonly params: { readonly key: string; readonly secret: string } };
    readonly output: undefined;
  };
  readonly "revocations.preview": {
    readonly input: { readonly body: RevocationsPreviewBody };
    readonly output: RevocationPreview;
  };
  readonly "revocations.create": {
    readonly input: { readonly body: RevocationsCreateBody };
    readonly output: Revocation;
  };
  readonly "revocations.list": {
    readonly input: { readonly query?: RevocationsListQuery | undefined };
    readonly output: Page<Revocation>;
  };
  readonly "revocations.get": {
    readonly input: { readonly params: { readonly revocation: string }; readonly query?: RevocationsGetQuery | undefined };
    readonly output: FollowedRevocation;
  };
  readonly "revocations.cancel": {
    readonly input: { readonly params: { readonly revocation: string } };
    readonly output: Revocation;
  };
  readonly "apis.list": {
    readonly input: { readonly query?: ApisListQuery | undefined };
    readonly output: Page<Api>;
  };
  readonly "apis.create": {
    readonly input: { readonly body: ApisCreateBody };
    readonly output: Api;
  };
  readonly "apis.get": {
    readonly input: { readonly params: { readonly api: string } };
    readonly output: Api;
  };
  readonly "apis.update": {
    readonly input: { readonly params: { readonly api: string }; readonly body: ApisUpdateBody };
    readonly output: Api;
  };
  readonly "apis.delete": {
    readonly input: { readonly params: { readonly api: string } };
    readonly output: undefined;
  };
  readonly "apis.scopes.list": {
    readonly input: { readonly params: { readonly api: string } };
    readonly output: Page<Scope>;
  };
  readonly "apis.scopes.add": {
    readonly input: { readonly params: { readonly api: string }; readonly body: ApisScopesAddBody };
    readonly output: Scope;
  };
  readonly "apis.scopes.remove": {
    readonly input: { readonly params: { readonly api: string; readonly scope: string } };
    readonly output: undefined;
  };
  readonly "roles.list": {
    readonly input: { readonly query?: RolesListQuery | undefined };
    readonly output: Page<Role>;
  };
  readonly "roles.create": {
    readonly input: { readonly body: RolesCreateBody };
    readonly output: Role;
  };
  readonly "roles.get": {
    readonly input: { readonly params: { readonly role: string } };
    readonly output: Role;
  };
  readonly "roles.update": {
    readonly input: { readonly params: { readonly role: string }; readonly body: RolesUpdateBody };
    readonly output: Role;
  };
  readonly "roles.delete": {
    readonly input: { readonly params: { readonly role: string } };
    readonly output: undefined;
  };
  readonly "plans.list": {
    readonly input: { readonly query?: PlansListQuery | undefined };
    readonly output: Page<Plan>;
  };
  readonly "plans.create": {
    readonly input: { readonly body: PlansCreateBody };
    readonly output: Plan;
  };
  readonly "plans.get": {
    readonly input: { readonly params: { readonly plan: string } };
    readonly output: Plan;
  };
  readonly "plans.update": {
    readonly input: { readonly params: { readonly plan: string }; readonly body: PlansUpdateBody };
    readonly output: Plan;
  };
  readonly "plans.delete": {
    readonly input: { readonly params: { readonly plan: string } };
    readonly output: undefined;
  };
  readonly "owners.list": {
    readonly input: { readonly query?: OwnersListQuery | undefined };
    readonly output: Page<Owner>;
  };
  readonly "owners.create": {
    readonly input: { readonly body: OwnersCreateBody };
    readonly output: Owner;
  };
  readonly "owners.get": {
    readonly input: { readonly params: { readonly owner: string } };
    readonly output: Owner;
  };
  readonly "owners.update": {
    readonly input: { readonly params: { readonly owner: string }; readonly body: OwnersUpdateBody };
    readonly output: Owner;
  };
  readonly "owners.credits.add": {
    readonly input: { readonly params: { readonly owner: string }; readonly body: OwnersCreditsAddBody };
    readonly output: Owner;
  };
  readonly "owners.disable": {
    readonly input: { readonly params: { readonly owner: string } };
    readonly output: Owner;
  };
  readonly "owners.enable": {
    readonly input: { readonly params: { readonly owner: string } };
    readonly output: Owner;
  };
  readonly "owners.delete": {
    readonly input: { readonly params: { readonly owner: string } };
    readonly output: undefined;
  };
  readonly "policies.list": {
    readonly input: object;
    readonly output: Page<Policy>;
  };
  readonly "policies.create": {
    readonly input: { readonly body: PoliciesCreateBody };
    readonly output: Policy;
  };
  readonly "policies.get": {
    readonly input: { readonly params: { readonly policy: string } };
    readonly output: Policy;
  };
  readonly "policies.update": {
    readonly input: { readonly params: { readonly policy: string }; readonly body: PoliciesUpdateBody };
    readonly output: Policy;
  };
  readonly "policies.delete": {
    readonly input: { readonly params: { readonly policy: string } };
    readonly output: undefined;
  };
  readonly "policies.preview": {
    readonly input: { readonly params: { readonly policy: string }; readonly body?: PoliciesPreviewBody | undefined };
    readonly output: PolicyPreview;
  };
  readonly "policies.apply": {
    readonly input: { readonly params: { readonly policy: string }; readonly body: PoliciesApplyBody };
    readonly output: Policy;
  };
  readonly "policies.cancel": {
    readonly input: { readonly params: { readonly policy: string } };
    readonly output: Policy;
  };
  readonly "workspaces.list": {
    readonly input: { readonly query?: WorkspacesListQuery | undefined };
    readonly output: Page<Workspace>;
  };
  readonly "workspaces.create": {
    readonly input: { readonly body: WorkspacesCreateBody };
    readonly output: CreatedWorkspace;
  };
  readonly "workspaces.get": {
    readonly input: { readonly params: { readonly workspace: string } };
    readonly output: Workspace;
  };
  readonly "workspaces.update": {
    readonly input: { readonly params: { readonly workspace: string }; readonly body: WorkspacesUpdateBody };
    readonly output: Workspace;
  };
  readonly "usage.get": {
    readonly input: { readonly query?: UsageGetQuery | undefined };
    readonly output: Usage;
  };
  readonly "usage.strangers": {
    readonly input: { readonly query?: UsageStrangersQuery | undefined };
    readonly output: Strangers;
  };
  readonly "logs.list": {
    readonly input: { readonly query?: LogsListQuery | undefined };
    readonly output: Page<LogEntry>;
  };
  readonly "leaks.report": {
    readonly input: { readonly body: LeaksReportBody };
    readonly output: LeakReceipt;
  };
  readonly "safety.list": {
    readonly input: { readonly query?: SafetyListQuery | undefined };
    readonly output: Page<SafetyFinding>;
  };
  readonly "safety.shrink": {
    readonly input: { readonly params: { readonly key: string }; readonly query?: SafetyShrinkQuery | undefined };
    readonly output: Shrinking;
  };
  readonly "clients.list": {
    readonly input: { readonly query?: ClientsListQuery | undefined };
    readonly output: Page<Client>;
  };
  readonly "clients.create": {
    readonly input: { readonly body: ClientsCreateBody };
    readonly output: IssuedClient;
  };
  readonly "clients.get": {
    readonly input: { readonly params: { readonly client: string } };
    readonly output: Client;
  };
  readonly "clients.update": {
    readonly input: { readonly params: { readonly client: string }; readonly body: ClientsUpdateBody };
    readonly output: Client;
  };
  readonly "clients.credits.add": {
    readonly input: { readonly params: { readonly client: string }; readonly body: ClientsCreditsAddBody };
    readonly output: Client;
  };
  readonly "clients.rotate": {
    readonly input: { readonly params: { readonly client: string }; readonly body?: ClientsRotateBody | undefined };
    readonly output: RotatedClient;
  };
  readonly "clients.disable": {
    readonly input: { readonly params: { readonly client: string } };
    readonly output: Client;
  };
  readonly "clients.enable": {
    readonly input: { readonly params: { readonly client: string } };
    readonly output: Client;
  };
  readonly "clients.revoke": {
    readonly input: { readonly params: { readonly client: string }; readonly body?: ClientsRevokeBody | undefined };
    readonly output: Client;
  };
  readonly "clients.tokens.revoke": {
    readonly input: { readonly params: { readonly client: string } };
    readonly output: Client;
  };
  readonly "clients.delete": {
    readonly input: { readonly params: { readonly client: string } };
    readonly output: undefined;
  };
  readonly "clients.secrets.list": {
    readonly input: { readonly params: { readonly client: string } };
    readonly output: Page<Secret>;
  };
  readonly "clients.secrets.add": {
    readonly input: { readonly params: { readonly client: string }; readonly body?: ClientsSecretsAddBody | undefined };
    readonly output: IssuedClientSecret;
  };
  readonly "clients.secrets.remove": {
    readonly input: { readonly params: { readonly client: string; readonly secret: string } };
    readonly output: undefined;
  };
  readonly "portal.sessions.create": {
    readonly input: { readonly body: PortalSessionsCreateBody };
    readonly output: OpenedPortal;
  };
  readonly "portal.sessions.end": {
    readonly input: { readonly body: PortalSessionsEndBody };
    readonly output: undefined;
  };
  readonly "portal.exchange": {
    readonly input: { readonly body: PortalExchangeBody };
    readonly output: PortalToken;
  };
  readonly "portal.session": {
    readonly input: object;
    readonly output: PortalSession;
  };
  readonly "portal.keys.list": {
    readonly input: { readonly query?: PortalKeysListQuery | undefined };
    readonly output: Page<PortalKey>;
  };
  readonly "portal.keys.create": {
    readonly input: { readonly body: PortalKeysCreateBody };
    readonly output: IssuedPortalKey;
  };
  readonly "portal.keys.update": {
    readonly input: { readonly params: { readonly key: string }; readonly body: PortalKeysUpdateBody };
    readonly output: PortalKey;
  };
  readonly "portal.keys.rotate": {
    readonly input: { readonly params: { readonly key: string }; readonly body?: PortalKeysRotateBody | undefined };
    readonly output: IssuedPortalKey;
  };
  readonly "portal.keys.revoke": {
    readonly input: { readonly params: { readonly key: string } };
    readonly output: PortalKey;
  };
  readonly "portal.usage": {
    readonly input: { readonly query?: PortalUsageQuery | undefined };
    readonly output: PortalUsage;
  };
  readonly "audit.list": {
    readonly input: { readonly query?: AuditListQuery | undefined };
    readonly output: Page<AuditEvent>;
  };
  readonly "audit.checkpoint": {
    readonly input: object;
    readonly output: AuditCheckpoint;
  };
  readonly "members.list": {
    readonly input: { readonly query?: MembersListQuery | undefined };
    readonly output: Page<Member>;
  };
  readonly "members.create": {
    readonly input: { readonly body: MembersCreateBody };
    readonly output: Member;
  };
  readonly "members.get": {
    readonly input: { readonly params: { readonly member: string } };
    readonly output: Member;
  };
  readonly "members.update": {
    readonly input: { readonly params: { readonly member: string }; readonly body: MembersUpdateBody };
    readonly output: Member;
  };
  readonly "members.disable": {
    readonly input: { readonly params: { readonly member: string } };
    readonly output: Member;
  };
  readonly "members.enable": {
    readonly input: { readonly params: { readonly member: string } };
    readonly output: Member;
  };
  readonly "members.delete": {
    readonly input: { readonly params: { readonly member: string } };
    readonly output: undefined;
  };
  readonly "members.link": {
    readonly input: { readonly params: { readonly member: string }; readonly body?: MembersLinkBody | undefined };
    readonly output: SignInLink;
  };
  readonly "sessions.list": {
    readonly input: { readonly query?: SessionsListQuery | undefined };
    readonly output: Page<Session>;
  };
  readonly "sessions.end": {
    readonly input: { readonly params: { readonly session: string } };
    readonly output: undefined;
  };
  readonly "signIn.link": {
    readonly input: { readonly body: SignInLinkBody };
    readonly output: undefined;
  };
  readonly "signIn.providers": {
    readonly input: object;
    readonly output: {
      readonly data: readonly {
        readonly id: string;
        readonly name: string;
      }[];
    };
  };
  readonly "signOut": {
    readonly input: object;
    readonly output: undefined;
  };
  readonly "me": {
    readonly input: object;
    readonly output: Me;
  };
  readonly "logins.find": {
    readonly input: { readonly body: LoginsFindBody };
    readonly output: {
      readonly login: Login | null;
    };
  };
  readonly "logins.approve": {
    readonly input: { readonly params: { readonly login: string } };
    readonly output: undefined;
  };
  readonly "logins.deny": {
    readonly input: { readonly params: { readonly login: string } };
    readonly output: undefined;
  };
  readonly "logins.authorize": {
    readonly input: { readonly body: LoginsAuthorizeBody };
    readonly output: {
      readonly redirect_to: string;
    };
  };
  readonly "tokens.list": {
    readonly input: { readonly query?: TokensListQuery | undefined };
    readonly output: Page<Key>;
  };
  readonly "tokens.create": {
    readonly input: { readonly body: TokensCreateBody };
    readonly output: IssuedKey;
  };
  readonly "tokens.renew": {
    readonly input: { readonly params: { readonly token: string }; readonly body?: TokensRenewBody | undefined };
    readonly output: IssuedKey;
  };
  readonly "tokens.approve": {
    readonly input: { readonly params: { readonly token: string }; readonly body?: TokensApproveBody | undefined };
    readonly output: Key;
  };
  readonly "tokens.deny": {
    readonly input: { readonly params: { readonly token: string }; readonly body: TokensDenyBody };
    readonly output: Key;
  };
  readonly "tokens.revoke": {
    readonly input: { readonly params: { readonly token: string }; readonly body?: TokensRevokeBody | undefined };
    readonly output: Key;
  };
  readonly "webhooks.list": {
    readonly input: { readonly query?: WebhooksListQuery | undefined };
    readonly output: Page<Webhook>;
  };
  readonly "webhooks.create": {
    readonly input: { readonly body: WebhooksCreateBody };
    readonly output: IssuedWebhook;
  };
  readonly "webhooks.get": {
    readonly input: { readonly params: { readonly webhook: string } };
    readonly output: Webhook;
  };
  readonly "webhooks.update": {
    readonly input: { readonly params: { readonly webhook: string }; readonly body: WebhooksUpdateBody };
    readonly output: Webhook;
  };
  readonly "webhooks.rotate": {
    readonly input: { readonly params: { readonly webhook: string }; readonly body?: WebhooksRotateBody | undefined };
    readonly output: IssuedWebhook;
  };
  readonly "webhooks.disable": {
    readonly input: { readonly params: { readonly webhook: string } };
    readonly output: Webhook;
  };
  readonly "webhooks.enable": {
    readonly input: { readonly params: { readonly webhook: string } };
    readonly output: Webhook;
  };
  readonly "webhooks.delete": {
    readonly input: { readonly params: { readonly webhook: string } };
    readonly output: undefined;
  };
  readonly "webhooks.test": {
    readonly input: { readonly params: { readonly webhook: string } };
    readonly output: Delivery;
  };
  readonly "webhooks.deliveries.list": {
    readonly input: { readonly params: { readonly webhook: string }; readonly query?: WebhooksDeliveriesListQuery | undefined };
    readonly output: Page<Delivery>;
  };
  readonly "webhooks.deliveries.get": {
    readonly input: { readonly params: { readonly webhook: string; readonly delivery: string } };
    readonly output: Delivery;
  };
  readonly "webhooks.deliveries.redeliver": {
    readonly input: { readonly params: { readonly webhook: string; readonly delivery: string } };
    readonly output: Delivery;
  };
  readonly "webhooks.redeliver": {
    readonly input: { readonly params: { readonly webhook: string }; readonly body: WebhooksRedeliverBody };
    readonly output: Redelivery;
  };
}

export type OperationId = keyof Operations;

/** The operations as methods: path parameters first, then the query or the body, then options. */
export interface Methods {
  /**
   * Decide whether a key may do something.
   *
   * Always 200 when there is a verdict, whatever it is. 503 when there is none: an outage is never reported as a bad key, nor as a good one.
   *
   * `POST /v1/verify`
   */
  readonly verify: ((body: VerifyBody, options?: CallOptions) => Promise<Operations["verify"]["output"]>) & {
    /**
     * Decide up to 256 verifications at once.
     *
     * `POST /v1/verify/batch`
     */
    batch(body: VerifyBatchBody, options?: CallOptions): Promise<Operations["verify.batch"]["output"]>;
  };
  readonly charges: {
    /**
     * Settle a charge with what it came to.
     *
     * The rest of what was reserved is given back, and a slot is free. Repeat it until it is answered: the same cost again is answered the same. What nobody settles stays charged at its most.
     *
     * `POST /v1/charges/{charge}/commit`
     */
    commit(charge: string, body: ChargesCommitBody, options?: CallOptions): Promise<Operations["charges.commit"]["output"]>;
    /**
     * Give back all that a charge has reserved.
     *
     * `POST /v1/charges/{charge}/release`
     */
    release(charge: string, options?: CallOptions): Promise<Operations["charges.release"]["output"]>;
  };
  readonly keys: {
    /**
     * See what is used of the limits of a key.
     *
     * Its own and those of its plan, of its owner and of its api, in the order in which they apply. Limits that count each network for itself are left out. What verifiers have borrowed and not yet used counts as used.
     *
     * `GET /v1/keys/{key}/limits`
     */
    limits(key: string, options?: CallOptions): Promise<Operations["keys.limits"]["output"]>;
    /**
     * List keys, newest first.
     *
     * `GET /v1/keys`
     */
    list(query?: KeysListQuery, options?: CallOptions): Promise<Operations["keys.list"]["output"]>;
    /**
     * Find keys, also by a whole pasted key.
     *
     * The same as the list, with the question in the body, where no access log sees it.
     *
     * `POST /v1/keys/search`
     */
    search(body: KeysSearchBody, options?: CallOptions): Promise<Operations["keys.search"]["output"]>;
    /**
     * Create a key.
     *
     * The answer shows the whole key, this once. An unknown owner is created on the way. Without `expires_at` the api's default lifetime counts.
     *
     * `POST /v1/keys`
     */
    create(body: KeysCreateBody, options?: CallOptions): Promise<Operations["keys.create"]["output"]>;
    /**
     * Bring keys that were issued elsewhere.
     *
     * Of each key, the SHA-256 of its whole text: whoever holds it goes on using it, and nobody sees it here. Each item is imported, is there already (by its digest, so a batch may be repeated), or is refused by itself. Without `expires_at` the api's default lifetime counts.
     *
     * `POST /v1/keys/import`
     */
    import(body: KeysImportBody, options?: CallOptions): Promise<Operations["keys.import"]["output"]>;
    /**
     * Get a key.
     *
     * `GET /v1/keys/{key}`
     */
    get(key: string, options?: CallOptions): Promise<Operations["keys.get"]["output"]>;
    /**
     * Change a key.
     *
     * What is left out stays; null clears. A revoked key cannot be changed.
     *
     * `PATCH /v1/keys/{key}`
     */
    update(key: string, body: KeysUpdateBody, options?: CallOptions): Promise<Operations["keys.update"]["output"]>;
    /**
     * Give a key a new secret, with an overlap.
     *
     * The key, its policy and its history stay. Its present secrets stop after the overlap, never later than they would have. While an earlier overlap runs, `force` is needed.
     *
     * `POST /v1/keys/{key}/rotate`
     */
    rotate(key: string, body?: KeysRotateBody, options?: CallOptions): Promise<Operations["keys.rotate"]["output"]>;
    /**
     * Refuse a key for ever.
     *
     * Once this is answered the server refuses the key. There is no way back. Revoking again changes nothing. With `wait=verifiers` the answer comes when every verifier refuses it too, or after the timeout; `effective_by` says by when a verifier does that has not answered.
     *
     * `POST /v1/keys/{key}/revoke`
     */
    revoke(key: string, body?: KeysRevokeBody, options?: CallOptions & { readonly query?: KeysRevokeQuery | undefined }): Promise<Operations["keys.revoke"]["output"]>;
    /**
     * Refuse a key until it is enabled again.
     *
     * `POST /v1/keys/{key}/disable`
     */
    disable(key: string, options?: CallOptions): Promise<Operations["keys.disable"]["output"]>;
    readonly credits: {
      /**
       * Add units to the credits of a key.
       *
       * What was spent stays spent. Credits that the key has by its plan become its own, with what is added. Give an `Idempotency-Key`, so that a payment that is told twice is added once.
       *
       * `POST /v1/keys/{key}/credits`
       */
      add(key: string, body: KeysCreditsAddBody, options?: CallOptions): Promise<Operations["keys.credits.add"]["output"]>;
    };
    /**
     * Accept a disabled key again.
     *
     * `POST /v1/keys/{key}/enable`
     */
    enable(key: string, options?: CallOptions): Promise<Operations["keys.enable"]["output"]>;
    /**
     * Delete a revoked key.
     *
     * Its record goes, its audit events stay. Revoke it first.
     *
     * `DELETE /v1/keys/{key}`
     */
    delete(key: string, options?: CallOptions): Promise<Operations["keys.delete"]["output"]>;
    readonly secrets: {
      /**
       * List the secrets of a key.
       *
       * All of them: a key has at most 5. Of a secret only its last four characters are known.
       *
       * `GET /v1/keys/{key}/secrets`
       */
      list(key: string, options?: CallOptions): Promise<Operations["keys.secrets.list"]["output"]>;
      /**
       * Add a secret to a key.
       *
       * The others stay as they are: for staged roll-outs, where rotation is too quick.
       *
       * `POST /v1/keys/{key}/secrets`
       */
      add(key: string, body?: KeysSecretsAddBody, options?: CallOptions): Promise<Operations["keys.secrets.add"]["output"]>;
      /**
       * Refuse one secret of a key for ever.
       *
       * A key keeps at least one secret: to refuse the last one, revoke the key.
       *
       * `DELETE /v1/keys/{key}/secrets/{secret}`
       */
      remove(key: string, secret: string, options?: CallOptions): Promise<Operations["keys.secrets.remove"]["output"]>;
    };
  };
  readonly clients: {
    /**
     * See what is used of the limits of an OAuth client.
     *
     * As for a key, of all its tokens together. A token that stands for a key counts for that key, and not here.
     *
     * `GET /v1/clients/{client}/limits`
     */
    limits(client: string, query?: ClientsLimitsQuery, options?: CallOptions): Promise<Operations["clients.limits"]["output"]>;
    /**
     * List OAuth clients.
     *
     * `GET /v1/clients`
     */
    list(query?: ClientsListQuery, options?: CallOptions): Promise<Operations["clients.list"]["output"]>;
    /**
     * Create an OAuth client.
     *
     * A machine that gets access tokens at `/oauth/token`. What is presented there is its id and the secret, or a statement that it signs with one of its keys.
     *
     * `POST /v1/clients`
     */
    create(body: ClientsCreateBody, options?: CallOptions): Promise<Operations["clients.create"]["output"]>;
    /**
     * Get an OAuth client.
     *
     * `GET /v1/clients/{client}`
     */
    get(client: string, options?: CallOptions): Promise<Operations["clients.get"]["output"]>;
    /**
     * Change an OAuth client.
     *
     * What is left out stays; null clears. Scopes that it loses, its tokens lose at once. A revoked client cannot be changed.
     *
     * `PATCH /v1/clients/{client}`
     */
    update(client: string, body: ClientsUpdateBody, options?: CallOptions): Promise<Operations["clients.update"]["output"]>;
    readonly credits: {
      /**
       * Add units to the credits of an OAuth client.
       *
       * What was spent stays spent. Credits that it has by its plan become its own, with what is added. Give an `Idempotency-Key`, so that a payment that is told twice is added once.
       *
       * `POST /v1/clients/{client}/credits`
       */
      add(client: string, body: ClientsCreditsAddBody, options?: CallOptions): Promise<Operations["clients.credits.add"]["output"]>;
    };
    /**
     * Give an OAuth client a new secret, with an overlap.
     *
     * Its present secrets stop after the overlap, never later than they would have. While an earlier overlap runs, `force` is needed.
     *
     * `POST /v1/clients/{client}/rotate`
     */
    rotate(client: string, body?: ClientsRotateBody, options?: CallOptions): Promise<Operations["clients.rotate"]["output"]>;
    /**
     * Refuse an OAuth client and its tokens until it is enabled again.
     *
     * `POST /v1/clients/{client}/disable`
     */
    disable(client: string, options?: CallOptions): Promise<Operations["clients.disable"]["output"]>;
    /**
     * Accept a disabled OAuth client again.
     *
     * `POST /v1/clients/{client}/enable`
     */
    enable(client: string, options?: CallOptions): Promise<Operations["clients.enable"]["output"]>;
    /**
     * Refuse an OAuth client and its tokens for ever.
     *
     * `POST /v1/clients/{client}/revoke`
     */
    revoke(client: string, body?: ClientsRevokeBody, options?: CallOptions): Promise<Operations["clients.revoke"]["output"]>;
    readonly tokens: {
      /**
       * Refuse every token that an OAuth client has got so far.
       *
       * The client goes on: it can get new ones at once.
       *
       * `POST /v1/clients/{client}/tokens/revoke`
       */
      revoke(client: string, options?: CallOptions): Promise<Operations["clients.tokens.revoke"]["output"]>;
    };
    /**
     * Delete a revoked OAuth client.
     *
     * Its record goes, its audit events stay. Revoke it first.
     *
     * `DELETE /v1/clients/{client}`
     */
    delete(client: string, options?: CallOptions): Promise<Operations["clients.delete"]["output"]>;
    readonly secrets: {
      /**
       * List the secrets of an OAuth client.
       *
       * All of them: a client has at most 5, or none.
       *
       * `GET /v1/clients/{client}/secrets`
       */
      list(client: string, options?: CallOptions): Promise<Operations["clients.secrets.list"]["output"]>;
      /**
       * Add a secret to an OAuth client.
       *
       * The others stay as they are.
       *
       * `POST /v1/clients/{client}/secrets`
       */
      add(client: string, body?: ClientsSecretsAddBody, options?: CallOptions): Promise<Operations["clients.secrets.add"]["output"]>;
      /**
       * Refuse one secret of an OAuth client for ever.
       *
       * `DELETE /v1/clients/{client}/secrets/{secret}`
       */
      remove(client: string, secret: string, options?: CallOptions): Promise<Operations["clients.secrets.remove"]["output"]>;
    };
  };
  readonly revocations: {
    /**
     * Count the keys that a revocation would mean.
     *
     * Nothing is changed. `sample` holds the newest of them, at most ten.
     *
     * `POST /v1/revocations/preview`
     */
    preview(body: RevocationsPreviewBody, options?: CallOptions): Promise<Operations["revocations.preview"]["output"]>;
    /**
     * Refuse all keys for ever that a filter means.
     *
     * There is no way back. It is answered when it has begun, and goes on by itself, newest key first, also after a restart. `expected_count` is the number that the preview told: where it would be another, nothing is begun. Keys that are made later are not meant.
     *
     * `POST /v1/revocations`
     */
    create(body: RevocationsCreateBody, options?: CallOptions): Promise<Operations["revocations.create"]["output"]>;
    /**
     * List revocations of many keys, newest first.
     *
     * `GET /v1/revocations`
     */
    list(query?: RevocationsListQuery, options?: CallOptions): Promise<Operations["revocations.list"]["output"]>;
    /**
     * See how far a revocation has come.
     *
     * Of one that has ended, `wait=verifiers` waits until every verifier refuses what it has revoked, or for the timeout. One that is still running is answered at once.
     *
     * `GET /v1/revocations/{revocation}`
     */
    get(revocation: string, query?: RevocationsGetQuery, options?: CallOptions): Promise<Operations["revocations.get"]["output"]>;
    /**
     * Stop a revocation.
     *
     * What has been revoked stays so. One that has ended stays as it is: `status` says how.
     *
     * `POST /v1/revocations/{revocation}/cancel`
     */
    cancel(revocation: string, options?: CallOptions): Promise<Operations["revocations.cancel"]["output"]>;
  };
  readonly apis: {
    /**
     * List apis.
     *
     * `GET /v1/apis`
     */
    list(query?: ApisListQuery, options?: CallOptions): Promise<Operations["apis.list"]["output"]>;
    /**
     * Create an api.
     *
     * `POST /v1/apis`
     */
    create(body: ApisCreateBody, options?: CallOptions): Promise<Operations["apis.create"]["output"]>;
    /**
     * Get an api.
     *
     * `GET /v1/apis/{api}`
     */
    get(api: string, options?: CallOptions): Promise<Operations["apis.get"]["output"]>;
    /**
     * Change an api.
     *
     * The prefix is fixed, because issued keys carry it. A scope that leaves the catalogue can no longer be granted; keys that hold it keep it until they are changed.
     *
     * `PATCH /v1/apis/{api}`
     */
    update(api: string, body: ApisUpdateBody, options?: CallOptions): Promise<Operations["apis.update"]["output"]>;
    /**
     * Delete an api.
     *
     * Only an api without keys and roles.
     *
     * `DELETE /v1/apis/{api}`
     */
    delete(api: string, options?: CallOptions): Promise<Operations["apis.delete"]["output"]>;
    readonly scopes: {
      /**
       * List the scopes of an api.
       *
       * All of them: a catalogue has at most 500.
       *
       * `GET /v1/apis/{api}/scopes`
       */
      list(api: string, options?: CallOptions): Promise<Operations["apis.scopes.list"]["output"]>;
      /**
       * Add a scope to an api, or describe it anew.
       *
       * `POST /v1/apis/{api}/scopes`
       */
      add(api: string, body: ApisScopesAddBody, options?: CallOptions): Promise<Operations["apis.scopes.add"]["output"]>;
      /**
       * Remove a scope from an api's catalogue.
       *
       * It can no longer be granted. Keys that hold it keep it until they are changed.
       *
       * `DELETE /v1/apis/{api}/scopes/{scope}`
       */
      remove(api: string, scope: string, options?: CallOptions): Promise<Operations["apis.scopes.remove"]["output"]>;
    };
  };
  readonly roles: {
    /**
     * List roles.
     *
     * `GET /v1/roles`
     */
    list(query?: RolesListQuery, options?: CallOptions): Promise<Operations["roles.list"]["output"]>;
    /**
     * Create a role.
     *
     * A named set of scopes of one api. The built-in api has none.
     *
     * `POST /v1/roles`
     */
    create(body: RolesCreateBody, options?: CallOptions): Promise<Operations["roles.create"]["output"]>;
    /**
     * Get a role.
     *
     * `GET /v1/roles/{role}`
     */
    get(role: string, options?: CallOptions): Promise<Operations["roles.get"]["output"]>;
    /**
     * Change a role.
     *
     * Every key that has the role follows at once.
     *
     * `PATCH /v1/roles/{role}`
     */
    update(role: string, body: RolesUpdateBody, options?: CallOptions): Promise<Operations["roles.update"]["output"]>;
    /**
     * Delete a role.
     *
     * Only a role that no key has.
     *
     * `DELETE /v1/roles/{role}`
     */
    delete(role: string, options?: CallOptions): Promise<Operations["roles.delete"]["output"]>;
  };
  readonly plans: {
    /**
     * List plans.
     *
     * `GET /v1/plans`
     */
    list(query?: PlansListQuery, options?: CallOptions): Promise<Operations["plans.list"]["output"]>;
    /**
     * Create a plan.
     *
     * A named set of limits, to which keys and owners refer.
     *
     * `POST /v1/plans`
     */
    create(body: PlansCreateBody, options?: CallOptions): Promise<Operations["plans.create"]["output"]>;
    /**
     * Get a plan.
     *
     * `GET /v1/plans/{plan}`
     */
    get(plan: string, options?: CallOptions): Promise<Operations["plans.get"]["output"]>;
    /**
     * Change a plan.
     *
     * Every key and owner of the plan follows at once, on every verifier. A limit that keeps its name and kind keeps its count.
     *
     * `PATCH /v1/plans/{plan}`
     */
    update(plan: string, body: PlansUpdateBody, options?: CallOptions): Promise<Operations["plans.update"]["output"]>;
    /**
     * Delete a plan.
     *
     * Only a plan that no key and no owner has.
     *
     * `DELETE /v1/plans/{plan}`
     */
    delete(plan: string, options?: CallOptions): Promise<Operations["plans.delete"]["output"]>;
  };
  readonly owners: {
    /**
     * List owners.
     *
     * `GET /v1/owners`
     */
    list(query?: OwnersListQuery, options?: CallOptions): Promise<Operations["owners.list"]["output"]>;
    /**
     * Create an owner.
     *
     * Not needed before a key: an unknown owner is created with its first key.
     *
     * `POST /v1/owners`
     */
    create(body: OwnersCreateBody, options?: CallOptions): Promise<Operations["owners.create"]["output"]>;
    /**
     * Get an owner.
     *
     * `GET /v1/owners/{owner}`
     */
    get(owner: string, options?: CallOptions): Promise<Operations["owners.get"]["output"]>;
    /**
     * Change an owner.
     *
     * `PATCH /v1/owners/{owner}`
     */
    update(owner: string, body: OwnersUpdateBody, options?: CallOptions): Promise<Operations["owners.update"]["output"]>;
    readonly credits: {
      /**
       * Add units to the credits of an owner.
       *
       * What was spent stays spent. Credits that it has by its plan become its own, with what is added. Give an `Idempotency-Key`, so that a payment that is told twice is added once.
       *
       * `POST /v1/owners/{owner}/credits`
       */
      add(owner: string, body: OwnersCreditsAddBody, options?: CallOptions): Promise<Operations["owners.credits.add"]["output"]>;
    };
    /**
     * Refuse all keys of an owner, until enabled again.
     *
     * `POST /v1/owners/{owner}/disable`
     */
    disable(owner: string, options?: CallOptions): Promise<Operations["owners.disable"]["output"]>;
    /**
     * Accept the keys of an owner again.
     *
     * `POST /v1/owners/{owner}/enable`
     */
    enable(owner: string, options?: CallOptions): Promise<Operations["owners.enable"]["output"]>;
    /**
     * Delete an owner.
     *
     * Only an owner without keys.
     *
     * `DELETE /v1/owners/{owner}`
     */
    delete(owner: string, options?: CallOptions): Promise<Operations["owners.delete"]["output"]>;
  };
  readonly policies: {
    /**
     * List policies.
     *
     * All of them, newest first.
     *
     * `GET /v1/policies`
     */
    list(options?: CallOptions): Promise<Operations["policies.list"]["output"]>;
    /**
     * Create a policy.
     *
     * What is made or changed from then on is held to it. What is there already stays as it is until the policy is applied; only to be unused counts, from then on.
     *
     * `POST /v1/policies`
     */
    create(body: PoliciesCreateBody, options?: CallOptions): Promise<Operations["policies.create"]["output"]>;
    /**
     * Get a policy, and how far its application has come.
     *
     * `GET /v1/policies/{policy}`
     */
    get(policy: string, options?: CallOptions): Promise<Operations["policies.get"]["output"]>;
    /**
     * Change a policy.
     *
     * Its name and its rules. A shorter time without use begins to count anew.
     *
     * `PATCH /v1/policies/{policy}`
     */
    update(policy: string, body: PoliciesUpdateBody, options?: CallOptions): Promise<Operations["policies.update"]["output"]>;
    /**
     * Delete a policy.
     *
     * What it has ended stays ended.
     *
     * `DELETE /v1/policies/{policy}`
     */
    delete(policy: string, options?: CallOptions): Promise<Operations["policies.delete"]["output"]>;
    /**
     * See which keys a policy would affect.
     *
     * Nothing is changed. Of the keys that were there before, those that do not comply, newest first, with the reasons and when each would end. The counts come with the first page.
     *
     * `POST /v1/policies/{policy}/preview`
     */
    preview(policy: string, body?: PoliciesPreviewBody, options?: CallOptions): Promise<Operations["policies.preview"]["output"]>;
    /**
     * Apply a policy to the keys that were there before it.
     *
     * It brings ends nearer and does nothing else: what lasts too long is cut, and what does not comply otherwise ends with the grace. It is answered when it has begun, and goes on by itself, also after a restart. It counts first: where it would not be `expected_count` keys, as the preview told, it ends as `refused` and nothing is changed. Clients are not touched.
     *
     * `POST /v1/policies/{policy}/apply`
     */
    apply(policy: string, body: PoliciesApplyBody, options?: CallOptions): Promise<Operations["policies.apply"]["output"]>;
    /**
     * Stop the application of a policy.
     *
     * What has been changed stays so. One that has ended stays as it is.
     *
     * `POST /v1/policies/{policy}/cancel`
     */
    cancel(policy: string, options?: CallOptions): Promise<Operations["policies.cancel"]["output"]>;
  };
  readonly workspaces: {
    /**
     * List workspaces.
     *
     * In the operator's workspace: all of them. In any other: itself alone.
     *
     * `GET /v1/workspaces`
     */
    list(query?: WorkspacesListQuery, options?: CallOptions): Promise<Operations["workspaces.list"]["output"]>;
    /**
     * Create a workspace.
     *
     * Answers with the new workspace and its first management key, which may do everything and is shown this once. Who calls needs a management key without an end and without restrictions.
     *
     * `POST /v1/workspaces`
     */
    create(body: WorkspacesCreateBody, options?: CallOptions): Promise<Operations["workspaces.create"]["output"]>;
    /**
     * Get a workspace.
     *
     * `GET /v1/workspaces/{workspace}`
     */
    get(workspace: string, options?: CallOptions): Promise<Operations["workspaces.get"]["output"]>;
    /**
     * Rename a workspace.
     *
     * `PATCH /v1/workspaces/{workspace}`
     */
    update(workspace: string, body: WorkspacesUpdateBody, options?: CallOptions): Promise<Operations["workspaces.update"]["output"]>;
  };
  readonly usage: {
    /**
     * Sum up what keys were used for.
     *
     * Decisions in buckets of time, and of the most frequent of a group. The range is widened to whole buckets. Minutes are kept for 7 days, hours for 90, days for 3 years. What was decided a second ago may not be in it yet.
     *
     * `GET /v1/usage`
     */
    get(query?: UsageGetQuery, options?: CallOptions): Promise<Operations["usage.get"]["output"]>;
    /**
     * See where attempts with what is no key came from.
     *
     * By network (IPv4 /24, IPv6 /48) and by the brand that the text began with, the most frequent first. In whole hours, kept for 90 days. None is blamed for more than it did: what cannot be told apart has no network.
     *
     * `GET /v1/usage/strangers`
     */
    strangers(query?: UsageStrangersQuery, options?: CallOptions): Promise<Operations["usage.strangers"]["output"]>;
  };
  readonly logs: {
    /**
     * List decisions, newest first.
     *
     * Kept for 7 days, at most the last 100000. A choice, of each second what was refused first: `GET /v1/usage` counts everything. A page looks through 20000 decisions at most, so it may hold fewer than asked for, or none, and still have a next one.
     *
     * `GET /v1/logs`
     */
    list(query?: LogsListQuery, options?: CallOptions): Promise<Operations["logs.list"]["output"]>;
  };
  readonly leaks: {
    /**
     * Report a key that is where none belongs.
     *
     * For whoever has found one: to hold it is all the proof that is asked for. What becomes of the key is what its api has settled. Each network may report one a second, after a first twenty.
     *
     * `POST /v1/leaks`
     */
    report(body: LeaksReportBody, options?: CallOptions): Promise<Operations["leaks.report"]["output"]>;
  };
  readonly safety: {
    /**
     * Look for what is unsafe about keys.
     *
     * Of keys that are not revoked, newest first. A page looks at 100 keys, so it may hold nothing and still have a next one.
     *
     * `GET /v1/key-safety`
     */
    list(query?: SafetyListQuery, options?: CallOptions): Promise<Operations["safety.list"]["output"]>;
    /**
     * Propose the least that a key has to be granted.
     *
     * By what it was allowed on those days: with the proposal all of that would have been allowed, and no scope of it can be left out. It changes nothing: give the proposal to the change of the key, with `If-Match`.
     *
     * `GET /v1/keys/{key}/least-grants`
     */
    shrink(key: string, query?: SafetyShrinkQuery, options?: CallOptions): Promise<Operations["safety.shrink"]["output"]>;
  };
  readonly portal: {
    readonly sessions: {
      /**
       * Open the portal for an owner.
       *
       * For your backend, when a customer of yours wants to see their keys. The answer has an address that opens the portal once, within a minute: send the browser there, or hand it to `<keyward-portal>`. An unknown owner is created.
       *
       * `POST /v1/portal/sessions`
       */
      create(body: PortalSessionsCreateBody, options?: CallOptions): Promise<Operations["portal.sessions.create"]["output"]>;
      /**
       * End a session of the portal.
       *
       * It is refused from now on. What was done in it stays.
       *
       * `POST /v1/portal/sessions/end`
       */
      end(body: PortalSessionsEndBody, options?: CallOptions): Promise<Operations["portal.sessions.end"]["output"]>;
    };
    /**
     * Turn the code of a portal's address into a session.
     *
     * For the page that the address opens. The code is used up by it.
     *
     * `POST /v1/portal/exchange`
     */
    exchange(body: PortalExchangeBody, options?: CallOptions): Promise<Operations["portal.exchange"]["output"]>;
    /**
     * See what a session of the portal is for.
     *
     * `GET /v1/portal/session`
     */
    session(options?: CallOptions): Promise<Operations["portal.session"]["output"]>;
    readonly keys: {
      /**
       * List one's own keys.
       *
       * `GET /v1/portal/keys`
       */
      list(query?: PortalKeysListQuery, options?: CallOptions): Promise<Operations["portal.keys.list"]["output"]>;
      /**
       * Make a key of one's own.
       *
       * `POST /v1/portal/keys`
       */
      create(body: PortalKeysCreateBody, options?: CallOptions): Promise<Operations["portal.keys.create"]["output"]>;
      /**
       * Restrict a key of one's own, or name it otherwise.
       *
       * A key can keep the scopes that it has, lose some, and gain what the session offers.
       *
       * `PATCH /v1/portal/keys/{key}`
       */
      update(key: string, body: PortalKeysUpdateBody, options?: CallOptions): Promise<Operations["portal.keys.update"]["output"]>;
      /**
       * Give a key of one's own a new secret, with an overlap.
       *
       * `POST /v1/portal/keys/{key}/rotate`
       */
      rotate(key: string, body?: PortalKeysRotateBody, options?: CallOptions): Promise<Operations["portal.keys.rotate"]["output"]>;
      /**
       * Refuse a key of one's own for ever.
       *
       * `POST /v1/portal/keys/{key}/revoke`
       */
      revoke(key: string, options?: CallOptions): Promise<Operations["portal.keys.revoke"]["output"]>;
    };
    /**
     * See what one's own keys were used for, day by day.
     *
     * `GET /v1/portal/usage`
     */
    usage(query?: PortalUsageQuery, options?: CallOptions): Promise<Operations["portal.usage"]["output"]>;
  };
  readonly audit: {
    /**
     * List audit events, newest first.
     *
     * Each event names the hash of the one before, so that none can be changed or taken out unseen.
     *
     * `GET /v1/audit`
     */
    list(query?: AuditListQuery, options?: CallOptions): Promise<Operations["audit.list"]["output"]>;
    /**
     * Get a signed checkpoint of the audit chain.
     *
     * How far the chain has come by now, signed with a key that is not in the database. Keep it elsewhere: whoever rewrites the chain later, or cuts off its end, cannot make it agree.
     *
     * `GET /v1/audit/checkpoint`
     */
    checkpoint(options?: CallOptions): Promise<Operations["audit.checkpoint"]["output"]>;
  };
  readonly members: {
    /**
     * List members.
     *
     * `GET /v1/members`
     */
    list(query?: MembersListQuery, options?: CallOptions): Promise<Operations["members.list"]["output"]>;
    /**
     * Add a member.
     *
     * A person who is to manage the workspace in a browser. They come in by a link, or by an OpenID Provider that vouches for their email address. Nobody adds a member who may do more than they may themselves.
     *
     * `POST /v1/members`
     */
    create(body: MembersCreateBody, options?: CallOptions): Promise<Operations["members.create"]["output"]>;
    /**
     * Get a member.
     *
     * `GET /v1/members/{member}`
     */
    get(member: string, options?: CallOptions): Promise<Operations["members.get"]["output"]>;
    /**
     * Change a member.
     *
     * A new role counts from the member's next request on. Nobody changes their own.
     *
     * `PATCH /v1/members/{member}`
     */
    update(member: string, body: MembersUpdateBody, options?: CallOptions): Promise<Operations["members.update"]["output"]>;
    /**
     * Disable a member.
     *
     * Ends all their sessions at once. They cannot sign in again until they are enabled.
     *
     * `POST /v1/members/{member}/disable`
     */
    disable(member: string, options?: CallOptions): Promise<Operations["members.disable"]["output"]>;
    /**
     * Enable a member.
     *
     * `POST /v1/members/{member}/enable`
     */
    enable(member: string, options?: CallOptions): Promise<Operations["members.enable"]["output"]>;
    /**
     * Delete a member.
     *
     * Ends all their sessions. What they did stays in the audit log.
     *
     * `DELETE /v1/members/{member}`
     */
    delete(member: string, options?: CallOptions): Promise<Operations["members.delete"]["output"]>;
    /**
     * Make a sign-in link for a member.
     *
     * It works once, and ends the member's link before it. Hand it over as you would a password. Who calls needs a management key without an end and without restrictions.
     *
     * `POST /v1/members/{member}/link`
     */
    link(member: string, body?: MembersLinkBody, options?: CallOptions): Promise<Operations["members.link"]["output"]>;
  };
  readonly sessions: {
    /**
     * List sessions.
     *
     * The browsers in which a member is signed in: one's own. `members:write` sees those of every member, and is needed by a management key.
     *
     * `GET /v1/sessions`
     */
    list(query?: SessionsListQuery, options?: CallOptions): Promise<Operations["sessions.list"]["output"]>;
    /**
     * End a session.
     *
     * One's own; with `members:write`, that of a member who may do no more.
     *
     * `DELETE /v1/sessions/{session}`
     */
    end(session: string, options?: CallOptions): Promise<Operations["sessions.end"]["output"]>;
  };
  readonly signIn: {
    /**
     * Sign in by a link.
     *
     * For the page that a sign-in link opens. Answers with the cookie of a session, and uses the link up.
     *
     * `POST /v1/sign-in/link`
     */
    link(body: SignInLinkBody, options?: CallOptions): Promise<Operations["signIn.link"]["output"]>;
    /**
     * List the OpenID Providers by which people sign in.
     *
     * `GET /v1/sign-in/providers`
     */
    providers(options?: CallOptions): Promise<Operations["signIn.providers"]["output"]>;
  };
  /**
   * Sign out.
   *
   * Ends the session of the browser, and has it forget what it keeps of Keyward.
   *
   * `POST /v1/sign-out`
   */
  signOut(options?: CallOptions): Promise<Operations["signOut"]["output"]>;
  /**
   * Who calls, and what they may do.
   *
   * `GET /v1/me`
   */
  me(options?: CallOptions): Promise<Operations["me"]["output"]>;
  readonly logins: {
    /**
     * Find a program that waits to be signed in, by the code that it shows.
     *
     * `login` is null where no program waits with that code. A few wrong codes in ten minutes, and no more.
     *
     * `POST /v1/logins/find`
     */
    find(body: LoginsFindBody, options?: CallOptions): Promise<Operations["logins.find"]["output"]>;
    /**
     * Sign a program in as oneself.
     *
     * It gets a session of twelve hours, as fresh as one's own. Only for a member in a browser, who has just signed in.
     *
     * `POST /v1/logins/{login}/approve`
     */
    approve(login: string, options?: CallOptions): Promise<Operations["logins.approve"]["output"]>;
    /**
     * Refuse to sign a program in.
     *
     * `POST /v1/logins/{login}/deny`
     */
    deny(login: string, options?: CallOptions): Promise<Operations["logins.deny"]["output"]>;
    /**
     * Answer a program on this machine that asks to be signed in.
     *
     * For the page `/authorize`: an authorization request (RFC 6749 §4.1.1) with PKCE by S256 (RFC 7636), of the command line, whose redirect URI is a port of this machine (RFC 8252 §7.3). The answer is where the browser goes; its code works once, within a minute.
     *
     * `POST /v1/logins`
     */
    authorize(body: LoginsAuthorizeBody, options?: CallOptions): Promise<Operations["logins.authorize"]["output"]>;
  };
  readonly tokens: {
    /**
     * List personal access tokens.
     *
     * One's own. `keys:read` sees those of every user, and is needed by a management key.
     *
     * `GET /v1/tokens`
     */
    list(query?: TokensListQuery, options?: CallOptions): Promise<Operations["tokens.list"]["output"]>;
    /**
     * Create a personal access token.
     *
     * A key of kind `pat`: it acts for one user, may never do what they may not, and ends. A member makes their own, for Keyward itself; whoever has `keys:write` makes those of the users of an api.
     *
     * `POST /v1/tokens`
     */
    create(body: TokensCreateBody, options?: CallOptions): Promise<Operations["tokens.create"]["output"]>;
    /**
     * Renew a personal access token.
     *
     * A new secret and a later end, for the token itself or its user, before it has ended and up to two years after it was made. The secret before works on for `overlap_seconds`; shown here again, it ends the token, because somebody else has it. A member who came by an OpenID Provider has to be known there still.
     *
     * `POST /v1/tokens/{token}/renew`
     */
    renew(token: string, body?: TokensRenewBody, options?: CallOptions): Promise<Operations["tokens.renew"]["output"]>;
    /**
     * Approve a personal access token.
     *
     * One that is `pending`, because a policy asks for approvals: until then it is refused as `not_yet_valid`. Nobody approves their own.
     *
     * `POST /v1/tokens/{token}/approve`
     */
    approve(token: string, body?: TokensApproveBody, options?: CallOptions): Promise<Operations["tokens.approve"]["output"]>;
    /**
     * Deny a personal access token.
     *
     * One that is `pending`. It is revoked, with the reason.
     *
     * `POST /v1/tokens/{token}/deny`
     */
    deny(token: string, body: TokensDenyBody, options?: CallOptions): Promise<Operations["tokens.deny"]["output"]>;
    /**
     * Revoke a personal access token.
     *
     * One's own; with `keys:write`, anybody's. To suspend all tokens of a user at once, and undo it, disable the owner.
     *
     * `POST /v1/tokens/{token}/revoke`
     */
    revoke(token: string, body?: TokensRevokeBody, options?: CallOptions): Promise<Operations["tokens.revoke"]["output"]>;
  };
  readonly webhooks: {
    /**
     * List endpoints that are told of events.
     *
     * `GET /v1/webhooks`
     */
    list(query?: WebhooksListQuery, options?: CallOptions): Promise<Operations["webhooks.list"]["output"]>;
    /**
     * Add an endpoint.
     *
     * From now on it is told of each event that it wants: signed as Standard Webhooks has it, and again and again for two and a half days until it answers with 2xx. The answer shows the signing secret, this once.
     *
     * `POST /v1/webhooks`
     */
    create(body: WebhooksCreateBody, options?: CallOptions): Promise<Operations["webhooks.create"]["output"]>;
    /**
     * Get an endpoint.
     *
     * `GET /v1/webhooks/{webhook}`
     */
    get(webhook: string, options?: CallOptions): Promise<Operations["webhooks.get"]["output"]>;
    /**
     * Change an endpoint.
     *
     * What is left out stays. What waits to be delivered goes to the new URL.
     *
     * `PATCH /v1/webhooks/{webhook}`
     */
    update(webhook: string, body: WebhooksUpdateBody, options?: CallOptions): Promise<Operations["webhooks.update"]["output"]>;
    /**
     * Give an endpoint a new signing secret, with an overlap.
     *
     * During the overlap every delivery is signed with both.
     *
     * `POST /v1/webhooks/{webhook}/rotate`
     */
    rotate(webhook: string, body?: WebhooksRotateBody, options?: CallOptions): Promise<Operations["webhooks.rotate"]["output"]>;
    /**
     * Tell an endpoint nothing for the time being.
     *
     * What waits for it goes on waiting; of new events it is not told, also not later.
     *
     * `POST /v1/webhooks/{webhook}/disable`
     */
    disable(webhook: string, options?: CallOptions): Promise<Operations["webhooks.disable"]["output"]>;
    /**
     * Tell a disabled endpoint of events again.
     *
     * `POST /v1/webhooks/{webhook}/enable`
     */
    enable(webhook: string, options?: CallOptions): Promise<Operations["webhooks.enable"]["output"]>;
    /**
     * Delete an endpoint and its deliveries.
     *
     * `DELETE /v1/webhooks/{webhook}`
     */
    delete(webhook: string, options?: CallOptions): Promise<Operations["webhooks.delete"]["output"]>;
    /**
     * Tell an endpoint of an event `webhook.test`.
     *
     * The answer is the delivery; ask for it again to see what has become of it.
     *
     * `POST /v1/webhooks/{webhook}/test`
     */
    test(webhook: string, options?: CallOptions): Promise<Operations["webhooks.test"]["output"]>;
    readonly deliveries: {
      /**
       * List what an endpoint was told, newest first.
       *
       * Of the last 30 days.
       *
       * `GET /v1/webhooks/{webhook}/deliveries`
       */
      list(webhook: string, query?: WebhooksDeliveriesListQuery, options?: CallOptions): Promise<Operations["webhooks.deliveries.list"]["output"]>;
      /**
       * Get a delivery.
       *
       * `GET /v1/webhooks/{webhook}/deliveries/{delivery}`
       */
      get(webhook: string, delivery: string, options?: CallOptions): Promise<Operations["webhooks.deliveries.get"]["output"]>;
      /**
       * Deliver once more, whatever became of it.
       *
       * `POST /v1/webhooks/{webhook}/deliveries/{delivery}/redeliver`
       */
      redeliver(webhook: string, delivery: string, options?: CallOptions): Promise<Operations["webhooks.deliveries.redeliver"]["output"]>;
    };
    /**
     * Deliver everything once more that has failed.
     *
     * `POST /v1/webhooks/{webhook}/redeliver`
     */
    redeliver(webhook: string, body: WebhooksRedeliverBody, options?: CallOptions): Promise<Operations["webhooks.redeliver"]["output"]>;
  };
}

export const OPERATIONS = {
  "verify": { method: "POST", path: "/v1/verify", data: "body" },
  "verify.batch": { method: "POST", path: "/v1/verify/batch", data: "body" },
  "charges.commit": { method: "POST", path: "/v1/charges/{charge}/commit", data: "body" },
  "charges.release": { method: "POST", path: "/v1/charges/{charge}/release" },
  "keys.limits": { method: "GET", path: "/v1/keys/{key}/limits" },
  "clients.limits": { method: "GET", path: "/v1/clients/{client}/limits", data: "query" },
  "keys.list": { method: "GET", path: "/v1/keys", data: "query", pages: "query" },
  "keys.search": { method: "POST", path: "/v1/keys/search", data: "body", pages: "body" },
  "keys.create": { method: "POST", path: "/v1/keys", data: "body", idempotent: true },
  "keys.import": { method: "POST", path: "/v1/keys/import", data: "body" },
  "keys.get": { method: "GET", path: "/v1/keys/{key}" },
  "keys.update": { method: "PATCH", path: "/v1/keys/{key}", data: "body" },
  "keys.rotate": { method: "POST", path: "/v1/keys/{key}/rotate", data: "body", idempotent: true },
  "keys.revoke": { method: "POST", path: "/v1/keys/{key}/revoke", data: "body", idempotent: true },
  "keys.disable": { method: "POST", path: "/v1/keys/{key}/disable", idempotent: true },
  "keys.credits.add": { method: "POST", path: "/v1/keys/{key}/credits", data: "body", idempotent: true },
  "keys.enable": { method: "POST", path: "/v1/keys/{key}/enable", idempotent: true },
  "keys.delete": { method: "DELETE", path: "/v1/keys/{key}" },
  "keys.secrets.list": { method: "GET", path: "/v1/keys/{key}/secrets" },
  "keys.secrets.add": { method: "POST", path: "/v1/keys/{key}/secrets", data: "body", idempotent: true },
  "keys.secrets.remove": { method: "DELETE", path: "/v1/keys/{key}/secrets/{secret}" },
  "revocations.preview": { method: "POST", path: "/v1/revocations/preview", data: "body" },
  "revocations.create": { method: "POST", path: "/v1/revocations", data: "body", idempotent: true },
  "revocations.list": { method: "GET", path: "/v1/revocations", data: "query", pages: "query" },
  "revocations.get": { method: "GET", path: "/v1/revocations/{revocation}", data: "query" },
  "revocations.cancel": { method: "POST", path: "/v1/revocations/{revocation}/cancel", idempotent: true },
  "apis.list": { method: "GET", path: "/v1/apis", data: "query", pages: "query" },
  "apis.create": { method: "POST", path: "/v1/apis", data: "body", idempotent: true },
  "apis.get": { method: "GET", path: "/v1/apis/{api}" },
  "apis.update": { method: "PATCH", path: "/v1/apis/{api}", data: "body" },
  "apis.delete": { method: "DELETE", path: "/v1/apis/{api}" },
  "apis.scopes.list": { method: "GET", path: "/v1/apis/{api}/scopes" },
  "apis.scopes.add": { method: "POST", path: "/v1/apis/{api}/scopes", data: "body", idempotent: true },
  "apis.scopes.remove": { method: "DELETE", path: "/v1/apis/{api}/scopes/{scope}" },
  "roles.list": { method: "GET", path: "/v1/roles", data: "query", pages: "query" },
  "roles.create": { method: "POST", path: "/v1/roles", data: "body", idempotent: true },
  "roles.get": { method: "GET", path: "/v1/roles/{role}" },
  "roles.update": { method: "PATCH", path: "/v1/roles/{role}", data: "body" },
  "roles.delete": { method: "DELETE", path: "/v1/roles/{role}" },
  "plans.list": { method: "GET", path: "/v1/plans", data: "query", pages: "query" },
  "plans.create": { method: "POST", path: "/v1/plans", data: "body", idempotent: true },
  "plans.get": { method: "GET", path: "/v1/plans/{plan}" },
  "plans.update": { method: "PATCH", path: "/v1/plans/{plan}", data: "body" },
  "plans.delete": { method: "DELETE", path: "/v1/plans/{plan}" },
  "owners.list": { method: "GET", path: "/v1/owners", data: "query", pages: "query" },
  "owners.create": { method: "POST", path: "/v1/owners", data: "body", idempotent: true },
  "owners.get": { method: "GET", path: "/v1/owners/{owner}" },
  "owners.update": { method: "PATCH", path: "/v1/owners/{owner}", data: "body" },
  "owners.credits.add": { method: "POST", path: "/v1/owners/{owner}/credits", data: "body", idempotent: true },
  "owners.disable": { method: "POST", path: "/v1/owners/{owner}/disable", idempotent: true },
  "owners.enable": { method: "POST", path: "/v1/owners/{owner}/enable", idempotent: true },
  "owners.delete": { method: "DELETE", path: "/v1/owners/{owner}" },
  "policies.list": { method: "GET", path: "/v1/policies" },
  "policies.create": { method: "POST", path: "/v1/policies", data: "body", idempotent: true },
  "policies.get": { method: "GET", path: "/v1/policies/{policy}" },
  "policies.update": { method: "PATCH", path: "/v1/policies/{policy}", data: "body" },
  "policies.delete": { method: "DELETE", path: "/v1/policies/{policy}" },
  "policies.preview": { method: "POST", path: "/v1/policies/{policy}/preview", data: "body", pages: "body" },
  "policies.apply": { method: "POST", path: "/v1/policies/{policy}/apply", data: "body", idempotent: true },
  "policies.cancel": { method: "POST", path: "/v1/policies/{policy}/cancel", idempotent: true },
  "workspaces.list": { method: "GET", path: "/v1/workspaces", data: "query", pages: "query" },
  "workspaces.create": { method: "POST", path: "/v1/workspaces", data: "body", idempotent: true },
  "workspaces.get": { method: "GET", path: "/v1/workspaces/{workspace}" },
  "workspaces.update": { method: "PATCH", path: "/v1/workspaces/{workspace}", data: "body" },
  "usage.get": { method: "GET", path: "/v1/usage", data: "query" },
  "usage.strangers": { method: "GET", path: "/v1/usage/strangers", data: "query" },
  "logs.list": { method: "GET", path: "/v1/logs", data: "query", pages: "query" },
  "leaks.report": { method: "POST", path: "/v1/leaks", data: "body" },
  "safety.list": { method: "GET", path: "/v1/key-safety", data: "query", pages: "query" },
  "safety.shrink": { method: "GET", path: "/v1/keys/{key}/least-grants", data: "query" },
  "clients.list": { method: "GET", path: "/v1/clients", data: "query", pages: "query" },
  "clients.create": { method: "POST", path: "/v1/clients", data: "body", idempotent: true },
  "clients.get": { method: "GET", path: "/v1/clients/{client}" },
  "clients.update": { method: "PATCH", path: "/v1/clients/{client}", data: "body" },
  "clients.credits.add": { method: "POST", path: "/v1/clients/{client}/credits", data: "body", idempotent: true },
  "clients.rotate": { method: "POST", path: "/v1/clients/{client}/rotate", data: "body", idempotent: true },
  "clients.disable": { method: "POST", path: "/v1/clients/{client}/disable", idempotent: true },
  "clients.enable": { method: "POST", path: "/v1/clients/{client}/enable", idempotent: true },
  "clients.revoke": { method: "POST", path: "/v1/clients/{client}/revoke", data: "body", idempotent: true },
  "clients.tokens.revoke": { method: "POST", path: "/v1/clients/{client}/tokens/revoke", idempotent: true },
  "clients.delete": { method: "DELETE", path: "/v1/clients/{client}" },
  "clients.secrets.list": { method: "GET", path: "/v1/clients/{client}/secrets" },
  "clients.secrets.add": { method: "POST", path: "/v1/clients/{client}/secrets", data: "body", idempotent: true },
  "clients.secrets.remove": { method: "DELETE", path: "/v1/clients/{client}/secrets/{secret}" },
  "portal.sessions.create": { method: "POST", path: "/v1/portal/sessions", data: "body" },
  "portal.sessions.end": { method: "POST", path: "/v1/portal/sessions/end", data: "body" },
  "portal.exchange": { method: "POST", path: "/v1/portal/exchange", data: "body" },
  "portal.session": { method: "GET", path: "/v1/portal/session" },
  "portal.keys.list": { method: "GET", path: "/v1/portal/keys", data: "query", pages: "query" },
  "portal.keys.create": { method: "POST", path: "/v1/portal/keys", data: "body" },
  "portal.keys.update": { method: "PATCH", path: "/v1/portal/keys/{key}", data: "body" },
  "portal.keys.rotate": { method: "POST", path: "/v1/portal/keys/{key}/rotate", data: "body" },
  "portal.keys.revoke": { method: "POST", path: "/v1/portal/keys/{key}/revoke" },
  "portal.usage": { method: "GET", path: "/v1/portal/usage", data: "query" },
  "audit.list": { method: "GET", path: "/v1/audit", data: "query", pages: "query" },
  "audit.checkpoint": { method: "GET", path: "/v1/audit/checkpoint" },
  "members.list": { method: "GET", path: "/v1/members", data: "query", pages: "query" },
  "members.create": { method: "POST", path: "/v1/members", data: "body", idempotent: true },
  "members.get": { method: "GET", path: "/v1/members/{member}" },
  "members.update": { method: "PATCH", path: "/v1/members/{member}", data: "body" },
  "members.disable": { method: "POST", path: "/v1/members/{member}/disable", idempotent: true },
  "members.enable": { method: "POST", path: "/v1/members/{member}/enable", idempotent: true },
  "members.delete": { method: "DELETE", path: "/v1/members/{member}" },
  "members.link": { method: "POST", path: "/v1/members/{member}/link", data: "body", idempotent: true },
  "sessions.list": { method: "GET", path: "/v1/sessions", data: "query", pages: "query" },
  "sessions.end": { method: "DELETE", path: "/v1/sessions/{session}" },
  "signIn.link": { method: "POST", path: "/v1/sign-in/link", data: "body" },
  "signIn.providers": { method: "GET", path: "/v1/sign-in/providers" },
  "signOut": { method: "POST", path: "/v1/sign-out" },
  "me": { method: "GET", path: "/v1/me" },
  "logins.find": { method: "POST", path: "/v1/logins/find", data: "body" },
  "logins.approve": { method: "POST", path: "/v1/logins/{login}/approve" },
  "logins.deny": { method: "POST", path: "/v1/logins/{login}/deny" },
  "logins.authorize": { method: "POST", path: "/v1/logins", data: "body" },
  "tokens.list": { method: "GET", path: "/v1/tokens", data: "query", pages: "query" },
  "tokens.create": { method: "POST", path: "/v1/tokens", data: "body", idempotent: true },
  "tokens.renew": { method: "POST", path: "/v1/tokens/{token}/renew", data: "body", idempotent: true },
  "tokens.approve": { method: "POST", path: "/v1/tokens/{token}/approve", data: "body", idempotent: true },
  "tokens.deny": { method: "POST", path: "/v1/tokens/{token}/deny", data: "body", idempotent: true },
  "tokens.revoke": { method: "POST", path: "/v1/tokens/{token}/revoke", data: "body", idempotent: true },
  "webhooks.list": { method: "GET", path: "/v1/webhooks", data: "query", pages: "query" },
  "webhooks.create": { method: "POST", path: "/v1/webhooks", data: "body", idempotent: true },
  "webhooks.get": { method: "GET", path: "/v1/webhooks/{webhook}" },
  "webhooks.update": { method: "PATCH", path: "/v1/webhooks/{webhook}", data: "body" },
  "webhooks.rotate": { method: "POST", path: "/v1/webhooks/{webhook}/rotate", data: "body", idempotent: true },
  "webhooks.disable": { method: "POST", path: "/v1/webhooks/{webhook}/disable", idempotent: true },
  "webhooks.enable": { method: "POST", path: "/v1/webhooks/{webhook}/enable", idempotent: true },
  "webhooks.delete": { method: "DELETE", path: "/v1/webhooks/{webhook}" },
  "webhooks.test": { method: "POST", path: "/v1/webhooks/{webhook}/test", idempotent: true },
  "webhooks.deliveries.list": { method: "GET", path: "/v1/webhooks/{webhook}/deliveries", data: "query", pages: "query" },
  "webhooks.deliveries.get": { method: "GET", path: "/v1/webhooks/{webhook}/deliveries/{delivery}" },
  "webhooks.deliveries.redeliver": { method: "POST", path: "/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver", idempotent: true },
  "webhooks.redeliver": { method: "POST", path: "/v1/webhooks/{webhook}/redeliver", data: "body", idempotent: true },
} as const;
