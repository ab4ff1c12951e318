import { hash } from "node:crypto";
import type { Random } from "../runtime/random.ts";

/** For tests: the same bytes for the same seed, and never the same bytes twice. */
export class SeededRandom implements Random {
  readonly #seed: string;
  #count = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  bytes(count: number): Uint8Array {
    this.#count++;
    const block = `${this.#seed} ${this.#count}`;
    const bytes = Buffer.concat([
      hash("sha512", block, "buffer"),
      hash("sha512", `${block}+`, "buffer"),
    ]);
    if (count > bytes.length) throw new RangeError(`at most ${bytes.length} bytes at once`);
    return new Uint8Array(bytes.subarray(0, count));
  }
}
