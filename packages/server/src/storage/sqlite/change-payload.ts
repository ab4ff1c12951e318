import type { Change } from "@keyward/core/feed/change";
import { digestToHex } from "@keyward/core/key/digest";

/** The value of a change as JSON for the feed, digests in hexadecimal; `null` when the thing was deleted. */
export function changePayload(change: Change): string | null {
  if (change.value === null) return null;
  if (change.entity !== "key") return JSON.stringify(change.value);
  const secrets = change.value.secrets.map((secret) => ({
    ...secret,
    digest: digestToHex(secret.digest),
  }));
  return JSON.stringify({ ...change.value, secrets });
}
