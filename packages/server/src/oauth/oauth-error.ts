/** A refusal of RFC 6749 §5.2 and its extensions. Its description is ours: nothing of the request is in it. */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  readonly status: 400 | 401 | 405 | 413 | 429 | 503;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    description: string,
    options: {
      readonly status?: OAuthError["status"];
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(description);
    this.code = code;
    this.status = options.status ?? 400;
    this.headers = options.headers ?? {};
  }
}

export function invalidRequest(description: string): OAuthError {
  return new OAuthError("invalid_request", description);
}

/** No RFC has a code for it at the token endpoint; this one parses everywhere. */
export function unavailable(): OAuthError {
  return new OAuthError("temporarily_unavailable", "Keyward cannot answer now", {
    status: 503,
    headers: { "retry-after": "1" },
  });
}

/** RFC 6585 §4. */
export function tooManyAttempts(): OAuthError {
  return new OAuthError("temporarily_unavailable", "Too many attempts have failed", {
    status: 429,
    headers: { "retry-after": "1" },
  });
}
