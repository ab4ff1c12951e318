// An answer that goes on for long, to a reader who may be slow, gone, or no longer allowed to read.

/** The next bytes; `undefined` ends the answer. */
export type NextBytes = () => Promise<Uint8Array | undefined>;

export interface OutgoingParts {
  readonly next: NextBytes;
  /** Called once, when the answer has ended in whatever way. */
  readonly onEnd: () => void;
  /** Closes the connection, whatever waits in it. */
  readonly cut: () => void;
}

/**
 * Makes bytes only when the reader has taken the ones before, so that no more than one piece waits for it here. A reader
 * is never skipped: it is waited for, or cut off.
 */
export class Outgoing {
  readonly body: ReadableStream<Uint8Array>;
  readonly #parts: OutgoingParts;
  #ended = false;
  #waitingSinceMs: number | undefined = performance.now();

  constructor(parts: OutgoingParts) {
    this.#parts = parts;
    this.body = new ReadableStream<Uint8Array>(
      { pull: (controller) => this.#pull(controller), cancel: () => this.#end() },
      { highWaterMark: 0 },
    );
  }

  /** For how long the reader has not taken what is there; 0 while it is waiting for more. */
  waitingMs(nowMs: number): number {
    return this.#waitingSinceMs === undefined ? 0 : nowMs - this.#waitingSinceMs;
  }

  cut(): void {
    this.#end();
    this.#parts.cut();
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    this.#waitingSinceMs = undefined;
    try {
      const bytes = this.#ended ? undefined : await this.#parts.next();
      // The reader may have gone meanwhile, and with it the stream.
      if (this.#ended) return;
      if (bytes === undefined) {
        this.#end();
        controller.close();
        return;
      }
      this.#waitingSinceMs = performance.now();
      controller.enqueue(bytes);
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#parts.onEnd();
  }
}
