// What a schema finds wrong, in words and codes of our own: they are stable, and never repeat what was sent.
import type { Problem } from "@keyward/core/failure/failures";
import type { z } from "zod";

/** Enough to correct a request by; a body of nothing but mistakes must not be answered with a longer one. */
const PROBLEMS_MAX = 32;

/** The part of a request that was read, as its pointers begin. The body's are plain RFC 6901. */
export type InputPart = "path/" | "query/" | "/";

type Issue = z.core.$ZodIssue;

export function inputProblems(
  part: InputPart,
  input: unknown,
  issues: readonly Issue[],
): readonly Problem[] {
  return issues.flatMap((issue) => problemsOf(part, input, issue)).slice(0, PROBLEMS_MAX);
}

function problemsOf(part: InputPart, input: unknown, issue: Issue): readonly Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.slice(0, PROBLEMS_MAX).map((key) => ({
      pointer: pointerTo(part, [...issue.path, key]),
      code: "unknown_field",
      detail: part === "query/" ? "is not a parameter here" : "is not a field here",
    }));
  }
  const pointer = pointerTo(part, issue.path);
  if (valueAt(input, issue.path) === undefined) {
    return [{ pointer, code: "required", detail: "must be given" }];
  }
  return [{ pointer, ...wordsOf(issue) }];
}

/** `""` is the whole body (RFC 6901 §5). */
function pointerTo(part: InputPart, path: readonly PropertyKey[]): string {
  if (path.length === 0) return part === "/" ? "" : part;
  const tokens = path.map((key) => String(key).replaceAll("~", "~0").replaceAll("/", "~1"));
  return part + tokens.join("/");
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[key];
  }
  return value;
}

function wordsOf(issue: Issue): Pick<Problem, "code" | "detail"> {
  switch (issue.code) {
    case "invalid_type":
      return { code: "wrong_type", detail: `must be ${KINDS[issue.expected] ?? issue.expected}` };
    case "too_big":
      return tooMuch(issue);
    case "too_small":
      return tooLittle(issue);
    case "invalid_value":
      return { code: "invalid", detail: `must be one of ${issue.values.join(", ")}` };
    case "invalid_format":
      return { code: "invalid", detail: issue.message };
    case "custom":
      return { code: "invalid", detail: issue.message };
    default:
      return { code: "invalid", detail: "has none of the accepted shapes" };
  }
}

const KINDS: Readonly<Record<string, string>> = {
  array: "an array",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "an object",
  record: "an object",
  string: "a string",
};

function tooMuch({ origin, maximum }: z.core.$ZodIssueTooBig): Pick<Problem, "code" | "detail"> {
  switch (origin) {
    case "string":
      return { code: "too_long", detail: `must have at most ${maximum} characters` };
    case "array":
    case "set":
    case "map":
      return { code: "too_many", detail: `must have at most ${maximum} entries` };
    default:
      return { code: "too_large", detail: `must be at most ${maximum}` };
  }
}

function tooLittle({
  origin,
  minimum,
}: z.core.$ZodIssueTooSmall): Pick<Problem, "code" | "detail"> {
  switch (origin) {
    case "string":
      return { code: "too_short", detail: `must have at least ${minimum} characters` };
    case "array":
    case "set":
    case "map":
      return { code: "too_few", detail: `must have at least ${minimum} entries` };
    default:
      return { code: "too_small", detail: `must be at least ${minimum}` };
  }
}
