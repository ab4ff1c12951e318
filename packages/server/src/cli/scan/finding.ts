import { digestKey, digestToHex } from "@keyward/core/key/digest";
import { findKeys } from "@keyward/core/key/find-keys";
import type { FoundKey } from "@keyward/core/key/find-keys";

/** A key of ours in a place where none belongs. */
export interface Finding {
  /** A path, `-` for standard input, or `(message)` for the message of a commit. */
  readonly file: string;
  /** The commit that brought it; `null` outside a history. */
  readonly commit: string | null;
  readonly key: FoundKey;
}

/** What tells one key from another without showing it. */
export function digestOf({ key }: Finding): string {
  return digestToHex(digestKey(key.text));
}

export function findingsIn(
  line: string,
  place: { readonly file: string; readonly commit: string; readonly line: number },
): readonly Finding[] {
  return findKeys(line).map((key) => ({
    file: place.file,
    commit: place.commit,
    key: { ...key, line: place.line },
  }));
}
