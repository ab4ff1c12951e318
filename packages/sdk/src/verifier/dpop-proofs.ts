// Checks DPoP proofs of bound tokens (RFC 9449 §7.1) before it is decided about them: each counts once.
import type { Instant } from "@keyward/core/time";
import {
  PROOF_AGE_SECONDS_MAX,
  PROOF_AHEAD_SECONDS_MAX,
  readDpopProof,
} from "@keyward/core/token/dpop-proof";
import type { DpopRequest } from "@keyward/core/token/dpop-proof";
import { isSignedByItsKey, sha256, thumbprintOf } from "@keyward/core/token/signature";
import type { DecisionRequest } from "@keyward/core/verdict/request";
import type { KeySnapshot } from "@keyward/core/verdict/snapshot";

/** What can be remembered; until one of them is over, a proof more is refused. */
const USED_MAX = 100_000;
const LIFE_MS = (PROOF_AGE_SECONDS_MAX + PROOF_AHEAD_SECONDS_MAX) * 1000;

/**
 * Remembers in memory which proofs have been used, so a second use is refused by the process that saw the first. Only a token
 * that is known, with a proof by the key that it is bound to, leaves anything behind.
 */
export class DpopProofs {
  readonly #used = new Map<string, Instant>();
  readonly #usedMax: number;

  constructor(usedMax = USED_MAX) {
    this.#usedMax = usedMax;
  }

  /**
   * The request with what its proof proves, to be decided about the key that was found.
   *
   * @param isDry the proof is not used up by it
   */
  prove<Request extends DecisionRequest>(
    key: KeySnapshot | undefined,
    credential: string,
    request: Request,
    now: Instant,
    isDry = false,
  ): Request {
    const { dpop } = request;
    if (dpop === undefined || key === undefined) return request;
    const confirmation = key.token?.confirmation ?? null;
    const jkt = confirmation !== null && "jkt" in confirmation ? confirmation.jkt : undefined;
    const isProved = jkt !== undefined && this.#isProved(dpop, jkt, credential, now, isDry);
    const proof = isProved ? { ...request.proof, jkt } : ({ refused: true } as const);
    return { ...request, proof };
  }

  #isProved(
    dpop: DpopRequest,
    jkt: string,
    credential: string,
    now: Instant,
    isDry: boolean,
  ): boolean {
    const proof = readDpopProof(dpop, now);
    if (proof === undefined || proof.ath !== sha256(credential)) return false;
    if (thumbprintOf(proof.jwk) !== jkt || !isSignedByItsKey(proof)) return false;
    const name = sha256(JSON.stringify([jkt, proof.jti]));
    this.#forgetOver(now);
    if (this.#used.has(name) || this.#used.size >= this.#usedMax) return false;
    if (!isDry) this.#used.set(name, now);
    return true;
  }

  /** They came in the order of time, so the first that is not over ends the search. */
  #forgetOver(now: Instant): void {
    for (const [name, usedAt] of this.#used) {
      if (usedAt + LIFE_MS > now) return;
      this.#used.delete(name);
    }
  }
}
