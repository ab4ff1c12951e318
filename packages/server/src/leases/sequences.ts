/** Of more than so many verifiers, whoever was heard of longest ago is forgotten: longer than any lease lasts. */
const VERIFIERS_MAX = 20_000;

/** The last request of each verifier, so that one that some proxy repeats gives nothing back a second time. */
export class Sequences {
  readonly #lastOf = new Map<string, number>();

  isNew(verifier: string, sequence: number): boolean {
    const last = this.#lastOf.get(verifier) ?? 0;
    this.#lastOf.delete(verifier);
    this.#lastOf.set(verifier, Math.max(last, sequence));
    if (this.#lastOf.size > VERIFIERS_MAX) {
      this.#lastOf.delete(this.#lastOf.keys().next().value ?? verifier);
    }
    return sequence > last;
  }
}
