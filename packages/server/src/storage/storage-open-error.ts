/** sysexits(3): what the process ends with, so that a supervisor can tell "wait" from "call a person". */
export type StorageOpenExitCode = 70 | 75 | 78;

/**
 * Thrown when a data directory cannot be opened as it is. Nothing has been changed by then.
 *
 * `exitCode`: 75, another process holds it: try again later; 70, it is damaged; 78, it does not suit this release.
 */
export class StorageOpenError extends Error {
  override readonly name = "StorageOpenError";
  readonly exitCode: StorageOpenExitCode;

  constructor(
    exitCode: StorageOpenExitCode,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
