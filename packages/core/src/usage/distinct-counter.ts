// How many different names there were, in little room: HyperLogLog (Flajolet et al. 2007), exact while there are few.

/** Up to so many the names' hashes themselves are kept, and the count is exact. */
export const DISTINCT_EXACT_MAX = 64;
/** 2^10 registers: a standard error of 1.04 / √1024, 3.25 %. */
const INDEX_BITS = 10;
const REGISTERS = 2 ** INDEX_BITS;
/** Flajolet et al. 2007, figure 3, for 128 registers and more. */
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);
const HASH_DIGITS = 8;
const RADIX = 36;
const EXACT = /^(?:[0-9a-f]{8})*$/;
/** A register holds the place of the first one-bit of 22, so 23 at most: n in base 36. */
const ESTIMATED = new RegExp(`^r[0-9a-n]{${REGISTERS}}$`);

/** Merging is associative, commutative and idempotent, so that reports may come in any order and more than once. */
export class DistinctCounter {
  #hashes: Set<number> | undefined = new Set();
  #registers: Uint8Array | undefined;

  add(name: string): void {
    this.#addHash(hash32(name));
  }

  merge(other: DistinctCounter): void {
    if (other.#hashes !== undefined) {
      for (const hash of other.#hashes) this.#addHash(hash);
      return;
    }
    const registers = this.#estimating();
    for (const [index, rank] of (other.#registers ?? []).entries()) {
      registers[index] = Math.max(registers[index] ?? 0, rank);
    }
  }

  /** Whether {@link DistinctCounter.count} is no estimate. */
  get isExact(): boolean {
    return this.#hashes !== undefined;
  }

  get count(): number {
    if (this.#hashes !== undefined) return this.#hashes.size;
    const registers = this.#estimating();
    let sum = 0;
    let zeros = 0;
    for (const rank of registers) {
      sum += 2 ** -rank;
      if (rank === 0) zeros++;
    }
    const estimate = (ALPHA * REGISTERS * REGISTERS) / sum;
    // Few for the number of registers: those that are empty tell more (linear counting).
    const isSmall = estimate <= 2.5 * REGISTERS && zeros > 0;
    return Math.round(isSmall ? REGISTERS * Math.log(REGISTERS / zeros) : estimate);
  }

  /** Up to 1025 characters of `[0-9a-z]`; empty where nothing was added. */
  toText(): string {
    if (this.#hashes !== undefined) {
      const ascending = [...this.#hashes].toSorted((left, right) => left - right);
      return ascending.map((hash) => hash.toString(16).padStart(HASH_DIGITS, "0")).join("");
    }
    return `r${[...this.#estimating()].map((rank) => rank.toString(RADIX)).join("")}`;
  }

  /** `undefined` for what {@link DistinctCounter.toText} does not write. */
  static fromText(text: string): DistinctCounter | undefined {
    const counter = new DistinctCounter();
    if (text.length <= DISTINCT_EXACT_MAX * HASH_DIGITS && EXACT.test(text)) {
      for (let start = 0; start < text.length; start += HASH_DIGITS) {
        counter.#addHash(Number.parseInt(text.slice(start, start + HASH_DIGITS), 16));
      }
      return counter;
    }
    if (!ESTIMATED.test(text)) return undefined;
    const registers = counter.#estimating();
    for (let index = 0; index < REGISTERS; index++) {
      registers[index] = Number.parseInt(text.charAt(index + 1), RADIX);
    }
    return counter;
  }

  #addHash(hash: number): void {
    if (this.#hashes === undefined) {
      note(this.#estimating(), hash);
      return;
    }
    this.#hashes.add(hash);
    if (this.#hashes.size > DISTINCT_EXACT_MAX) this.#estimating();
  }

  /** The registers, into which the hashes go if they have not yet. */
  #estimating(): Uint8Array {
    if (this.#registers !== undefined) return this.#registers;
    const registers = new Uint8Array(REGISTERS);
    for (const hash of this.#hashes ?? []) note(registers, hash);
    this.#hashes = undefined;
    this.#registers = registers;
    return registers;
  }
}

function note(registers: Uint8Array, hash: number): void {
  const index = hash >>> (32 - INDEX_BITS);
  const rank = Math.min(Math.clz32(hash << INDEX_BITS), 32 - INDEX_BITS) + 1;
  if (rank > (registers[index] ?? 0)) registers[index] = rank;
}

/** FNV-1a, and the finish of MurmurHash3, which spreads what FNV leaves together. Networks are few, so 32 bits are enough. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
