// Errors of the operating system about files that somebody has named.
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EEXIST: "it is there already",
  EISDIR: "it is a directory",
  ENOENT: "there is no such file or directory",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of the path is no directory",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
};

/** Whether the error is about a path, and its code when it is. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || !("path" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Why a file cannot be used, for people; without the path. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return REASONS[systemErrorCode(error) ?? ""] ?? message;
}

/** The path and the reason; `undefined` when the error is another. */
export function systemErrorText(error: unknown): string | undefined {
  if (systemErrorCode(error) === undefined) return undefined;
  const { path } = error as { readonly path: unknown };
  return `cannot use ${String(path)}: ${reasonOf(error)}`;
}
