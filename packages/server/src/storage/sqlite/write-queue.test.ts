import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { withDirectory } from "../testing/temporary-directory.ts";
import { systemClock } from "../../runtime/clock.ts";
import { systemRandom } from "../../runtime/random.ts";
import { connectToFile, openWriter } from "./connection.ts";
import { openSqliteStorage } from "./open-sqlite-storage.ts";
import { WriteQueue } from "./write-queue.ts";

test("K10: what must be in the log is not answered while the log cannot be written; other works are", () =>
  withDirectory(async (directory) => {
    const sources = { clock: systemClock, random: systemRandom };
    await (await openSqliteStorage({ directory, ...sources })).close();
    const connection = openWriter(join(directory, "keyward.db"), connectToFile);
    let isBroken = true;
    const log = {
      catchUp() {
        if (isBroken) throw new Error("no space left");
      },
      close() {},
    };
    const queue = new WriteQueue(connection, log);
    const units = () => queue.write(() => Promise.resolve(7), { isLogged: true });
    const others = () => queue.write(() => Promise.resolve(7));
    const [refused, done] = await Promise.allSettled([units(), others()]);
    assert.equal(refused.status === "rejected" && refused.reason.code, "unavailable");
    assert.deepEqual(done, { status: "fulfilled", value: 7 });
    assert.deepEqual(queue.health(), {
      writable: false,
      reason: "the revocation log cannot be written",
    });
    isBroken = false;
    assert.equal(await units(), 7);
    assert.deepEqual(queue.health(), { writable: true, reason: null });
    await queue.close();
    connection.close();
  }));
