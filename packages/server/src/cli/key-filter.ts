// The options that say which keys are meant: of a list, and of a revocation of many.
import { addSeconds, formatInstant, instant, parseInstant } from "@keyward/core/time";
import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { systemClock } from "../runtime/clock.ts";
import { parseDuration } from "./values.ts";

export interface KeyFilterOptions {
  readonly api?: string;
  readonly owner?: string;
  readonly role?: string;
  readonly env?: "live" | "test";
  readonly kind?: "secret" | "publishable" | "pat";
  readonly createdAfter?: string;
  readonly createdBefore?: string;
  readonly lastUsedFrom?: string;
  readonly notUsedSince?: string;
}

const NEVER = formatInstant(instant(0));

export function addKeyFilter(command: Command): Command {
  return command
    .option("--api <api>", "of this api: its id or prefix")
    .option("--owner <owner>", "of this owner: its id or external id")
    .option("--role <role>", "with this role")
    .addOption(new Option("--env <env>", "of this environment").choices(["live", "test"]))
    .addOption(
      new Option("--kind <kind>", "of this kind").choices(["secret", "publishable", "pat"]),
    )
    .option(
      "--created-after <when>",
      "made since then: an instant, or 90d for so long ago",
      parsePast,
    )
    .option("--created-before <when>", "made before: an instant, or 90d for so long ago", parsePast)
    .option("--last-used-from <address>", "last used from the network of this address")
    .option(
      "--not-used-since <when>",
      "not used since: an instant, 90d for so long ago, or never for those that never were",
      (text) => (text === "never" ? NEVER : parsePast(text)),
    );
}

/** As the API takes it. */
export function keyFilterOf(options: KeyFilterOptions) {
  const { api, owner, role, env: environment, kind } = options;
  const { createdAfter, createdBefore, lastUsedFrom, notUsedSince } = options;
  const uses = {
    created_after: createdAfter,
    created_before: createdBefore,
    last_used_from: lastUsedFrom,
    not_used_since: notUsedSince,
  };
  return { api, owner, role, environment, kind, ...uses };
}

function parsePast(text: string): string {
  if (parseInstant(text) !== undefined) return text;
  if (!/^\d+[smhdw]$/.test(text)) {
    throw new InvalidArgumentError(
      "Write 90d for so long ago, or an instant: 2026-01-31T12:00:00Z.",
    );
  }
  const past = addSeconds(systemClock.now(), -parseDuration(text));
  return formatInstant(instant(Math.max(0, past)));
}
