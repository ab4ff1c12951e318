// The same question asked of better-auth's API-key plugin, in the same process: a known key, one permission.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { apiKey } from "@better-auth/api-key";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { ADDRESS, Population, SCOPE } from "./population.ts";
import { followPopulation } from "./sdk/population-feed.ts";
import { median } from "./suite.ts";
import type { Row, Suite } from "./suite.ts";

const ROUNDS = 30;
/** Of better-auth in a round; of Keyward so many times more, for both to take about as long. */
const CALLS = 50;
const KEYWARD_CALLS = CALLS * 200;

export const suite: Suite = {
  async run() {
    const directory = mkdtempSync(join(tmpdir(), "keyward-bench-"));
    const database = new DatabaseSync(join(directory, "better-auth.db"));
    database.exec("pragma journal_mode = wal");
    const population = new Population({ keys: 1_000, keysPerOwner: 3 });
    const keyward = await followPopulation(population);
    const verify = () => {
      const needs = { scopes: [SCOPE], context: { ip: ADDRESS } };
      const verdict = keyward.verifyNow(population.presented(1), needs);
      if (verdict?.outcome !== "allowed") throw new Error("a good key was refused");
    };
    try {
      return [
        await compare("verify.sdk.vs.betterauth", verify, await rival(database, "database")),
        await compare(
          "verify.sdk.vs.betterauth.memory",
          verify,
          await rival(new DatabaseSync(":memory:"), "secondary-storage"),
        ),
      ];
    } finally {
      await keyward.close();
      database.close();
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

/** Verifies a key of its own, with permissions as Keyward's has scopes, and without a rate limit. */
async function rival(
  database: DatabaseSync,
  storage: "database" | "secondary-storage",
): Promise<() => Promise<void>> {
  const memory = new Map<string, string>();
  const secondaryStorage = {
    get: (name: string) => Promise.resolve(memory.get(name) ?? null),
    set: (name: string, value: string) => Promise.resolve(void memory.set(name, value)),
    delete: (name: string) => Promise.resolve(void memory.delete(name)),
    getAndDelete: (name: string) => {
      const value = memory.get(name) ?? null;
      memory.delete(name);
      return Promise.resolve(value);
    },
    increment: (name: string) => {
      const value = Number(memory.get(name) ?? 0) + 1;
      memory.set(name, String(value));
      return Promise.resolve(value);
    },
  };
  const options = {
    baseURL: "http://auth.test",
    secret: crypto.randomUUID() + crypto.randomUUID(),
    database,
    emailAndPassword: { enabled: true },
    telemetry: { enabled: false },
    ...(storage === "secondary-storage" && { secondaryStorage }),
    plugins: [apiKey({ storage, rateLimit: { enabled: false } })],
  };
  const auth = betterAuth(options);
  await (await getMigrations(options)).runMigrations();
  const signUp = { email: "bench@acme.test", password: crypto.randomUUID(), name: "Bench" };
  const { user } = await auth.api.signUpEmail({ body: signUp });
  const permissions = { invoices: ["read"] };
  const { key } = await auth.api.createApiKey({ body: { userId: user.id, permissions } });
  return async () => {
    const { valid } = await auth.api.verifyApiKey({ body: { key, permissions } });
    if (!valid) throw new Error("better-auth refused its own key");
  };
}

/** How many times longer the other takes. */
async function compare(name: string, verify: () => void, other: () => Promise<void>): Promise<Row> {
  const values: number[] = [];
  const baselines: number[] = [];
  const ratios: number[] = [];
  for (let round = -5; round < ROUNDS; round++) {
    const value = await microseconds(KEYWARD_CALLS, () => {
      for (let call = 0; call < KEYWARD_CALLS; call++) verify();
    });
    const baseline = await microseconds(CALLS, async () => {
      for (let call = 0; call < CALLS; call++) await other();
    });
    await sleep(1);
    if (round < 0) continue;
    values.push(value);
    baselines.push(baseline);
    ratios.push(baseline / value);
  }
  return {
    name,
    value: median(values),
    unit: "µs",
    baseline: median(baselines),
    ratio: median(ratios),
  };
}

async function microseconds(calls: number, run: () => void | Promise<void>): Promise<number> {
  const startMs = performance.now();
  await run();
  return ((performance.now() - startMs) * 1_000) / calls;
}
