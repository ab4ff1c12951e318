// What every source is turned into: a key as Keyward will know it.
import { digestFromBytes, digestKey, digestToHex } from "@keyward/core/key/digest";
import { FOREIGN_KEY_CHARS_MAX } from "@keyward/core/key/format";

export interface ForeignKey {
  /** SHA-256 of the whole key, in lower-case hex. */
  readonly sha256: string;
  readonly hint?: string;
  readonly name?: string;
  /** The producer's own id of who holds it. */
  readonly owner?: string;
  readonly scopes?: readonly string[];
  readonly expiresAt?: string;
  readonly disabled?: boolean;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** One key of a file, or why it cannot be one of Keyward's. */
export interface Row {
  /** Its place in the file, from 1. */
  readonly number: number;
  readonly key: ForeignKey | undefined;
  /** Why there is none. Never with anything of the key in it. */
  readonly problem: string | undefined;
}

export type Reading =
  | { readonly ok: true; readonly sha256: string; readonly hint?: string }
  | { readonly ok: false; readonly problem: string };

/** What a header can carry (spec/http.md). */
const PRESENTABLE = /^[A-Za-z0-9_.~+/=-]+$/;

/** A key as its holder presents it. It is hashed here, and goes no further. */
export function readPlainKey(text: string): Reading {
  if (text === "") return { ok: false, problem: "there is no key" };
  if (text.length > FOREIGN_KEY_CHARS_MAX) {
    return { ok: false, problem: `the key is longer than ${FOREIGN_KEY_CHARS_MAX} characters` };
  }
  if (!PRESENTABLE.test(text)) {
    return { ok: false, problem: "the key has a character that no header can carry" };
  }
  return { ok: true, sha256: digestToHex(digestKey(text)), hint: text.slice(-4) };
}

const OTHER_ALGORITHMS: readonly (readonly [form: RegExp, name: string])[] = [
  [/^\$2[abxy]\$/, "bcrypt"],
  [/^\$argon2/, "argon2"],
  [/^\$(?:scrypt|7)\$/, "scrypt"],
  [/^\$5\$|^\$6\$|^\$1\$/, "crypt"],
  [/^\$?pbkdf2/i, "PBKDF2"],
  [/^(?:[0-9a-f]{128}|[A-Za-z0-9+/_-]{86}(?:==)?)$/i, "SHA-512"],
  [/^[0-9a-f]{40}$/i, "SHA-1"],
  [/^[0-9a-f]{32}$/i, "MD5"],
];

/** A SHA-256 digest in hex, base64 or base64url, with `sha256:` before it or not. */
export function readDigest(text: string): Reading {
  const bare = text.replace(/^\{?sha-?256\}?[:$=]/i, "");
  if (/^[0-9a-f]{64}$/i.test(bare)) return { ok: true, sha256: bare.toLowerCase() };
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(bare)) {
    const bytes = Buffer.from(bare, "base64url");
    if (bytes.length === 32) return { ok: true, sha256: digestToHex(digestFromBytes(bytes)) };
  }
  const other = OTHER_ALGORITHMS.find(([form]) => form.test(text))?.[1];
  return {
    ok: false,
    problem:
      other === undefined
        ? "it is no SHA-256 in hex, base64 or base64url"
        : `it is ${other}: only SHA-256 of the whole key can be imported; give its holder a new key`,
  };
}

/** The row of a reading that succeeded, with what else is known of the key. */
export function rowOf(number: number, reading: Reading, known: Omit<ForeignKey, "sha256">): Row {
  if (!reading.ok) return { number, key: undefined, problem: reading.problem };
  const { sha256, hint } = reading;
  return {
    number,
    key: { ...(hint === undefined ? {} : { hint }), ...known, sha256 },
    problem: undefined,
  };
}
