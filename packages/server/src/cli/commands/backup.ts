import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { Command } from "commander";
import { outputOf } from "../cli.ts";
import { sqliteConfig } from "../data-option.ts";
import { UsageError } from "../errors.ts";
import type { Terminal } from "../terminal.ts";

export function backup(terminal: Terminal): Command {
  const command = new Command("backup")
    .description("Copy the database of this machine into a file, also while Keyward runs")
    .argument("<file>", "must not exist")
    .option("--data <directory>", "the data directory; KEYWARD_DATA if left out");
  return command.action(async (file: string, { data }: { readonly data?: string }) => {
    const { dataDirectory: directory } = sqliteConfig(terminal, data);
    const folder = dirname(file);
    if (!existsSync(folder)) throw new UsageError(`there is no directory ${folder}`);
    const { backupDatabase } = await import("../../storage/sqlite/backup.ts");
    const { bytes, auditEventCount } = await backupDatabase({ directory, toFile: file });
    const summary = { file, bytes, audit_events: auditEventCount };
    outputOf(terminal, command).text(summary, [file]);
    terminal.note(
      `${bytes} bytes, ${auditEventCount} audit events checked. Copy ${directory}/revocations.log as well, and often: a restore needs it to keep revoked keys dead.\n`,
    );
  });
}
