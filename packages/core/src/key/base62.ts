/** Ascending in ASCII too, so that texts of equal length compare as the numbers they stand for. */
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE = ALPHABET.length;

const VALUES = new Int8Array(128).fill(-1);
for (let value = 0; value < BASE; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

/** The value (0–61) of a character code, or −1 where it is none of the 62. */
export function base62Value(charCode: number): number {
  return VALUES[charCode] ?? -1;
}

/**
 * Writes the bytes as one big-endian number, left-padded with `0` to `width` characters. Every bit of the input is
 * kept: the number is written whole, so no symbol is favoured as it would be by `byte % 62`.
 *
 * @throws RangeError when the number does not fit
 */
export function encodeBase62(bytes: Uint8Array, width: number): string {
  const rest = Uint8Array.from(bytes);
  let text = "";
  while (text.length < width) text = ALPHABET.charAt(divide(rest)) + text;
  if (rest.some((byte) => byte !== 0))
    throw new RangeError(`does not fit into ${width} characters`);
  return text;
}

/**
 * Writes a whole number from 0 to 2^53 − 1, left-padded with `0` to `width` characters.
 *
 * @throws RangeError when the number does not fit
 */
export function encodeBase62Number(number: number, width: number): string {
  let rest = number;
  let text = "";
  while (text.length < width) {
    text = ALPHABET.charAt(rest % BASE) + text;
    rest = Math.floor(rest / BASE);
  }
  if (rest !== 0) throw new RangeError(`does not fit into ${width} characters`);
  return text;
}

/** Divides the big-endian number in place by 62 and returns the remainder. */
function divide(number: Uint8Array): number {
  let remainder = 0;
  for (let index = 0; index < number.length; index++) {
    const part = remainder * 256 + (number[index] ?? 0);
    number[index] = Math.floor(part / BASE);
    remainder = part % BASE;
  }
  return remainder;
}
