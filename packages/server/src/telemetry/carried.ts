import { context, propagation } from "@opentelemetry/api";

/** Raw headers with the trace of the request under way in place of the one that its client named. */
export function carried(rawHeaders: readonly string[]): readonly string[] {
  const own: Record<string, string> = {};
  propagation.inject(context.active(), own);
  const headers = Object.entries(own).flat();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (name.toLowerCase() in own) continue;
    headers.push(name, rawHeaders[index + 1] ?? "");
  }
  return headers;
}
