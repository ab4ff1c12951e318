import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { runCommand } from "./run-command.ts";
import { startKeyward } from "./running-keyward.ts";
import { fillIn, mismatch, parseTranscript } from "./transcript.ts";
import type { Taken } from "./transcript.ts";

for (const file of globSync(join(import.meta.dirname, "*.txt")).sort()) {
  test(`the command line does what ${basename(file)} shows`, async (context) => {
    const keyward = await startKeyward();
    context.after(() => keyward.stop());
    const taken: Taken = new Map([
      ["url", keyward.url],
      ["directory", keyward.directory],
      ["node", process.execPath],
    ]);
    for (const step of parseTranscript(readFileSync(file, "utf8"))) {
      const command = fillIn(step.command, taken);
      const typed = step.typed.map((text) => fillIn(text, taken));
      const ran = await runCommand(keyward, command, step.isTerminal ? { typed } : undefined);
      const problem = mismatch(step, ran, taken);
      assert.equal(
        problem,
        undefined,
        `${basename(file)}:${step.line}: ${step.command}\n${problem}`,
      );
    }
  });
}
