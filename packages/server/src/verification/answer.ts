import type { ServerResponse } from "node:http";
import { problemAnswer } from "../http/problem.ts";
import { requestIdOf } from "../http/request-id.ts";
import { API_HEADERS } from "../http/security-headers.ts";
import type { Log } from "../runtime/log.ts";
import type { Random } from "../runtime/random.ts";
import type { BodyMessage } from "./body-message.ts";

export interface AnswerParts {
  readonly random: Random;
  readonly log: Pick<Log, "failed">;
  readonly publicUrl: string | undefined;
}

const COMMON = Object.entries(API_HEADERS).flat();
/** One write of head and body together, with headers that were laid out once, is the cheapest answer that node:http has. */
const JSON_HEADERS = ["content-type", "application/json", ...COMMON, "content-length"];

export function answerJson(response: ServerResponse, json: string): void {
  const bytes = Buffer.byteLength(json);
  response.writeHead(200, [...JSON_HEADERS, String(bytes)]);
  // As many bytes as characters is ASCII, which is copied as it is.
  response.end(json, bytes === json.length ? "latin1" : "utf8");
}

/** Answers whatever was thrown as a problem, and logs a defect; what a caller can cause is not logged. */
export function answerProblem(
  { random, log, publicUrl }: AnswerParts,
  request: BodyMessage,
  response: ServerResponse,
  error: unknown,
): void {
  const requestId = requestIdOf(request.rawHeaders, random);
  const { headers, problem } = problemAnswer(error, { requestId, publicUrl });
  if (problem.code === "internal") log.failed(error, { requestId, code: problem.code });
  const body = JSON.stringify(problem);
  response.writeHead(problem.status, {
    ...API_HEADERS,
    ...headers,
    "keyward-request-id": requestId,
    "content-length": Buffer.byteLength(body),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}
