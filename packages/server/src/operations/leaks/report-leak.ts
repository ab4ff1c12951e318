// Somebody has shown a secret where none belongs: the event, and what the api has settled for it (spec/leaks.md §3).
import type { AuditAction } from "@keyward/core/audit/event";
import type { KeyId, SecretId } from "@keyward/core/id";
import type { LeakReaction } from "@keyward/core/model/leak-reaction";
import type { JsonValue } from "@keyward/core/model/metadata";
import type { Key } from "@keyward/core/model/records";
import { addSeconds } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { Random } from "../../runtime/random.ts";
import type { TenantScope, Writer } from "../../storage/storage.ts";
import { factsOf } from "../call.ts";
import { liveSecrets } from "../keys/live-secrets.ts";

/** How long a secret goes on that nothing can take the place of, where the api rotates. */
export const LEAKED_SECONDS_MAX = 86_400;
/** Reports of one key that are looked through for the same one. */
const REPORTS_SEEN_MAX = 20;
export const LEAK_REASON = "leaked";

export interface Leak {
  readonly scope: TenantScope;
  readonly keyId: KeyId;
  readonly secretId: SecretId;
  /** Who says so: whoever holds the secret, or GitHub. */
  readonly source: "holder" | "github";
  /** Where it was seen, as the reporter has it. */
  readonly url: string | null;
}

interface Reporting {
  readonly now: Instant;
  readonly random: Random;
  readonly requestId: string;
}

type Step = readonly [
  action: AuditAction,
  value: Key,
  detail: { readonly [name: string]: JsonValue },
];

/** Of what is known already, or opens nothing any more, nothing is said again. */
export async function reportLeak(writer: Writer, by: Reporting, leak: Leak): Promise<void> {
  const { scope, keyId, secretId, source, url } = leak;
  const before = (await writer.findKey(scope, keyId))?.value;
  const secret = before?.secrets.find(({ id }) => id === secretId);
  if (before === undefined || secret === undefined || before.state === "revoked") return;
  const api = (await writer.findApi(scope, before.apiId))?.value;
  const reaction = api?.leakReaction ?? "notify";
  if (await isKnown(writer, leak, reaction)) return;
  const call = { ...by, actor: { type: "system", id: `leak:${source}`, ip: null } as const };
  const detail = { secret: secretId, hint: secret.hint, source, url, reaction };
  const first: Step = ["key.leaked", before, detail];
  const steps = [first, ...(await reactionTo(writer, leak, reaction, before, by.now))];
  for (const [action, value, told] of steps) {
    await writer.record(scope, { entity: "key", id: keyId, value }, factsOf(call, action, told));
  }
}

async function isKnown(writer: Writer, leak: Leak, reaction: LeakReaction): Promise<boolean> {
  const filter = { action: "key.leaked", targetId: leak.keyId };
  const page = { limit: REPORTS_SEEN_MAX, after: null };
  const { items } = await writer.listAuditEvents(leak.scope, filter, page);
  return items.some(
    ({ detail }) => detail["secret"] === leak.secretId && detail["reaction"] === reaction,
  );
}

async function reactionTo(
  writer: Writer,
  leak: Leak,
  reaction: LeakReaction,
  key: Key,
  now: Instant,
): Promise<readonly Step[]> {
  switch (reaction) {
    case "notify":
      return [];
    case "restrict":
      return await restricted(writer, leak, key, now);
    case "quarantine":
      return quarantined(key, now);
    case "revoke": {
      const revoked = { state: "revoked", revokedAt: now, revokedReason: LEAK_REASON } as const;
      return [["key.revoked", { ...key, ...revoked, updatedAt: now }, { reason: LEAK_REASON }]];
    }
    case "rotate":
      return rotated(key, leak.secretId, now);
  }
}

function quarantined(key: Key, now: Instant): readonly Step[] {
  // What waits for an approval is refused already, and must not get round it by being enabled.
  if (key.state !== "active") return [];
  return [["key.disabled", { ...key, state: "disabled", updatedAt: now }, { reason: LEAK_REASON }]];
}

/** Whoever has used it so far goes on; where nobody has, nobody does. */
async function restricted(
  writer: Writer,
  { scope }: Leak,
  key: Key,
  now: Instant,
): Promise<readonly Step[]> {
  if (key.restrictions?.ips !== undefined) return [];
  const uses = await writer.findLastUses(scope, [key.id]);
  const ips = [...new Set(uses.flatMap(({ network }) => network ?? []))].sort();
  if (ips.length === 0) return quarantined(key, now);
  const restrictions = { ...key.restrictions, ips };
  const detail = { fields: ["restrictions"], reason: LEAK_REASON };
  return [["key.updated", { ...key, restrictions, updatedAt: now }, detail]];
}

/** The leaked secret ends: at once where another one works, in a day where it is the last. */
function rotated(key: Key, secretId: SecretId, now: Instant): readonly Step[] {
  const others = key.secrets.filter(({ id }) => id !== secretId);
  const isReplaced = liveSecrets(others, now).some(({ notBefore }) => (notBefore ?? now) <= now);
  if (isReplaced) {
    const detail = { secret: secretId, reason: LEAK_REASON };
    return [["key.secret_removed", { ...key, secrets: others, updatedAt: now }, detail]];
  }
  const end = addSeconds(now, LEAKED_SECONDS_MAX);
  const secrets = key.secrets.map((secret) => {
    if (secret.id !== secretId || (secret.expiresAt ?? end) < end) return secret;
    return { ...secret, expiresAt: end };
  });
  const detail = { fields: ["secrets"], secret: secretId, reason: LEAK_REASON };
  return [["key.updated", { ...key, secrets, updatedAt: now }, detail]];
}
