import type { Change } from "@keyward/core/feed/change";
import { digestToHex } from "@keyward/core/key/digest";
import { secretsForText } from "./oauth-rows.ts";

/** The value of a change as JSON for the feed, digests in hexadecimal; `null` when the thing was deleted. */
export function changePayload(change: Change): string | null {
  if (change.value === null) return null;
  switch (change.entity) {
    case "key":
    case "client":
      return JSON.stringify({ ...change.value, secrets: secretsForText(change.value.secrets) });
    case "signing_key":
      // Not even sealed: nobody who reads changes has any use for it.
      return JSON.stringify({ ...change.value, sealedPrivateKey: undefined });
    case "token": {
      const { digest } = change.value;
      return JSON.stringify({ ...change.value, digest: digest && digestToHex(digest) });
    }
    default:
      return JSON.stringify(change.value);
  }
}
