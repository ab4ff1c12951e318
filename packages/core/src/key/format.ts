// The shape of a key: spec/key-format.md, which comes first.
import { base62Value, encodeBase62, encodeBase62Number } from "./base62.ts";
import { isBrand } from "./brand.ts";
import { crc32, CRC32_START, crc32Finish, crc32Step } from "./crc32.ts";
import { Secret } from "./secret.ts";

export type KeyKind = "secret" | "publishable" | "pat" | "client_secret";
/** Whatever has the form of a key; an access token is a key of nobody, and short-lived. */
export type CredentialKind = KeyKind | "access_token";
export type Environment = "live" | "test";

/** What stands between brand and body, and all that it says. */
export const KEY_TAGS = {
  live: { kind: "secret", environment: "live" },
  test: { kind: "secret", environment: "test" },
  pub_live: { kind: "publishable", environment: "live" },
  pub_test: { kind: "publishable", environment: "test" },
  pat_live: { kind: "pat", environment: "live" },
  pat_test: { kind: "pat", environment: "test" },
  client_live: { kind: "client_secret", environment: "live" },
  client_test: { kind: "client_secret", environment: "test" },
  token_live: { kind: "access_token", environment: "live" },
  token_test: { kind: "access_token", environment: "test" },
} as const satisfies Record<string, { kind: CredentialKind; environment: Environment }>;

export type KeyTag = keyof typeof KEY_TAGS;

const TAG_BEGINNINGS = {
  secret: "",
  publishable: "pub_",
  pat: "pat_",
  client_secret: "client_",
  access_token: "token_",
} as const satisfies Record<CredentialKind, string>;

/** What a well-formed key says about itself. Nothing of it is proof: only the digest is. */
export interface ParsedKey {
  readonly brand: string;
  readonly tag: KeyTag;
  readonly kind: CredentialKind;
  readonly environment: Environment;
  /** The last four characters. */
  readonly hint: string;
}

export const KEY_RANDOM_BYTES = 32;
const RANDOM_CHARS = 43;
const CHECKSUM_CHARS = 6;
const BODY_CHARS = RANDOM_CHARS + CHECKSUM_CHARS;
const BRAND_CHARS_MIN = 2;
const BRAND_CHARS_MAX = 16;
const TAG_CHARS_MIN = "live".length;
const TAG_CHARS_MAX = "client_live".length;
export const KEY_CHARS_MIN = BRAND_CHARS_MIN + TAG_CHARS_MIN + BODY_CHARS + 2;
export const KEY_CHARS_MAX = BRAND_CHARS_MAX + TAG_CHARS_MAX + BODY_CHARS + 2;
/** Of a key that was issued elsewhere and imported by its digest. */
export const FOREIGN_KEY_CHARS_MAX = 512;
/** 2^256 − 1. A greater body would be a second spelling of nothing that was ever issued. */
const RANDOM_TEXT_MAX = encodeBase62(new Uint8Array(KEY_RANDOM_BYTES).fill(0xff), RANDOM_CHARS);

/**
 * Source of a regular expression, without flags, that finds every key in a text; it knows nothing of checksums, so
 * {@link isWellFormedKey} tells keys from look-alikes. It means the same in JavaScript, PCRE, RE2, Python and Rust.
 */
export const KEY_PATTERN =
  "\\b[a-z][a-z0-9]{1,15}_(?:pub_|pat_|client_|token_)?(?:live|test)_[0-9A-Za-z]{49}\\b";

/**
 * Writes a key.
 *
 * @param options.random 32 bytes from a cryptographic source: the whole strength of the key
 * @throws RangeError when `brand` has not the grammar of one, or `random` not 32 bytes
 */
export function formatKey(options: {
  readonly brand: string;
  readonly kind: CredentialKind;
  readonly environment: Environment;
  readonly random: Uint8Array;
}): Secret {
  if (!isBrand(options.brand)) throw new RangeError("not the grammar of a brand");
  if (options.random.length !== KEY_RANDOM_BYTES) {
    throw new RangeError(`a key takes ${KEY_RANDOM_BYTES} random bytes`);
  }
  const tag: KeyTag = `${TAG_BEGINNINGS[options.kind]}${options.environment}`;
  const head = `${options.brand}_${tag}_`;
  const unchecked = head + encodeBase62(options.random, RANDOM_CHARS);
  return Secret.of(unchecked + encodeBase62Number(crc32(unchecked), CHECKSUM_CHARS));
}

/** Accepts exactly what {@link formatKey} can write; `undefined` for anything else. */
export function parseKey(text: string): ParsedKey | undefined {
  if (!isWellFormedKey(text)) return undefined;
  const brandEnd = text.indexOf("_");
  const tag = text.slice(brandEnd + 1, -BODY_CHARS - 1) as KeyTag;
  return { brand: text.slice(0, brandEnd), tag, ...KEY_TAGS[tag], hint: text.slice(-4) };
}

/**
 * Whether brand, tag, alphabet, value and checksum are those of a key. Stands before every look-up, so a flood of
 * invented keys must cost less here than anywhere behind it: it allocates nothing, and it never reads more than
 * {@link KEY_CHARS_MAX} characters. May return early: everything that it looks at is public, or was invented by the caller.
 */
export function isWellFormedKey(text: string): boolean {
  if (text.length < KEY_CHARS_MIN || text.length > KEY_CHARS_MAX) return false;
  const bodyStart = text.length - BODY_CHARS;
  return isHead(text, bodyStart) && isRandomInRange(text, bodyStart) && isChecked(text, bodyStart);
}

/** Whether `brand_tag_` stands before `end`, and nothing else. */
function isHead(text: string, end: number): boolean {
  let brandEnd = 0;
  while (brandEnd < end && isBrandCharacter(text.charCodeAt(brandEnd))) brandEnd++;
  if (brandEnd < BRAND_CHARS_MIN || brandEnd > BRAND_CHARS_MAX || isDigit(text.charCodeAt(0))) {
    return false;
  }
  const tagChars = end - brandEnd - 2;
  return (
    text.startsWith("_", brandEnd) &&
    text.startsWith("_", end - 1) &&
    isTag(text, brandEnd + 1, tagChars)
  );
}

function isTag(text: string, start: number, length: number): boolean {
  const environmentStart = start + length - TAG_CHARS_MIN;
  if (!text.startsWith("live", environmentStart) && !text.startsWith("test", environmentStart)) {
    return false;
  }
  switch (length) {
    case "live".length:
      return true;
    case "pub_live".length:
      return text.startsWith("pub_", start) || text.startsWith("pat_", start);
    case "token_live".length:
      return text.startsWith("token_", start);
    case "client_live".length:
      return text.startsWith("client_", start);
    default:
      return false;
  }
}

function isBrandCharacter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || isDigit(code);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Compares as text, which the order of the alphabet allows. */
function isRandomInRange(text: string, start: number): boolean {
  for (let index = 0; index < RANDOM_CHARS; index++) {
    const difference = text.charCodeAt(start + index) - RANDOM_TEXT_MAX.charCodeAt(index);
    if (difference !== 0) return difference < 0;
  }
  return true;
}

/**
 * Whether the body is of the alphabet and ends in the checksum of all that stands before. One pass: reading a character
 * is what costs here.
 */
function isChecked(text: string, bodyStart: number): boolean {
  const checksumStart = text.length - CHECKSUM_CHARS;
  let remainder = CRC32_START;
  for (let index = 0; index < checksumStart; index++) {
    const code = text.charCodeAt(index);
    if (index >= bodyStart && base62Value(code) < 0) return false;
    remainder = crc32Step(remainder, code);
  }
  // Reaches 62^6: more than a checksum can be, and exact in a number.
  let checksum = 0;
  for (let index = checksumStart; index < text.length; index++) {
    const value = base62Value(text.charCodeAt(index));
    if (value < 0) return false;
    checksum = checksum * 62 + value;
  }
  return checksum === crc32Finish(remainder);
}

/**
 * Wider than the pattern that finds keys, because here a miss costs more than a false hit: whatever stands before the
 * environment, in either case, and from 24 characters on, since a log line may have cut a key short or changed its
 * case. Fewer characters leave more than 110 bits unknown.
 */
const BODY_IN_TEXT = /((?:live|test)_)[0-9a-z]{24,}/gi;

/**
 * Replaces the body of every key in the text: `acme_live_[redacted]`. Not even the hint stays. The last net before a
 * log, a trace or an error leaves the process.
 */
export function redactKeys(text: string): string {
  return text.replace(BODY_IN_TEXT, "$1[redacted]");
}
