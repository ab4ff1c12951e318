// What edges behind this one ask of the authority: it goes there and comes back as it is, so that who may follow, what is
// fresh and who has acknowledged a revocation is decided in one place, however long the chain is.
import { OperationError } from "@keyward/core/failure/failures";
import type { RequestFacts } from "../http/request-facts.ts";

export const FEED_PATH = "/v1/feed";

/** Nothing else of a request is the authority's business, and nothing else of an answer the follower's. */
const ASKED = ["authorization", "content-type", "accept", "keyward-request-id", "content-length"];
const ANSWERED = ["content-type", "cache-control", "retry-after", "www-authenticate"];

export interface PassOnParts {
  /** The Keyward, or the edge, that this edge follows itself. */
  readonly upstream: string;
  readonly fetch: typeof fetch;
}

/**
 * The answer as it comes, a stream included; whoever hangs up ends the question.
 *
 * @throws OperationError `unavailable` when the upstream does not answer
 */
export async function passOn(
  request: Request,
  { peer }: Pick<RequestFacts, "peer">,
  { upstream, fetch }: PassOnParts,
): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const hops = request.headers.get("x-forwarded-for");
  const headers = picked(request.headers, ASKED);
  headers.set("x-forwarded-for", hops === null ? peer : `${hops}, ${peer}`);
  try {
    const answer = await fetch(upstream + pathname + search, {
      method: request.method,
      headers,
      body: request.body,
      signal: request.signal,
      redirect: "error",
      duplex: "half",
    });
    const { status, body } = answer;
    return new Response(body, { status, headers: picked(answer.headers, ANSWERED) });
  } catch (cause) {
    const detail = "What this edge follows does not answer";
    throw new OperationError("unavailable", { detail, cause });
  }
}

function picked(from: Headers, names: readonly string[]): Headers {
  const headers = new Headers();
  for (const name of names) {
    const value = from.get(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}
