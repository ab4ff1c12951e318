import { existsSync } from "node:fs";
import { Command } from "commander";
import { outputOf } from "../cli.ts";
import { confirm } from "../confirm.ts";
import { sqliteConfig } from "../data-option.ts";
import { UsageError } from "../errors.ts";
import { systemClock } from "../../runtime/clock.ts";
import { systemRandom } from "../../runtime/random.ts";
import { dataDirectory } from "../../storage/sqlite/data-directory.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly data?: string;
  readonly sinceLog?: string;
  readonly acceptResurrection?: boolean;
  readonly yes?: boolean;
}

export function restore(terminal: Terminal): Command {
  const command = new Command("restore")
    .description(
      "Put a backup in the place of the database; keys revoked and credits spent since stay so",
    )
    .argument("<file>", "a backup")
    .option("--data <directory>", "the data directory; KEYWARD_DATA if left out")
    .option("--since-log <file>", "a copy of revocations.log that was kept elsewhere")
    .option(
      "--accept-resurrection",
      "go on without a log: keys revoked and credits spent since the backup come back",
    )
    .option("--yes", "do not ask before a database that is there is put aside");
  return command.action(async (fromFile: string, options: Options) => {
    const { sinceLog, acceptResurrection, yes } = options;
    const { dataDirectory: directory } = sqliteConfig(terminal, options.data);
    const { database } = dataDirectory(directory);
    await assertBackup(fromFile);
    const isThere = existsSync(database);
    if (isThere) await confirm(terminal, `Put ${database} aside and restore ${fromFile}?`, yes);
    const { restoreDatabase } = await import("../../storage/sqlite/restore.ts");
    const summary = await restoreDatabase({
      fromFile,
      directory,
      ...(sinceLog === undefined ? {} : { sinceLog }),
      overwrite: isThere,
      acceptResurrection: acceptResurrection ?? false,
      clock: systemClock,
      random: systemRandom,
    });
    const { epoch, endedKeyCount, spentCreditCount, replacedDatabase } = summary;
    const shown = {
      epoch,
      ended_keys: endedKeyCount,
      spent_credits: spentCreditCount,
      replaced_database: replacedDatabase,
    };
    outputOf(terminal, command).one(shown);
    terminal.note(
      "Restored. Start Keyward again; verifiers elsewhere take the new epoch by themselves.\n",
    );
  });
}

/** That it is damaged, and should be restored from a backup, is no help to whoever named another file. */
async function assertBackup(file: string): Promise<void> {
  const { isDatabase } = await import("../../storage/sqlite/integrity.ts");
  if (!existsSync(file) || isDatabase(file)) return;
  throw new UsageError(
    `${file} is no backup of Keyward`,
    "name a file that keyward backup has made",
  );
}
