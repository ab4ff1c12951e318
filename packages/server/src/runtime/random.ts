import { randomFillSync } from "node:crypto";

export interface Random {
  /** Fresh bytes from the operating system's generator. Throws when it fails: then there is no key (T07). */
  bytes(count: number): Uint8Array;
}

export const systemRandom: Random = {
  bytes: (count) => randomFillSync(new Uint8Array(count)),
};
