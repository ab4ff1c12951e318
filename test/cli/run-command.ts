import { spawn } from "node:child_process";
import type { Ran } from "./transcript.ts";

const COMMAND_MS_MAX = 30_000;
const COLUMNS = 100;
/** What a command shows when it waits for a person. */
const QUESTION = /(\[y\/N\]|\(not shown\):) $/;

export interface Place {
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs a command in pipes, or at a terminal of its own, where both outputs are one. */
export function runCommand(
  { directory, env }: Place,
  command: string,
  terminal?: { readonly typed: readonly string[] },
): Promise<Ran> {
  const words = terminal
    ? ["script", "-qefc", `stty cols ${COLUMNS}; ${command}`, "/dev/null"]
    : ["sh", "-c", command];
  const [program = "", ...rest] = words;
  const child = spawn(program, rest, {
    cwd: directory,
    env,
    stdio: [terminal ? "pipe" : "ignore", "pipe", "pipe"],
    timeout: COMMAND_MS_MAX,
  });
  const typed = [...(terminal?.typed ?? [])];
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.on("data", (chunk: Buffer) => {
      output[name] += chunk.toString("utf8");
      if (!QUESTION.test(output[name])) return;
      const answer = typed.shift() ?? "";
      child.stdin?.write(answer === "^D" ? "\x04" : `${answer}\n`);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const stdout = terminal ? output.stdout.replaceAll("\r", "") : output.stdout;
      resolve({ stdout, stderr: output.stderr, code: code ?? -1 });
    });
  });
}
