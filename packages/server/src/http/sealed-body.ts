// Bodies of kept replies at rest: to open one takes the server key and the Idempotency-Key, and only one of them is kept (T14).
import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Random } from "../runtime/random.ts";

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface SealOptions {
  readonly serverKey: KeyObject;
  /** What is kept nowhere, and so must come with the request that opens the body. */
  readonly idempotencyKey: string;
  /** Binds the body to its place: a row moved elsewhere does not open. */
  readonly place: Uint8Array;
}

/** Nonce, ciphertext, tag. */
export function sealBody(options: SealOptions, random: Random, body: string): Uint8Array {
  const nonce = random.bytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(options), nonce).setAAD(options.place);
  const sealed = Buffer.concat([cipher.update(body, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
}

/** @throws Error when it was not sealed with the same options, or has been changed since */
export function openBody(options: SealOptions, sealed: Uint8Array): string {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, keyOf(options), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(options.place).setAuthTag(sealed.subarray(-TAG_BYTES));
  const text = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
  return Buffer.concat([text, decipher.final()]).toString("utf8");
}

function keyOf({ serverKey, idempotencyKey, place }: SealOptions): Uint8Array {
  const info = `keyward/reply/v1 ${idempotencyKey}`;
  return new Uint8Array(hkdfSync("sha256", serverKey, place, info, KEY_BYTES));
}
