// T03: takes the tenant out of each predicate of each statement in turn; the isolation check must notice every time.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { systemClock } from "../../runtime/clock.ts";
import { systemRandom } from "../../runtime/random.ts";
import { connectWith } from "../testing/faulty-database.ts";
import { checkIsolation } from "../testing/isolation.ts";
import { withDirectory } from "../testing/temporary-directory.ts";
import { openSqliteStorage } from "./open-sqlite-storage.ts";
import { readRevocationLog } from "./revocation-log.ts";

const PREDICATE = /"(\w+)"\."workspace_id" = \?/g;

const TENANT_TABLES =
  /"(?:workspaces|apis|roles|owners|keys|key_secrets|key_roles|changes|audit_events|replies|key_uses|key_use_networks|key_needs|charges|usage_\w+|revocations|revocation_jobs|members|sessions|sign_in_links|provider_grants|webhooks|webhook_secrets|deliveries|notices|clients|client_apis|signing_keys|access_tokens|used_once|policies|logins)"/;

/** What looks across the tenants, and must. Each is the operator's or the clock's, never a caller's. */
const ACROSS_TENANTS: readonly RegExp[] = [
  /^select "workspace_id" from "workspaces" limit \?$/,
  /^select [^*]* from "workspaces"(?: where "workspace_id" < \? order by "workspace_id" desc limit \?)?$/,
  /^select "seq", .* from "revocations" where "seq" > \? order by "seq" limit \?$/,
  /^select "workspace_id", "id" from "revocation_jobs" where "state" = \?$/,
  /^select [^*]* from "policies"$/,
  /^update "replies" set "body" = \? where "body" is not null and "body_expires_at" <= \?$/,
  /^select [^*]* from "deliveries" inner join "webhooks" on "webhooks"\."workspace_id" = "deliveries"\."workspace_id" /,
  /^select [^*]* from "keys" left join "notices" on "notices"\."workspace_id" = "keys"\."workspace_id" /,
  /^delete from "(?:access_tokens|used_once)" where "expires_at" <= \?$/,
  /^delete from "charges" where "ends_at" <= \?$/,
  /^delete from "replies" where "expires_at" <= \?$/,
];

/** Where a slice of a search ends decides how much is looked through at once, and not what is found. */
const SLICE_END =
  /^select "id" from "(?:keys|owners)" where .* order by (?:"keys"\.)?"id" desc limit \? offset \?$/;

/** How much room there is decides what is told apart, and not what is counted; usage.contract.ts has it. */
const ROOM =
  /^select (?:"id" from "usage_series" where [^=]*= \? order by|distinct "tag"|"id" from "log_entries" where [^=]*= \? order by|count\(\*\) as "count" from "usage_strangers")/;

/** Runs the check with `rewrite` between Keyward and SQLite. */
function check(rewrite: (sql: string) => string): Promise<void> {
  return withDirectory(
    async (directory) => {
      const storage = await openSqliteStorage({
        directory,
        clock: systemClock,
        random: systemRandom,
        connect: connectWith({ rewrite }),
      });
      const credentialEnds = async () =>
        readRevocationLog(join(directory, "revocations.log")).ends.map(
          ({ workspaceId, keyId, secretId }) => ({ workspaceId, keyId, secretId }),
        );
      try {
        await checkIsolation({ storage, credentialEnds });
      } finally {
        await storage.close();
      }
    },
    { inMemory: true },
  );
}

async function recordStatements(): Promise<readonly string[]> {
  const statements = new Set<string>();
  await check((sql) => {
    statements.add(sql);
    return sql;
  });
  return [...statements];
}

test("T03: every statement on a tenant's table names the tenant, or is one of the few that may not", async () => {
  const statements = (await recordStatements()).filter((sql) => TENANT_TABLES.test(sql));
  assert.ok(statements.length > 50);
  for (const sql of statements) {
    if (ACROSS_TENANTS.some((pattern) => pattern.test(sql))) continue;
    const predicates = sql.match(PREDICATE)?.length ?? 0;
    const inserts = sql.startsWith("insert into") && sql.includes('"workspace_id"') ? 1 : 0;
    const selects = sql.match(/\b(?:select|update|delete|insert) /g)?.length ?? 0;
    const outside = sql.match(/ json_each\(/g)?.length ?? 0;
    const updates = sql.match(/ do update /g)?.length ?? 0;
    assert.equal(predicates + inserts, selects - outside - updates, sql);
  }
});

test("T03: without the tenant in any one predicate of any one statement, the isolation check fails", async () => {
  const survivors: string[] = [];
  let mutantCount = 0;
  for (const original of await recordStatements()) {
    if (SLICE_END.test(original) || ROOM.test(original)) continue;
    for (const match of original.matchAll(PREDICATE)) {
      const start = match.index;
      const mutant =
        original.slice(0, start) + "? is not null" + original.slice(start + match[0].length);
      mutantCount += 1;
      const noticed = await check((sql) => (sql === original ? mutant : sql)).then(
        () => false,
        () => true,
      );
      if (!noticed) survivors.push(mutant);
    }
  }
  assert.ok(mutantCount > 50);
  assert.deepEqual(survivors, []);
});
