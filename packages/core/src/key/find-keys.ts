// Keys in a text of any length, as a scanner finds them: spec/key-format.md §6.
import { KEY_CHARS_MAX, KEY_PATTERN, parseKey } from "./format.ts";
import type { ParsedKey } from "./format.ts";

/** A key with a right checksum, and where it stands. */
export interface FoundKey extends ParsedKey {
  /** The whole key. It must not get into any output. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
}

/** A match can be judged once the character behind it is known, and that of the longest key is this far from its start. */
const KEPT_CHARS = KEY_CHARS_MAX + 1;

/**
 * Finds keys in a text that comes in pieces, however they are cut. What it holds is bounded by the longest key.
 */
export class KeyFinder {
  /** The character before the first that is still to be looked at, which tells whether a word begins there; then the rest. */
  #kept = "\n";
  #line = 1;
  #column = 1;

  push(piece: string): readonly FoundKey[] {
    const text = this.#kept + piece;
    const found: FoundKey[] = [];
    const pattern = new RegExp(KEY_PATTERN, "g");
    pattern.lastIndex = 1;
    let done = Math.max(1, text.length - KEPT_CHARS);
    let at = 1;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      if (pattern.lastIndex === text.length) break;
      const key = parseKey(match[0]);
      if (key === undefined) continue;
      this.#moveOver(text.slice(at, match.index));
      at = match.index;
      found.push({ ...key, text: match[0], line: this.#line, column: this.#column });
      done = Math.max(done, pattern.lastIndex);
    }
    this.#moveOver(text.slice(at, done));
    this.#kept = text.slice(done - 1);
    return found;
  }

  /** To be called when the text has ended, where a key may stand at the very end. */
  finish(): readonly FoundKey[] {
    return this.push("\n");
  }

  #moveOver(text: string): void {
    const last = text.lastIndexOf("\n");
    if (last < 0) {
      this.#column += text.length;
      return;
    }
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#line += 1;
    this.#column = text.length - last;
  }
}

/** Every key in the text, in its order. */
export function findKeys(text: string): readonly FoundKey[] {
  const finder = new KeyFinder();
  return [...finder.push(text), ...finder.finish()];
}
