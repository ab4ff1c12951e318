// Every wait, count and size that the client holds itself to.

/** How long a call may take, all its attempts and waits together. */
export const TIMEOUT_MS_DEFAULT = 10_000;
export const TIMEOUT_MS_MAX = 300_000;
/** Attempts after the first. */
export const RETRIES_DEFAULT = 2;
export const RETRIES_MAX = 5;
/** The longest wait before the first retry; it doubles with each. */
export const BACKOFF_MS_BASE = 200;
export const BACKOFF_MS_MAX = 3_000;
/** A server that asks for a longer wait than this is left to the caller. */
export const RETRY_AFTER_SECONDS_MAX = 5;
export const RESPONSE_BYTES_MAX = 16_777_216;
