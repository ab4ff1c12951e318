// Files and folders, read as they come: what is held of a file is bounded, however large it is.
import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { KeyFinder } from "@keyward/core/key/find-keys";
import type { FoundKey } from "@keyward/core/key/find-keys";
import type { Finding } from "./finding.ts";

/** The history is scanned by itself, and a packed one shows no text. */
const NOT_ENTERED = ".git";
const UTF16_MARK = "fffe";

export interface FileScan {
  readonly onFile: () => void;
  /** Told of what cannot be read; the others are scanned all the same. */
  readonly onUnreadable: (error: unknown) => void;
}

/**
 * The keys in a file, or in all files below a folder. Links are not followed, so nothing is read twice or from elsewhere.
 *
 * @throws what `stat` throws when there is no such path
 */
export async function* scanPath(path: string, scan: FileScan): AsyncGenerator<Finding> {
  if ((await stat(path)).isDirectory()) yield* scanFolder(path, scan);
  else yield* scanFile(path, scan);
}

/** The keys in a text that comes in pieces. */
export async function* scanPieces(
  pieces: AsyncIterable<string>,
  file: string,
): AsyncGenerator<Finding> {
  const finder = new KeyFinder();
  const found = (keys: readonly FoundKey[]) => keys.map((key) => ({ file, commit: null, key }));
  for await (const piece of pieces) yield* found(finder.push(piece));
  yield* found(finder.finish());
}

async function* scanFolder(path: string, scan: FileScan): AsyncGenerator<Finding> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    scan.onUnreadable(error);
    return [];
  });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const below = join(path, entry.name);
    if (entry.isDirectory() && entry.name !== NOT_ENTERED) yield* scanFolder(below, scan);
    else if (entry.isFile()) yield* scanFile(below, scan);
  }
}

async function* scanFile(path: string, scan: FileScan): AsyncGenerator<Finding> {
  scan.onFile();
  try {
    yield* scanPieces(readPieces(path), path);
  } catch (error) {
    scan.onUnreadable(error);
  }
}

/** As UTF-8, whatever it is, since keys are ASCII; or as UTF-16, which some shells of Windows write. */
async function* readPieces(path: string): AsyncGenerator<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    const isUtf16 = bytesRead === 2 && buffer.toString("hex") === UTF16_MARK;
    const [encoding, start] = isUtf16 ? (["utf16le", 2] as const) : (["utf8", 0] as const);
    yield* file.createReadStream({ encoding, start, autoClose: false }) as AsyncIterable<string>;
  } finally {
    await file.close();
  }
}
