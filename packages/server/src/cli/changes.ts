import type { Command } from "commander";
import { UsageError } from "./errors.ts";
import { parseWholeNumber } from "./values.ts";

export interface ChangeOptions {
  readonly ifMatch?: number;
}

export function addIfMatch(command: Command): Command {
  return command.option(
    "--if-match <rev>",
    "only if it is still at this rev",
    parseWholeNumber(0, Number.MAX_SAFE_INTEGER),
  );
}

/** @throws UsageError when no option named a change */
export function assertChange(body: object, command: string): void {
  if (Object.values(body).some((value) => value !== undefined)) return;
  throw new UsageError("there is nothing to change", `name an option: keyward ${command} --help`);
}
