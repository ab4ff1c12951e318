import { runTestFile, stopTestFiles } from "./test-file.ts";
import type { FileResult } from "./test-file.ts";

/** More than one, since many tests wait for programs, and no more, so that these wait for nobody. */
const CONCURRENCY = 2;
/** Of one run. What fails beside others and passes alone is named; more of it is a failure, whatever the second look says. */
const UNSTEADY_FILES_MAX = 3;

export interface TestRunOptions {
  /** Prints the names of the tests that pass, too. */
  readonly showNames: boolean;
  /** Runs what failed again, alone. */
  readonly runFailedAgain: boolean;
}

/**
 * Runs each file in a process of its own and prints a line as each ends, with all that a failed one printed.
 *
 * @returns the exit code: 0 where all passed, 1 elsewhere
 */
export async function runTestFiles(
  files: readonly string[],
  { showNames, runFailedAgain }: TestRunOptions,
): Promise<number> {
  stopOnSignals();
  const results: FileResult[] = [];
  const waiting = files.values();
  const lane = async (): Promise<void> => {
    for (const file of waiting) {
      const result = await runTestFile(file);
      results.push(result);
      report(result, `${results.length}/${files.length}`, showNames);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  return summarise(runFailedAgain ? await withSecondLook(results) : results);
}

async function withSecondLook(results: readonly FileResult[]): Promise<readonly FileResult[]> {
  const bad = results.filter((result) => !isGood(result));
  if (bad.length > UNSTEADY_FILES_MAX) return results;
  const second = new Map<string, FileResult>();
  for (const { file } of bad) {
    const result = await runTestFile(file);
    report(result, "again, alone", false);
    second.set(file, result);
    if (isGood(result)) process.stdout.write(`UNSTEADY: ${file} failed beside others\n`);
  }
  return results.map((result) => second.get(result.file) ?? result);
}

function report(result: FileResult, position: string, showNames: boolean): void {
  const { file, passed, failed, seconds, problems, output } = result;
  const verdict = isGood(result) ? "ok" : "FAILED";
  const counts = failed === 0 ? `${passed}` : `${passed} passed, ${failed} failed`;
  process.stdout.write(showNames || !isGood(result) ? output : skippedTests(output));
  for (const problem of problems) process.stdout.write(`${file}: ${problem}\n`);
  process.stdout.write(`[${position}] ${verdict}  ${file}  ${counts}  ${seconds.toFixed(1)} s\n`);
}

function summarise(results: readonly FileResult[]): number {
  const bad = results.filter((result) => !isGood(result));
  if (bad.length > 0) process.stdout.write(`\nfailed: ${bad.map(({ file }) => file).join(" ")}\n`);
  const sum = (of: "passed" | "failed" | "skipped"): number =>
    results.reduce((total, result) => total + result[of], 0);
  // A file can fail without a failed test: it ended early, never ended, or left something running.
  const failed = Math.max(sum("failed"), bad.length);
  process.stdout.write(`${sum("passed")} passed, ${failed} failed, ${sum("skipped")} skipped\n`);
  return failed === 0 ? 0 : 1;
}

function isGood({ failed, problems }: FileResult): boolean {
  return failed === 0 && problems.length === 0;
}

/** No skip is silent. */
function skippedTests(output: string): string {
  return output
    .split("\n")
    .filter((line) => line.includes("# SKIP"))
    .map((line) => `${line}\n`)
    .join("");
}

function stopOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      stopTestFiles();
      process.exit(1);
    });
  }
}
