// The command line `keyward`.
import { CommanderError } from "commander";
import { exitCodeOf } from "./exit-codes.ts";
import { createProgram } from "./program.ts";
import { errorLines } from "./report-error.ts";
import { refuseSecretsIn } from "./secrets-in-arguments.ts";
import { processTerminal } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";

const terminal = processTerminal();

// `keyward keys list | head` is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

await runCommand(terminal, process.argv.slice(2));

async function runCommand(terminal: Terminal, words: readonly string[]): Promise<void> {
  try {
    refuseSecretsIn(words);
    await createProgram(terminal).parseAsync(words, { from: "user" });
  } catch (error) {
    // Commander has said it already.
    if (!(error instanceof CommanderError)) terminal.note(`${errorLines(error).join("\n")}\n`);
    terminal.endWith(exitCodeOf(error));
  }
}
