import { readConfig } from "../config.ts";
import type { Config } from "../config.ts";
import type { Terminal } from "./terminal.ts";

/** The settings, with the data directory that `--data` names. @throws ConfigError */
export function configWithData({ env }: Terminal, data: string | undefined): Config {
  return readConfig(data === undefined ? env : { ...env, KEYWARD_DATA: data });
}
