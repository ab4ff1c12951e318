import type { VerifierSigningKey } from "@keyward/core/feed/verifier-change";
import type { SigningKeyId } from "@keyward/core/id";
import type { Environment } from "@keyward/core/key/format";
import { SignatureKey } from "@keyward/core/token/signature";
import type { WorkspaceEntry } from "./workspaces.ts";

export interface SigningKeyEntry {
  readonly workspace: WorkspaceEntry;
  readonly environment: Environment;
  readonly kid: string;
  readonly rev: number;
  readonly key: SignatureKey;
}

/** The public keys that access tokens are checked with. Whose the key is, is whose the token is. */
export class SigningKeys {
  readonly #byId = new Map<SigningKeyId, SigningKeyEntry>();
  readonly #byKid = new Map<string, SigningKeyEntry>();

  find(kid: string): SigningKeyEntry | undefined {
    return this.#byKid.get(kid);
  }

  revOf(id: SigningKeyId): number {
    return this.#byId.get(id)?.rev ?? 0;
  }

  /** @throws Error when the public key is none */
  put(workspace: WorkspaceEntry, rev: number, value: VerifierSigningKey): void {
    this.remove(value.id);
    const { environment, kid, algorithm, publicKey } = value;
    const key = new SignatureKey(algorithm, publicKey);
    const entry = { workspace, environment, kid, rev, key };
    this.#byId.set(value.id, entry);
    this.#byKid.set(kid, entry);
  }

  remove(id: SigningKeyId): void {
    const known = this.#byId.get(id);
    if (known === undefined) return;
    this.#byId.delete(id);
    this.#byKid.delete(known.kid);
  }
}
