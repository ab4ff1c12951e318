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
