import { useEffect, useState } from "react";
import type { LogEntry } from "@keyward/sdk/client/operations.generated";

/** More than anybody reads; the oldest go first. */
const ENTRIES_MAX = 200;

export interface Tail {
  /** Newest first. */
  readonly entries: readonly LogEntry[];
  readonly isLost: boolean;
}

const NOTHING: Tail = { entries: [], isLost: false };

/**
 * What is decided from now on, for as long as it is shown. The browser sends its session along, and connects again by itself
 * when the server has ended the stream.
 */
export function useTail(filter: string): Tail {
  const [tail, setTail] = useState(NOTHING);
  useEffect(() => {
    const source = new EventSource(`/v1/logs/tail?${new URLSearchParams({ filter }).toString()}`);
    source.addEventListener("message", ({ data }: MessageEvent<string>) => {
      const entry = JSON.parse(data) as LogEntry;
      setTail(({ entries }) => ({
        entries: [entry, ...entries].slice(0, ENTRIES_MAX),
        isLost: false,
      }));
    });
    source.addEventListener("open", () => setTail((before) => ({ ...before, isLost: false })));
    source.addEventListener("error", () => setTail((before) => ({ ...before, isLost: true })));
    return () => source.close();
  }, [filter]);
  return tail;
}
