import type { IncomingMessage } from "node:http";
import type { CommittedChange } from "@keyward/core/feed/change";
import type { VerifierChange } from "@keyward/core/feed/verifier-change";
import type { ClientId, SecretId, WorkspaceId } from "@keyward/core/id";
import type { Client } from "@keyward/core/model/client";
import type { Cidr } from "@keyward/core/restriction/cidr";
import type { Instant } from "@keyward/core/time";
import type { Confirmation } from "@keyward/core/token/confirmation";
import type { KeySnapshot } from "@keyward/core/verdict/snapshot";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { Random } from "../runtime/random.ts";
import type { Storage } from "../storage/storage.ts";
import type { FailedAttempts } from "../verification/failed-attempts.ts";
import type { CertificateHeaders, ClientCertificate } from "./client-certificate.ts";
import type { DpopNonces } from "./dpop-nonces.ts";
import type { Form } from "./form.ts";
import type { Issuers } from "./issuers.ts";
import type { RemoteKeys } from "./remote-keys.ts";
import type { SigningKeys } from "./signing-keys.ts";

/** What answers for tokens that were presented. `Verifier` is one. */
export interface TokenFinder {
  findIn(workspaceId: WorkspaceId, presented: string): KeySnapshot | undefined;
  apply(changes: readonly (VerifierChange | CommittedChange)[]): void;
}

/** What the endpoints are made of; the composition root brings it together. */
export interface OAuthParts {
  readonly storage: Pick<Storage, "reader" | "write">;
  readonly verifier: TokenFinder;
  readonly issuers: Issuers;
  readonly signingKeys: SigningKeys;
  readonly remoteKeys: RemoteKeys;
  readonly failedAttempts: FailedAttempts;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Pick<Log, "failed">;
  /** Counts that a client has proved itself, and by what. */
  noteUse(proved: ProvedClient, asked: Asked): void;
  readonly trustedProxies: readonly Cidr[];
  /** Where trusted proxies put the client's certificate; without it, nobody has any. */
  readonly certificateHeaders: CertificateHeaders | undefined;
  /** Where DPoP proofs must have a nonce; without it, none is given (RFC 9449 §11.3). */
  readonly dpopNonces: DpopNonces | undefined;
  /** Where a request came from, where workers forward them. */
  readonly peerOf?: ((request: IncomingMessage) => string) | undefined;
}

/** What a client has sent. */
export interface OAuthRequest {
  readonly rawHeaders: readonly string[];
  readonly form: Form;
}

/** A client, and the secret by which it has proved itself; where that was none, the client itself. */
export interface ProvedClient {
  readonly client: Client;
  readonly secretId: SecretId | ClientId;
}

/** When and whence it was sent. */
export interface Asked {
  readonly now: Instant;
  /** The client's address; `undefined` when it is not known. */
  readonly ip: string | undefined;
  readonly certificate: ClientCertificate | undefined;
}

/** What a token is asked for with. */
export interface TokenAsked extends Asked {
  /** What the token will be bound to. */
  readonly confirmation: Confirmation | null;
}
