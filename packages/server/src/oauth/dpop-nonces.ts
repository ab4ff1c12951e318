// Nonces for DPoP proofs (RFC 9449 §8): a time and its seal, so that nobody has to remember which were given.
import { createHmac, timingSafeEqual } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Instant } from "@keyward/core/time";

const STEP_MS = 150_000;
const SEAL_BYTES = 18;

/** Each counts for at least half of five minutes, and for five at most. */
export class DpopNonces {
  readonly #key: KeyObject;

  constructor(key: KeyObject) {
    this.#key = key;
  }

  current(now: Instant): string {
    return this.#of(Math.floor(now / STEP_MS));
  }

  accepts(nonce: string, now: Instant): boolean {
    const step = Math.floor(now / STEP_MS);
    return [step, step - 1].some((one) => isSame(nonce, this.#of(one)));
  }

  #of(step: number): string {
    const seal = createHmac("sha256", this.#key).update(String(step)).digest();
    return seal.subarray(0, SEAL_BYTES).toString("base64url");
  }
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
