// What a person reads on one screen and types in at another (RFC 8628 §6.1).
import type { Random } from "../../runtime/random.ts";

/** Without vowels, so that it spells nothing, and without what looks alike. */
const ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";
const CHARS = 8;
/** The greatest multiple of the alphabet's length that a byte can hold: above it the letters would not be equally likely. */
const FAIR_BELOW = 240;

/** `WDJB-MJHT`: one of 20^8, and so more than 34 bits. */
export function newUserCode(random: Random): string {
  let code = "";
  while (code.length < CHARS) {
    for (const byte of random.bytes(CHARS)) {
      if (byte < FAIR_BELOW && code.length < CHARS) code += ALPHABET.charAt(byte % ALPHABET.length);
    }
  }
  return `${code.slice(0, CHARS / 2)}-${code.slice(CHARS / 2)}`;
}

/** As it was given out, however it was typed; `undefined` for what was never given out. */
export function parseUserCode(text: string): string | undefined {
  const letters = text.toUpperCase().replaceAll(/[\s-]/g, "");
  const isCode =
    letters.length === CHARS && letters.split("").every((one) => ALPHABET.includes(one));
  return isCode ? `${letters.slice(0, CHARS / 2)}-${letters.slice(CHARS / 2)}` : undefined;
}
