import { OperationError } from "@keyward/core/failure/failures";
import type { App } from "../http/app.ts";
import { problemAnswer } from "../http/problem.ts";
import { API_HEADERS } from "../http/security-headers.ts";
import { LIVENESS_BODY, readinessAnswer } from "../runtime/health.ts";
import type { Health } from "../runtime/health.ts";

export interface EdgeAppParts {
  readonly health: Health;
  /** Where the errors are explained: at the authority. */
  readonly publicUrl: string;
}

/** What an edge answers beside verdicts: how it is. Everything else is the authority's to answer. */
export function createEdgeApp({ health, publicUrl }: EdgeAppParts): App {
  return {
    fetch: async (request, { requestId }) => {
      const { status, body, headers } = answerOf(request, requestId);
      return new Response(body, {
        status,
        headers: {
          ...API_HEADERS,
          "content-type": "application/json",
          ...headers,
          "keyward-request-id": requestId,
        },
      });
    },
  };

  function answerOf(request: Request, requestId: string): Answer {
    const { pathname } = new URL(request.url);
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (isRead && pathname === "/livez") return { status: 200, body: LIVENESS_BODY };
    if (isRead && pathname === "/readyz") return readinessAnswer(health.readiness());
    const failure = new OperationError("not_found", {
      detail: "An edge decides about keys; ask Keyward itself for everything else",
    });
    const { headers, problem } = problemAnswer(failure, { requestId, publicUrl });
    return { status: problem.status, body: JSON.stringify(problem), headers };
  }
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}
