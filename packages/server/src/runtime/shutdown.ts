import type { Log } from "./log.ts";

/** sysexits(3) EX_SOFTWARE. */
const EXIT_DEFECT = 70;

/**
 * Ends the process on an error that nobody caught: what state it left behind is unknown, and what was acknowledged is
 * durable. Through the log, because Node's own report would print a key that stands in a message (T29).
 */
export function endOnDefects(log: Pick<Log, "failed">): void {
  process.on("uncaughtException", (error) => {
    log.failed(error, { code: "defect" });
    process.exit(EXIT_DEFECT);
  });
}

/**
 * Stops once, at the first signal that asks for it. A second one is ignored: it must not cut short the flush of what the
 * first one has begun to save.
 *
 * @param stop must not reject
 */
export function stopOnSignals(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      void stop(signal);
    });
  }
}
