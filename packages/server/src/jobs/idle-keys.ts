// Disables keys that nobody uses, where a policy says so, and tells of it before: once each, also after the server was away.
import { setImmediate as nextTurn } from "node:timers/promises";
import { formatId, ID_RANDOM_BYTES } from "@keyward/core/id";
import type { Policy } from "@keyward/core/model/policy";
import type { Key } from "@keyward/core/model/records";
import { addSeconds, formatInstant, instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import { factsOf } from "../operations/call.ts";
import { governedKeys, lastAttention, lastUses } from "../operations/policies/affected.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import { tenantScope } from "../storage/storage.ts";
import type { Storage, TenantScope, Versioned, Writer } from "../storage/storage.ts";

const DAY_SECONDS = 86_400;
const LOOK_EVERY_MS = 3_600_000;
/** Days before, in the order in which they come. */
const WARNING_DAYS = [7, 1] as const;
/** Keys that one look takes up, and one transaction at most changes. */
const KEYS_PER_LOOK = 200;

export interface IdleParts {
  readonly storage: Pick<Storage, "system" | "reader" | "write">;
  readonly clock: Clock;
  readonly random: Random;
}

/** Looks from time to time, however often it is reminded. */
export class IdleKeys {
  readonly #parts: IdleParts;
  #nextAtMs = 0;

  constructor(parts: IdleParts) {
    this.#parts = parts;
  }

  async lookIfDue(): Promise<void> {
    const nowMs = this.#parts.clock.monotonicMs();
    if (nowMs < this.#nextAtMs) return;
    this.#nextAtMs = nowMs + LOOK_EVERY_MS;
    await disableIdleKeys(this.#parts);
  }
}

/** Looks at every key that such a policy speaks of and that was not used of late; others have their turn between. */
export async function disableIdleKeys(parts: IdleParts): Promise<void> {
  for (const policy of await parts.storage.system.listAllPolicies()) {
    if (policy.idleSeconds !== null && policy.idleSince !== null) await sweep(parts, policy);
  }
}

async function sweep(parts: IdleParts, policy: Policy): Promise<void> {
  const { storage, clock } = parts;
  const { reader } = storage;
  const now = clock.now();
  const scope = tenantScope(policy.workspaceId);
  const of = { now, createdBy: now, sparedKeyId: null };
  const governed = await governedKeys(reader, scope, policy, of);
  if (governed === undefined) return;
  const quietSeconds = (policy.idleSeconds ?? 0) - WARNING_DAYS[0] * DAY_SECONDS;
  const notUsedSince = instant(Math.max(0, addSeconds(now, -Math.max(0, quietSeconds))));
  const filter = { ...governed, status: "active", notUsedSince } as const;
  for (let after: string | null = null; ;) {
    const page = await reader.listKeys(scope, filter, { limit: KEYS_PER_LOOK, after });
    const used = await lastUses(reader, scope, page.items);
    const quiet = page.items.filter(
      ({ value }) => stageOf(policy, value, used.get(value.id), now) !== undefined,
    );
    if (quiet.length > 0) {
      await storage.write((writer) => treat(parts, writer, { scope, policy, quiet, now }));
    }
    after = page.items.at(-1)?.value.id ?? null;
    if (!page.more || after === null) return;
    await nextTurn();
  }
}

interface Quiet {
  readonly scope: TenantScope;
  readonly policy: Policy;
  readonly quiet: readonly Versioned<Key>[];
  readonly now: Instant;
}

/** Looks once more: a key may have been used, or changed, since it was listed. */
async function treat(
  parts: IdleParts,
  writer: Writer,
  { scope, policy, quiet, now }: Quiet,
): Promise<void> {
  const used = await lastUses(writer, scope, quiet);
  for (const { value: listed } of quiet) {
    const key = (await writer.findKey(scope, listed.id))?.value;
    if (key === undefined || key.state !== "active") continue;
    const stage = stageOf(policy, key, used.get(key.id), now);
    if (stage === undefined) continue;
    if (stage.days === 0) await disable(parts, writer, { scope, policy, key, now });
    else await tell(parts, writer, { scope, policy, key, now, ...stage });
  }
}

interface Stage {
  /** Days that are left; 0 is that it is disabled now. */
  readonly days: number;
  readonly idleAt: Instant;
}

/** Nothing has been idle for longer than the policy has asked for uses. */
function stageOf(
  { idleSeconds, idleSince }: Policy,
  key: Key,
  usedAt: Instant | undefined,
  now: Instant,
): Stage | undefined {
  if (idleSeconds === null || idleSince === null) return undefined;
  const attention = lastAttention(key, usedAt);
  const idleAt = addSeconds(attention > idleSince ? attention : idleSince, idleSeconds);
  if (now >= idleAt) return { days: 0, idleAt };
  const days = WARNING_DAYS.findLast((each) => now >= addSeconds(idleAt, -each * DAY_SECONDS));
  return days === undefined || days * DAY_SECONDS >= idleSeconds ? undefined : { days, idleAt };
}

interface Treated {
  readonly scope: TenantScope;
  readonly policy: Policy;
  readonly key: Key;
  readonly now: Instant;
}

async function disable(
  { random }: IdleParts,
  writer: Writer,
  { scope, policy, key, now }: Treated,
): Promise<void> {
  const actor = { type: "system", id: "policy", ip: null } as const;
  const by = { actor, now, random, requestId: "policy" };
  const facts = factsOf(by, "key.disabled", { because: "idle", policy: policy.id });
  const value: Key = { ...key, state: "disabled", updatedAt: now };
  await writer.record(scope, { entity: "key", id: key.id, value }, facts);
}

async function tell(
  { random }: IdleParts,
  writer: Writer,
  { scope, policy, key, now, days, idleAt }: Treated & Stage,
): Promise<void> {
  if (!(await writer.takeNotice(scope, key.id, `idle ${days} ${idleAt}`))) return;
  const id = formatId("event", now, random.bytes(ID_RANDOM_BYTES));
  const owner = await writer.findOwner(scope, key.ownerId);
  const data = {
    id: key.id,
    name: key.name,
    owner: owner?.value.externalId ?? key.ownerId,
    environment: key.environment,
    policy: policy.name,
    disabled_at: formatInstant(idleAt),
    days,
  };
  await writer.announce(scope, { id, type: "key.idle", at: now, data });
}
