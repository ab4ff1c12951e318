// What must stay dead when an older copy of the database comes back (K10).
import type { Change } from "@keyward/core/feed/change";
import type { CredentialId, SecretId } from "@keyward/core/id";
import type { Instant } from "@keyward/core/time";

/** The end of a key or a client, or of one of its secrets. */
export interface CredentialEnd {
  readonly keyId: CredentialId;
  /** `null`: the whole key or client. */
  readonly secretId: SecretId | null;
  /** `revoked` is for ever; `expires` is an expiry that was set or brought forward, and counts from `at` on. */
  readonly kind: "revoked" | "expires";
  readonly at: Instant;
}

/** What counts of a key before a change. */
export interface KeyBefore {
  readonly state: string;
  readonly expiresAt: number | null;
  readonly secrets: readonly { readonly id: string; readonly expiresAt: number | null }[];
}

/** The credentials that a change of a key ends sooner than they would have ended before it. */
export function credentialEnds(
  before: KeyBefore,
  change: Extract<Change, { entity: "key" }>,
  at: Instant,
): readonly CredentialEnd[] {
  const { id: keyId, value: after } = change;
  if (before.state === "revoked") return [];
  if (after === null || after.state === "revoked") {
    return [{ keyId, secretId: null, kind: "revoked", at }];
  }
  const ends: CredentialEnd[] = [];
  if (after.expiresAt !== null && isSooner(after.expiresAt, before.expiresAt)) {
    ends.push({ keyId, secretId: null, kind: "expires", at: after.expiresAt });
  }
  const secretsAfter = new Map<string, Instant | null>(
    after.secrets.map((secret) => [secret.id, secret.expiresAt]),
  );
  for (const secret of before.secrets) {
    const expiresAt = secretsAfter.get(secret.id);
    const secretId = secret.id as SecretId;
    if (expiresAt === undefined) ends.push({ keyId, secretId, kind: "revoked", at });
    else if (expiresAt !== null && isSooner(expiresAt, secret.expiresAt)) {
      ends.push({ keyId, secretId, kind: "expires", at: expiresAt });
    }
  }
  return ends;
}

function isSooner(after: number, before: number | null): boolean {
  return before === null || after < before;
}
