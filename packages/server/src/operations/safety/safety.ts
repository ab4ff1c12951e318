import type { InputOf, ResultOf } from "../../contract/operations.ts";
import { SAFETY_KEYS_MAX } from "../../contract/limits.ts";
import type { Call } from "../call.ts";
import type { ReadAccess } from "../handlers.ts";
import { resolveApi } from "../resolve.ts";
import { findingsOf } from "./findings.ts";
import { factsOfKeys } from "./key-facts.ts";

export async function listFindings(
  call: Call,
  access: ReadAccess,
  { query }: InputOf<"safety.list">,
): Promise<ResultOf<"safety.list">> {
  const { reader } = access;
  const { scope } = call.caller;
  const { cursor, ...asked } = query;
  const position = { scope, list: "safety.list", filter: asked };
  const after = cursor === undefined ? null : call.cursors.open(position, cursor);
  const filter = {
    now: call.now,
    notRevoked: true,
    ...(asked.api !== undefined && {
      apiId: (await resolveApi(reader, scope, asked.api)).value.id,
    }),
    ...(asked.environment !== undefined && { environment: asked.environment }),
  } as const;
  const { items, more } = await reader.listKeys(scope, filter, { limit: SAFETY_KEYS_MAX, after });
  const facts = await factsOfKeys(
    access,
    scope,
    items
      .map(({ value }) => value)
      .filter(({ expiresAt }) => expiresAt === null || expiresAt > call.now),
    call.now,
  );
  const data = facts.flatMap((of) => {
    const { key, owner, api } = of;
    const found = findingsOf(of, call.now);
    return found
      .filter(({ finding }) => asked.finding === undefined || finding === asked.finding)
      .map(({ finding, ...rest }) => ({
        finding,
        key: key.id,
        key_name: key.name,
        owner: owner?.externalId ?? "",
        api: api?.prefix ?? "",
        environment: key.environment,
        ...rest,
      }));
  });
  const last = items.at(-1)?.value.id;
  return {
    data,
    next_cursor: more && last !== undefined ? call.cursors.seal(position, last) : null,
  };
}
