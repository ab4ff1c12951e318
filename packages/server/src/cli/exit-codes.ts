// The one table of exit codes: what a script may branch on. 64 to 78 are those of sysexits(3), for `serve` and its data.
import { OperationError } from "@keyward/core/failure/failures";
import type { FailureKind } from "@keyward/core/failure/failures";
import { KeywardError, KeywardUnavailable } from "@keyward/sdk/client";
import { CommanderError } from "commander";
import { ConfigError } from "../config.ts";
import { CopyRefused } from "../storage/sqlite/copy-refused.ts";
import { StorageOpenError } from "../storage/storage-open-error.ts";
import { NotAuthenticated, PartlyDone, UsageError } from "./errors.ts";
import { systemErrorCode } from "./system-error.ts";

export const EXIT_CODES = {
  ok: { code: 0, meaning: "done" },
  unexpected: { code: 1, meaning: "an error that nobody foresaw" },
  usage: { code: 2, meaning: "the command line or a value in it is wrong; nothing was changed" },
  denied: { code: 3, meaning: "the key was verified, and is not allowed to" },
  unauthenticated: { code: 4, meaning: "there is no management key, or it is not accepted" },
  forbidden: { code: 5, meaning: "the management key may not do that" },
  notFound: { code: 6, meaning: "there is no such thing" },
  conflict: { code: 7, meaning: "it stands in the way of something that is there, or has changed" },
  rateLimited: { code: 8, meaning: "too many requests" },
  unavailable: { code: 9, meaning: "there is no answer: out of reach, too slow, or disk full" },
  partly: { code: 10, meaning: "some of several were done, some were not" },
  found: { code: 11, meaning: "keys were found where none belong" },
  unsound: { code: 12, meaning: "a gateway does not do what it should" },
  damaged: { code: 70, meaning: "the database or its audit log is damaged" },
  temporary: { code: 75, meaning: "another process holds the data directory: try again later" },
  config: { code: 78, meaning: "a setting is wrong" },
  interrupted: { code: 130, meaning: "interrupted" },
} as const;

type ExitCodeName = keyof typeof EXIT_CODES;

const NAME_OF_KIND = {
  invalid: "usage",
  unauthenticated: "unauthenticated",
  forbidden: "forbidden",
  not_found: "notFound",
  method_not_allowed: "unexpected",
  conflict: "conflict",
  precondition_failed: "conflict",
  too_large: "usage",
  unsupported_media: "unexpected",
  unprocessable: "conflict",
  storage_full: "unavailable",
  internal: "unexpected",
  unavailable: "unavailable",
} as const satisfies Record<FailureKind, ExitCodeName>;

const NAME_OF_STATUS: Readonly<Record<number, ExitCodeName>> = {
  400: "usage",
  401: "unauthenticated",
  403: "forbidden",
  404: "notFound",
  409: "conflict",
  412: "conflict",
  413: "usage",
  422: "conflict",
  429: "rateLimited",
  507: "unavailable",
};

export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.usage.code;
  if (error instanceof StorageOpenError) return error.exitCode;
  return EXIT_CODES[nameOf(error)].code;
}

function nameOf(error: unknown): ExitCodeName {
  if (error instanceof UsageError) return "usage";
  if (error instanceof NotAuthenticated) return "unauthenticated";
  if (error instanceof PartlyDone) return "partly";
  if (error instanceof KeywardUnavailable) return "unavailable";
  if (error instanceof KeywardError) return NAME_OF_STATUS[error.status] ?? "unexpected";
  if (error instanceof OperationError) return NAME_OF_KIND[error.kind];
  if (error instanceof ConfigError) return "config";
  if (error instanceof CopyRefused) return "conflict";
  const code = systemErrorCode(error);
  if (code !== undefined) return code === "ENOSPC" ? "unavailable" : "usage";
  return "unexpected";
}
