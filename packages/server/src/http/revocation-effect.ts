// Adds to an answer who else refuses by now what was revoked: known only after the commit, and anew each time.
import { parseId } from "@keyward/core/id";
import { formatInstant } from "@keyward/core/time";
import type { InputOf, OperationId, ResultOf } from "../contract/operations.ts";
import type { Feed } from "../feed/feed.ts";
import type { Reach } from "../feed/reach.ts";
import type { TenantScope } from "../storage/storage.ts";
import type { Input } from "./read-input.ts";

interface Asked {
  readonly feed: Feed;
  readonly scope: TenantScope;
  readonly input: Input;
}

/** @param result what the operation itself answers with; that of every other operation is answered as it is */
export async function withRevocationEffect(
  asked: Asked,
  id: OperationId,
  result: unknown,
): Promise<unknown> {
  switch (id) {
    case "keys.revoke": {
      const key = result as ResultOf<"keys.get">;
      const reach = reachOf(asked.scope, { api_id: key.api_id, environment: key.environment });
      return { ...key, ...(await effectOf(asked, reach, key.rev)) };
    }
    case "revocations.get": {
      const revocation = result as ResultOf<"revocations.get">;
      if (revocation.status === "running") return revocation;
      const reach = reachOf(asked.scope, revocation.filter);
      return { ...revocation, ...(await effectOf(asked, reach, revocation.rev)) };
    }
    default:
      return result;
  }
}

function reachOf(
  scope: TenantScope,
  { api_id, environment }: Pick<ResultOf<"revocations.get">["filter"], "api_id" | "environment">,
): Reach {
  const apiId = api_id === null ? null : parseId("api", api_id);
  if (apiId === undefined) throw new Error("an api has an id");
  return { workspaceId: scope, apiId, environment };
}

async function effectOf({ feed, input }: Asked, reach: Reach, rev: number) {
  const { wait, timeout } = input.query as InputOf<"keys.revoke">["query"];
  const waitSeconds = wait === undefined ? 0 : timeout;
  const { acknowledged, pending, effectiveBy } = await feed.effectOf({ reach, rev }, waitSeconds);
  const effective_by = effectiveBy === null ? null : formatInstant(effectiveBy);
  return { acknowledged, pending, effective_by };
}
