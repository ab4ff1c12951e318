// A span and a duration for each gRPC call, by OpenTelemetry's semantic conventions for RPC servers.
import { context, metrics, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { TextMapGetter } from "@opentelemetry/api";
import { status } from "@grpc/grpc-js";
import type { handleUnaryCall, Metadata, sendUnaryData } from "@grpc/grpc-js";
import { DURATION_BUCKETS } from "./duration-buckets.ts";

const HEADERS: TextMapGetter<Metadata> = {
  get: (metadata, name) => metadata.get(name).filter((value) => typeof value === "string"),
  keys: (metadata) => Object.keys(metadata.getMap()),
};

/** @param method with its service: `envoy.service.auth.v3.Authorization/Check` */
export function tracedCalls<Question, Answer>(
  method: string,
  handle: handleUnaryCall<Question, Answer>,
): handleUnaryCall<Question, Answer> {
  const tracer = trace.getTracer("keyward");
  const durations = metrics.getMeter("keyward").createHistogram("rpc.server.call.duration", {
    unit: "s",
    description: "Duration of RPC server calls",
    advice: { explicitBucketBoundaries: DURATION_BUCKETS },
  });
  const known = { "rpc.system.name": "grpc", "rpc.method": method };
  return (call, callback) => {
    const startedMs = performance.now();
    const parent = propagation.extract(context.active(), call.metadata, HEADERS);
    const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes: known }, parent);
    const own = trace.setSpan(parent, span);
    const answer: sendUnaryData<Answer> = (error, ...rest) => {
      const code = status[error?.code ?? status.OK];
      const answered = { "rpc.response.status_code": code, ...(error && { "error.type": code }) };
      span.setAttributes(answered);
      if (error) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
      durations.record((performance.now() - startedMs) / 1000, { ...known, ...answered }, own);
      callback(error, ...rest);
    };
    context.with(own, () => handle(call, answer));
  };
}
