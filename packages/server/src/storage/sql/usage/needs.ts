// What keys needed of their scopes: spec/usage.md §8.
import { all, run } from "../query.ts";
import type { Queries, Query } from "../query.ts";
import { sql } from "kysely";
import type { SqlBool } from "kysely";
import { parseId } from "@keyward/core/id";
import type { KeyId } from "@keyward/core/id";
import { ANY_SCOPE } from "@keyward/core/usage/need";
import type { KeyNeed } from "@keyward/core/usage/need";
import type { Instant } from "@keyward/core/time";
import type { Reader, TenantScope } from "../../storage.ts";
import { isAmong } from "../dialect.ts";
import type { KeyNeedsTable } from "../schema.ts";
import { scoped } from "../scoped.ts";
import { prepared } from "../statement.ts";
import { dayOf } from "./count-cells.ts";
import type { FactsOfKeys } from "./count-cells.ts";

/** Needs that are told apart for one key; a further one counts as {@link ANY_SCOPE} (K8). */
const NEEDS_PER_KEY_MAX = 256;

/** Reports come late and in any order, so the days only ever widen. */
const widenNeed = prepared((of: KeyNeedsTable) =>
  scoped(of.workspace_id as TenantScope)
    .insertInto("key_needs", {
      key_id: of.key_id,
      need: of.need,
      first_day: of.first_day,
      last_day: of.last_day,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["workspace_id", "key_id", "need"])
        .doUpdateSet({
          first_day: sql<number>`case when excluded.first_day < key_needs.first_day then excluded.first_day else key_needs.first_day end`,
          last_day: sql<number>`case when excluded.last_day > key_needs.last_day then excluded.last_day else key_needs.last_day end`,
        })
        .where(
          sql<SqlBool>`excluded.first_day < key_needs.first_day or excluded.last_day > key_needs.last_day`,
        ),
    ),
);
const selectNeeds = prepared((of: { scope: TenantScope; ids: string }) =>
  scoped(of.scope)
    .selectFrom("key_needs")
    .select(["key_id", "need", "first_day", "last_day"])
    .where(isAmong("key_id", of.ids))
    .orderBy("key_id")
    .orderBy("need"),
);

export const needsReader: Queries<Pick<Reader, "listNeeds">> = {
  *listNeeds(scope, keyIds) {
    const rows = yield* all(selectNeeds({ scope, ids: JSON.stringify(keyIds) }));
    return rows.map((row) => ({
      keyId: row.key_id as KeyId,
      need: row.need,
      firstDay: row.first_day,
      lastDay: row.last_day,
    }));
  },
};

/** Of a key that is not there, or of another subject, nothing is kept; nor of a client. */
export function* keepNeeds(
  scope: TenantScope,
  needs: readonly KeyNeed[],
  { keys, now }: { readonly keys: FactsOfKeys; readonly now: Instant },
): Query<void> {
  const known = needs.filter(({ keyId }) => parseId("key", keyId) && keys.of(keyId));
  if (known.length === 0) return;
  const kept = new KeptNeeds(
    yield* all(selectNeeds({ scope, ids: JSON.stringify(known.map(({ keyId }) => keyId)) })),
  );
  for (const { keyId, need, day } of known) {
    // A day that has not begun comes from a clock that is fast.
    const on = Math.min(day, dayOf(now));
    const told = kept.hasRoomFor(keyId, need) ? need : ANY_SCOPE;
    if (!kept.widen(keyId, told, on)) continue;
    const days = { first_day: on, last_day: on };
    yield* run(widenNeed({ workspace_id: scope, key_id: keyId, need: told, ...days }));
  }
}

/** Most of what is told has been told before, and then nothing is written. */
class KeptNeeds {
  readonly #days = new Map<string, Map<string, { first: number; last: number }>>();

  constructor(rows: readonly Omit<KeyNeedsTable, "workspace_id">[]) {
    for (const row of rows) {
      this.#of(row.key_id).set(row.need, { first: row.first_day, last: row.last_day });
    }
  }

  hasRoomFor(keyId: string, need: string): boolean {
    const needs = this.#of(keyId);
    return needs.size < NEEDS_PER_KEY_MAX || needs.has(need);
  }

  /** Whether that was news. */
  widen(keyId: string, need: string, day: number): boolean {
    const needs = this.#of(keyId);
    const days = needs.get(need);
    if (days !== undefined && days.first <= day && day <= days.last) return false;
    const { first, last } = days ?? { first: day, last: day };
    needs.set(need, { first: Math.min(first, day), last: Math.max(last, day) });
    return true;
  }

  #of(keyId: string): Map<string, { first: number; last: number }> {
    let needs = this.#days.get(keyId);
    if (needs === undefined) this.#days.set(keyId, (needs = new Map()));
    return needs;
  }
}
