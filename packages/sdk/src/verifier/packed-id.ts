// An id's 26 characters of 5 bits are 128 bits, the first character holding three: four words instead of a string.
import type { Id, IdKind } from "@keyward/core/id";

export const ID_WORDS = 4;
const PREFIX_CHARS = "key_".length;
const BODY_CHARS = 26;
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** All texts of two characters, by the ten bits that they stand for. */
const PAIRS = Array.from(
  { length: 1024 },
  (_, bits) => ALPHABET.charAt(bits >>> 5) + ALPHABET.charAt(bits & 31),
);

const VALUES = new Int8Array(128).fill(-1);
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

/** Writes the id into the four words of `target`. A RangeError for what `formatId` cannot have made. */
export function packId(id: string, target: Uint32Array): void {
  if (id.length !== PREFIX_CHARS + BODY_CHARS) throw new RangeError(`not an id: ${id}`);
  target.fill(0);
  for (let place = 0; place < BODY_CHARS; place++) {
    const value = VALUES[id.charCodeAt(PREFIX_CHARS + place)] ?? -1;
    if (value < 0 || (place === 0 && value > 7)) throw new RangeError(`not an id: ${id}`);
    const { word, shift } = position(place);
    target[word] = (target[word] ?? 0) | (shift >= 0 ? value << shift : value >>> -shift);
    if (shift < 0) target[word + 1] = value << (32 + shift);
  }
}

/** The id of this prefix whose words these are. */
export function unpackId<Kind extends IdKind>(
  prefix: string,
  words: readonly [number, number, number, number],
): Id<Kind> {
  let text = "";
  // The first pair has eight bits, and the rest have ten.
  for (let end = 8; end <= 128; end += 10) text += PAIRS[tenBitsBefore(words, end)] ?? "";
  return `${prefix}_${text}` as Id<Kind>;
}

function tenBitsBefore(words: readonly number[], end: number): number {
  const word = (end - 1) >>> 5;
  const shift = 32 * (word + 1) - end;
  const bits = (words[word] ?? 0) >>> shift;
  // Beyond 22 bits to the right, some of the ten are in the word before.
  return (shift > 22 ? bits | ((words[word - 1] ?? 0) << (32 - shift)) : bits) & 1023;
}

/** Where a character's five bits end in its word: `shift` bits above the lowest, or, if negative, in the next word. */
function position(place: number): { readonly word: number; readonly shift: number } {
  const end = place * 5 + 3;
  const word = Math.max(0, (end - 5) >> 5);
  return { word, shift: 32 * (word + 1) - end };
}
