// `@keyward/sdk/spool`: keeps reports of usage on the disk until Keyward has taken them. For Node, Bun and Deno.
import { constants } from "node:fs";
import { mkdir, open, readdir, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { OpenSpool, Spool } from "./usage/spool.ts";

export type { OpenSpool, Spool } from "./usage/spool.ts";

export const SPOOL_BYTES_MAX_DEFAULT = 67_108_864;
const EXTENSION = ".usage";
const LINE_FEED = 0x0a;

export interface FileSpoolOptions {
  /** What this process keeps at most; 64 MiB if left out. What comes then waits in memory, merged. */
  readonly bytesMax?: number;
}

/**
 * A spool in a directory, which is made where it is not there. Processes of one machine may share it; machines and
 * containers may not, because what a process has left is found by its being gone.
 */
export function fileSpool(directory: string, options: FileSpoolOptions = {}): Spool {
  const { bytesMax = SPOOL_BYTES_MAX_DEFAULT } = options;
  return {
    async open(subject, source) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const prefix = `${encodeURIComponent(subject)}.`;
      const left = await openLeft(directory, prefix);
      const path = join(directory, `${prefix}${process.pid}.${source}${EXTENSION}`);
      openPaths.add(path);
      const own = new SpoolFile(path, await open(path, "wx+", 0o600), bytesMax);
      await syncDirectory(directory);
      return new FileSpool(own, left);
    },
  };
}

class FileSpool implements OpenSpool {
  readonly #own: SpoolFile;
  /** Of processes that are gone, before what this one has written. */
  readonly #left: SpoolFile[];

  constructor(own: SpoolFile, left: readonly SpoolFile[]) {
    this.#own = own;
    this.#left = [...left];
  }

  append(text: string): Promise<boolean> {
    return this.#own.append(text);
  }

  async first(): Promise<string | undefined> {
    for (let [file] = this.#left; file !== undefined; [file] = this.#left) {
      const text = await file.first();
      if (text !== undefined) return text;
      await file.close();
      this.#left.shift();
    }
    return await this.#own.first();
  }

  async removeFirst(): Promise<void> {
    await (this.#left[0] ?? this.#own).removeFirst();
  }

  async close(): Promise<void> {
    for (const file of [...this.#left, this.#own]) await file.close();
  }
}

interface Place {
  readonly start: number;
  readonly bytes: number;
}

/** One process's file: a line for each text, synced one by one, so that a crash leaves all of a line or a torn last one. */
class SpoolFile {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #bytesMax: number;
  readonly #places: Place[] = [];
  #size = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(path: string, file: FileHandle, bytesMax: number) {
    this.#path = path;
    this.#file = file;
    this.#bytesMax = bytesMax;
  }

  /** Finds the lines that are whole. */
  async load(): Promise<void> {
    const bytes = await this.#file.readFile();
    for (
      let end = bytes.indexOf(LINE_FEED);
      end !== -1;
      end = bytes.indexOf(LINE_FEED, this.#size)
    ) {
      this.#places.push({ start: this.#size, bytes: end - this.#size });
      this.#size = end + 1;
    }
  }

  append(text: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const line = Buffer.from(`${text}\n`);
      if (this.#size + line.length > this.#bytesMax) return false;
      try {
        await writeAll(this.#file, line, this.#size);
        await this.#file.datasync();
      } catch {
        // Whatever has been written of it is written over by the next one, or is a torn last line.
        return false;
      }
      this.#places.push({ start: this.#size, bytes: line.length - 1 });
      this.#size += line.length;
      return true;
    });
  }

  first(): Promise<string | undefined> {
    return this.#inTurn(async () => {
      const [place] = this.#places;
      if (place === undefined) return undefined;
      const { bytes, start } = place;
      const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(bytes), 0, bytes, start);
      if (bytesRead === bytes) return buffer.toString();
      // Another that has begun at once has handed all of it over, and emptied it.
      this.#places.length = 0;
      return undefined;
    });
  }

  removeFirst(): Promise<void> {
    return this.#inTurn(async () => {
      this.#places.shift();
      if (this.#places.length > 0) return;
      // What comes back after a crash is sent once more, which does no harm.
      await this.#file.truncate(0);
      this.#size = 0;
    });
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#file.close();
      openPaths.delete(this.#path);
      // Another that has begun at once may have removed it already.
      if (this.#places.length === 0) await rm(this.#path, { force: true });
    });
  }

  /** One after the other: an emptied file must not lose what is being written to it. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** The files of processes that are there no longer. Two that begin at once may both send them, which does no harm. */
async function openLeft(directory: string, prefix: string): Promise<readonly SpoolFile[]> {
  const files: SpoolFile[] = [];
  for (const name of (await readdir(directory)).toSorted()) {
    if (!name.startsWith(prefix) || !name.endsWith(EXTENSION)) continue;
    const pid = Number(name.slice(prefix.length).split(".", 1)[0]);
    const path = join(directory, name);
    if (openPaths.has(path) || isRunning(pid)) continue;
    const handle = await openIfThere(path);
    if (handle === undefined) continue;
    const file = new SpoolFile(path, handle, 0);
    await file.load();
    files.push(file);
  }
  return files;
}

/** Another that has begun at once may have removed it since it was listed. */
async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDWR);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** A process may have several of them open. */
const openPaths = new Set<string>();

/** Our own number on a file that we have not made was somebody's before us. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** A new name is durable only when its directory is. */
async function syncDirectory(directory: string): Promise<void> {
  const file = await open(directory, constants.O_RDONLY);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
