import { OperationError } from "@keyward/core/failure/failures";
import type { FailureCode, FailureOptions } from "@keyward/core/failure/failures";

export interface HttpFailureOptions extends FailureOptions {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A failure that HTTP answers with headers of its own: a challenge, the methods that are offered, a closed connection. */
export class HttpFailure extends OperationError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: FailureCode, options: HttpFailureOptions) {
    super(code, options);
    this.headers = options.headers;
  }
}
