// Keys created durably in PostgreSQL, against bare rows committed one by one; and how soon another node knows of them.
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { systemClock } from "../packages/server/src/runtime/clock.ts";
import { systemRandom } from "../packages/server/src/runtime/random.ts";
import { openPostgresStorage } from "../packages/server/src/storage/postgres/open-postgres-storage.ts";
import type { Storage } from "../packages/server/src/storage/storage.ts";
import { startPostgres } from "../packages/server/src/storage/testing/postgres-server.ts";
import { keyOf, put, putTenant } from "../packages/server/src/storage/testing/sample.ts";
import type { SampleTenant } from "../packages/server/src/storage/testing/sample.ts";
import { ingest } from "./ingest.ts";
import { median } from "./suite.ts";
import type { Row, Suite } from "./suite.ts";

const IN_FLIGHT = 64;
const ROUNDS = 5;
const ROUND_MS = 1_000;
/** The load at which the lag is measured, and for how long. */
const WRITES_PER_SECOND = 500;
const LAG_SECONDS = 5;

export const suite: Suite = {
  programs: ["postgresql"],
  async run() {
    const server = await startPostgres();
    const url = await server.createDatabase();
    const open = () => openPostgresStorage({ url, clock: systemClock, random: systemRandom });
    const [here, elsewhere] = [await open(), await open()];
    const bare = new Client({ connectionString: url });
    try {
      await bare.connect();
      await bare.query("create table bare (id bigint generated always as identity, value text)");
      const tenant = await putTenant(here);
      return [
        await createDurable(here, tenant, bare),
        await feedLag(here, elsewhere, tenant),
        ...(await ingest("postgres.usage.ingest", here)),
      ];
    } finally {
      await bare.end();
      await here.close();
      await elsewhere.close();
      await server.stop();
    }
  },
};

async function createDurable(storage: Storage, tenant: SampleTenant, bare: Client): Promise<Row> {
  const create = async () => void (await put(storage, tenant.scope, keyOf(tenant)));
  const insert = async () => {
    await bare.query("insert into bare (value) values ($1)", ["x".repeat(200)]);
  };
  await perSecond(IN_FLIGHT, create);
  const values: number[] = [];
  const baselines: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    values.push(await perSecond(IN_FLIGHT, create));
    baselines.push(await perSecond(1, insert));
  }
  const ratios = values.map((value, round) => value / (baselines[round] ?? Number.NaN));
  return {
    name: `postgres.create_durable.in_flight${IN_FLIGHT}`,
    value: median(values),
    unit: "creates/s",
    baseline: median(baselines),
    ratio: median(ratios),
  };
}

/** From the acknowledgement at one node to when the subscribers of another have been told. */
async function feedLag(here: Storage, elsewhere: Storage, tenant: SampleTenant): Promise<Row> {
  const acknowledgedMs = new Map<number, number>();
  const toldMs = new Map<number, number>();
  elsewhere.subscribe((changes) => {
    for (const { rev } of changes) toldMs.set(rev, performance.now());
  });
  const startMs = performance.now();
  const acknowledged = async () => {
    const rev = await put(here, tenant.scope, keyOf(tenant));
    acknowledgedMs.set(rev, performance.now());
  };
  const writes: Promise<void>[] = [];
  const count = WRITES_PER_SECOND * LAG_SECONDS;
  for (let index = 0; index < count; index++) {
    const dueInMs = startMs + (index * 1_000) / WRITES_PER_SECOND - performance.now();
    if (dueInMs > 1) await delay(dueInMs);
    writes.push(acknowledged());
  }
  await Promise.all(writes);
  await elsewhere.nodes.catchUp();
  const lags = [...acknowledgedMs]
    .map(([rev, ms]) => Math.max(0, (toldMs.get(rev) ?? Number.NaN) - ms))
    .toSorted((one, other) => one - other);
  return {
    name: "postgres.feed_lag.p99",
    value: lags[Math.floor(lags.length * 0.99)] ?? Number.NaN,
    unit: "ms",
    baseline: null,
    ratio: null,
  };
}

/** Keeps so many calls under way for the length of a round. */
async function perSecond(inFlight: number, call: () => Promise<void>): Promise<number> {
  const started = performance.now();
  let count = 0;
  const keepCalling = async () => {
    while (performance.now() - started < ROUND_MS) {
      await call();
      count++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, keepCalling));
  return (count * 1_000) / (performance.now() - started);
}
