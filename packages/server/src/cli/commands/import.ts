import { Argument, Command, Option } from "commander";
import { openSession } from "../cli.ts";
import { PartlyDone } from "../errors.ts";
import { importRows } from "../import/import-rows.ts";
import type { Outcome, Target } from "../import/import-rows.ts";
import type { Row } from "../import/row.ts";
import { SOURCES } from "../import/sources.ts";
import type { SourceName } from "../import/sources.ts";
import { printable } from "../printable.ts";
import type { Terminal } from "../terminal.ts";
import { collect, parseWholeNumber } from "../values.ts";

/** Of what was refused, so much is shown to people; `--json` has everything. */
const SHOWN_MAX = 20;
const PROGRESS_EVERY = 1_000;

interface Options {
  readonly api: string;
  readonly env: "live" | "test";
  readonly owner?: string;
  readonly scope?: readonly string[];
  readonly plan?: string;
  readonly from?: number;
  readonly dryRun?: boolean;
}

export function importKeys(terminal: Terminal): Command {
  const command = new Command("import")
    .description("Bring keys that were issued elsewhere; their holders go on using them")
    .addArgument(new Argument("<source>", "whose file it is").choices(Object.keys(SOURCES)))
    .argument("<file>", "the file; keys in it are hashed here and sent nowhere")
    .requiredOption("--api <api>", "for this api: its id or prefix")
    .addOption(new Option("--env <env>", "environment").choices(["live", "test"]).default("live"))
    .option("--owner <owner>", "of keys whose row names nobody")
    .option("--scope <scope>", "of keys whose row has no scopes; repeatable", collect)
    .option("--plan <plan>", "with the limits of this plan: its id or name")
    .option(
      "--from <row>",
      "begin with this row; what is there already is passed over anyway",
      parseWholeNumber(1, 1e9),
    )
    .option("--dry-run", "read the file and tell what is in it; nothing is sent")
    .addHelpText("after", `\nSources:\n${sourceLines().join("\n")}`);
  return command.action(async (source: SourceName, file: string, options: Options) => {
    const { api, env, owner, scope = [], plan, from = 1, dryRun = false } = options;
    const target = { api, environment: env, owner, scopes: scope, plan };
    const read = await SOURCES[source].read(file);
    const rows = read.map((row) => withHolder(row, target));
    const wanted = rows.filter(({ number }) => number >= from);
    const session = await openSession(terminal, command);
    await session.client.apis.get(api);
    const outcomes = dryRun
      ? wanted.map(foreseen)
      : await send(importRows(session.client, wanted, target), wanted.length);
    session.output.text(reportOf(outcomes, dryRun), linesFor(outcomes, dryRun));
    const refused = outcomes.filter(({ outcome }) => outcome === "refused").length;
    if (refused > 0)
      throw new PartlyDone(`${refused} of ${outcomes.length} keys cannot be imported`);
  });

  async function send(all: AsyncIterable<Outcome>, total: number): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    try {
      for await (const outcome of all) {
        outcomes.push(outcome);
        if (outcomes.length % PROGRESS_EVERY === 0)
          terminal.note(`${outcomes.length} of ${total}\n`);
      }
    } catch (error) {
      const done = outcomes.at(-1)?.row;
      if (done !== undefined)
        terminal.note(`keyward: stopped after row ${done}: go on with --from ${done + 1}\n`);
      throw error;
    }
    return outcomes;
  }
}

function sourceLines(): readonly string[] {
  return Object.entries(SOURCES).map(([name, { meaning }]) => `  ${name.padEnd(11)}  ${meaning}`);
}

/** A key that belongs to nobody could not be found again when it leaks. */
function withHolder(row: Row, { owner }: Target): Row {
  if (row.key === undefined || (row.key.owner ?? owner) !== undefined) return row;
  return { number: row.number, key: undefined, problem: "it names no owner: add --owner" };
}

function foreseen({ number, problem }: Row): Outcome {
  return problem === undefined
    ? { row: number, outcome: "imported" }
    : { row: number, outcome: "refused", detail: problem };
}

function countOf(outcomes: readonly Outcome[], outcome: Outcome["outcome"]): number {
  return outcomes.filter((each) => each.outcome === outcome).length;
}

function reportOf(outcomes: readonly Outcome[], dryRun: boolean): object {
  return {
    dry_run: dryRun,
    imported: countOf(outcomes, "imported"),
    exists: countOf(outcomes, "exists"),
    refused: countOf(outcomes, "refused"),
    data: outcomes,
  };
}

function linesFor(outcomes: readonly Outcome[], dryRun: boolean): readonly string[] {
  const refused = outcomes.filter(({ outcome }) => outcome === "refused");
  const shown = refused
    .slice(0, SHOWN_MAX)
    .map(({ row, detail = "" }) => `row ${row}: ${printable(detail)}`);
  const more =
    refused.length > SHOWN_MAX ? [`… and ${refused.length - SHOWN_MAX} more: --json has all`] : [];
  const imported = countOf(outcomes, "imported");
  const verb = dryRun ? "could be imported; nothing was sent" : "imported";
  return [
    ...shown,
    ...more,
    `${imported} ${verb}, ${countOf(outcomes, "exists")} there already, ${refused.length} refused`,
  ];
}
