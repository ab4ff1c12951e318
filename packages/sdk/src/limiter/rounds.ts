/**
 * Calls that are made one after another, each for all who wanted one meanwhile: while one is under way, wishes gather for the
 * next.
 */
export class Rounds {
  readonly #call: () => Promise<boolean>;
  #running: Promise<void> | undefined;
  #next: PromiseWithResolvers<boolean> | undefined;

  /** @param call never rejects */
  constructor(call: () => Promise<boolean>) {
    this.#call = call;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** What the call answers that takes what was wished for up to now. */
  next(): Promise<boolean> {
    this.#next ??= Promise.withResolvers<boolean>();
    const { promise } = this.#next;
    this.#running ??= this.#run();
    return promise;
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    // So that all wishes of this turn go together.
    await Promise.resolve();
    while (this.#next !== undefined) {
      const next = this.#next;
      this.#next = undefined;
      next.resolve(await this.#call());
      // Those who waited go on first, and may wish for more.
      await Promise.resolve();
    }
    this.#running = undefined;
  }
}
