import { useCallback, useRef, useState } from "react";
import { complaintOf } from "./problems.ts";
import type { Complaint } from "./problems.ts";

export interface Action<Arguments extends readonly unknown[]> {
  /** Answers whether it succeeded. While one runs, another is not begun. */
  readonly run: (...values: Arguments) => Promise<boolean>;
  readonly isRunning: boolean;
  readonly complaint: Complaint | undefined;
  readonly reset: () => void;
}

/** A write. Unlike a mutation of a cache it keeps nothing of the answer, which may hold a secret (K4). */
export function useAction<Arguments extends readonly unknown[]>(
  perform: (...values: Arguments) => Promise<void>,
): Action<Arguments> {
  const [isRunning, setRunning] = useState(false);
  const [complaint, setComplaint] = useState<Complaint>();
  const running = useRef(false);
  const run = async (...values: Arguments): Promise<boolean> => {
    // A second click comes before the first has been rendered.
    if (running.current) return false;
    running.current = true;
    setRunning(true);
    setComplaint(undefined);
    try {
      await perform(...values);
      return true;
    } catch (error) {
      setComplaint(complaintOf(error));
      return false;
    } finally {
      running.current = false;
      setRunning(false);
    }
  };
  const reset = useCallback(() => setComplaint(undefined), []);
  return { run, isRunning, complaint, reset };
}
