import { digestKey } from "@keyward/core/key/digest";
import { formatKey, KEY_RANDOM_BYTES } from "@keyward/core/key/format";
import type { Environment, KeyKind } from "@keyward/core/key/format";
import type { Secret } from "@keyward/core/key/secret";
import type { KeySecret } from "@keyward/core/model/records";
import type { Instant } from "@keyward/core/time";
import type { Call } from "../call.ts";
import { mintId } from "../call.ts";

export interface IssuedSecret {
  /** To be shown to the caller, once. */
  readonly secret: Secret;
  /** To be kept. */
  readonly record: KeySecret;
}

/** Makes a new secret. What leaves for storage is the digest and the last four characters. */
export function issueSecret(
  call: Pick<Call, "now" | "random">,
  of: { readonly brand: string; readonly kind: KeyKind; readonly environment: Environment },
  life: { readonly notBefore: Instant | null; readonly expiresAt: Instant | null } = {
    notBefore: null,
    expiresAt: null,
  },
): IssuedSecret {
  const secret = formatKey({ ...of, random: call.random.bytes(KEY_RANDOM_BYTES) });
  const record = {
    id: mintId(call, "secret"),
    digest: digestKey(secret.reveal()),
    hint: secret.hint,
    ...life,
    createdAt: call.now,
  };
  return { secret, record };
}
