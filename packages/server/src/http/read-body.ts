import { OperationError } from "@keyward/core/failure/failures";
import { HttpFailure } from "./http-failure.ts";

/**
 * Reads a body and never holds more than `bytesMax` of it, whatever it says of its length (F12).
 *
 * @throws OperationError `body_too_large`, which closes the connection; `invalid_request` when the body breaks off
 */
export async function readBody(request: Request, bytesMax: number): Promise<Buffer> {
  if (Number(request.headers.get("content-length") ?? 0) > bytesMax) throw tooLarge(bytesMax);
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of chunksOf(request)) {
    byteCount += chunk.byteLength;
    if (byteCount > bytesMax) throw tooLarge(bytesMax);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function* chunksOf(request: Request): AsyncGenerator<Uint8Array> {
  if (request.body === null) return;
  try {
    yield* request.body;
  } catch (cause) {
    throw new OperationError("invalid_request", { detail: "The body broke off", cause });
  }
}

/** What is left of the body would be read as the next request, or for nothing: so the connection ends (T28). */
function tooLarge(bytesMax: number): HttpFailure {
  return new HttpFailure("body_too_large", {
    detail: `At most ${bytesMax} bytes are accepted`,
    headers: { connection: "close" },
  });
}
