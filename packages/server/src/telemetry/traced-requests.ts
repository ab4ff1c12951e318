// A span and a duration for each HTTP request, by OpenTelemetry's semantic conventions for HTTP servers. The path is not told: it names keys and owners (T60).
import { context, metrics, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Attributes, Context } from "@opentelemetry/api";
import type { IncomingMessage, ServerResponse } from "node:http";
import { BodyMessage } from "../verification/body-message.ts";
import { DURATION_BUCKETS } from "./duration-buckets.ts";
import { routeOf } from "./route-of.ts";
import type { RequestListener } from "./telemetry.ts";

/** RFC 9110 and RFC 5789; whatever else a client writes is one method, so that nobody makes labels. */
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"]);

export function tracedRequests<Message extends IncomingMessage>(
  listener: RequestListener<Message>,
): RequestListener<Message> {
  const tracer = trace.getTracer("keyward");
  const durations = metrics.getMeter("keyward").createHistogram("http.server.request.duration", {
    unit: "s",
    description: "Duration of HTTP server requests",
    advice: { explicitBucketBoundaries: DURATION_BUCKETS },
  });
  return (request, response) => {
    const startedMs = performance.now();
    const known = attributesOf(request);
    const { "http.request.method": method, "http.route": route } = known;
    const parent = propagation.extract(context.active(), request.headers);
    const name = route === undefined ? method : `${method} ${route}`;
    const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes: known }, parent);
    const own = trace.setSpan(parent, span);
    response.once("close", () => {
      const answered = answeredAttributes(response);
      span.setAttributes(answered);
      if (answered["error.type"] !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
      durations.record((performance.now() - startedMs) / 1000, { ...known, ...answered }, own);
    });
    if (request instanceof BodyMessage) keepContext(request, own);
    context.with(own, () => listener(request, response));
  };
}

/** The parser hands a collected body over in its own context, not in that of who asked for it. */
function keepContext(request: BodyMessage, own: Context): void {
  const collect = request.collect.bind(request);
  request.collect = (bytesMax, receive) => collect(bytesMax, context.bind(own, receive));
}

interface KnownAttributes extends Attributes {
  readonly "http.request.method": string;
  readonly "http.route"?: string;
}

function attributesOf({ method = "", url = "" }: IncomingMessage): KnownAttributes {
  const route = routeOf(url);
  return {
    "http.request.method": METHODS.has(method) ? method : "_OTHER",
    "url.scheme": "http",
    ...(route !== undefined && { "http.route": route }),
  };
}

/** Without a status where the client has left before it was answered. */
function answeredAttributes({ headersSent, statusCode }: ServerResponse): Attributes {
  if (!headersSent) return { "error.type": "client_left" };
  return {
    "http.response.status_code": statusCode,
    ...(statusCode >= 500 && { "error.type": String(statusCode) }),
  };
}
