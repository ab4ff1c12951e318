import { Command } from "commander";
import type { Shrinking } from "@keyward/sdk/client/operations.generated";
import { openSession } from "../cli.ts";
import { confirm } from "../confirm.ts";
import { UsageError } from "../errors.ts";
import { printable } from "../printable.ts";
import type { Terminal } from "../terminal.ts";
import { parseWholeNumber } from "../values.ts";

interface Options {
  readonly days?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export function safetyShrink(terminal: Terminal): Command {
  const command = new Command("shrink")
    .description("Grant a key no more than it has needed. What it was allowed stays allowed")
    .argument("<key>", "the id of the key")
    .option(
      "--days <days>",
      "what was last needed before counts as not needed; 90 if left out",
      parseWholeNumber(1, 365),
    )
    .option("--dry-run", "show the difference, and change nothing")
    .option("--yes", "do not ask");
  return command.action(async (key: string, { days, dryRun, yes }: Options) => {
    const { client, output } = await openSession(terminal, command);
    const shrinking = await client.safety.shrink(key, days === undefined ? {} : { days });
    const { proposal, detail, rev } = shrinking;
    const lines = differenceOf(shrinking, terminal);
    if (proposal === null || dryRun) {
      output.text(shrinking, lines);
      terminal.note(`${sayOf(shrinking)}\n`);
      if (detail !== null && !dryRun) throw new UsageError("nobody can tell; nothing was changed");
      return;
    }
    terminal.note(lines.map((line) => `${line}\n`).join(""));
    await confirm(terminal, `${sayOf(shrinking)} Shrink it?`, yes);
    output.one(await client.keys.update(key, proposal, { ifMatch: rev }));
  });
}

function sayOf({ detail, outcome, days, observed_since: since, key }: Shrinking): string {
  if (detail !== null) return `${printable(detail)}.`;
  if (outcome === "least") return `In ${days} days ${key} has needed all that it is granted.`;
  return `In ${days} days ${key} has not needed what goes; it is observed since ${since}.`;
}

/** What goes, what comes and what stays, as the tools for texts show it. */
function differenceOf({ granted, proposal }: Shrinking, terminal: Terminal): readonly string[] {
  const after = proposal ?? granted;
  return (["scopes", "roles"] as const).flatMap((kind) => {
    const names = [...new Set([...granted[kind], ...after[kind]])].toSorted();
    const word = kind === "scopes" ? "scope" : "role ";
    return names.map((name) => {
      const line = `${word} ${printable(name)}`;
      if (!after[kind].includes(name)) return terminal.paint("red", `- ${line}`);
      return granted[kind].includes(name) ? `  ${line}` : terminal.paint("green", `+ ${line}`);
    });
  });
}
