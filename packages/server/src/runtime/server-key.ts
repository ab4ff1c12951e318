import { createSecretKey, hkdfSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Random } from "./random.ts";
import { readOrCreateFile } from "./durable-file.ts";

const SERVER_KEY_BYTES = 32;

/** Keys for the server's own use, each for one purpose. None of them protects a key of ours: those are kept as digests. */
export interface ServerKeys {
  readonly cursors: KeyObject;
  readonly replies: KeyObject;
  /** Seals the private keys that tokens are signed with. */
  readonly signing: KeyObject;
  /** What a browser carries while its member signs in elsewhere. */
  readonly signIn: KeyObject;
  /** Refresh tokens of OpenID Providers. */
  readonly refreshTokens: KeyObject;
  readonly webhooks: KeyObject;
  /** Seals the nonces of DPoP proofs. */
  readonly dpopNonces: KeyObject;
  /** Sessions of the portal, which its visitors hold. */
  readonly portal: KeyObject;
  /** What checkpoints of the audit chains are signed with: the seed of an Ed25519 key. */
  readonly audit: Uint8Array;
}

/**
 * Reads the server key, or makes it on the first start.
 *
 * @throws Error when the file is not 32 bytes long, or cannot be read or made
 */
export function readServerKeys(path: string, random: Random): ServerKeys {
  const bytes = readOrCreateFile(path, () => random.bytes(SERVER_KEY_BYTES));
  if (bytes.length !== SERVER_KEY_BYTES) {
    throw new Error(`the server key ${path} must be ${SERVER_KEY_BYTES} bytes long`);
  }
  const bytesFor = (purpose: string) =>
    Buffer.from(hkdfSync("sha256", bytes, "", `keyward/${purpose}`, 32));
  const derive = (purpose: string) => createSecretKey(bytesFor(purpose));
  return {
    cursors: derive("cursors/v1"),
    replies: derive("replies/v1"),
    signing: derive("signing/v1"),
    signIn: derive("sign-in/v1"),
    refreshTokens: derive("refresh-tokens/v1"),
    webhooks: derive("webhooks/v1"),
    dpopNonces: derive("dpop-nonces/v1"),
    portal: derive("portal/v1"),
    audit: bytesFor("audit/v1"),
  };
}
