import type { SigningKeyId, WorkspaceId } from "../id.ts";
import type { Environment } from "../key/format.ts";
import type { Instant } from "../time.ts";
import type { TokenAlgorithm } from "../token/algorithm.ts";
import type { PublicJwk } from "./client.ts";

/** What access tokens of one workspace and environment are signed with: each is an issuer of its own. */
export interface SigningKey {
  readonly id: SigningKeyId;
  readonly workspaceId: WorkspaceId;
  readonly environment: Environment;
  readonly algorithm: TokenAlgorithm;
  /** The thumbprint of the public key (RFC 7638): the `kid` of its tokens. */
  readonly kid: string;
  readonly publicKey: PublicJwk;
  /** Sealed under the server key, base64; no feed, audit event or answer carries it. */
  readonly sealedPrivateKey: string;
  /** Published from its creation on, it signs from then on: whoever caches public keys has it by then. */
  readonly signsFrom: Instant;
  readonly createdAt: Instant;
}
