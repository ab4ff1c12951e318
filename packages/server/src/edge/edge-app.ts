import { OperationError } from "@keyward/core/failure/failures";
import type { App } from "../http/app.ts";
import { problemAnswer } from "../http/problem.ts";
import { API_HEADERS } from "../http/security-headers.ts";
import { FEED_PATH, passOn } from "./pass-on.ts";
import type { PassOnParts } from "./pass-on.ts";
import { LIVENESS_BODY, readinessAnswer } from "../runtime/health.ts";
import type { Health } from "../runtime/health.ts";

export interface EdgeAppParts {
  readonly health: Health;
  /** Where the errors are explained: at the authority. */
  readonly publicUrl: string;
  /** Where the feed is asked for on behalf of edges behind this one; `undefined` where there are to be none. */
  readonly passOn: PassOnParts | undefined;
}

/** What an edge answers beside verdicts: how it is. Everything else is the authority's to answer. */
export function createEdgeApp({ health, publicUrl, passOn: passing }: EdgeAppParts): App {
  return {
    fetch: async (request, facts) => {
      if (passing === undefined || !isOfFeed(request)) return own(request, facts.requestId);
      try {
        return await passOn(request, facts, passing);
      } catch (error) {
        return failed(error, facts.requestId);
      }
    },
  };

  function own(request: Request, requestId: string): Response {
    return responseOf(answerOf(request, requestId), requestId);
  }

  function failed(error: unknown, requestId: string): Response {
    const { headers, problem } = problemAnswer(error, { requestId, publicUrl });
    const answer = { status: problem.status, body: JSON.stringify(problem), headers };
    return responseOf(answer, requestId);
  }

  function answerOf(request: Request, requestId: string): Answer {
    const { pathname } = new URL(request.url);
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (isRead && pathname === "/livez") return { status: 200, body: LIVENESS_BODY };
    if (isRead && pathname === "/readyz") return readinessAnswer(health);
    const failure = new OperationError("not_found", {
      detail: "An edge decides about keys; ask Keyward itself for everything else",
    });
    const { headers, problem } = problemAnswer(failure, { requestId, publicUrl });
    return { status: problem.status, body: JSON.stringify(problem), headers };
  }
}

function responseOf({ status, body, headers }: Answer, requestId: string): Response {
  return new Response(body, {
    status,
    headers: {
      ...API_HEADERS,
      "content-type": "application/json",
      ...headers,
      "keyward-request-id": requestId,
    },
  });
}

function isOfFeed(request: Request): boolean {
  return new URL(request.url).pathname.startsWith(`${FEED_PATH}/`);
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}
