/** Why a backup or a restore was not begun. Nothing has been changed. */
export type CopyRefusal =
  | "file_exists"
  | "no_database"
  | "database_exists"
  | "no_revocation_log"
  | "revocation_log_too_old"
  | "revocation_log_damaged";

export class CopyRefused extends Error {
  override readonly name = "CopyRefused";
  readonly reason: CopyRefusal;

  constructor(reason: CopyRefusal, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.reason = reason;
  }
}
