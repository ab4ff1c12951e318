/** Takes back what was scheduled; does nothing once it has run. */
export type Cancel = () => void;

export interface Timers {
  /** Runs it once, `delayMs` from now or later. */
  schedule(delayMs: number, run: () => void): Cancel;
}

export const systemTimers: Timers = {
  schedule: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
