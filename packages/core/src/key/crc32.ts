/** CRC-32 of IEEE 802.3, the one of zlib, gzip and PNG: reflected, polynomial 0x04C11DB7, start and final XOR all ones. */
const POLYNOMIAL_REFLECTED = 0xedb88320;

const TABLE = new Int32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder & 1) === 1 ? (remainder >>> 1) ^ POLYNOMIAL_REFLECTED : remainder >>> 1;
  }
  TABLE[byte] = remainder;
}

/** What {@link crc32Step} begins with. */
export const CRC32_START = -1;

/** Takes one character, as one byte, into the remainder; for loops that do something else with it as well. */
export function crc32Step(remainder: number, charCode: number): number {
  return (TABLE[(remainder ^ charCode) & 0xff] ?? 0) ^ (remainder >>> 8);
}

/** The checksum, 0 to 2^32 − 1, of the characters taken in. */
export function crc32Finish(remainder: number): number {
  return ~remainder >>> 0;
}

/**
 * The checksum of the whole text. Characters count as one byte each: only ASCII text has the checksum that another
 * implementation would find.
 */
export function crc32(text: string): number {
  let remainder = CRC32_START;
  for (let index = 0; index < text.length; index++) {
    remainder = crc32Step(remainder, text.charCodeAt(index));
  }
  return crc32Finish(remainder);
}
