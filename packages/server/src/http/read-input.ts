// From a request to the input of an operation: parsed, complete, and nothing in it that the contract does not name.
import { OperationError } from "@keyward/core/failure/failures";
import type { Problem } from "@keyward/core/failure/failures";
import type { z } from "zod";
import type { Operation } from "../contract/operation.ts";
import { inputProblems } from "./input-problems.ts";
import type { InputPart } from "./input-problems.ts";
import { parseJson } from "./json.ts";
import { readBody } from "./read-body.ts";

export interface Input {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

export interface ReadInput {
  readonly input: Input;
  /** The body as it came. */
  readonly bytes: Buffer;
}

const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset[ \t]*=[ \t]*"?utf-8"?[ \t]*)?$/i;
const NO_BODY = Buffer.alloc(0);

/** @throws OperationError `invalid_request` with every problem found, `invalid_json`, `unsupported_media_type`, `body_too_large` */
export async function readInput(
  operation: Operation,
  request: Request,
  pathParams: Readonly<Record<string, string>>,
  bodyBytesMax: number,
  bodyEntriesMax?: number,
): Promise<ReadInput> {
  const bytes = await readBytes(request, bodyBytesMax);
  const given = {
    params: pathParams,
    query: queryOf(request),
    body:
      operation.body === undefined ? undefined : bodyOf(operation, request, bytes, bodyEntriesMax),
  };
  const problems: Problem[] = [];
  const input = {
    params: parsePart("path/", operation.params, given.params, problems),
    query: parsePart("query/", operation.query, given.query, problems),
    body: operation.body && parsePart("/", operation.body, given.body, problems),
  };
  if (operation.body === undefined && bytes.length > 0) {
    problems.push({ pointer: "", code: "unexpected_body", detail: "no body is taken here" });
  }
  if (problems.length > 0) throw invalidInput(problems);
  return { input, bytes };
}

function parsePart(
  part: InputPart,
  schema: z.ZodType,
  given: unknown,
  problems: Problem[],
): unknown {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  problems.push(...inputProblems(part, given, result.error.issues));
  return undefined;
}

/** The web's `Request` shows no body of a GET or HEAD, so the headers must say whether there was one. */
async function readBytes(request: Request, bytesMax: number): Promise<Buffer> {
  const { headers, method } = request;
  if (method !== "GET" && method !== "HEAD") return await readBody(request, bytesMax);
  if (headers.has("transfer-encoding") || Number(headers.get("content-length") ?? 0) > 0) {
    const problem = { pointer: "", code: "unexpected_body", detail: "no body is taken here" };
    throw invalidInput([problem]);
  }
  return NO_BODY;
}

function bodyOf(
  operation: Operation,
  request: Request,
  bytes: Buffer,
  entriesMax: number | undefined,
): unknown {
  if (bytes.length === 0 && operation.bodyOptional) return {};
  const encoding = request.headers.get("content-encoding");
  const isJson = JSON_TYPE.test(request.headers.get("content-type") ?? "");
  if (!isJson || (encoding !== null && encoding !== "identity")) {
    throw new OperationError("unsupported_media_type", {
      detail: "Send the body as application/json in UTF-8, without a content encoding",
    });
  }
  const parsed = parseJson(bytes, entriesMax);
  if (!parsed.ok) throw new OperationError("invalid_json", { detail: parsed.detail });
  return parsed.value;
}

/** @throws OperationError when a parameter is given twice: which one counts would depend on who reads */
export function queryOf(request: Request): Readonly<Record<string, string>> {
  const query = new Map<string, string>();
  for (const [name, value] of new URL(request.url).searchParams) {
    if (query.has(name)) {
      const detail = "is given more than once";
      throw invalidInput([{ pointer: `query/${name}`, code: "repeated", detail }]);
    }
    query.set(name, value);
  }
  return Object.fromEntries(query);
}

/** The detail says the first problem, for whoever prints nothing else. */
function invalidInput(problems: readonly Problem[]): OperationError {
  const [first] = problems;
  const detail = first && `${first.pointer || "The body"}: ${first.detail}`;
  return new OperationError("invalid_request", { problems, ...(detail ? { detail } : {}) });
}
