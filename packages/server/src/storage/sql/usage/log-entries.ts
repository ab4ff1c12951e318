// Single decisions, each a line of JSON behind its id: what a filter asks of them is asked outside (spec/logs.md §6).
import { formatId, ID_RANDOM_BYTES } from "@keyward/core/id";
import type { ApiId, LogId, OwnerId } from "@keyward/core/id";
import type { Environment } from "@keyward/core/key/format";
import { LOG_ENTRIES_MAX, LOG_KEPT_DAYS } from "@keyward/core/log/entry";
import type { LogEntry } from "@keyward/core/log/entry";
import { instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import { LATE_DAYS_MAX } from "@keyward/core/usage/cell";
import type { Random } from "../../../runtime/random.ts";
import { all, find, pause, run } from "../query.ts";
import type { Queries, Query } from "../query.ts";
import type { KeptEntry, LogStorage } from "../../logs.ts";
import type { TenantScope } from "../../storage.ts";
import { scoped } from "../scoped.ts";
import { prepared, statement } from "../statement.ts";
import { insertRow } from "../write-row.ts";
import type { FactsOfKeys } from "./count-cells.ts";

const DAY_MS = 86_400_000;
/** Entries of one workspace that are taken within a second: who sends more keeps the others' (T59). */
export const ENTRIES_PER_SECOND_MAX = 200;
/** How many are forgotten before others have their turn. */
const FORGOTTEN_AT_ONCE = 1_000;
/** Less and greater than every random part of an id. */
const NO_RANDOM = new Uint8Array(ID_RANDOM_BYTES);

const insertEntry = insertRow("log_entries", ["id", "key_id", "entry"]);
const selectLastKept = prepared((of: { scope: TenantScope; skip: number }) =>
  scoped(of.scope)
    .selectFrom("log_entries")
    .select("id")
    .orderBy("id", "desc")
    .limit(1)
    .offset(of.skip),
);
const selectOldest = prepared((of: { scope: TenantScope; skip: number }) =>
  scoped(of.scope).selectFrom("log_entries").select("id").orderBy("id").limit(1).offset(of.skip),
);
const deleteBefore = prepared((of: { scope: TenantScope; before: string }) =>
  scoped(of.scope).deleteFrom("log_entries").where("id", "<", of.before),
);

type Stored = Omit<KeptEntry, "id">;

export class LogEntries {
  readonly #random: Random;
  /** What came in the current second. */
  readonly #taken = new Map<TenantScope, number>();
  #second = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Keeps as many as there is room for. To be run in a transaction. */
  *add(
    scope: TenantScope,
    entries: readonly LogEntry[],
    told: { readonly reporter: string; readonly now: Instant; readonly keys: FactsOfKeys },
  ): Query<void> {
    const { reporter, now, keys } = told;
    for (const entry of entries.slice(0, this.#room(scope, entries.length, now))) {
      const facts = keys.of(entry.keyId ?? "");
      const { owner_id, api_id, environment } = facts ?? keys.nobody;
      const stored: Stored = {
        ...entry,
        // A clock that is fast must not put its entries before everybody's.
        at: instant(Math.min(entry.at, now)),
        keyId: facts === undefined ? null : entry.keyId,
        ownerId: (owner_id || null) as OwnerId | null,
        apiId: (api_id || null) as ApiId | null,
        environment: (environment || null) as Environment | null,
        reporter,
      };
      if (now - stored.at > LATE_DAYS_MAX * DAY_MS) continue;
      yield* run(
        insertEntry({
          workspace_id: scope,
          id: formatId("log", stored.at, this.#random.bytes(ID_RANDOM_BYTES)),
          key_id: stored.keyId ?? "",
          entry: JSON.stringify(stored),
        }),
      );
    }
  }

  /** Forgets some of what is too old, or too much. Answers whether there is more. To be run in a transaction. */
  *forgetSome(scope: TenantScope, now: Instant): Query<boolean> {
    const oldest = instant(Math.max(0, now - LOG_KEPT_DAYS * DAY_MS));
    const lastKept = yield* find(selectLastKept({ scope, skip: LOG_ENTRIES_MAX - 1 }));
    const surplus = lastKept?.id;
    const byAge = formatId("log", oldest, NO_RANDOM);
    const all = surplus !== undefined && surplus > byAge ? surplus : byAge;
    const some = (yield* find(selectOldest({ scope, skip: FORGOTTEN_AT_ONCE })))?.id;
    const isMore = some !== undefined && some < all;
    yield* run(deleteBefore({ scope, before: isMore ? some : all }));
    return isMore;
  }

  #room(scope: TenantScope, count: number, now: Instant): number {
    const second = Math.floor(now / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#taken.clear();
    }
    const taken = this.#taken.get(scope) ?? 0;
    const room = Math.min(count, ENTRIES_PER_SECOND_MAX - taken);
    this.#taken.set(scope, taken + room);
    return room;
  }
}

export const logReader: Queries<LogStorage> = {
  *list(scope, { from, to, keyId, after, limit }) {
    // A filter may ask for one slice after the other.
    yield* pause();
    const end = formatId("log", to, NO_RANDOM);
    let query = scoped(scope)
      .selectFrom("log_entries")
      .select(["id", "entry"])
      .where("id", "<", after !== null && after < end ? after : end)
      .where("id", ">=", formatId("log", from, NO_RANDOM))
      .orderBy("id", "desc")
      .limit(limit);
    if (keyId !== undefined) query = query.where("key_id", "=", keyId);
    return (yield* all(statement(query))).map(({ id, entry }) => {
      return { id: id as LogId, ...(JSON.parse(entry) as Stored) };
    });
  },
};
