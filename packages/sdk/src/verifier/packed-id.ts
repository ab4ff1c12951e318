// An id's 26 characters of 5 bits are 128 bits, the first character holding three: four words instead of a string.
import type { Id, IdKind } from "@keyward/core/id";

export const ID_WORDS = 4;
const PREFIX_CHARS = "key_".length;
const BODY_CHARS = 26;
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

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
  for (let place = 0; place < BODY_CHARS; place++) {
    const { word, shift } = position(place);
    const high = words[word] ?? 0;
    const value =
      shift >= 0 ? high >>> shift : (high << -shift) | ((words[word + 1] ?? 0) >>> (32 + shift));
    text += ALPHABET.charAt(value & (place === 0 ? 7 : 31));
  }
  return `${prefix}_${text}` as Id<Kind>;
}

/** Where a character's five bits end in its word: `shift` bits above the lowest, or, if negative, in the next word. */
function position(place: number): { readonly word: number; readonly shift: number } {
  const end = place * 5 + 3;
  const word = Math.max(0, (end - 5) >> 5);
  return { word, shift: 32 * (word + 1) - end };
}
