import { OperationError } from "@keyward/core/failure/failures";

/** What a schema cannot see: input that is well-formed and does not fit what is stored. */
export function invalid(pointer: string, code: string, detail: string): OperationError {
  return new OperationError("invalid_request", {
    detail,
    problems: [{ pointer, code, detail }],
  });
}
