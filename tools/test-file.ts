import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "./exec.ts";
import { markedProcesses, TEST_FILE_VARIABLE } from "./marked-processes.ts";

export interface TestLimits {
  /** Of one test, in milliseconds. */
  readonly test: number;
  /** Of one file, in milliseconds: also where its process is too busy to answer. */
  readonly file: number;
  /** For what a test has ended and which is still going, in milliseconds: browsers and servers take a moment. */
  readonly leftovers: number;
}

/** The slowest file takes three minutes on two cores. */
const LIMITS: TestLimits = { test: 300_000, file: 900_000, leftovers: 10_000 };
/** Those of this process that are not about tests. */
const NODE_FLAGS = process.execArgv.filter((flag) => !flag.startsWith("--test-"));
const LEFTOVER_CHECK_MS = 50;

export interface FileResult {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** What went wrong beside the tests themselves. */
  readonly problems: readonly string[];
  readonly output: string;
}

const running = new Set<ChildProcess>();

/** Runs one test file to its end, and ends what it left behind: each leftover is a problem. */
export async function runTestFile(file: string, limits = LIMITS): Promise<FileResult> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [...NODE_FLAGS, `--test-timeout=${limits.test}`, "--test-reporter=spec", file],
    {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, [TEST_FILE_VARIABLE]: file },
      // A group of its own, so that all of it can be ended at once.
      detached: true,
    },
  );
  running.add(child);
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => output.push(text));
  }
  const closed = once(child, "close");
  const problems: string[] = [];
  const deadline = setTimeout(() => {
    problems.push(`did not end within ${limits.file / 1000} s`);
    endGroup(child);
  }, limits.file);
  const [code, signal] = await once(child, "exit");
  clearTimeout(deadline);
  problems.push(...(await endLeftovers(file, child, limits.leftovers)));
  // Only now: while a leftover holds the pipe, it does not close.
  await closed;
  running.delete(child);

  const counts = countTests(output.join(""));
  if (signal !== null) problems.push(`was ended by ${signal}`);
  else if (code !== 0 && counts.failed === 0) problems.push(`ended with ${code}`);
  if (counts.passed + counts.failed + counts.skipped === 0) problems.push("ran no test");
  const seconds = (performance.now() - started) / 1000;
  return { file, ...counts, seconds, problems, output: output.join("") };
}

/** Ends all that runs now. */
export function stopTestFiles(): void {
  for (const child of running) endGroup(child);
}

async function endLeftovers(
  file: string,
  child: ChildProcess,
  graceMs: number,
): Promise<readonly string[]> {
  const deadline = performance.now() + graceMs;
  let left = markedProcesses(file);
  while (left.length > 0 && performance.now() < deadline) {
    await sleep(LEFTOVER_CHECK_MS);
    left = markedProcesses(file);
  }
  endGroup(child);
  for (const { pid } of left) endProcess(pid);
  return left.map(({ pid, command }) => `left process ${pid} running: ${command}`);
}

function endGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) endProcess(-pid);
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}

/** From the lines that close the output of the `spec` reporter. */
function countTests(output: string): Pick<FileResult, "passed" | "failed" | "skipped"> {
  const count = (what: string): number =>
    Number(new RegExp(`^ℹ ${what} (\\d+)$`, "mu").exec(output)?.[1] ?? 0);
  return {
    passed: count("pass"),
    failed: count("fail") + count("cancelled"),
    skipped: count("skipped"),
  };
}
