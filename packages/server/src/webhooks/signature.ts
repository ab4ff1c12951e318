// Standard Webhooks, version 1: https://www.standardwebhooks.com, "Signature scheme".
import { createHmac } from "node:crypto";

/** Bytes of a secret: the specification takes 24 to 64. */
export const WEBHOOK_SECRET_BYTES = 32;
const SECRET_BEGINNING = "whsec_";

export interface SignedMessage {
  /** The event's id: the same at every attempt, so that a receiver knows a repetition. */
  readonly id: string;
  /** Whole seconds since 1970, of this attempt. */
  readonly timestampSeconds: number;
  readonly body: string;
}

/** As a receiver's library takes it. */
export function formatWebhookSecret(bytes: Uint8Array): string {
  return SECRET_BEGINNING + Buffer.from(bytes).toString("base64");
}

/**
 * The headers of a message, signed by each of the secrets: while they rotate, a receiver that knows either is content.
 *
 * @param secrets as {@link formatWebhookSecret} writes them
 */
export function signatureHeaders(
  { id, timestampSeconds, body }: SignedMessage,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(SECRET_BEGINNING.length), "base64");
    const signed = `${id}.${timestampSeconds}.${body}`;
    return `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestampSeconds),
    "webhook-signature": signatures.join(" "),
  };
}
