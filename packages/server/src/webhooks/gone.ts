import { formatId, ID_RANDOM_BYTES } from "@keyward/core/id";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import type { DueDelivery } from "../storage/events.ts";
import { tenantScope } from "../storage/storage.ts";
import type { Storage } from "../storage/storage.ts";

interface GoneParts {
  readonly storage: Pick<Storage, "write">;
  readonly clock: Clock;
  readonly random: Random;
}

/** Disables an endpoint that says it is gone for good (410, as Standard Webhooks has it). Whoever runs it can enable it. */
export async function disableGone(
  { storage, clock, random }: GoneParts,
  { workspaceId, webhookId }: DueDelivery,
): Promise<void> {
  const scope = tenantScope(workspaceId);
  await storage.write(async (writer) => {
    const webhook = await writer.findWebhook(scope, webhookId);
    if (webhook === undefined || webhook.value.disabled) return;
    const at = clock.now();
    const value = { ...webhook.value, disabled: true, updatedAt: at };
    const facts = {
      id: formatId("event", at, random.bytes(ID_RANDOM_BYTES)),
      at,
      actor: { type: "system", id: "webhooks", ip: null },
      action: "webhook.disabled",
      requestId: null,
      detail: { reason: "the endpoint answered that it is gone" },
    } as const;
    await writer.record(scope, { entity: "webhook", id: webhookId, value }, facts);
  });
}
