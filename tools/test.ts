// `npm test`: every test, or those whose path contains one of the given words.
import { globSync } from "node:fs";
import { buildDashboard } from "../packages/dashboard/build.ts";
import { ensureTestPrograms } from "./test-programs.ts";
import { exec, ROOT } from "./exec.ts";

const PATTERNS = [
  "packages/*/src/**/*.test.ts",
  "examples/*/src/**/*.test.ts",
  "bench/**/*.test.ts",
  "test/**/*.test.ts",
];

const words = process.argv.slice(2);
const files = globSync(PATTERNS, { cwd: ROOT })
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .sort();

if (files.length === 0) {
  process.stderr.write(`no test file has one of these in its path: ${words.join(", ")}\n`);
  process.exit(1);
}
ensureTestPrograms();
// Once for all tests: those that start Keyward as a person does must not each wait for it.
await buildDashboard();
process.exitCode = await exec(process.execPath, [
  "--test",
  "--test-timeout=300000",
  // More than one, since many tests wait for programs, and no more, so that these wait for nobody.
  "--test-concurrency=2",
  `--test-reporter=${process.stdout.isTTY ? "spec" : "dot"}`,
  "--test-reporter-destination=stdout",
  ...files,
]);
