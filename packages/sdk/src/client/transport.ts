import { KeywardUnavailable } from "./errors.ts";
import { readAnswer } from "./read-answer.ts";
import { retryDelayMs } from "./retry.ts";

/** What the client takes from its surroundings. */
export interface Surroundings {
  readonly fetch: typeof fetch;
  /** 0 to 1, never 1. */
  readonly random: () => number;
  /** Answers whether it slept to the end; an aborted signal wakes it. */
  readonly sleep: (durationMs: number, signal: AbortSignal) => Promise<boolean>;
}

export interface HttpCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Attempts after the first: 0 for what must not be repeated. */
  readonly retries: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Makes a call, again where that does no harm, within one deadline for everything.
 *
 * @throws KeywardError, KeywardUnavailable, or the reason of the caller's own signal
 */
export async function send(call: HttpCall, surroundings: Surroundings): Promise<unknown> {
  const deadline = AbortSignal.timeout(call.timeoutMs);
  const signal = call.signal ? AbortSignal.any([call.signal, deadline]) : deadline;
  for (let retry = 0; ; retry++) {
    try {
      return await attempt(call, signal, surroundings.fetch);
    } catch (error) {
      call.signal?.throwIfAborted();
      const failure = deadline.aborted ? timedOut(call) : error;
      if (!(failure instanceof KeywardUnavailable) || retry >= call.retries) throw failure;
      const delayMs = retryDelayMs(failure, retry, surroundings.random());
      if (delayMs === undefined || !(await surroundings.sleep(delayMs, signal))) {
        call.signal?.throwIfAborted();
        throw failure;
      }
    }
  }
}

async function attempt(call: HttpCall, signal: AbortSignal, fetch: Surroundings["fetch"]) {
  const { method, url, headers, body } = call;
  // A redirect is not followed: the token is for the address that the caller named.
  const init = { method, headers, body: body ?? null, signal, redirect: "manual" as const };
  try {
    return await readAnswer(await fetch(url, init));
  } catch (error) {
    throw error instanceof Error && isOurs(error) ? error : unreachable(call, error);
  }
}

function isOurs(error: Error): boolean {
  return error.name === "KeywardError" || error instanceof KeywardUnavailable;
}

function unreachable({ url }: HttpCall, cause: unknown): KeywardUnavailable {
  return new KeywardUnavailable("network", `cannot reach Keyward at ${new URL(url).origin}`, {
    cause,
  });
}

function timedOut({ url, timeoutMs }: HttpCall): KeywardUnavailable {
  const { origin } = new URL(url);
  return new KeywardUnavailable("timeout", `no answer from ${origin} within ${timeoutMs} ms`);
}

/** Answers whether it slept to the end. */
export function sleep(durationMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", wake);
      resolve(true);
    }, durationMs);
    if (signal.aborted) wake();
    else signal.addEventListener("abort", wake, { once: true });
  });
}
