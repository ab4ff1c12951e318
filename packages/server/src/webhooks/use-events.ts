// Tells of what uses show: that a revoked key is still in use, that a limit has been reached, and that a key is used from a new network. Once for a key and a day.
import { formatId, ID_RANDOM_BYTES, parseId } from "@keyward/core/id";
import type { KeyId } from "@keyward/core/id";
import type { Key } from "@keyward/core/model/records";
import { formatInstant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { UsageBatch } from "@keyward/core/usage/cell";
import type { VerdictCode } from "@keyward/core/verdict/codes";
import type { Log } from "../runtime/log.ts";
import type { Random } from "../runtime/random.ts";
import type { Storage, SubjectWithin, TenantScope } from "../storage/storage.ts";
import type { NewNetwork } from "../storage/usage.ts";

const DAY_MS = 86_400_000;
/** Remembered so that a key which goes on being used costs no write; forgotten when there are more. */
const REMEMBERED_MAX = 10_000;

type UseEvent = "key.used_after_revocation" | "key.limit_reached" | "key.used_from_new_network";

const EVENT_OF: Readonly<Partial<Record<VerdictCode, UseEvent>>> = {
  revoked: "key.used_after_revocation",
  quota_exceeded: "key.limit_reached",
  credits_exhausted: "key.limit_reached",
};

interface Parts {
  readonly random: Random;
  readonly log: Pick<Log, "failed">;
}

/** The same storage; what it counts it also tells of. A count does not fail for want of an event. */
export function announcingUses(storage: Storage, parts: Parts): Storage {
  const told = new Set<string>();
  return {
    ...storage,
    usage: {
      ...storage.usage,
      count: async (scope, subject, batch, now) => {
        const counted = await storage.usage.count(scope, subject, batch, now);
        if (counted.outcome !== "counted") return counted;
        const news = newsOf(batch, counted.newNetworks, now).filter(
          ({ keyId, notice }) => !told.has(keyId + notice),
        );
        if (news.length === 0) return counted;
        if (told.size + news.length > REMEMBERED_MAX) told.clear();
        for (const { keyId, notice } of news) told.add(keyId + notice);
        await tell(storage, parts, { scope, subject, news, now }).catch((error: unknown) =>
          parts.log.failed(error),
        );
        return counted;
      },
    },
  };
}

interface News {
  readonly keyId: KeyId;
  readonly type: UseEvent;
  readonly code: VerdictCode | null;
  /** Of a new network, where its name is known. */
  readonly network: string | null;
  readonly notice: string;
}

/** Each once, however many cells and uses of a batch say it. */
function newsOf(
  { cells }: UsageBatch,
  newNetworks: readonly NewNetwork[],
  now: Instant,
): readonly News[] {
  const day = Math.floor(now / DAY_MS);
  const news = new Map<string, News>();
  for (const { keyId: id, code } of cells) {
    const type = EVENT_OF[code];
    const keyId = type && id !== null ? parseId("key", id) : undefined;
    if (type === undefined || keyId === undefined) continue;
    const notice = `${type} ${day}`;
    news.set(keyId + notice, { keyId, type, code, network: null, notice });
  }
  for (const { keyId: id, network } of newNetworks) {
    const keyId = parseId("key", id);
    const type = "key.used_from_new_network";
    const notice = `${type} ${day}`;
    if (keyId !== undefined) news.set(keyId + notice, { keyId, type, code: null, network, notice });
  }
  return [...news.values()];
}

interface Telling {
  readonly scope: TenantScope;
  readonly subject: SubjectWithin | null;
  readonly news: readonly News[];
  readonly now: Instant;
}

async function tell(
  storage: Storage,
  { random }: Parts,
  { scope, subject, news, now }: Telling,
): Promise<void> {
  await storage.write(async (writer) => {
    for (const { keyId, type, code, network, notice } of news) {
      const key = (await writer.findKey(scope, keyId))?.value;
      if (key === undefined || !isOf(subject, key) || !isTold(type, key)) continue;
      if (!(await writer.takeNotice(scope, keyId, notice))) continue;
      const owner = await writer.findOwner(scope, key.ownerId);
      const data = {
        id: keyId,
        name: key.name,
        owner: owner?.value.externalId ?? key.ownerId,
        environment: key.environment,
        ...(code !== null && { code }),
        ...(type === "key.used_from_new_network" && { network }),
        revoked_at: key.revokedAt && formatInstant(key.revokedAt),
      };
      const id = formatId("event", now, random.bytes(ID_RANDOM_BYTES));
      await writer.announce(scope, { id, type, at: now, data });
    }
  });
}

/** A publishable key is meant to be used from everywhere; that a revoked one is still tried has an event of its own. */
function isTold(type: UseEvent, { kind, state }: Key): boolean {
  if (type !== "key.used_from_new_network") return true;
  return kind !== "publishable" && state !== "revoked";
}

/** Whoever reports tells of no keys but those that they were trusted with. */
function isOf(subject: SubjectWithin | null, { apiId, environment }: Key): boolean {
  return subject === null || (subject.apiId === apiId && subject.environment === environment);
}
