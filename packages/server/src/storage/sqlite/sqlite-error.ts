import { ConstraintError } from "../sql/constraint-error.ts";
import { OperationError } from "@keyward/core/failure/failures";

/** https://www.sqlite.org/rescode.html, the primary codes (the low eight bits). */
const BUSY = 5;
const LOCKED = 6;
const NO_MEMORY = 7;
const READ_ONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const PROTOCOL = 15;
const NOT_A_DATABASE = 26;
/** The shared-memory file cannot grow: said before anything is written, and only of a full disk (F03). */
const IO_ERROR_SHM_SIZE = IO_ERROR | (19 << 8);
const CONSTRAINT = 19;
const CONSTRAINT_UNIQUE = CONSTRAINT | (8 << 8);
const CONSTRAINT_FOREIGN_KEY = CONSTRAINT | (3 << 8);

/** What an error says of the storage under it: `full` and `busy` pass, `failed` does not (F04). */
export type Damage = "full" | "busy" | "failed";

/** The extended result code, or `undefined` when SQLite did not say this. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode : undefined;
}

/** `undefined` when the statement is at fault, or the error is not of SQLite. */
export function damageOf(error: unknown): Damage | undefined {
  const code = resultCode(error);
  if (code === undefined) return undefined;
  if (code === IO_ERROR_SHM_SIZE) return "full";
  switch (code & 0xff) {
    case FULL:
      return "full";
    case BUSY:
    case LOCKED:
      return "busy";
    case NO_MEMORY:
    case READ_ONLY:
    case IO_ERROR:
    case CORRUPT:
    case CANNOT_OPEN:
    case PROTOCOL:
    case NOT_A_DATABASE:
      return "failed";
    default:
      return undefined;
  }
}

export function isBusy(error: unknown): boolean {
  return damageOf(error) === "busy";
}

/** What the caller of an operation is told. */
export function toOperationError(damage: Damage, cause: unknown): OperationError {
  return new OperationError(damage === "full" ? "storage_full" : "unavailable", { cause });
}

/** `undefined` when no constraint has refused a row. */
export function constraintError(error: unknown): ConstraintError | undefined {
  const code = resultCode(error);
  if (code === undefined || (code & 0xff) !== CONSTRAINT || !(error instanceof Error)) return;
  if (code === CONSTRAINT_FOREIGN_KEY) return new ConstraintError("foreign_key", "", error);
  // SQLite says: UNIQUE constraint failed: apis.workspace_id, apis.prefix
  const columns = /^UNIQUE constraint failed: (.*)$/.exec(error.message)?.[1]?.split(", ") ?? [];
  const table = columns[0]?.split(".")[0] ?? "";
  const name = [table, ...columns.map((column) => column.slice(table.length + 1)), "key"].join("_");
  if (code === CONSTRAINT_UNIQUE) return new ConstraintError("unique", name, error);
  return new ConstraintError("other", error.message, error);
}
