// Runs a TypeScript program of this repository on the pinned Node: `node tools/run.mjs FILE [ARG …]`.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { setUp } from "./setup.mjs";

/** As it is now: a set-up can take longer than a parent lives. */
const PARENT = process.ppid;
const PARENT_CHECK_MS = 500;

const node = setUp();
const child = spawn(node, ["--conditions=@keyward/source", ...process.argv.slice(2)], {
  stdio: "inherit",
  env: {
    // Types are stripped and code is compiled once, not at every start: a third less time until ready.
    NODE_COMPILE_CACHE: fileURLToPath(new URL("../node_modules/.cache/node", import.meta.url)),
    ...process.env,
    NODE_OPTIONS: withSourceCondition(process.env.NODE_OPTIONS),
  },
});

// The child decides when it is done: it drains and flushes first, and its exit code is ours.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
if (process.env.npm_lifecycle_event !== undefined) stopWithParent();
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));

// npm passes a SIGTERM on to its shell alone, which goes and leaves us behind. A parent that goes shows in our own `ppid`
// (not on Windows, where ending npm ends what it started). Without npm, outliving a shell may be just what is wanted.
function stopWithParent() {
  const watch = setInterval(() => {
    if (process.ppid === PARENT) return;
    clearInterval(watch);
    child.kill("SIGTERM");
  }, PARENT_CHECK_MS).unref();
}

// Programs that a test or tool starts in turn must resolve the packages to their sources as well.
function withSourceCondition(options = "") {
  return options.includes("@keyward/source")
    ? options
    : `${options} --conditions=@keyward/source`.trim();
}
