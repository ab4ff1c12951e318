// `npm run --silent bench -- [--json] [--size million] [--only NAME]…`: measures and prints; it judges nothing. A suite that
// breaks off is told of on stderr and in the exit code, and costs no other its figures.
import { fork } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { SIZES, isSize } from "./suite.ts";
import type { Row } from "./suite.ts";
import { SUITES, isSuiteName } from "./suites.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    size: { type: "string", default: "default" },
    only: { type: "string", multiple: true, default: Object.keys(SUITES) },
  },
});

const unknown = values.only.filter((name) => !isSuiteName(name));
if (unknown.length > 0) {
  console.error(
    `no such suite: ${unknown.join(", ")}; there are ${Object.keys(SUITES).join(", ")}`,
  );
  process.exit(2);
}

if (!isSize(values.size)) {
  console.error(`no such size: ${values.size}; there are ${SIZES.join(", ")}`);
  process.exit(2);
}

const rows: Row[] = [];
for (const name of values.only) {
  const measured = await runInChild(name, values.size);
  if (measured === undefined) {
    console.error(`the suite ${name} gave no figures`);
    process.exitCode = 1;
  } else rows.push(...measured);
}
console.log(values.json ? JSON.stringify(rows) : formatTable(rows));

/** One process at a time, so that no suite disturbs another. */
async function runInChild(name: string, size: string): Promise<readonly Row[] | undefined> {
  const child = fork(new URL("child.ts", import.meta.url), [name, size], {
    execArgv: [...process.execArgv, "--expose-gc"],
  });
  let sent: readonly Row[] | undefined;
  child.on("message", (message: readonly Row[]) => {
    sent = message;
  });
  await once(child, "exit");
  return sent;
}

function formatTable(all: readonly Row[]): string {
  const cells = [
    ["figure", "value", "unit", "baseline", "ratio"],
    ...all.map(({ name, value, unit, baseline, ratio }) => [
      name,
      formatNumber(value),
      unit,
      baseline === null ? "" : formatNumber(baseline),
      ratio === null ? "" : ratio.toFixed(2),
    ]),
  ];
  const widths = cells[0]?.map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function formatNumber(value: number): string {
  return value.toLocaleString("en-GB", {
    maximumFractionDigits: value < 1 ? 3 : value < 100 ? 1 : 0,
  });
}
