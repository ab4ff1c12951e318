// Whether GitHub has signed a body: ECDSA on P-256 over SHA-256, by a key of the list that GitHub publishes (T11).
import { createPublicKey, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../runtime/clock.ts";

/** A signature by a key that is not in the list has it read again, and no more often than this. */
const READ_EVERY_MS_MIN = 60_000;
const KEYS_MAX = 20;

const published = z.object({
  public_keys: z
    .array(z.object({ key_identifier: z.string().max(200), key: z.string().max(2_000) }))
    .max(KEYS_MAX),
});

export interface GithubKeysParts {
  /** The text of the list. Rejects when it cannot be had. */
  readonly fetchList: () => Promise<string>;
  readonly clock: Pick<Clock, "monotonicMs">;
}

export class GithubKeys {
  readonly #parts: GithubKeysParts;
  #keys: ReadonlyMap<string, KeyObject> = new Map();
  #readMs = -Infinity;
  #reading: Promise<void> | undefined;

  constructor(parts: GithubKeysParts) {
    this.#parts = parts;
  }

  /** @throws Error when the list is needed and cannot be had */
  async hasSigned(body: Uint8Array, keyId: string, signature: string): Promise<boolean> {
    const key = this.#keys.get(keyId) ?? (await this.#readAgain()).get(keyId);
    if (key === undefined) return false;
    // A damaged signature is a wrong one.
    try {
      return verify("sha256", body, key, Buffer.from(signature, "base64"));
    } catch {
      return false;
    }
  }

  async #readAgain(): Promise<ReadonlyMap<string, KeyObject>> {
    const nowMs = this.#parts.clock.monotonicMs();
    if (this.#reading === undefined) {
      if (nowMs - this.#readMs < READ_EVERY_MS_MIN) return this.#keys;
      this.#readMs = nowMs;
      this.#reading = this.#read().finally(() => {
        this.#reading = undefined;
      });
    }
    await this.#reading;
    return this.#keys;
  }

  async #read(): Promise<void> {
    const { public_keys: list } = published.parse(JSON.parse(await this.#parts.fetchList()));
    this.#keys = new Map(list.map(({ key_identifier: id, key }) => [id, publicKeyOf(key)]));
  }
}

/** @throws Error for what is no key on P-256 */
function publicKeyOf(pem: string): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyDetails?.namedCurve === "prime256v1") return key;
  throw new Error("a key that GitHub has published is not on P-256");
}
