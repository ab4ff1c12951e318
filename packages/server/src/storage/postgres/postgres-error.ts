import { OperationError } from "@keyward/core/failure/failures";
import { DatabaseError } from "pg";
import { ConstraintError } from "../sql/constraint-error.ts";

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const UNIQUE_VIOLATION = "23505";
const FOREIGN_KEY_VIOLATION = "23503";
const DISK_FULL = "53100";
const READ_ONLY_TRANSACTION = "25006";
const LOCK_NOT_AVAILABLE = "55P03";
/** What passes, or is the server's state and not the statement's fault: by class, or in full. */
const PASSING = [
  "08", // connection exception
  "25P03", // idle in transaction for too long
  READ_ONLY_TRANSACTION,
  "40", // rolled back: a deadlock, a conflict of serialisation
  "53", // insufficient resources, too many connections among them
  LOCK_NOT_AVAILABLE,
  "57", // the operator: shutdown, crash, cancelled
  "58", // the system beneath
  "XX", // internal
] as const;

/** What the shared SQL, or the caller of an operation, is told of what went wrong. */
export function translated(error: unknown): unknown {
  if (error instanceof OperationError || error instanceof ConstraintError) return error;
  if (!(error instanceof DatabaseError)) return isDefect(error) ? error : unavailable(error);
  const { code = "", constraint = "" } = error;
  if (code === UNIQUE_VIOLATION) return new ConstraintError("unique", constraint, error);
  if (code === FOREIGN_KEY_VIOLATION) return new ConstraintError("foreign_key", constraint, error);
  if (code.startsWith("23")) return new ConstraintError("other", constraint, error);
  if (code === DISK_FULL) return new OperationError("storage_full", { cause: error });
  return PASSING.some((passing) => code.startsWith(passing)) ? unavailable(error) : error;
}

/** Why the database cannot be written to, for the operator; `null` of what is the matter of one transaction alone. */
export function troubleOf(error: unknown): string | null {
  const cause = error instanceof OperationError ? error.cause : error;
  const code = cause instanceof DatabaseError ? (cause.code ?? "") : "";
  if (code === READ_ONLY_TRANSACTION) return "the database is read-only";
  if (code === DISK_FULL) return "disk full";
  if (code.startsWith("40") || code === LOCK_NOT_AVAILABLE) return null;
  return error instanceof OperationError ? "the database cannot be reached" : null;
}

/** An error of the program, as against one of a connection. */
function isDefect(error: unknown): boolean {
  return (
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof ReferenceError ||
    (error instanceof Error && "code" in error && error.code === "ERR_ASSERTION")
  );
}

export function unavailable(cause: unknown, detail?: string): OperationError {
  return new OperationError("unavailable", { cause, ...(detail === undefined ? {} : { detail }) });
}
