import { beatLine, goodbyeLine, helloLine } from "@keyward/core/feed/lines";
import type { FeedSubject } from "@keyward/core/feed/subject";
import type { Pages } from "./pages.ts";

/** A stream that says nothing for this long says that there is nothing. */
export const BEAT_EVERY_MS = 1_000;
/** After this a verifier has to open another stream, and so to authenticate anew (T66). */
export const STREAM_MS_MAX = 900_000;

export interface ChangesStreamParts {
  readonly subject: FeedSubject;
  readonly epoch: string;
  readonly after: number;
  /** Whether it stays open for what is to come. */
  readonly follow: boolean;
  readonly pages: Pages;
  /** The workspace's last durable rev. */
  readonly head: () => number;
  /** Whether the key that it was opened with is still accepted. */
  readonly isAllowed: () => boolean;
  /** When the reader should come back; spread, so that not all of them come at once. */
  readonly comeBackAfterMs: () => number;
}

/** The lines of one stream of changes, each made when the reader is ready for it. */
export class ChangesStream {
  readonly #parts: ChangesStreamParts;
  readonly #endsMs = performance.now() + STREAM_MS_MAX;
  #position: number;
  #greeted = false;
  #leaving = false;
  #ended = false;
  #lastLineMs = 0;
  #wake: (() => void) | undefined;

  constructor(parts: ChangesStreamParts) {
    this.#parts = parts;
    this.#position = parts.after;
  }

  get subject(): FeedSubject {
    return this.#parts.subject;
  }

  get isAllowed(): boolean {
    return this.#parts.isAllowed();
  }

  /** There may be something new. */
  wake(): void {
    this.#wake?.();
  }

  /** The server goes: says goodbye, and ends. */
  leave(): void {
    this.#leaving = true;
    this.wake();
  }

  async next(): Promise<Uint8Array | undefined> {
    const { epoch, head, pages, subject, follow, isAllowed } = this.#parts;
    while (!this.#ended && isAllowed()) {
      const rev = head();
      if (!this.#greeted) {
        this.#greeted = true;
        return this.#line(helloLine(epoch, rev));
      }
      if (this.#leaving || performance.now() >= this.#endsMs) return this.#goodbye();
      if (this.#position < rev) {
        const page = await pages.read(subject, this.#position, rev);
        // Trimmed while the reader was slow: the next request is told so. No longer allowed: nothing more is told.
        if (page === undefined || !isAllowed()) return undefined;
        this.#position = page.to;
        this.#lastLineMs = performance.now();
        return page.bytes;
      }
      if (!follow) return undefined;
      const beatInMs = this.#lastLineMs + BEAT_EVERY_MS - performance.now();
      if (beatInMs <= 0) return this.#line(beatLine(rev));
      await this.#sleep(beatInMs);
    }
    return undefined;
  }

  #goodbye(): Uint8Array {
    this.#ended = true;
    return this.#line(goodbyeLine(this.#parts.comeBackAfterMs()));
  }

  #line(text: string): Uint8Array {
    this.#lastLineMs = performance.now();
    return Buffer.from(`${text}\n`);
  }

  async #sleep(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    this.#wake = resolve;
    await promise;
    this.#wake = undefined;
    clearTimeout(timer);
  }
}
