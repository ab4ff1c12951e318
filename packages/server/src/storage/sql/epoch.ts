import { find, run } from "./query.ts";
import type { Query } from "./query.ts";
import { strict as assert } from "node:assert";
import type { Random } from "../../runtime/random.ts";
import { builder, statement } from "./statement.ts";

const EPOCH_BYTES = 16;

/** Which life of the database this is: a verifier that knows another starts afresh (F17). */
export function* readEpoch(): Query<string> {
  const row = yield* find(
    statement(builder.selectFrom("meta").select("value").where("name", "=", "epoch")),
  );
  assert.ok(row !== undefined, "a database has an epoch");
  return row.value;
}

/** Begins a new life. */
export function* renewEpoch(random: Random): Query<string> {
  const value = Buffer.from(random.bytes(EPOCH_BYTES)).toString("hex");
  const insert = builder
    .insertInto("meta")
    .values({ name: "epoch", value })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }));
  yield* run(statement(insert));
  return value;
}
