// What a process offers to OpenTelemetry. There is one only where the settings ask for it; nothing else pays for it.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { handleUnaryCall } from "@grpc/grpc-js";
import type { Figure, VerdictFigures } from "../runtime/figures.ts";
import type { Storage } from "../storage/storage.ts";
import type { VerdictCounts } from "../verification/verdict-counts.ts";

export type RequestListener<Message extends IncomingMessage> = (
  request: Message,
  response: ServerResponse,
) => void;

export type TraceCalls = <Question, Answer>(
  method: string,
  handle: handleUnaryCall<Question, Answer>,
) => handleUnaryCall<Question, Answer>;

export interface Telemetry {
  /** Counts verdicts, and tells the span of each request which there were. */
  readonly verdictCounts: VerdictCounts;
  /** The same listener, with a span and a duration for each request. */
  readonly traced: <Message extends IncomingMessage>(
    listener: RequestListener<Message>,
  ) => RequestListener<Message>;
  /** The same answering of a gRPC method, with a span and a duration for each call. */
  readonly tracedCalls: TraceCalls;
  /** The headers of a request that is passed on, in the trace of the request under way. */
  readonly carried: (rawHeaders: readonly string[]) => readonly string[];
  /** The same storage, with a span for each of its steps within a request. */
  tracedStorage(storage: Storage, system: StorageSystem): Storage;
  /** Names the request under way as its answer and the log do. */
  answered(requestId: string): void;
  publish(figures: readonly Figure[], verdictCounts: VerdictFigures): void;
  /** Sends what has not been sent, and waits for it a few seconds at most. */
  stop(): Promise<void>;
}

/** OpenTelemetry's names of them (`db.system.name`). */
export type StorageSystem = "sqlite" | "postgresql";
