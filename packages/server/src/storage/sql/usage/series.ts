// Series: what cells have in common, written once and named by a number.
import { all, find, run } from "../query.ts";
import type { Query } from "../query.ts";
import type { TenantScope } from "../../storage.ts";
import type { UsageSeriesTable } from "../schema.ts";
import { scoped } from "../scoped.ts";
import { prepared } from "../statement.ts";
import { insertRow } from "../write-row.ts";

/** Names of series that are remembered; beyond, they are forgotten all at once, and looked up again. */
const KNOWN_MAX = 200_000;
/** Tags of one workspace that are told apart; a further one counts as none (K8). */
export const TAGS_PER_WORKSPACE_MAX = 1_000;

export type Series = Omit<UsageSeriesTable, "workspace_id" | "id">;

export const SERIES_COLUMNS = [
  "id",
  "key_id",
  "owner_id",
  "api_id",
  "environment",
  "code",
  "tag",
  "total",
  "plan_id",
] as const;

const selectSeries = prepared((of: Series & { scope: TenantScope }) =>
  scoped(of.scope)
    .selectFrom("usage_series")
    .select("id")
    .where("key_id", "=", of.key_id)
    .where("owner_id", "=", of.owner_id)
    .where("api_id", "=", of.api_id)
    .where("environment", "=", of.environment)
    .where("code", "=", of.code)
    .where("tag", "=", of.tag)
    .where("total", "=", of.total)
    .where("plan_id", "=", of.plan_id),
);
const selectLastId = prepared((of: { scope: TenantScope }) =>
  scoped(of.scope).selectFrom("usage_series").select("id").orderBy("id", "desc").limit(1),
);
const selectTags = prepared((of: { scope: TenantScope; total: number }) =>
  scoped(of.scope)
    .selectFrom("usage_series")
    .select("tag")
    .distinct()
    .where("total", "=", of.total),
);
const insertSeries = insertRow("usage_series", SERIES_COLUMNS);

/** Finds the numbers of series, and gives new ones. What a work has found is remembered only once it is durable. */
export class SeriesIds {
  readonly #known = new Map<string, number>();

  begin(scope: TenantScope): SeriesOfWork {
    return new SeriesOfWork(scope, this.#known);
  }

  /** To be called once the work is durable. */
  remember(work: SeriesOfWork): void {
    if (this.#known.size + work.found.size > KNOWN_MAX) this.#known.clear();
    for (const [name, id] of work.found) this.#known.set(name, id);
  }
}

export class SeriesOfWork {
  readonly found = new Map<string, number>();
  readonly #scope: TenantScope;
  readonly #known: ReadonlyMap<string, number>;
  #tags: Set<string> | undefined;

  constructor(scope: TenantScope, known: ReadonlyMap<string, number>) {
    this.#scope = scope;
    this.#known = known;
  }

  *idOf(series: Series): Query<number> {
    const { key_id, owner_id, api_id, environment, code, tag, total, plan_id } = series;
    const facts = `${key_id} ${owner_id} ${plan_id} ${api_id} ${environment} ${code} ${tag} ${total}`;
    const name = `${this.#scope} ${facts}`;
    const known = this.found.get(name) ?? this.#known.get(name);
    if (known !== undefined) return known;
    if (tag !== "" && !(yield* this.#hasRoomFor(tag)))
      return yield* this.idOf({ ...series, tag: "" });
    const id = (yield* this.#find(series)) ?? (yield* this.#add(series));
    this.found.set(name, id);
    return id;
  }

  *#find(series: Series): Query<number | undefined> {
    return (yield* find(selectSeries({ ...series, scope: this.#scope })))?.id;
  }

  *#add(series: Series): Query<number> {
    const scope = this.#scope;
    const id = ((yield* find(selectLastId({ scope })))?.id ?? 0) + 1;
    yield* run(insertSeries({ ...series, workspace_id: scope, id }));
    this.#tags?.add(series.tag);
    return id;
  }

  *#hasRoomFor(tag: string): Query<boolean> {
    if (this.#tags === undefined) {
      const rows = yield* all(selectTags({ scope: this.#scope, total: 1 }));
      this.#tags = new Set(rows.map((row) => row.tag));
    }
    return this.#tags.has(tag) || this.#tags.size < TAGS_PER_WORKSPACE_MAX;
  }
}
