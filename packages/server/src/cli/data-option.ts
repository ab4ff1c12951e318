import { readConfig } from "../config.ts";
import type { Config } from "../config.ts";
import { UsageError } from "./errors.ts";
import type { Terminal } from "./terminal.ts";

/** The settings, with the data directory that `--data` names. @throws ConfigError */
export function configWithData({ env }: Terminal, data: string | undefined): Config {
  return readConfig(data === undefined ? env : { ...env, KEYWARD_DATA: data });
}

/** The same for what is done with a file of SQLite. @throws UsageError where the data are in PostgreSQL */
export function sqliteConfig(terminal: Terminal, data: string | undefined): Config {
  const config = configWithData(terminal, data);
  if (config.databaseUrl === undefined || data !== undefined) return config;
  throw new UsageError(
    "the data are in PostgreSQL (KEYWARD_DATABASE_URL), and not in a file of this machine",
    "back up and restore the database by its own means: docs/operating/postgres.md",
  );
}
