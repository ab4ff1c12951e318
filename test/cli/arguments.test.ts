import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { runCommand } from "./run-command.ts";
import { startKeyward } from "./running-keyward.ts";

const LOOK_EVERY_MS = 5;

/** What `ps` would show of every process of this machine, and its environment where it may be read. */
function commandLines(): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => readFileOrNothing(join("/proc", pid, "cmdline")).replaceAll("\0", " "));
}

function readFileOrNothing(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

test("T63: while commands use secrets, no process has one in its arguments", async (context) => {
  if (process.platform !== "linux") return context.skip("reads /proc, which only Linux has");
  const keyward = await startKeyward();
  context.after(() => keyward.stop());
  const run = (command: string) => runCommand(keyward, command);
  await run("keyward apis create --name Acme --prefix acme --audience https://api.acme.test");
  const create = "keyward keys create --api acme --owner cus_42 --name";
  await run(`${create} Bar --secret-out bar.key`);
  const read = (name: string) => readFileSync(join(keyward.directory, name), "utf8").trim();
  const secrets = [read("management.key"), read("bar.key")];

  const seen = new Set<string>();
  const watch = new AbortController();
  const watching = (async () => {
    while (!watch.signal.aborted) {
      for (const line of commandLines()) seen.add(line);
      await delay(LOOK_EVERY_MS);
    }
  })();
  const outcomes = [
    await run("keyward keys verify --key-file bar.key"),
    await run("keyward keys explain - < bar.key"),
    await run("keyward keys search - < bar.key"),
    await run("keyward keys list --token-file - < management.key"),
    await run(`${create} Baz --secret-out baz.key`),
    await run(`${create} Piped --secret-out - > piped.key`),
  ];
  watch.abort();
  await watching;

  assert.deepEqual(
    outcomes.map(({ code }) => code),
    [0, 0, 0, 0, 0, 0],
  );
  // Else this would have looked at nothing.
  assert.ok([...seen].some((line) => line.includes("keys verify --key-file bar.key")));
  for (const secret of [...secrets, read("baz.key"), read("piped.key")]) {
    assert.ok(![...seen].some((line) => line.includes(secret)));
  }
  return undefined;
});
