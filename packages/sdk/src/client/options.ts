export interface ClientOptions {
  /** Where Keyward is, such as `https://keyward.example.com`; a path is kept. */
  readonly url: string | URL;
  /** A management key, or what fetches one; a function is asked before every call, so a rotated key needs no restart. */
  readonly token: string | (() => string | Promise<string>);
  /** The platform's own if left out. */
  readonly fetch?: typeof fetch | undefined;
  /** 1 to 300 000, for the whole call with its retries; 10 000 if left out. */
  readonly timeoutMs?: number | undefined;
  /** 0 to 5 attempts after the first; 2 if left out. Only what can be repeated without harm is. */
  readonly retries?: number | undefined;
}

export interface CallOptions {
  /**
   * Names the intent, so that a repeat is answered like the first and changes nothing. Operations that take one are given a
   * random one if this is left out.
   */
  readonly idempotencyKey?: string | undefined;
  /** The `rev` that was read: the call fails with `precondition_failed` when it is no longer the present one. */
  readonly ifMatch?: number | undefined;
  /** Ends the call early, with the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}
