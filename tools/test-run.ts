import { relative } from "node:path";
import { ROOT } from "./exec.ts";
import { runTestFile, stopTestFiles, type FileResult } from "./test-file.ts";

/** More than one, since many tests wait for programs, and no more, so that these wait for nobody. */
const CONCURRENCY = 2;

/**
 * Runs each file in a process of its own and prints a line as each ends, with all that a failed one printed.
 *
 * @param showNames prints the names of the tests that pass, too
 * @returns the exit code: 0 where all passed, 1 elsewhere
 */
export async function runTestFiles(
  files: readonly string[],
  { showNames }: { readonly showNames: boolean },
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
  return summarise(results);
}

function report(result: FileResult, position: string, showNames: boolean): void {
  const { file, passed, failed, seconds, problems } = result;
  const verdict = isGood(result) ? "ok" : "FAILED";
  const counts = failed === 0 ? `${passed}` : `${passed} passed, ${failed} failed`;
  if (showNames || !isGood(result)) process.stdout.write(result.output);
  else process.stdout.write(skippedTests(result.output));
  for (const problem of problems) process.stdout.write(`${file}: ${problem}\n`);
  process.stdout.write(
    `[${position}] ${verdict}  ${relative(ROOT, file)}  ${counts}  ${seconds.toFixed(1)} s\n`,
  );
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
