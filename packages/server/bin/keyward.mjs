#!/usr/bin/env node
// The command `keyward`. Published, it runs what was built; in a clone, the sources, on the Node that the repository pins.
// Plain JavaScript, because in a clone the machine's own Node (20 or later) must run it.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const source = new URL("../src/cli/main.ts", import.meta.url);
const SOURCE_CONDITION = "@keyward/source";

if (!existsSync(source)) {
  await import("../dist/cli/main.js");
} else if (runsSources()) {
  await import(source.href);
} else {
  process.argv.splice(2, 0, fileURLToPath(source));
  await import("../../../tools/run.mjs");
}

/** Whether this very process was started as the sources need it, such as by a program of the repository. */
function runsSources() {
  const [major] = process.versions.node.split(".");
  const options = `${process.execArgv.join(" ")} ${process.env.NODE_OPTIONS ?? ""}`;
  return Number(major) >= 26 && options.includes(SOURCE_CONDITION);
}
