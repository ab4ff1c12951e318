import type { Connection } from "./connection.ts";
import { builder, statement } from "./statement.ts";

const NAME = "feed_trust_ms_max";
const UNBOUNDED = "unbounded";

export function readTrustMax(connection: Connection): number | "unbounded" {
  const query = builder.selectFrom("meta").select("value").where("name", "=", NAME);
  const value = connection.find(statement(query))?.value ?? "0";
  return value === UNBOUNDED ? UNBOUNDED : Number(value);
}

export function keepTrustMax(connection: Connection, trust: number | "unbounded"): void {
  const value = String(trust);
  const insert = builder
    .insertInto("meta")
    .values({ name: NAME, value })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }));
  connection.run(statement(insert));
}
