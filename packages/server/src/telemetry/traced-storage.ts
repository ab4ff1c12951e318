// A span for each step of storage within a request. What Keyward does by itself, all the time, is no trace.
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Span } from "@opentelemetry/api";
import { OperationError } from "@keyward/core/failure/failures";
import type { Storage } from "../storage/storage.ts";
import type { StorageSystem } from "./telemetry.ts";

export function tracedStorage(storage: Storage, system: StorageSystem): Storage {
  const tracer = trace.getTracer("keyward");

  function inSpan<Result>(operation: string, step: () => Result): Result {
    if (trace.getActiveSpan() === undefined) return step();
    const attributes = { "db.system.name": system, "db.operation.name": operation };
    const name = `storage.${operation}`;
    return tracer.startActiveSpan(name, { kind: SpanKind.CLIENT, attributes }, (span) => {
      try {
        const result = step();
        if (result instanceof Promise) result.then(() => span.end(), failing(span));
        else span.end();
        return result;
      } catch (error) {
        failing(span)(error);
        throw error;
      }
    });
  }

  function traced<Part extends object>(part: Part): Part {
    return new Proxy(part, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== "function") return value;
        return (...words: unknown[]) =>
          inSpan(String(property), () => Reflect.apply(value, target, words) as unknown);
      },
    });
  }

  return {
    ...storage,
    reader: traced(storage.reader),
    units: traced(storage.units),
    charges: traced(storage.charges),
    usage: traced(storage.usage),
    logs: traced(storage.logs),
    write: (work) => inSpan("write", () => storage.write(work)),
  };
}

/** What a caller is told is no fault of storage. Nothing of an error is told but that there was one: its text may hold what it was about. */
function failing(span: Span): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof OperationError)) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  };
}
