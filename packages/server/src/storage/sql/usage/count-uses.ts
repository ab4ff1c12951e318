import { all, find, run } from "../query.ts";
import type { Query } from "../query.ts";
import { sql } from "kysely";
import type { SqlBool } from "kysely";
import type { SecretUse, StrangerCell } from "@keyward/core/usage/cell";
import { DistinctCounter } from "@keyward/core/usage/distinct-counter";
import type { Instant } from "@keyward/core/time";
import type { SubjectWithin, TenantScope } from "../../storage.ts";
import type { NewNetwork } from "../../usage.ts";
import type { KeyUsesTable, UsageStrangersTable } from "../schema.ts";
import { scoped } from "../scoped.ts";
import { prepared } from "../statement.ts";
import { upsertRow } from "../write-row.ts";
import { secretsFromText } from "../oauth-rows.ts";
import { dayOf, isClientOf } from "./count-cells.ts";

/** Origins of attempts that are told apart within an hour; a further one counts as none (K8). */
const STRANGERS_PER_HOUR_MAX = 2_000;
const MINUTES_PER_HOUR = 60;

const selectSecret = prepared((of: { scope: TenantScope; keyId: string; secretId: string }) =>
  scoped(of.scope)
    .selectFrom("keys")
    .select(["api_id", "environment"])
    .where("id", "=", of.keyId)
    .where((by) =>
      by.exists(
        scoped(of.scope)
          .selectFrom("key_secrets")
          .select("id")
          .where("key_id", "=", of.keyId)
          .where("id", "=", of.secretId),
      ),
    ),
);
const selectClient = prepared((of: { scope: TenantScope; id: string }) =>
  scoped(of.scope)
    .selectFrom("clients")
    .select(["secrets", "api_ids", "environment"])
    .where("id", "=", of.id),
);
/** A report may come late, so the last use only ever moves forward (I9). */
const moveLastUse = prepared((of: KeyUsesTable) =>
  scoped(of.workspace_id as TenantScope)
    .insertInto("key_uses", {
      key_id: of.key_id,
      secret_id: of.secret_id,
      last_used_at: of.last_used_at,
      network: of.network,
      agent: of.agent,
      reporter: of.reporter,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["workspace_id", "key_id", "secret_id"])
        .doUpdateSet((by) => ({
          last_used_at: by.ref("excluded.last_used_at"),
          network: by.ref("excluded.network"),
          agent: by.ref("excluded.agent"),
          reporter: by.ref("excluded.reporter"),
        }))
        .where(sql<SqlBool>`excluded.last_used_at > key_uses.last_used_at`),
    ),
);
const selectNetworks = prepared(
  (of: { scope: TenantScope; keyId: string; secretId: string; day: number }) =>
    scoped(of.scope)
      .selectFrom("key_use_networks")
      .select("networks")
      .where("key_id", "=", of.keyId)
      .where("secret_id", "=", of.secretId)
      .where("day", "=", of.day),
);
const selectNetworksOfKey = prepared((of: { scope: TenantScope; keyId: string }) =>
  scoped(of.scope).selectFrom("key_use_networks").select("networks").where("key_id", "=", of.keyId),
);
const upsertNetworks = upsertRow(
  "key_use_networks",
  ["key_id", "secret_id", "day", "networks"],
  ["workspace_id", "key_id", "secret_id", "day"],
);
const countStrangers = prepared((of: { scope: TenantScope; hour: number }) =>
  scoped(of.scope)
    .selectFrom("usage_strangers")
    .select(sql<number>`count(*)`.as("count"))
    .where("hour", "=", of.hour),
);
const addStranger = prepared((of: UsageStrangersTable) =>
  scoped(of.workspace_id as TenantScope)
    .insertInto("usage_strangers", {
      hour: of.hour,
      code: of.code,
      network: of.network,
      brand: of.brand,
      count: of.count,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["workspace_id", "hour", "code", "network", "brand"])
        .doUpdateSet({ count: sql<number>`usage_strangers.count + excluded.count` }),
    ),
);

/** Of a secret that is there no longer there is no last use. @returns from where keys were used for the first time */
export function* countUses(
  scope: TenantScope,
  subject: SubjectWithin | null,
  uses: readonly SecretUse[],
  { reporter, now }: { readonly reporter: string; readonly now: Instant },
): Query<readonly NewNetwork[]> {
  const newNetworks: NewNetwork[] = [];
  for (const { keyId, secretId, at, network, agent, networks } of uses) {
    const isKnown = (yield* isKeyOf(scope, subject, keyId, secretId))
      ? true
      : yield* isProofOf(scope, subject, keyId, secretId);
    if (!isKnown) continue;
    const ids = { workspace_id: scope, key_id: keyId, secret_id: secretId };
    const last_used_at = Math.min(at, now);
    yield* run(moveLastUse({ ...ids, last_used_at, network, agent, reporter }));
    if (networks === "") continue;
    const day = dayOf(last_used_at as Instant);
    const known = (yield* find(selectNetworks({ scope, keyId, secretId, day })))?.networks ?? "";
    const merged = mergedNetworks([known, networks]);
    if (merged === known) continue;
    const rows = yield* all(selectNetworksOfKey({ scope, keyId }));
    const before = rows.map((row) => row.networks);
    if (isNewAmong(before, networks)) {
      const isNamed = network !== null && isNewAmong(before, textOf(network));
      newNetworks.push({ keyId, network: isNamed ? network : null });
    }
    yield* run(upsertNetworks({ ...ids, day, networks: merged }));
  }
  return newNetworks;
}

/** Of a key without a past everything is new, and of one that is used from everywhere nothing is. */
function isNewAmong(before: readonly string[], networks: string): boolean {
  const union = networksOf([...before, networks]);
  return before.length > 0 && union.isExact && union.count > networksOf(before).count;
}

function textOf(network: string): string {
  const counter = new DistinctCounter();
  counter.add(network);
  return counter.toText();
}

function* isKeyOf(
  scope: TenantScope,
  subject: SubjectWithin | null,
  keyId: string,
  secretId: string,
): Query<boolean> {
  const key = yield* find(selectSecret({ scope, keyId, secretId }));
  if (key === undefined || subject === null) return key !== undefined;
  return key.api_id === subject.apiId && key.environment === subject.environment;
}

/** Of a client that is there: by one of its secrets, or, where it needed none or has come with a token, by itself. */
function* isProofOf(
  scope: TenantScope,
  subject: SubjectWithin | null,
  id: string,
  secretId: string,
): Query<boolean> {
  const client = yield* find(selectClient({ scope, id }));
  if (client === undefined) return false;
  const { secrets, api_ids, environment } = client;
  if (!isClientOf(subject, api_ids.trim().split(" "), environment)) return false;
  return secretId === id || secretsFromText(secrets).some((secret) => secret.id === secretId);
}

export function mergedNetworks(texts: readonly string[]): string {
  return networksOf(texts).toText();
}

export function networksOf(texts: readonly string[]): DistinctCounter {
  const merged = new DistinctCounter();
  for (const text of texts) {
    const counter = DistinctCounter.fromText(text);
    if (counter !== undefined) merged.merge(counter);
  }
  return merged;
}

export function* countStrangerCells(
  scope: TenantScope,
  strangers: readonly StrangerCell[],
  now: Instant,
): Query<void> {
  for (const { minute, code, network, brand, count } of strangers) {
    const hour = Math.floor(Math.min(minute, now / 60_000) / MINUTES_PER_HOUR);
    const held = (yield* find(countStrangers({ scope, hour })))?.count ?? 0;
    const isTold = held < STRANGERS_PER_HOUR_MAX;
    yield* run(
      addStranger({
        workspace_id: scope,
        hour,
        code,
        network: isTold ? (network ?? "") : "",
        brand: isTold ? brand : "",
        count,
      }),
    );
  }
}
