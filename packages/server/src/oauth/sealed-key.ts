// Private keys at rest: sealed under the server key, so that the database alone signs nothing.
import { createCipheriv, createDecipheriv, createPrivateKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Random } from "../runtime/random.ts";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** @param kid binds it to its place: what is moved to another key does not open */
export function sealPrivateKey(
  sealingKey: KeyObject,
  random: Random,
  kid: string,
  key: KeyObject,
): string {
  const nonce = random.bytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, sealingKey, nonce).setAAD(Buffer.from(kid));
  const der = key.export({ format: "der", type: "pkcs8" });
  const sealed = Buffer.concat([cipher.update(der), cipher.final()]);
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString("base64");
}

/** @throws Error when it was not sealed under this key, as after the server key was lost */
export function openPrivateKey(sealingKey: KeyObject, kid: string, text: string): KeyObject {
  const sealed = Buffer.from(text, "base64");
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, sealingKey, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(kid)).setAuthTag(sealed.subarray(-TAG_BYTES));
  const opened = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
  const der = Buffer.concat([opened, decipher.final()]);
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}
