// Tells that most of a quota or of credits is used: once in a period, and once more for a limit that was changed meanwhile.
import { formatId, ID_RANDOM_BYTES, parseId } from "@keyward/core/id";
import type { UnitDemand, UnitStore } from "@keyward/core/limit/unit-store";
import type { Taken } from "@keyward/core/limit/units-counter";
import { formatInstant, instant } from "@keyward/core/time";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { Random } from "../runtime/random.ts";
import { tenantScope } from "../storage/storage.ts";
import type { Storage, TenantScope, Writer } from "../storage/storage.ts";

/** Of a limit that are used when it is told. */
const PERCENT = 80;
/** Remembered so that a limit which goes on being used costs no write; forgotten when there are more. */
const REMEMBERED_MAX = 10_000;

interface Parts {
  readonly clock: Pick<Clock, "now">;
  readonly random: Random;
  readonly log: Pick<Log, "failed">;
}

/** The same storage; what it grants it also tells of. No request waits for an event, nor fails for want of one. */
export function announcingUnits(storage: Storage, parts: Parts): Storage {
  const told = new Set<string>();
  const units: UnitStore = {
    ...storage.units,
    take: async (demands) => {
      const taken = await storage.units.take(demands);
      const news = newsOf(demands, taken).filter(({ notice }) => !told.has(notice));
      if (news.length > 0) {
        if (told.size + news.length > REMEMBERED_MAX) told.clear();
        for (const { notice } of news) told.add(notice);
        tell(storage, parts, news).catch((error: unknown) => parts.log.failed(error));
      }
      return taken;
    },
  };
  return { ...storage, units };
}

interface News {
  readonly demand: UnitDemand;
  readonly limit: number;
  readonly used: number;
  readonly notice: string;
}

function newsOf(demands: readonly UnitDemand[], taken: readonly Taken[]): readonly News[] {
  return demands.flatMap((demand, index) => {
    const { capacity, limit = capacity, workspaceId, counter, periodStartMs } = demand;
    const { granted, total: used } = taken[index] ?? { granted: 0, total: 0 };
    if (granted === 0 || used * 100 < limit * PERCENT) return [];
    const notice = `${workspaceId} ${counter} ${periodStartMs} ${limit}`;
    return [{ demand, limit, used, notice }];
  });
}

async function tell(
  storage: Storage,
  { clock, random }: Parts,
  news: readonly News[],
): Promise<void> {
  await storage.write(async (writer) => {
    for (const { demand, limit, used } of news) {
      const { counter, periodStartMs } = demand;
      const scope = tenantScope(demand.workspaceId);
      const [placeId = "", kind = "", name = "", ...more] = counter.split("|");
      // One that counts each key or network apart would tell as often as there are any.
      if (more.length > 0) continue;
      const place = await placeOf(writer, scope, placeId);
      if (place === undefined || !(await writer.takeUnitNotice(demand, limit))) continue;
      const at = clock.now();
      const id = formatId("event", at, random.bytes(ID_RANDOM_BYTES));
      const data = {
        ...place,
        limit: { name, kind, limit },
        used,
        period_start: periodStartMs === 0 ? null : formatInstant(instant(periodStartMs)),
      };
      await writer.announce(scope, { id, type: "limit.nearly_reached", at, data });
    }
  });
}

/** Whose limit it is; `undefined` for what is gone. */
async function placeOf(
  writer: Writer,
  scope: TenantScope,
  id: string,
): Promise<object | undefined> {
  const keyId = parseId("key", id);
  const clientId = parseId("client", id);
  const ownerId = parseId("owner", id);
  const apiId = parseId("api", id);
  if (keyId !== undefined) return named("key", (await writer.findKey(scope, keyId))?.value);
  if (clientId !== undefined) {
    return named("client", (await writer.findClient(scope, clientId))?.value);
  }
  if (apiId !== undefined) return named("api", (await writer.findApi(scope, apiId))?.value);
  const owner = ownerId && (await writer.findOwner(scope, ownerId))?.value;
  return owner && { of: "owner", id: owner.id, name: owner.name, owner: owner.externalId };
}

function named(
  of: "key" | "client" | "api",
  thing: { readonly id: string; readonly name: string } | undefined,
): object | undefined {
  return thing && { of, id: thing.id, name: thing.name };
}
