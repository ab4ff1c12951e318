import { readRevocationLog } from "./revocation-log.ts";
import { join } from "node:path";
import { systemClock } from "../../runtime/clock.ts";
import { systemRandom } from "../../runtime/random.ts";
import { chargesContract } from "../charges.contract.ts";
import { eventsContract } from "../events.contract.ts";
import { peopleContract } from "../people.contract.ts";
import { storageContract } from "../storage.contract.ts";
import type { WithStorage } from "../storage.contract.ts";
import { withDirectory } from "../testing/temporary-directory.ts";
import { usageContract } from "../usage.contract.ts";
import { openSqliteStorage } from "./open-sqlite-storage.ts";

const withStorage: WithStorage = (use) =>
  withDirectory(
    async (directory) => {
      const storage = await openSqliteStorage({
        directory,
        clock: systemClock,
        random: systemRandom,
      });
      const credentialEnds = async () =>
        readRevocationLog(join(directory, "revocations.log")).ends.map(
          ({ workspaceId, keyId, secretId }) => ({ workspaceId, keyId, secretId }),
        );
      try {
        await use({ storage, credentialEnds });
      } finally {
        await storage.close();
      }
    },
    { inMemory: true },
  );

storageContract("sqlite", withStorage);
peopleContract("sqlite", withStorage);
usageContract("sqlite", withStorage);
chargesContract("sqlite", withStorage);
eventsContract("sqlite", withStorage);
