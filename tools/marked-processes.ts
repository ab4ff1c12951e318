// The processes that a test file started, in whatever group they are: what they inherit in their environment tells.
import { readdirSync, readFileSync } from "node:fs";

/** In the environment of each process that a test file starts: the path of that file. Not KEYWARD_…: those are settings. */
export const TEST_FILE_VARIABLE = "TEST_FILE";

export interface MarkedProcess {
  readonly pid: number;
  readonly command: string;
}

/** None where there is no /proc: then only the group of the test file's process is ended. */
export function markedProcesses(file: string): readonly MarkedProcess[] {
  return processIds().flatMap((pid) => {
    const environment = read(pid, "environ");
    // What has exited and waits for its parent to notice has neither.
    if (!environment.includes(`${TEST_FILE_VARIABLE}=${file}`)) return [];
    return [{ pid, command: read(pid, "cmdline").join(" ").trim() }];
  });
}

function processIds(): readonly number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/u.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function read(pid: number, what: "environ" | "cmdline"): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/${what}`, "utf8").split("\0");
  } catch {
    return [];
  }
}
