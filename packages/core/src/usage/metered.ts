// What a meter is told of a decision.
import type { ClientId, CredentialId, SecretId } from "../id.ts";
import type { RequestContext } from "../restriction/restrictions.ts";
import type { AskedScopes } from "./need.ts";

/** The secret that a decision was about. */
export interface MeteredSecret {
  readonly keyId: CredentialId;
  readonly secretId: SecretId | ClientId;
}

export interface MeteredRequest {
  /** Of it, the address and the product of the `User-Agent` are looked at. */
  readonly context?: RequestContext | undefined;
  /** What was asked of the scopes of the key; nothing if left out. */
  readonly scopes?: AskedScopes | undefined;
  /** `isTag` of cell.ts holds for it; none if left out. */
  readonly tag?: string | undefined;
  /** 1 if left out. */
  readonly cost?: number | undefined;
}

export const NOTHING_TOLD: MeteredRequest = {};
