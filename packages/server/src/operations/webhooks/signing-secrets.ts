// What signs an endpoint's deliveries: made here, shown once, and kept sealed.
import type { WebhookId } from "@keyward/core/id";
import { Secret } from "@keyward/core/key/secret";
import { addSeconds } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import { seal } from "../../runtime/sealing.ts";
import type { WebhookSecret } from "../../storage/events.ts";
import type { Writer } from "../../storage/storage.ts";
import type { Call } from "../call.ts";

/** Standard Webhooks takes 24 to 64. */
const SECRET_BYTES = 32;
/** The new one and the one before: a receiver knows one of them. */
const SIGNING_MAX = 2;

/** Makes a secret that signs from now on; the one before it still signs for the overlap. */
export async function issueSigningSecret(
  call: Call,
  writer: Writer,
  id: WebhookId,
  overlapSeconds: number,
): Promise<Secret> {
  const { scope } = call.caller;
  const secret = Secret.of(
    `whsec_${Buffer.from(call.random.bytes(SECRET_BYTES)).toString("base64")}`,
  );
  const sealing = { key: call.webhooks.sealingKey, place: placeOf(scope, id) };
  const sealed = seal(sealing, call.random, secret.reveal());
  const before = await writer.readWebhookSecrets(scope, id);
  const until = addSeconds(call.now, overlapSeconds);
  const overlapping = before.map((each) => endingBy(each, until)).filter(stillSigns(call.now));
  const secrets = [{ sealed, expiresAt: null }, ...overlapping].slice(0, SIGNING_MAX);
  await writer.keepWebhookSecrets(scope, id, secrets);
  return secret;
}

/** Binds a sealed secret to its endpoint: moved to another, it does not open. */
export function placeOf(workspaceId: string, id: WebhookId): Uint8Array {
  return Buffer.from(`${workspaceId} ${id}`);
}

function endingBy({ sealed, expiresAt }: WebhookSecret, until: Instant): WebhookSecret {
  return { sealed, expiresAt: expiresAt === null || expiresAt > until ? until : expiresAt };
}

function stillSigns(now: Instant): (secret: WebhookSecret) => boolean {
  return ({ expiresAt }) => expiresAt === null || expiresAt > now;
}
