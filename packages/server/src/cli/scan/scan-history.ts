// Everything that the commits of a git repository ever brought, in the order in which they did.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { UsageError } from "../errors.ts";
import { findingsIn } from "./finding.ts";
import type { Finding } from "./finding.ts";

/** A byte that stands in no line of a diff or a message that git prints. */
const MARK = "\0";
const MESSAGE = "(message)";
/** How much of what git complains of is kept. */
const COMPLAINT_CHARS_MAX = 2_000;

/** No program that the repository names is run, and no setting of the user changes the form. */
const LOG = (
  "-c core.quotePath=false -c log.showSignature=false " +
  "log --all --reverse --patch --unified=0 --diff-merges=first-parent " +
  "--no-color --no-ext-diff --no-textconv --no-renames --no-show-signature " +
  "--src-prefix=a/ --dst-prefix=b/ --format=%x00%H%n%B%x00"
).split(" ");

/**
 * The keys in what each commit added and in its message.
 *
 * @throws UsageError when git is not there or cannot read the repository
 */
export async function* scanHistory(folder: string, onCommit: () => void): AsyncGenerator<Finding> {
  const git = spawn("git", ["-C", folder, ...LOG], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(git, "close") as Promise<[number | null]>;
  let complaint = "";
  git.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(0, COMPLAINT_CHARS_MAX);
  });
  try {
    const reader = new HistoryReader(onCommit);
    for await (const line of createInterface({ input: git.stdout, crlfDelay: Infinity })) {
      yield* reader.read(line);
    }
    const [code] = await ended;
    if (code !== 0) throw new UsageError(`git cannot read ${folder}: ${complaint.trim()}`);
  } catch (error) {
    throw isMissingProgram(error) ? new UsageError("there is no git on this machine") : error;
  } finally {
    git.kill();
  }
}

/** Reads the lines of `git log`. Hunks say how long they are, so an added line cannot pass for a heading. */
class HistoryReader {
  readonly #onCommit: () => void;
  #commit = "";
  #isMessage = false;
  #file = "";
  #line = 0;
  #removedLeft = 0;
  #addedLeft = 0;

  constructor(onCommit: () => void) {
    this.#onCommit = onCommit;
  }

  read(line: string): readonly Finding[] {
    if (this.#removedLeft > 0 || this.#addedLeft > 0) return this.#readHunk(line);
    if (this.#isMessage) return this.#readMessage(line);
    if (line.startsWith(MARK)) {
      this.#commit = line.slice(1);
      this.#isMessage = true;
      this.#line = 0;
      this.#onCommit();
    } else if (line.startsWith("+++ ")) {
      this.#file = line
        .slice("+++ ".length)
        .replace(/\t$/, "")
        .replace(/^"?b\//, "");
    } else if (line.startsWith("@@ ")) this.#beginHunk(line);
    return [];
  }

  #readMessage(line: string): readonly Finding[] {
    if (line === MARK) this.#isMessage = false;
    this.#line += 1;
    return findingsIn(line, { file: MESSAGE, commit: this.#commit, line: this.#line });
  }

  #beginHunk(line: string): void {
    const [, removed = "1", start = "1", added = "1"] =
      /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
    this.#removedLeft = Number(removed);
    this.#addedLeft = Number(added);
    this.#line = Number(start);
  }

  #readHunk(line: string): readonly Finding[] {
    if (line.startsWith("-")) this.#removedLeft -= 1;
    if (!line.startsWith("+")) return [];
    this.#addedLeft -= 1;
    const place = { file: this.#file, commit: this.#commit, line: this.#line };
    this.#line += 1;
    return findingsIn(line.slice(1), place);
  }
}

function isMissingProgram(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
