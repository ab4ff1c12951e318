// K5, T32: kills a process that spends credits, at random moments, and adds up what was admitted in all its lives.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { withDirectory } from "../../packages/server/src/storage/testing/temporary-directory.ts";

const CREDITS = 10_000;
const KILLS = 5;
/** What a process has written outlives its kill there as well, and sooner. */
const IN_MEMORY = { inMemory: true } as const;
/** Admitted before it is killed, at most: so every life is killed while it spends. */
const SPENT_BEFORE_KILL_MAX = 900;
/** Of one life: a sixteenth of what was left, at most a thousand, in hand, as much under way, and what was not yet written down. */
const LOST_PER_KILL_MAX = 2 * (CREDITS / 16) + 64;
const COMPILE_CACHE = join(tmpdir(), "keyward-test-compile-cache");
const VICTIM = fileURLToPath(new URL("credit-spender.ts", import.meta.url));

test(`K5, T32: of ${CREDITS} credits exactly ${CREDITS} are admitted, to 64 at the same time`, () =>
  withDirectory(async (directory) => {
    const { admitted, isDone } = await spend(directory, Infinity);
    assert.ok(isDone);
    assert.equal(admitted, CREDITS);
    assert.deepEqual(await spend(directory, Infinity), { admitted: 0, isDone: true });
  }, IN_MEMORY));

test(`F01, K5: killed ${KILLS} times while it spends, a process never gives away more, and loses no more than it held`, (t) =>
  withDirectory(async (directory) => {
    let admitted = 0;
    let kills = 0;
    for (let life = 0; life < KILLS; life++) {
      const spent = await spend(directory, randomInt(1, SPENT_BEFORE_KILL_MAX));
      admitted += spent.admitted;
      if (!spent.isDone) kills++;
    }
    const last = await spend(directory, Infinity);
    assert.ok(last.isDone);
    admitted += last.admitted;
    assert.ok(kills > 0, "at least one life ended early");
    assert.ok(admitted <= CREDITS, `${admitted} of ${CREDITS} were admitted`);
    assert.ok(admitted >= CREDITS - kills * LOST_PER_KILL_MAX, `only ${admitted} were admitted`);
    t.diagnostic(`${kills} kills, ${admitted} of ${CREDITS} admitted`);
  }, IN_MEMORY));

/** One life, ended with SIGKILL once so many more were admitted. */
async function spend(directory: string, killAfter: number) {
  const before = spentIn(directory);
  const flags = ["--conditions=@keyward/source", VICTIM, directory, String(CREDITS)];
  const env = { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE };
  const victim = spawn(process.execPath, flags, { env, stdio: ["ignore", "ignore", "inherit"] });
  const watch = setInterval(() => {
    if (spentIn(directory) - before >= killAfter) victim.kill("SIGKILL");
  }, 1);
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    victim.on("close", (...ended) => resolve(ended));
  });
  clearInterval(watch);
  assert.ok(code === 0 || signal === "SIGKILL", `ended with ${code ?? signal}`);
  return { admitted: spentIn(directory) - before, isDone: code === 0 };
}

function spentIn(directory: string): number {
  return statSync(join(directory, "spent"), { throwIfNoEntry: false })?.size ?? 0;
}
