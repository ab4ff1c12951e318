/** Failures in a row after which nobody is made to wait any more. */
export const FAILURES_UNTIL_OPEN = 5;

/**
 * Whether a store is worth asking. Open, nobody asks but whoever tries it out now and then; what that comes to is told here,
 * too. A circuit is open from the beginning, until something succeeds.
 */
export class Circuit {
  #failures = FAILURES_UNTIL_OPEN;
  #isTold = false;
  #isOpen = true;
  readonly #onChange: (reason: string | undefined) => void;

  /** @param onChange told once whenever the circuit opens, with why, and once when it is closed again */
  constructor(onChange: (reason: string | undefined) => void) {
    this.#onChange = onChange;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#isOpen = false;
    if (this.#isTold) this.#onChange(undefined);
    this.#isTold = false;
  }

  failed(reason: string): void {
    this.#failures++;
    if (this.#failures < FAILURES_UNTIL_OPEN) return;
    this.#isOpen = true;
    if (!this.#isTold) this.#onChange(reason);
    this.#isTold = true;
  }
}
