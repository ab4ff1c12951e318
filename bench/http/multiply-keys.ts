// Many keys in a database within seconds: copies of one that is there, made by the database itself. Only what reads whole
// tables sees them as keys that were issued: they have no change in the feed's log and no audit event.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** 5 bits a character, as ids have them. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const COUNTER_CHARS = 5;
const KEYS_PER_OWNER = 3;

export function multiplyKeys(directory: string, count: number): void {
  const database = new DatabaseSync(join(directory, "keyward.db"));
  database.exec("pragma foreign_keys = off; pragma synchronous = off; begin");
  // Of the population of the bench, every second key has no end.
  const { key, owner } = database
    .prepare(
      `select id as key, owner_id as owner from keys
       where expires_at is null and api_id in (select id from apis where built_in = 0) limit 1`,
    )
    .get() as { readonly key: string; readonly owner: string };
  const owners = Math.ceil(count / KEYS_PER_OWNER);
  copyRows(database, "owners", `id = '${owner}'`, owners, {
    id: idOf("own", owner, "n"),
    external_id: "'copy-' || n",
  });
  copyRows(database, "keys", `id = '${key}'`, count, {
    id: idOf("key", key, "n"),
    owner_id: idOf("own", owner, `n / ${KEYS_PER_OWNER}`),
  });
  copyRows(database, "key_secrets", `key_id = '${key}'`, count, {
    key_id: idOf("key", key, "n"),
    id: idOf("sec", key, "n"),
    digest: "randomblob(32)",
  });
  database.exec("commit");
  database.close();
}

/** Inserts the row so often, with `n` counting from 0 in the columns that are given as SQL. */
function copyRows(
  database: DatabaseSync,
  table: string,
  where: string,
  count: number,
  changed: Readonly<Record<string, string>>,
): void {
  const columns = database.prepare(`select name from pragma_table_info('${table}')`).all();
  const names = columns.map(({ name }) => String(name));
  database.exec(
    `with recursive counter (n) as (select 0 union all select n + 1 from counter where n + 1 < ${count})
     insert into ${table} (${names.join(", ")})
     select ${names.map((name) => changed[name] ?? `row.${name}`).join(", ")}
     from counter, (select * from ${table} where ${where} limit 1) as row`,
  );
}

/** SQL for the id whose last characters count. */
function idOf(prefix: string, template: string, counter: string): string {
  const stem = template.slice("key_".length, -COUNTER_CHARS);
  const places = Array.from({ length: COUNTER_CHARS }, (_, place) => {
    const shift = 5 * (COUNTER_CHARS - 1 - place);
    return `substr('${ALPHABET}', 1 + (((${counter}) >> ${shift}) & 31), 1)`;
  });
  return `'${prefix}_${stem}' || ${places.join(" || ")}`;
}
