import type { ApiId, ClientId, KeyId, TokenId, WorkspaceId } from "../id.ts";
import type { Digest } from "../key/digest.ts";
import type { Environment } from "../key/format.ts";
import type { Scope } from "../scope/scope.ts";
import type { Instant } from "../time.ts";
import type { Confirmation } from "../token/confirmation.ts";

/** What an access token says, in whatever form. */
export interface TokenFacts {
  readonly id: TokenId;
  /** To whom it was issued. */
  readonly clientId: ClientId;
  /** The key in whose stead it is used; `null` where the client acts for itself. */
  readonly keyId: KeyId | null;
  readonly scopes: readonly Scope[];
  /** Who acts (RFC 8693 §4.1): the present actor first, those before it behind. */
  readonly actors: readonly string[];
  /** What its bearer must prove to hold; `null` is nothing. */
  readonly confirmation: Confirmation | null;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
}

/** An access token that Keyward keeps: because it is opaque, or because it was revoked. */
export interface AccessToken extends TokenFacts {
  readonly workspaceId: WorkspaceId;
  readonly apiId: ApiId;
  readonly environment: Environment;
  /** Of an opaque token; `null` of a signed one. */
  readonly digest: Digest | null;
  readonly revoked: boolean;
}
