// What a visitor of the portal sees besides keys: what the session is for, and what the keys were used for.
import { formatInstant } from "@keyward/core/time";
import { compileGrants, covers } from "@keyward/core/scope/scope";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { ReadAccess } from "../handlers.ts";
import { getUsage } from "../usage/usage.ts";
import { USAGE_TOP_DEFAULT } from "../../contract/limits.ts";
import { addSeconds } from "@keyward/core/time";
import { readOwnKey } from "./visit.ts";
import type { Visit } from "./visit.ts";

const DAY_SECONDS = 86_400;

export function showSession({ session, api, owner }: Visit): ResultOf<"portal.session"> {
  const offered = compileGrants(session.scopes);
  return {
    api: { name: api.name, prefix: api.prefix },
    owner: owner.externalId,
    environment: session.environment,
    actions: [...session.actions],
    scopes: api.scopes
      .filter(({ name }) => covers(offered, name))
      .map(({ name, description }) => ({ name, description })),
    keys_max: session.keysMax,
    return_url: session.returnUrl,
    expires_at: formatInstant(session.expiresAt),
  };
}

export async function showOwnUsage(
  visit: Visit,
  access: ReadAccess,
  { query }: InputOf<"portal.usage">,
): Promise<ResultOf<"portal.usage">> {
  const { call, session } = visit;
  if ("key" in query) await readOwnKey(visit, access.reader, query.key);
  const usage = await getUsage(call, access, {
    params: {},
    body: undefined,
    query: {
      api: session.apiId,
      owner: session.ownerId,
      environment: session.environment,
      ...(query.key === undefined ? {} : { key: query.key }),
      from: addSeconds(call.now, -DAY_SECONDS * (query.days - 1)),
      to: call.now,
      grain: "day",
      time_zone: "UTC",
      top: USAGE_TOP_DEFAULT,
    },
  });
  const { count, allowed, denied } = usage.totals;
  return {
    from: usage.from,
    to: usage.to,
    count,
    allowed,
    denied,
    days: usage.buckets.map(({ at, count, allowed, denied }) => ({ at, count, allowed, denied })),
  };
}
