import { all, run } from "./query.ts";
import type { Query } from "./query.ts";
import { parseId } from "@keyward/core/id";
import type { WorkspaceId } from "@keyward/core/id";
import { builder, statement } from "./statement.ts";

const NAME = "feed_trust_ms_max";
const UNBOUNDED = "unbounded";

export function* readTrustMaxes(): Query<ReadonlyMap<WorkspaceId, number | null>> {
  const query = builder
    .selectFrom("meta")
    .select(["name", "value"])
    .where("name", ">", `${NAME} `)
    .where("name", "<", `${NAME}!`);
  const maxes = new Map<WorkspaceId, number | null>();
  for (const { name, value } of yield* all(statement(query))) {
    const workspaceId = parseId("workspace", name.slice(NAME.length + 1));
    if (workspaceId !== undefined)
      maxes.set(workspaceId, value === UNBOUNDED ? null : Number(value));
  }
  return maxes;
}

export function* keepTrustMax(workspaceId: WorkspaceId, trustMs: number | null): Query<void> {
  const name = `${NAME} ${workspaceId}`;
  if (trustMs === 0) {
    yield* run(statement(builder.deleteFrom("meta").where("name", "=", name)));
    return;
  }
  const value = trustMs === null ? UNBOUNDED : String(trustMs);
  const insert = builder
    .insertInto("meta")
    .values({ name, value })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }));
  yield* run(statement(insert));
}
