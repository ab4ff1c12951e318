import type { CommittedChange } from "@keyward/core/feed/change";
import type { VerifierChange } from "@keyward/core/feed/verifier-change";
import type { WorkspaceId } from "@keyward/core/id";
import type { Cidr } from "@keyward/core/restriction/cidr";
import type { Instant } from "@keyward/core/time";
import type { KeySnapshot } from "@keyward/core/verdict/snapshot";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { Random } from "../runtime/random.ts";
import type { Storage } from "../storage/storage.ts";
import type { Issuers } from "./issuers.ts";
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
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Pick<Log, "failed">;
  readonly trustedProxies: readonly Cidr[];
}

/** One request to an endpoint, of a client that is known by now. */
export interface Asked {
  readonly now: Instant;
  /** The client's address; `undefined` when it is not known. */
  readonly ip: string | undefined;
}
