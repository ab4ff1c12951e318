// The log: JSON lines on standard output. Who logs names fields of a closed list, never a header, a URL or a body (T29).
import { redactKeys } from "@keyward/core/key/format";
import { formatInstant } from "@keyward/core/time";
import { destination, pino } from "pino";
import type { DestinationStream } from "pino";
import { systemClock } from "./clock.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface AnsweredFields {
  readonly requestId: string;
  /** The operation's id, or `undefined` for what is none. */
  readonly operation: string | undefined;
  readonly status: number;
  readonly durationMs: number;
}

export interface FailedFields {
  readonly requestId?: string;
  readonly code?: string;
}

/** What may be said beside a message of the server's own life. */
export interface EventFields {
  readonly url?: string;
  readonly port?: number;
  readonly file?: string;
  readonly signal?: string;
  readonly reason?: string | null;
  readonly count?: number;
  readonly durationMs?: number;
  readonly version?: string;
  /** Signed, and so neither secret nor to be changed. */
  readonly checkpoint?: string;
}

export interface Log {
  /** One answer of the management API. */
  answered(fields: AnsweredFields): void;
  /** Something failed that should not have. The error's own text and stack are kept, keys excepted. */
  failed(error: unknown, fields?: FailedFields): void;
  /** Something that an operator should know of. */
  event(message: string, fields?: EventFields): void;
  warning(message: string, fields?: EventFields): void;
}

/** @param stream where lines go; standard output if left out */
export function createLog(level: LogLevel, stream: DestinationStream = standardOutput()): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${formatInstant(systemClock.now())}"`,
      formatters: { level: (label) => ({ level: label }) },
      // The last net, under every field and every stack.
      hooks: { streamWrite: redactKeys },
    },
    stream,
  );
  return {
    answered: ({ requestId, operation, status, durationMs }) =>
      logger.info(
        { requestId, operation, status, durationMs: Math.round(durationMs * 1000) / 1000 },
        "answered",
      ),
    failed: (error, fields = {}) => logger.error({ ...fields, error: described(error) }, "failed"),
    event: (message, fields = {}) => logger.info(fields, message),
    warning: (message, fields = {}) => logger.warn(fields, message),
  };
}

function standardOutput(): DestinationStream {
  const stream = destination({ fd: 1, sync: true });
  // A full disk or a closed pipe under the log must not take the server with it (F03).
  stream.on("error", () => {});
  return stream;
}

interface DescribedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: DescribedError | undefined;
}

/** By name, so that nothing else that hangs on an error is written. */
function described(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) {
    return { name: typeof error, message: String(error), stack: undefined, cause: undefined };
  }
  const { name, message, stack, cause } = error;
  const hasCause = cause !== undefined && depth < 4;
  return { name, message, stack, cause: hasCause ? described(cause, depth + 1) : undefined };
}
