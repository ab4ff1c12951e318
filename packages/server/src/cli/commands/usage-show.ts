import { Command } from "commander";
import type { Usage } from "@keyward/sdk/client/operations.generated";
import { usageGroupColumns } from "../columns.ts";
import { chartLines, sparkline } from "../chart.ts";
import { openSession } from "../cli.ts";
import { printable } from "../printable.ts";
import { tableLines } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { parseWholeNumber } from "../values.ts";

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly grain?: "minute" | "hour" | "day";
  readonly timeZone?: string;
  readonly api?: string;
  readonly env?: "live" | "test";
  readonly owner?: string;
  readonly plan?: string;
  readonly key?: string;
  readonly client?: string;
  readonly outcome?: "allowed" | "denied";
  readonly tag?: string;
  readonly by?: "key" | "owner" | "plan" | "api" | "environment" | "code" | "tag";
  readonly top?: number;
}

export function usageShow(terminal: Terminal): Command {
  const command = new Command("show")
    .description("What keys were used for: a chart, the sums, and the most frequent of a group")
    .option("--from <instant>", "from then on, such as 2027-01-31T00:00:00Z; 30 days if left out")
    .option("--to <instant>", "up to then; until now if left out")
    .option("--grain <grain>", "minute, hour or day; what suits the range if left out")
    .option("--time-zone <zone>", "where days begin, such as Europe/Berlin; UTC if left out")
    .option("--api <api>", "of this api, by prefix or id")
    .option("--env <environment>", "of live or test keys")
    .option("--owner <owner>", "of keys that this owner held then")
    .option("--plan <plan>", "of keys that this plan limited then, by name or id")
    .option("--key <id>", "of this key")
    .option("--client <id>", "of this OAuth client: its tokens, and what it got them with")
    .option("--outcome <outcome>", "allowed or denied")
    .option("--tag <tag>", "that your API tagged so")
    .option(
      "--by <group>",
      "told apart by key, owner, plan, api, environment, code or tag; code if left out",
    )
    .option("--top <count>", "so many of the group; 10 if left out", parseWholeNumber(1, 100));
  return command.action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const { env, timeZone, by = "code", top, ...filter } = options;
    const usage = await session.client.call("usage.get", {
      query: {
        ...filter,
        ...(env !== undefined && { environment: env }),
        ...(timeZone !== undefined && { time_zone: timeZone }),
        ...(top !== undefined && { top }),
        group_by: by,
        compare: "previous",
      },
    });
    session.output.text(usage, usageLines(usage, by, terminal));
  });
}

function usageLines(usage: Usage, by: string, terminal: Terminal): readonly string[] {
  const { totals, networks, previous, buckets, groups, others } = usage;
  const counts = buckets.map(({ count }) => count);
  const wide = terminal.width ?? 80;
  const rows = [
    ...(groups ?? []),
    ...(others?.count ? [{ ...others, value: "others", name: null, networks: null }] : []),
  ];
  return [
    terminal.paint(
      "bold",
      `${day(usage.from)} to ${day(usage.to)}, by ${usage.grain} (${printable(usage.time_zone)})`,
    ),
    ...(counts.length > wide - 4 ? [sparkline(counts, wide - 4)] : chartLines(counts)),
    `decisions  ${number(totals.count)}${changeOf(totals.count, previous?.count)}`,
    `allowed    ${number(totals.allowed)}${changeOf(totals.allowed, previous?.allowed)}`,
    `denied     ${number(totals.denied)}${changeOf(totals.denied, previous?.denied)}`,
    `cost       ${number(totals.cost)}${changeOf(totals.cost, previous?.cost)}`,
    ...(networks === null ? [] : [`networks   ${number(networks)}`]),
    ...(rows.length === 0 ? [] : ["", ...tableLines(rows, usageGroupColumns(by), terminal.width)]),
  ];
}

function day(at: string): string {
  return at.slice(0, 16).replace("T", " ");
}

function number(value: number): string {
  return value.toLocaleString("en");
}

/** Against the time before, of the same length. */
function changeOf(value: number, before: number | undefined): string {
  if (before === undefined || before === 0) return "";
  const percent = Math.round(((value - before) / before) * 100);
  return `  ${percent < 0 ? "" : "+"}${percent} % to the time before`;
}
