// What went wrong, why, and what to do: for people, on standard error.
import { KeywardError, KeywardUnavailable } from "@keyward/sdk/client";
import { redactKeys } from "@keyward/core/key/format";
import { ConfigError } from "../config.ts";
import { CopyRefused } from "../storage/sqlite/copy-refused.ts";
import type { CopyRefusal } from "../storage/sqlite/copy-refused.ts";
import { UsageError } from "./errors.ts";
import { printable } from "./printable.ts";
import { systemErrorText } from "./system-error.ts";

export function errorLines(error: unknown): readonly string[] {
  const [first = "", ...rest] = linesOf(error);
  return [`keyward: ${first}`, ...rest.map((line) => `  ${line}`)].map((line) =>
    printable(redactKeys(line)),
  );
}

function linesOf(error: unknown): readonly string[] {
  if (error instanceof KeywardError) return refusalLines(error);
  if (error instanceof KeywardUnavailable) return outageLines(error);
  if (error instanceof UsageError) return [error.message, ...fixLine(error.fix)];
  if (error instanceof ConfigError) return error.problems;
  if (error instanceof CopyRefused) return [error.message, ...fixLine(FIX_OF_COPY[error.reason])];
  return [systemErrorText(error) ?? (error instanceof Error ? error.message : String(error))];
}

function refusalLines(error: KeywardError): readonly string[] {
  return [
    error.status === 401 ? `The management key is not accepted: ${error.message}` : error.message,
    ...error.errors.map(({ pointer, detail }) => `${pointer}: ${detail}`),
    ...fixLine(fixOf(error)),
    `code: ${error.code}, status: ${error.status}${error.requestId ? `, request: ${error.requestId}` : ""}`,
  ];
}

function outageLines(error: KeywardUnavailable): readonly string[] {
  const { idempotencyKey, requestId } = error;
  return [
    error.message,
    ...causeLine(error.cause),
    ...(idempotencyKey === undefined
      ? []
      : [
          `it may have happened: repeat it with --idempotency-key ${idempotencyKey}, and it will not happen twice`,
        ]),
    ...(error.reason === "network"
      ? fixLine("is Keyward running there? see --url and KEYWARD_URL")
      : []),
    ...(requestId === undefined ? [] : [`request: ${requestId}`]),
  ];
}

/** `fetch` hides the reason two levels down. */
function causeLine(cause: unknown): readonly string[] {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  if (!(inner instanceof Error)) return [];
  const code = "code" in inner && typeof inner.code === "string" ? inner.code : "";
  const reason = inner.message === "" ? code : inner.message;
  return reason === "" ? [] : [`reason: ${reason}`];
}

function fixLine(fix: string | undefined): readonly string[] {
  return fix === undefined ? [] : [`fix: ${fix}`];
}

function fixOf({ code }: KeywardError): string | undefined {
  switch (code) {
    case "unauthenticated":
      return "check the management key in --token-file or KEYWARD_TOKEN_FILE; if all are lost: keyward setup --recover";
    case "reauth_required":
      return "sign in again: keyward login";
    case "insufficient_permission":
      return "use a management key with this permission";
    case "key_not_revoked":
      return "revoke it first: keyward keys revoke KEY";
    case "rotation_in_progress":
      return "wait for the overlap to end, or add --force";
    case "unexpected_count":
      return "look at them with --dry-run, and expect the number that it tells";
    case "precondition_failed":
      return "somebody else changed it: look at it again, and repeat";
    case "secret_already_delivered":
      return "rotate the key to get another secret: keyward keys rotate KEY";
    default:
      return undefined;
  }
}

const FIX_OF_COPY: Readonly<Record<CopyRefusal, string | undefined>> = {
  no_revocation_log: "name the log with --since-log FILE; or, knowing that, --accept-resurrection",
  revocation_log_too_old: "name a later copy of the log with --since-log FILE",
  revocation_log_damaged: "name another copy of the log with --since-log FILE",
  file_exists: "name another file, or move it away",
  database_exists: "add --yes: the present database is put aside, not deleted",
  no_database: undefined,
};
