// The one file of core that hashes, and so the one that may import a platform module.
import { hash } from "node:crypto";
import type { Brand } from "../brand.ts";

export const DIGEST_BYTES = 32;

// A snapshot converts the digest of every key there is, so the conversions make nothing but their result.
const scratch = Array.from({ length: DIGEST_BYTES }, () => 0);
const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const NINE = 0x39;

/**
 * SHA-256 of a whole presented key, as 32 characters of one byte each (latin1). A string, because the runtime hands it
 * out three times faster than a buffer, and because it serves as a map key as it is. Not for people: print
 * {@link digestToHex}.
 */
export type Digest = Brand<string, "Digest">;

/** Without its length, the runtime looks the algorithm's name up in a list of warnings on every call. */
const WITH_LENGTH = { outputEncoding: "latin1", outputLength: DIGEST_BYTES } as const;

/** Node before 24.4 takes an encoding only. */
const FORM = takesLength() ? WITH_LENGTH : "latin1";

function takesLength(): boolean {
  try {
    return hash("sha256", "", WITH_LENGTH) === hash("sha256", "", "latin1");
  } catch {
    return false;
  }
}

/**
 * What is stored and looked up in place of a key. Unsalted on purpose: 256 random bits cannot be searched, and the
 * digest is the index (spec/key-format.md, "At rest").
 */
export function digestKey(text: string): Digest {
  return hash("sha256", text, FORM) as Digest;
}

export function digestToBytes(digest: Digest): Uint8Array {
  const bytes = new Uint8Array(DIGEST_BYTES);
  for (let index = 0; index < DIGEST_BYTES; index++) bytes[index] = digest.charCodeAt(index);
  return bytes;
}

/** @throws RangeError unless there are exactly 32 bytes: then the row is not one of ours. */
export function digestFromBytes(bytes: Uint8Array): Digest {
  if (bytes.length !== DIGEST_BYTES) throw new RangeError(`a digest has ${DIGEST_BYTES} bytes`);
  for (let index = 0; index < DIGEST_BYTES; index++) scratch[index] = bytes[index] ?? 0;
  return String.fromCharCode(...scratch) as Digest;
}

/** 64 characters, lower case. */
export function digestToHex(digest: Digest): string {
  let hex = "";
  for (let index = 0; index < DIGEST_BYTES; index++) hex += PAIRS[digest.charCodeAt(index)] ?? "";
  return hex;
}

/** Reads 64 hexadecimal digits of either case, as an import of foreign keys brings them; `undefined` for anything else. */
export function digestFromHex(hex: string): Digest | undefined {
  if (!/^[0-9a-f]{64}$/i.test(hex)) return undefined;
  for (let index = 0; index < DIGEST_BYTES; index++) {
    scratch[index] = nibble(hex, 2 * index) * 16 + nibble(hex, 2 * index + 1);
  }
  return String.fromCharCode(...scratch) as Digest;
}

function nibble(hex: string, index: number): number {
  const code = hex.charCodeAt(index);
  // Letters of either case have their number in the four lowest bits, from 1 on.
  return code <= NINE ? code & 15 : (code & 15) + 9;
}
