import type { Instant } from "@keyward/core/time";

/** A power of two. */
const PLACES = 4_096;
/** What one entry is recognised by: so many of the last characters, nearly all of them random in a key and in a signature. */
const TAIL_CHARS = 12;
const SECOND_MS = 1_000;

interface Entry<Value> {
  readonly tag: number;
  readonly text: string;
  readonly workspaceRow: number;
  readonly value: Value;
}

/**
 * What the credentials opened that were presented within the last second, so that one which comes again at once need not be
 * hashed again. Their texts stay no longer than that (K4), in a fixed number of places (K8).
 *
 * A text is compared with a remembered one only when a tag of its end agrees, which somebody who guesses reaches once in 2³²
 * tries; so how long the comparison takes teaches nobody to guess better (T20).
 */
export class Presented<Value> {
  readonly #entries: (Entry<Value> | undefined)[] = Array.from({ length: PLACES });
  /** A text that comes for the first time leaves its tag only, since what is kept costs more than what is let go. */
  readonly #lastTags = new Int32Array(PLACES);
  #second = 0;
  #isEmpty = true;

  /** @param workspaceRow within which the value was found */
  find(text: string, workspaceRow: number, now: Instant): Value | undefined {
    if (this.#isEmpty) return undefined;
    if (secondOf(now) !== this.#second) {
      this.forget();
      return undefined;
    }
    const tag = tagOf(text);
    const entry = this.#entries[placeOf(tag)];
    const isIt =
      entry !== undefined &&
      entry.tag === tag &&
      entry.workspaceRow === workspaceRow &&
      entry.text === text;
    return isIt ? entry.value : undefined;
  }

  add(text: string, workspaceRow: number, now: Instant, value: Value): void {
    const tag = tagOf(text);
    const place = placeOf(tag);
    if (this.#lastTags[place] !== tag) {
      this.#lastTags[place] = tag;
      return;
    }
    const second = secondOf(now);
    if (second !== this.#second) this.forget();
    this.#entries[place] = { tag, text, workspaceRow, value };
    this.#second = second;
    this.#isEmpty = false;
  }

  forget(): void {
    if (this.#isEmpty) return;
    this.#entries.fill(undefined);
    this.#isEmpty = true;
  }
}

function secondOf(now: Instant): number {
  return Math.floor(now / SECOND_MS);
}

function placeOf(tag: number): number {
  return tag & (PLACES - 1);
}

function tagOf(text: string): number {
  let tag = 0;
  for (let index = Math.max(0, text.length - TAIL_CHARS); index < text.length; index++) {
    tag = Math.imul(tag ^ text.charCodeAt(index), 0x01000193);
    tag ^= tag >>> 15;
  }
  return tag;
}
