/** After a failure the source is left alone for so long. */
const LEFT_ALONE_US = 1_000_000;

/** Whether a source answers, told once for each change. */
export class SourceState {
  readonly #tell: (error: unknown) => void;
  #isOut = false;
  #outUntilUs = 0;

  /** @param tell with why it stopped answering, and with `undefined` when it answers again */
  constructor(tell: (error: unknown) => void) {
    this.#tell = tell;
  }

  /** Whether there is no point in asking now. */
  isLeftAlone(nowUs: number): boolean {
    return nowUs < this.#outUntilUs;
  }

  answered(): void {
    if (!this.#isOut) return;
    this.#isOut = false;
    this.#tell(undefined);
  }

  failed(error: unknown, nowUs: number): void {
    this.#outUntilUs = nowUs + LEFT_ALONE_US;
    if (this.#isOut) return;
    this.#isOut = true;
    this.#tell(error);
  }
}
