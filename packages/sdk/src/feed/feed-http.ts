// The requests of the feed, over fetch: spec/feed.md §4 to §8, and spec/usage.md §5.
import { FEED_LINE_BYTES_MAX, FEED_MEDIA_TYPE } from "@keyward/core/feed/lines";
import {
  headRequestBody,
  lookupRequestBody,
  parseHeadAnswer,
  parseLookupAnswer,
} from "@keyward/core/feed/questions";
import type {
  HeadAnswer,
  HeadRequest,
  LookupAnswer,
  LookupRequest,
} from "@keyward/core/feed/questions";
import type { FeedSubject } from "@keyward/core/feed/subject";
import type { Environment } from "@keyward/core/key/format";
import type { LeaseAnswer, LeaseRequest } from "@keyward/core/limit/lease";
import { leaseRequestBody, parseLeaseAnswer } from "@keyward/core/limit/lease-wire";
import type { UsageBatchBody } from "@keyward/core/usage/wire";
import { KeywardError, KeywardUnavailable } from "../client/errors.ts";
import { readAnswer } from "../client/read-answer.ts";
import { baseOf, searchOf, sendable } from "../client/request-parts.ts";
import type { Timers } from "../runtime/timers.ts";
import { readLines } from "./read-lines.ts";

export interface FeedHttpParts {
  readonly url: string | URL;
  /** A management key with the scope of the feed, or what fetches one. */
  readonly token: string | (() => string | Promise<string>);
  /** The id or the prefix of the api. */
  readonly api: string;
  readonly environment: Environment;
  readonly fetch: typeof fetch;
  readonly timers: Timers;
}

export type Lines = AsyncIterable<string>;

/**
 * Every method rejects with `KeywardError` when the authority refused, and with `KeywardUnavailable` or what `fetch` failed
 * with when there is no answer.
 */
export class FeedHttp {
  readonly #parts: FeedHttpParts;
  readonly #base: string;

  /** @throws TypeError when the URL cannot be used */
  constructor(parts: FeedHttpParts) {
    this.#parts = parts;
    this.#base = `${baseOf(parts.url)}/v1/feed`;
  }

  /** @param keys `none` for what a partial verifier begins with: the api and its roles */
  snapshot(keys: "all" | "none", signal: AbortSignal): Promise<Lines> {
    return this.#lines("/snapshot", keys === "all" ? {} : { keys }, signal);
  }

  /** @param from.wait whether to stay for what is yet to come */
  changes(
    from: { readonly epoch: string; readonly after: number; readonly wait: boolean },
    signal: AbortSignal,
  ): Promise<Lines> {
    const { epoch, after, wait } = from;
    return this.#lines("/changes", { epoch, after, wait: wait ? undefined : 0 }, signal);
  }

  async head(request: HeadRequest, timeoutMs: number): Promise<HeadAnswer> {
    const answer = parseHeadAnswer(await this.#ask("/head", headRequestBody(request), timeoutMs));
    return answer ?? fail("the answer is no head");
  }

  async lookUp(
    request: LookupRequest,
    subject: FeedSubject,
    timeoutMs: number,
  ): Promise<LookupAnswer> {
    const body = await this.#ask("/keys", lookupRequestBody(request), timeoutMs);
    return parseLookupAnswer(body, subject) ?? fail("the answer is no key");
  }

  async lend(request: LeaseRequest, timeoutMs: number): Promise<LeaseAnswer> {
    const answer = await this.#ask("/leases", leaseRequestBody(request), timeoutMs);
    return parseLeaseAnswer(answer) ?? fail("the answer lends nothing");
  }

  async reportUses(batch: UsageBatchBody, timeoutMs: number): Promise<void> {
    await this.#ask("/uses", batch, timeoutMs);
  }

  async #lines(path: string, query: object, signal: AbortSignal): Promise<Lines> {
    const { api, environment } = this.#parts;
    const search = searchOf({ api, environment, ...query });
    const response = await this.#send(`${path}${search}`, { method: "GET", signal });
    const mediaType = response.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
    if (response.status === 200 && mediaType === FEED_MEDIA_TYPE && response.body !== null) {
      return readLines(response.body, FEED_LINE_BYTES_MAX);
    }
    await readAnswer(response);
    return fail(`the answer (status ${response.status}) is no feed`);
  }

  async #ask(path: string, body: object, timeoutMs: number): Promise<unknown> {
    const { api, environment, timers } = this.#parts;
    const controller = new AbortController();
    const cancel = timers.schedule(timeoutMs, () => {
      controller.abort(new KeywardUnavailable("timeout", `no answer within ${timeoutMs} ms`));
    });
    try {
      const response = await this.#send(`${path}${searchOf({ api, environment })}`, {
        method: "POST",
        body: JSON.stringify(body),
        signal: controller.signal,
      });
      return await readAnswer(response);
    } finally {
      cancel();
    }
  }

  async #send(
    path: string,
    init: {
      readonly method: string;
      readonly body?: string;
      readonly signal: AbortSignal;
    },
  ): Promise<Response> {
    const { token, fetch } = this.#parts;
    const key = typeof token === "string" ? token : await token();
    const headers = {
      accept: `${FEED_MEDIA_TYPE}, application/json, application/problem+json`,
      authorization: `Bearer ${sendable(key)}`,
      ...(init.body === undefined ? {} : { "content-type": "application/json" }),
    };
    // A redirect is not followed: the token is for the address that the caller named.
    return fetch(`${this.#base}${path}`, { ...init, headers, redirect: "manual" });
  }
}

/** Whether the authority does not accept the token or the question, and will not until somebody changes something. */
export function isRefusal(error: unknown): error is KeywardError {
  return error instanceof KeywardError && [400, 401, 403, 404].includes(error.status);
}

/** Whether the same batch would be refused for ever. Who may not report today may tomorrow, so that is none. */
export function isBatchRefused(error: unknown): boolean {
  return error instanceof KeywardError && [400, 409, 413].includes(error.status);
}

export function isResyncRequired(error: unknown): boolean {
  return error instanceof KeywardError && error.status === 409 && error.code === "resync_required";
}

function fail(message: string): never {
  throw new KeywardUnavailable("unrecognised", message);
}
