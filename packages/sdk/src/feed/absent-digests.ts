import type { Digest } from "@keyward/core/key/digest";
import type { Random } from "../runtime/random.ts";
import { randomWord } from "../runtime/random.ts";

const SETS = 2_048;
const WAYS = 4;
const FINGERPRINT_WORDS = 2;
/** How long it is remembered that there is no such key (spec/feed.md §8). */
export const ABSENT_MS_MAX = 1_000;

/**
 * The digests that the authority has just said it does not know: a table of fixed size, so that a flood of invented keys
 * costs no memory (T23). Where it stands in the table depends on a key of the process, so nobody can aim at a place.
 */
export class AbsentDigests {
  readonly #seed: number;
  readonly #fingerprints = new Uint32Array(SETS * WAYS * FINGERPRINT_WORDS);
  /** Monotonic milliseconds; an entry whose time has come is free. */
  readonly #endsAt = new Float64Array(SETS * WAYS);

  constructor(random: Random) {
    this.#seed = randomWord(random);
    this.forget();
  }

  has(digest: Digest, nowMs: number): boolean {
    return this.#find(digest, nowMs) >= 0;
  }

  add(digest: Digest, nowMs: number): void {
    const known = this.#find(digest, nowMs);
    const slot = known >= 0 ? known : this.#earliest(digest);
    this.#fingerprints[slot * FINGERPRINT_WORDS] = wordOf(digest, 2);
    this.#fingerprints[slot * FINGERPRINT_WORDS + 1] = wordOf(digest, 3);
    this.#endsAt[slot] = nowMs + ABSENT_MS_MAX;
  }

  /** After any change: what was absent may now be there. */
  forget(): void {
    this.#endsAt.fill(-Infinity);
  }

  #find(digest: Digest, nowMs: number): number {
    const first = this.#setOf(digest);
    for (let slot = first; slot < first + WAYS; slot++) {
      const isIt =
        (this.#endsAt[slot] ?? 0) > nowMs &&
        this.#fingerprints[slot * FINGERPRINT_WORDS] === wordOf(digest, 2) &&
        this.#fingerprints[slot * FINGERPRINT_WORDS + 1] === wordOf(digest, 3);
      if (isIt) return slot;
    }
    return -1;
  }

  #earliest(digest: Digest): number {
    const first = this.#setOf(digest);
    let earliest = first;
    for (let slot = first + 1; slot < first + WAYS; slot++) {
      if ((this.#endsAt[slot] ?? 0) < (this.#endsAt[earliest] ?? 0)) earliest = slot;
    }
    return earliest;
  }

  #setOf(digest: Digest): number {
    let hash = Math.imul(wordOf(digest, 0) ^ this.#seed, 0x9e37_79b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ wordOf(digest, 1), 0x85eb_ca77);
    return (((hash ^ (hash >>> 13)) >>> 0) % SETS) * WAYS;
  }
}

/** Of the eight words of a digest, which is a string of bytes. */
function wordOf(digest: Digest, word: number): number {
  const at = word * 4;
  return (
    (digest.charCodeAt(at) |
      (digest.charCodeAt(at + 1) << 8) |
      (digest.charCodeAt(at + 2) << 16) |
      (digest.charCodeAt(at + 3) << 24)) >>>
    0
  );
}
