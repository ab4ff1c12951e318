// Reads what came back: a result, or one of the two errors. Nothing else passes for an answer.
import { KeywardError, KeywardUnavailable } from "./errors.ts";
import type { FieldProblem } from "./errors.ts";
import { RESPONSE_BYTES_MAX } from "./limits.ts";

const BUSY = new Set([502, 503, 504]);

/**
 * @throws KeywardError when Keyward refused
 * @throws KeywardUnavailable when it is not Keyward's answer
 * @throws whatever `fetch` throws when the connection breaks while the body is read
 */
export async function readAnswer(response: Response): Promise<unknown> {
  const requestId = response.headers.get("keyward-request-id") ?? undefined;
  const { status } = response;
  if (BUSY.has(status)) {
    await response.body?.cancel();
    const retryAfterSeconds = retryAfterOf(response);
    throw new KeywardUnavailable("busy", `Keyward cannot answer now (status ${status})`, {
      status,
      requestId,
      retryAfterSeconds,
    });
  }
  if (status === 204) return undefined;
  const mediaType = response.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (response.ok && mediaType === "application/json") {
    return parseJson(await readText(response), response);
  }
  if (status >= 400 && mediaType === "application/problem+json") {
    throw problemOf(parseJson(await readText(response), response), response);
  }
  await response.body?.cancel();
  throw unrecognised(response);
}

function unrecognised(response: Response): KeywardUnavailable {
  const { status } = response;
  const message = `the answer (status ${status}) is not Keyward's: is the address right?`;
  return new KeywardUnavailable("unrecognised", message, { status });
}

function parseJson(text: string, response: Response): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unrecognised(response);
  }
}

/** Reads no more than a bounded body, whatever length is announced. */
async function readText(response: Response): Promise<string> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.length;
    if (bytes > RESPONSE_BYTES_MAX) {
      await reader.cancel();
      throw unrecognised(response);
    }
    text += decoder.decode(value, { stream: true });
  }
}

function problemOf(body: unknown, response: Response): KeywardError | KeywardUnavailable {
  if (typeof body !== "object" || body === null) return unrecognised(response);
  const { code, title, type, detail, request_id, errors } = body as Record<string, unknown>;
  if (typeof code !== "string") return unrecognised(response);
  return new KeywardError({
    status: response.status,
    code,
    title: textOf(title) ?? code,
    type: textOf(type),
    detail: textOf(detail),
    requestId: textOf(request_id) ?? response.headers.get("keyward-request-id") ?? undefined,
    errors: Array.isArray(errors) ? errors.filter(isFieldProblem) : [],
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function isFieldProblem(value: unknown): value is FieldProblem {
  if (typeof value !== "object" || value === null) return false;
  const { pointer, code, detail } = value as Record<string, unknown>;
  return [pointer, code, detail].every((field) => typeof field === "string");
}

/** RFC 9110 §10.2.3; Keyward gives seconds, and a date is as good as none. */
function retryAfterOf(response: Response): number | undefined {
  const value = response.headers.get("retry-after") ?? "";
  return /^\d{1,6}$/.test(value) ? Number(value) : undefined;
}
