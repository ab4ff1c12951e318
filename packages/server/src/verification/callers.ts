import type { Socket } from "node:net";
import { extractCredential } from "@keyward/core/http/credentials";
import type { KeyId, SecretId, WorkspaceId } from "@keyward/core/id";
import type { Instant } from "@keyward/core/time";
import { assertPermission, authenticate } from "../http/authenticate.ts";
import type { AuthenticationParts, ManagementKey } from "../http/authenticate.ts";
import { headerOf } from "../http/raw-headers.ts";
import type { Decider } from "./decide-credential.ts";

/** Who asks for verdicts. */
export interface Caller {
  /** Whose keys it may ask about. */
  readonly workspaceId: WorkspaceId;
  /** Where it is a management key, whose use is counted. */
  readonly keyId?: KeyId;
  readonly secretId?: SecretId;
  /** Its address; `null` when it is not known. */
  readonly ip?: string | null;
}

/** Accepts those who may ask for verdicts, and nobody else. */
export interface CallerGate {
  /** @throws OperationError for everybody else */
  accept(request: CallerRequest, now: Instant): Caller;
  /** Counts whatever may end what a caller of the workspace may do. */
  revOf(workspaceId: WorkspaceId): number;
}

export interface CallerRequest {
  /** What a caller was accepted on holds for its next request on the same. */
  readonly socket: Pick<Socket, "remoteAddress">;
  /** The headers in which the management key stands. */
  readonly rawHeaders: readonly string[];
  readonly method: string;
  readonly path: string;
}

interface Accepted {
  readonly credential: string;
  readonly key: ManagementKey;
  readonly rev: number;
  readonly from: Instant;
  readonly until: number;
}

/**
 * Accepts the management keys that ask for verdicts. What was decided about one holds for the next request of its
 * connection while nothing that it rests on can have changed: the same key, the same rev of the workspace, an instant
 * before its end, and no restriction that looks at the request. So a revocation counts from the next request on (K2).
 */
export class Callers implements CallerGate {
  readonly #parts: AuthenticationParts;
  readonly #verifier: Pick<Decider, "revOf">;
  readonly #acceptedOn = new WeakMap<object, Accepted>();

  constructor(parts: AuthenticationParts & { readonly verifier: Pick<Decider, "revOf"> }) {
    this.#parts = parts;
    this.#verifier = parts.verifier;
  }

  /** @throws OperationError as {@link authenticate} does, and `insufficient_permission` without `keys:verify` */
  accept(request: CallerRequest, now: Instant): ManagementKey {
    const { socket, rawHeaders } = request;
    const extraction = extractCredential(rawHeaders);
    const credential = extraction.outcome === "found" ? extraction.credential : undefined;
    const accepted = this.#acceptedOn.get(socket);
    if (accepted !== undefined && accepted.credential === credential) {
      // Whether a key may come from a browser depends on each request (T36).
      const isOfBrowser = headerOf(rawHeaders, "origin") !== undefined;
      if (!isOfBrowser && this.#stillHolds(accepted, now)) return accepted.key;
    }
    const peer = socket.remoteAddress ?? "";
    const key = authenticate(this.#parts, { ...request, peer }, now);
    assertPermission(key.grants, "keys:verify");
    if (credential !== undefined) this.#remember(socket, credential, key, now);
    return key;
  }

  revOf(workspaceId: WorkspaceId): number {
    return this.#verifier.revOf(workspaceId);
  }

  #stillHolds({ key, rev, from, until }: Accepted, now: Instant): boolean {
    return now >= from && now < until && this.#verifier.revOf(key.workspaceId) === rev;
  }

  #remember(socket: object, credential: string, key: ManagementKey, now: Instant): void {
    const snapshot = this.#parts.keys.find(credential);
    if (snapshot === undefined || snapshot.restrictions !== undefined) return;
    const rev = this.#verifier.revOf(key.workspaceId);
    const until = key.expiresAt ?? Infinity;
    this.#acceptedOn.set(socket, { credential, key, rev, from: now, until });
  }
}
