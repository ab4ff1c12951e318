// `npm run check`: everything that must hold of the source before it is committed, quickest first. `--no-tests` leaves the tests out.
import { bin, exec } from "./exec.ts";

const STEPS: readonly { name: string; run: () => Promise<number> }[] = [
  { name: "format", run: () => exec(bin("oxfmt"), ["--check", "."]) },
  { name: "types", run: () => checkTypes(".") },
  { name: "types of the dashboard", run: () => checkTypes("packages/dashboard") },
  { name: "lint", run: () => exec(bin("oxlint"), ["--type-aware", "--deny-warnings"]) },
  { name: "dead code", run: () => exec(bin("knip"), []) },
  { name: "tests", run: () => exec(process.execPath, ["tools/test.ts"]) },
];

const skipped = process.argv.includes("--no-tests") ? ["tests"] : [];

for (const { name, run } of STEPS.filter((step) => !skipped.includes(step.name))) {
  const started = performance.now();
  const code = await run();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? "ok" : "FAILED"}  ${name}  ${seconds} s\n`);
  if (code !== 0) process.exit(code);
}

/** What did not change since is not checked again. */
function checkTypes(project: string): Promise<number> {
  const cache = `node_modules/.cache/types-${project.replaceAll(/\W/g, "-")}.tsbuildinfo`;
  return exec(bin("tsc"), ["-p", project, "--incremental", "--tsBuildInfoFile", cache]);
}
