// Tells of keys that end, before they do and when they have: once each, in order, also after the server was away.
import type { Storage } from "../storage/storage.ts";
import { tenantScope } from "../storage/storage.ts";
import { formatId, ID_RANDOM_BYTES } from "@keyward/core/id";
import { addSeconds, formatInstant, instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import type { EndingKey } from "../storage/events.ts";

const DAY_SECONDS = 86_400;
/** Days before the end, in the order in which they come. */
const WARNING_DAYS = [30, 14, 7, 1] as const;
/** A key that ended longer ago is nobody's news: it came with an import, or before Keyward told of ends. */
const OLD_DAYS = 30;
/** Keys of one transaction. */
const KEYS_PER_WRITE = 200;

export interface EndingsParts {
  readonly storage: Pick<Storage, "system" | "reader" | "write">;
  readonly clock: Clock;
  readonly random: Random;
}

interface Stage {
  readonly type: "key.expiring" | "key.expired";
  /** What it is remembered by; the key's end follows, so that a later end is told of anew. */
  readonly notice: string;
  readonly days: number | null;
  readonly after: Instant;
  readonly until: Instant;
}

export async function tellOfEndings(parts: EndingsParts): Promise<void> {
  const now = parts.clock.now();
  for (const [index, stage] of stagesAt(now).entries()) {
    // A millisecond apart, because that is what the order of events is told by.
    const at = instant(now + index);
    for (;;) {
      const keys = await parts.storage.system.listEndingKeys({ ...stage, limit: KEYS_PER_WRITE });
      if (keys.length === 0) break;
      await tell(parts, { ...stage, at }, keys);
    }
  }
}

function stagesAt(now: Instant): readonly Stage[] {
  const warnings = WARNING_DAYS.map((days): Stage => {
    const until = addSeconds(now, days * DAY_SECONDS);
    return { type: "key.expiring", notice: `expiring ${days} `, days, after: now, until };
  });
  const after = addSeconds(now, -OLD_DAYS * DAY_SECONDS);
  return [...warnings, { type: "key.expired", notice: "expired ", days: null, after, until: now }];
}

/** The notice is taken in the transaction that puts the event where it will be told: neither is without the other. */
async function tell(
  { storage, random }: EndingsParts,
  { type, notice, days, at }: Stage & { readonly at: Instant },
  keys: readonly EndingKey[],
): Promise<void> {
  await storage.write(async (writer) => {
    for (const { workspaceId, keyId, expiresAt } of keys) {
      const scope = tenantScope(workspaceId);
      if (!(await writer.takeNotice(scope, keyId, notice + expiresAt))) continue;
      const key = await writer.findKey(scope, keyId);
      if (key === undefined) continue;
      const { name, ownerId, environment } = key.value;
      const owner = await writer.findOwner(scope, ownerId);
      const data = {
        id: keyId,
        name,
        owner: owner?.value.externalId ?? ownerId,
        environment,
        expires_at: formatInstant(expiresAt),
        ...(days !== null && { days }),
      };
      const id = formatId("event", at, random.bytes(ID_RANDOM_BYTES));
      await writer.announce(scope, { id, type, at, data });
    }
  });
}
