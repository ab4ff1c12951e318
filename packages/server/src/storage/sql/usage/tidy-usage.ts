// Time passes for all workspaces alike, so this looks across them, as trim-changes.ts does.
import { all, find, run } from "../query.ts";
import type { Query } from "../query.ts";
import type { Instant } from "@keyward/core/time";
import { LATE_DAYS_MAX } from "@keyward/core/usage/cell";
import { tenantScope } from "../../storage.ts";
import type { TenantScope } from "../../storage.ts";
import { firstKept, UNIT_SECONDS } from "../../usage.ts";
import { WORKSPACE_COLUMNS } from "../columns.ts";
import { workspaceFromRow } from "../rows.ts";
import { scoped } from "../scoped.ts";
import { dayOf } from "./count-cells.ts";
import { builder, prepared, statement } from "../statement.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** For how long it is told from where a secret was used, and from where attempts came. */
export const NETWORKS_KEPT_DAYS = 90;
/** A key that has not needed something for so long counts as not needing it. */
export const NEEDS_KEPT_DAYS = 400;
/** Series that are tidied at a time, so that nobody waits long. */
const SERIES_PER_TIDY = 500;

const selectSeriesAfter = prepared((of: { scope: TenantScope; after: number; limit: number }) =>
  scoped(of.scope)
    .selectFrom("usage_series")
    .select("id")
    .where("id", ">", of.after)
    .orderBy("id")
    .limit(1)
    .offset(of.limit),
);
const deleteCells = prepared(
  (of: { scope: TenantScope; grain: number; after: number; through: number; before: number }) =>
    scoped(of.scope)
      .deleteFrom("usage_cells")
      .where("grain", "=", of.grain)
      .where("series", ">", of.after)
      .where("series", "<=", of.through)
      .where("bucket", "<", of.before),
);
const deleteStrangers = prepared((of: { scope: TenantScope; before: number }) =>
  scoped(of.scope).deleteFrom("usage_strangers").where("hour", "<", of.before),
);
const deleteNetworks = prepared((of: { scope: TenantScope; before: number }) =>
  scoped(of.scope).deleteFrom("key_use_networks").where("day", "<", of.before),
);
const deleteNeeds = prepared((of: { scope: TenantScope; before: number }) =>
  scoped(of.scope).deleteFrom("key_needs").where("last_day", "<", of.before),
);
/** A batch that comes again after this has cells only that come too late. */
const deleteSources = prepared((of: { scope: TenantScope; before: number }) =>
  scoped(of.scope).deleteFrom("usage_sources").where("counted_at", "<", of.before),
);

export function* allScopes(): Query<readonly TenantScope[]> {
  const workspaces = builder.selectFrom("workspaces").select(WORKSPACE_COLUMNS);
  const rows = yield* all(statement(workspaces));
  return rows.map((row) => tenantScope(workspaceFromRow(row).id));
}

/** Forgets what is old, workspace after workspace and some series at a time. */
export class UsageTidying {
  /** The series up to which the workspace has been tidied in this round. */
  readonly #through = new Map<TenantScope, number>();

  /** To be run in a transaction. */
  *tidy(now: Instant): Query<void> {
    for (const scope of yield* allScopes()) yield* this.#tidyWorkspace(scope, now);
  }

  *#tidyWorkspace(scope: TenantScope, now: Instant): Query<void> {
    const after = this.#through.get(scope) ?? 0;
    const last = yield* find(selectSeriesAfter({ scope, after, limit: SERIES_PER_TIDY }));
    const through = last?.id ?? Number.MAX_SAFE_INTEGER;
    for (const grain of UNIT_SECONDS) {
      yield* run(deleteCells({ scope, grain, after, through, before: firstKept(grain, now) }));
    }
    this.#through.set(scope, last?.id ?? 0);
    const networksSince = now - NETWORKS_KEPT_DAYS * DAY_MS;
    yield* run(deleteStrangers({ scope, before: Math.floor(networksSince / HOUR_MS) }));
    yield* run(deleteNetworks({ scope, before: Math.floor(networksSince / DAY_MS) }));
    yield* run(deleteNeeds({ scope, before: dayOf(now) - NEEDS_KEPT_DAYS }));
    yield* run(deleteSources({ scope, before: now - (LATE_DAYS_MAX + 1) * DAY_MS }));
  }
}
