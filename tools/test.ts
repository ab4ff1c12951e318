// `npm test`: every test, or those whose path contains one of the given words.
import { globSync } from "node:fs";
import { buildDashboard } from "../packages/dashboard/build.ts";
import { ensureTestPrograms } from "./test-programs.ts";
import { runTestFiles } from "./test-run.ts";
import { ROOT } from "./exec.ts";

const PATTERNS = [
  "packages/*/src/**/*.test.ts",
  "examples/*/src/**/*.test.ts",
  "bench/**/*.test.ts",
  "test/**/*.test.ts",
];

const words = process.argv.slice(2);
const files = globSync(PATTERNS, { cwd: ROOT })
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  // Those of whole programs first: they take longest, and a long one that starts last is waited for alone.
  .sort((a, b) => Number(b.startsWith("test/")) - Number(a.startsWith("test/")) || compare(a, b));

if (files.length === 0) {
  process.stderr.write(`no test file has one of these in its path: ${words.join(", ")}\n`);
  process.exit(1);
}
ensureTestPrograms();
// Once for all tests: those that start Keyward as a person does must not each wait for it.
await buildDashboard();
const isWhole = words.length === 0;
process.exitCode = await runTestFiles(files, { showNames: !isWhole, runFailedAgain: isWhole });

function compare(a: string, b: string): number {
  return a < b ? -1 : 1;
}
