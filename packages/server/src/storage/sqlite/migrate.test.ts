import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { systemClock } from "../../runtime/clock.ts";
import { withDirectory } from "../testing/temporary-directory.ts";
import { connectToFile, openWriter } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { migrate, SCHEMA_VERSION } from "./migrate.ts";

/** The same connection, which a crash takes away before its n-th call. */
function endingAt(connection: Connection, last: number): Connection {
  let calls = 0;
  return new Proxy(connection, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...args: readonly unknown[]) => {
        calls += 1;
        if (calls >= last) throw new Error("the machine has stopped");
        return Reflect.apply(value, target, args) as unknown;
      };
    },
  });
}

function schemaOf(path: string): readonly unknown[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return [
      database.prepare("select type, name, sql from sqlite_schema order by name").all(),
      database.prepare("select version, name from schema_migrations order by version").all(),
    ];
  } finally {
    database.close();
  }
}

test("F21: a migration that is cut off before any of its statements is gone on with by the next start, and comes to the same schema", () =>
  withDirectory(async (directory) => {
    const whole = join(directory, "whole.db");
    const connection = openWriter(whole, connectToFile);
    migrate(connection, systemClock);
    connection.close();
    const expected = schemaOf(whole);
    let isCutOff = true;
    for (let last = 1; isCutOff; last++) {
      const path = join(directory, `${last}.db`);
      const cut = openWriter(path, connectToFile);
      try {
        migrate(endingAt(cut, last), systemClock);
        isCutOff = false;
      } catch (error) {
        assert.equal((error as Error).message, "the machine has stopped");
      }
      // What was not committed is gone, as after a crash.
      cut.close();
      const again = openWriter(path, connectToFile);
      migrate(again, systemClock);
      again.close();
      assert.deepEqual(schemaOf(path), expected);
    }
    const versions = expected[1] as readonly { readonly version: number }[];
    assert.equal(versions.at(-1)?.version, SCHEMA_VERSION);
  }));
