import { after, before } from "node:test";
import { systemClock } from "../../runtime/clock.ts";
import { systemRandom } from "../../runtime/random.ts";
import { chargesContract } from "../charges.contract.ts";
import { eventsContract } from "../events.contract.ts";
import { peopleContract } from "../people.contract.ts";
import { storageContract } from "../storage.contract.ts";
import type { WithStorage } from "../storage.contract.ts";
import { usageContract } from "../usage.contract.ts";
import { startPostgres } from "../testing/postgres-server.ts";
import type { PostgresServer } from "../testing/postgres-server.ts";
import { openPostgresStorage } from "./open-postgres-storage.ts";

let server: PostgresServer;
before(async () => {
  server = await startPostgres({ careless: true });
});
after(() => server.stop());

const withStorage: WithStorage = async (use) => {
  const url = await server.createDatabase();
  const database = new URL(url).pathname.slice(1);
  const storage = await openPostgresStorage({ url, clock: systemClock, random: systemRandom });
  const credentialEnds = async () => {
    const rows = await server.query(
      "select workspace_id, key_id, secret_id from revocations order by seq",
      database,
    );
    return rows.map((row) => ({
      workspaceId: String(row["workspace_id"]),
      keyId: String(row["key_id"]),
      secretId: typeof row["secret_id"] === "string" ? row["secret_id"] : null,
    }));
  };
  try {
    await use({ storage, credentialEnds });
  } finally {
    await storage.close();
  }
};

storageContract("postgres", withStorage);
peopleContract("postgres", withStorage);
usageContract("postgres", withStorage);
chargesContract("postgres", withStorage);
eventsContract("postgres", withStorage);
