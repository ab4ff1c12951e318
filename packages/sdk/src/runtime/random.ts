/** A fresh number from 0 to 1, never 1. */
export type Random = () => number;

export const systemRandom: Random = () => {
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
  return word / 2 ** 32;
};

/** A whole number of 32 bits. */
export function randomWord(random: Random): number {
  return Math.floor(random() * 2 ** 32) >>> 0;
}

/** 32 hexadecimal digits: a name that no other process has. */
export function randomId(random: Random): string {
  const words = [0, 1, 2, 3].map(() => randomWord(random));
  return words.map((word) => word.toString(16).padStart(8, "0")).join("");
}
