import { Command } from "commander";
import { outputOf } from "../cli.ts";
import { configWithData } from "../data-option.ts";
import { UsageError } from "../errors.ts";
import { systemClock } from "../../runtime/clock.ts";
import { systemRandom } from "../../runtime/random.ts";
import type { Terminal } from "../terminal.ts";

export function migrate(terminal: Terminal): Command {
  const command = new Command("migrate")
    .description(
      "Move everything from SQLite in the data directory into the PostgreSQL of KEYWARD_DATABASE_URL, compared row by row",
    )
    .option("--data <directory>", "the data directory; KEYWARD_DATA if left out");
  return command.action(async ({ data }: { readonly data?: string }) => {
    const { databaseUrl: url, dataDirectory: directory } = configWithData(terminal, data);
    if (url === undefined) {
      throw new UsageError(
        "KEYWARD_DATABASE_URL does not say where to",
        "set it to postgres://user:password@host/database, in the environment: an argument would show in the list of processes",
      );
    }
    const { moveToPostgres } = await import("../../storage/move/move-to-postgres.ts");
    const tools = { clock: systemClock, random: systemRandom };
    const { tables, rows } = await moveToPostgres({
      directory,
      url,
      ...tools,
      onTable: ({ table, rows: count }) => terminal.note(`${table}: ${count} rows\n`),
    });
    outputOf(terminal, command).text({ tables, rows }, [`${rows} rows in ${tables} tables`]);
    terminal.note(
      `All are there, and equal. Start Keyward with KEYWARD_DATABASE_URL and the server key of ${directory}; do not start it on the file any more.\n`,
    );
  });
}
