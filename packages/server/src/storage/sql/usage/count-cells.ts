import { all, pause, run } from "../query.ts";
import type { Query } from "../query.ts";
import { sql } from "kysely";
import { LATE_DAYS_MAX, MINUTE_MS } from "@keyward/core/usage/cell";
import type { UsageCell } from "@keyward/core/usage/cell";
import type { Instant } from "@keyward/core/time";
import type { SubjectWithin, TenantScope } from "../../storage.ts";
import { firstKept, UNIT_SECONDS } from "../../usage.ts";
import { isAmong } from "../dialect.ts";
import type { KeysTable } from "../schema.ts";
import { scoped } from "../scoped.ts";
import { prepared } from "../statement.ts";
import type { Series, SeriesOfWork } from "./series.ts";

/** How many rows are written before others have their turn. */
const ROWS_PER_TURN = 100;
const DAY_MS = 86_400_000;
const MINUTES_PER_DAY = 1_440;
/** A bucket needs fewer bits until the year 2097. */
const BUCKETS = 2 ** 26;

const selectKeys = prepared((of: { scope: TenantScope; ids: string }) =>
  scoped(of.scope)
    .selectFrom("keys")
    .select(["id", "owner_id", "api_id", "environment", "plan_id"])
    .where(isAmong("id", of.ids)),
);

const selectClients = prepared((of: { scope: TenantScope; ids: string }) =>
  scoped(of.scope)
    .selectFrom("clients")
    .select(["id", "owner_id", "api_ids", "environment", "plan_id"])
    .where(isAmong("id", of.ids)),
);

const selectPlans = prepared((of: { scope: TenantScope; ids: string }) =>
  scoped(of.scope).selectFrom("owners").select(["id", "plan_id"]).where(isAmong("id", of.ids)),
);

interface Row {
  readonly series: number;
  readonly bucket: number;
  count: number;
  cost: number;
}

const addCells = prepared((of: { scope: TenantScope; rows: string }) =>
  scoped(of.scope)
    .insertNumbers("usage_cells", ["grain", "series", "bucket", "count", "cost"], of.rows)
    .onConflict((conflict) =>
      conflict.columns(["workspace_id", "grain", "series", "bucket"]).doUpdateSet({
        count: sql<number>`usage_cells.count + excluded.count`,
        cost: sql<number>`usage_cells.cost + excluded.cost`,
      }),
    ),
);

export type KeyFacts = Pick<Series, "key_id" | "owner_id" | "plan_id" | "api_id" | "environment">;

/** What is known of the keys of a batch, and of decisions about none. */
export interface FactsOfKeys {
  readonly of: (keyId: string) => KeyFacts | undefined;
  readonly nobody: KeyFacts;
}

/** Adds the cells to every grain that is still kept of their time. @returns how many decisions came too late */
export function* countCells(
  scope: TenantScope,
  cells: readonly UsageCell[],
  work: { readonly keys: FactsOfKeys; readonly series: SeriesOfWork; readonly now: Instant },
): Query<number> {
  const sums = new Sums(work.now);
  for (const cell of cells) {
    const { code, tag } = cell;
    const facts = work.keys.of(cell.keyId ?? "") ?? work.keys.nobody;
    const own = yield* work.series.idOf({ ...facts, code, tag, total: 0 });
    const every = yield* work.series.idOf({
      ...facts,
      key_id: "",
      owner_id: "",
      plan_id: "",
      code,
      tag,
      total: 1,
    });
    sums.add(cell, own, every);
  }
  const rows = sums.rows();
  for (let first = 0; first < rows.length; first += ROWS_PER_TURN) {
    if (first > 0) yield* pause();
    const some = rows.slice(first, first + ROWS_PER_TURN);
    yield* run(addCells({ scope, rows: JSON.stringify(some) }));
  }
  return sums.lateCount;
}

/** What the keys are now. Whoever reports for a subject is not believed about others (T01). */
export function* factsOfKeys(
  scope: TenantScope,
  subject: SubjectWithin | null,
  of: readonly { readonly keyId: string | null }[],
): Query<FactsOfKeys> {
  const ids = JSON.stringify([...new Set(of.map(({ keyId }) => keyId ?? ""))]);
  const keys = yield* all(selectKeys({ scope, ids }));
  const clients = yield* all(selectClients({ scope, ids }));
  const planOf = yield* plansOf(scope, [...keys, ...clients]);
  const facts = new Map<string, KeyFacts>();
  for (const key of keys) {
    const { id, owner_id, api_id, environment } = key;
    const isOfSubject = api_id === subject?.apiId && environment === subject.environment;
    if (subject !== null && !isOfSubject) continue;
    facts.set(id, { key_id: id, owner_id, plan_id: planOf(key), api_id, environment });
  }
  for (const client of clients) {
    const { id, owner_id, api_ids, environment } = client;
    const apiIds = api_ids.trim().split(" ");
    if (!isClientOf(subject, apiIds, environment)) continue;
    // Where nobody says for which of its apis a client was decided about, it counts for none.
    const api_id = subject?.apiId ?? (apiIds.length === 1 ? (apiIds[0] ?? "") : "");
    facts.set(id, { key_id: id, owner_id, plan_id: planOf(client), api_id, environment });
  }
  const nobody: KeyFacts = {
    key_id: "",
    owner_id: "",
    plan_id: "",
    api_id: subject?.apiId ?? "",
    environment: subject?.environment ?? "",
  };
  return { of: (keyId) => facts.get(keyId), nobody };
}

type Planned = Pick<KeysTable, "owner_id" | "plan_id">;

/** A credential's own plan, or else its owner's; empty where there is none. */
function* plansOf(
  scope: TenantScope,
  credentials: readonly Planned[],
): Query<(credential: Planned) => string> {
  const owners = new Set(
    credentials.flatMap(({ owner_id, plan_id }) => (plan_id === null ? [owner_id] : [])),
  );
  const rows = yield* all(selectPlans({ scope, ids: JSON.stringify([...owners]) }));
  const plans = new Map(rows.map(({ id, plan_id }) => [id, plan_id]));
  return ({ owner_id, plan_id }) => plan_id ?? plans.get(owner_id) ?? "";
}

/** Whether a client may ask for the api that is reported for. */
export function isClientOf(
  subject: SubjectWithin | null,
  apiIds: readonly string[],
  environment: string,
): boolean {
  if (subject === null) return true;
  return apiIds.includes(subject.apiId) && environment === subject.environment;
}

/** The rows of a batch, each once. */
class Sums {
  readonly #rows = new Map<number, Map<number, Row>>();
  readonly #now: Instant;
  lateCount = 0;

  constructor(now: Instant) {
    this.#now = now;
  }

  /** What is said to come from the future comes from a clock that is fast, and is counted as of now. */
  add({ minute, count, cost }: UsageCell, ...series: readonly number[]): void {
    const at = Math.min(minute * MINUTE_MS, this.#now);
    const ageMs = this.#now - at;
    if (ageMs > LATE_DAYS_MAX * DAY_MS) {
      this.lateCount += count;
      return;
    }
    for (const unit of UNIT_SECONDS) {
      const bucket = Math.floor(at / 1000 / unit);
      if (bucket < firstKept(unit, this.#now)) continue;
      for (const each of series) this.#addTo(unit, each, bucket, count, cost);
    }
  }

  /** Grain, series, bucket, count and cost of each. */
  rows(): readonly (readonly number[])[] {
    return [...this.#rows].flatMap(([grain, rows]) =>
      [...rows.values()].map(({ series, bucket, count, cost }) => [
        grain,
        series,
        bucket,
        count,
        cost,
      ]),
    );
  }

  #addTo(seconds: number, series: number, bucket: number, count: number, cost: number): void {
    let rows = this.#rows.get(seconds);
    if (rows === undefined) this.#rows.set(seconds, (rows = new Map()));
    const name = series * BUCKETS + bucket;
    const row = rows.get(name);
    if (row === undefined) {
      rows.set(name, { series, bucket, count, cost });
      return;
    }
    row.count += count;
    row.cost += cost;
  }
}

/** Whole days since 1970. */
export function dayOf(at: Instant): number {
  return Math.floor(at / MINUTE_MS / MINUTES_PER_DAY);
}
