// The life of a process that serves: its start, its signals, its end.
import { ConfigError, nodeOptionsOf } from "../config.ts";
import { bootProblems } from "../runtime/boot-check.ts";
import { createLog } from "../runtime/log.ts";
import type { Log, LogLevel } from "../runtime/log.ts";
import { endOnDefects, stopOnSignals } from "../runtime/shutdown.ts";
import { StorageOpenError } from "../storage/storage-open-error.ts";

/** sysexits(3) EX_CONFIG: starting again as it is will not help. */
const EXIT_CONFIG = 78;

/** What was started. */
export interface Served {
  /** Where it listens. */
  readonly place: string;
  /** Said beside it to a person. */
  readonly hint?: string;
  stop(): Promise<void>;
}

/** Runs until it is told to stop, and ends the process with what a supervisor should know. */
export async function runProcess<Config extends { readonly logLevel: LogLevel }>(
  read: () => Config,
  start: (config: Config, log: Log) => Promise<Served>,
): Promise<void> {
  const startedMs = performance.now();
  try {
    const nodeOptions = [...process.execArgv, nodeOptionsOf()];
    const problems = bootProblems({ nodeVersion: process.versions.node, nodeOptions });
    if (problems.length > 0) throw new ConfigError(problems);
    const config = read();
    const log = createLog(config.logLevel);
    endOnDefects(log);
    const served = await start(config, log);
    stopOnSignals((signal) => endProcess(served, log, signal));
    const durationMs = Math.round(performance.now() - startedMs);
    log.event("Keyward is ready", { url: served.place, durationMs });
    if (process.stderr.isTTY) {
      process.stderr.write(`Keyward is ready on ${served.place}${served.hint ?? ""}\n`);
    }
  } catch (error) {
    process.exitCode = explainFailedStart(error);
  }
}

async function endProcess(served: Served, log: Log, signal: NodeJS.Signals): Promise<void> {
  log.event("stopping", { signal });
  try {
    await served.stop();
    log.event("stopped");
    process.exit(0);
  } catch (error) {
    log.failed(error);
    process.exit(1);
  }
}

/** For the person who tries to start it. @returns the exit code */
function explainFailedStart(error: unknown): number {
  if (error instanceof ConfigError) {
    for (const problem of error.problems) process.stderr.write(`keyward: ${problem}\n`);
    return EXIT_CONFIG;
  }
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`keyward: cannot start: ${reason}\n`);
  return error instanceof StorageOpenError ? error.exitCode : 1;
}
