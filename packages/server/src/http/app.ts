// The management API: one route for each operation of the contract that reads or writes, and no other way to add one.
import { OperationError } from "@keyward/core/failure/failures";
import { Hono } from "hono";
import type { Context } from "hono";
import { OPERATION_IDS, OPERATIONS } from "../contract/operations.ts";
import type { OperationId } from "../contract/operations.ts";
import type { Operation } from "../contract/operation.ts";
import type { AppParts } from "./app-parts.ts";
import { HttpFailure } from "./http-failure.ts";
import { Idempotency } from "./idempotency.ts";
import { performOperation } from "./perform-operation.ts";
import { isFailure, problemAnswer } from "./problem.ts";
import type { RequestFacts } from "./request-facts.ts";
import { isDecodable, methodsOn, routerPath } from "./routes.ts";
import { API_HEADERS } from "./security-headers.ts";

export interface App {
  /** Answers every request; it never rejects. */
  fetch(request: Request, facts: RequestFacts): Promise<Response>;
}

interface Env {
  readonly Bindings: RequestFacts;
  readonly Variables: { operation: OperationId };
}

export function createApp(parts: AppParts): App {
  const hono = new Hono<Env>();
  const idempotency = new Idempotency(parts.replyKey);
  hono.use(async (context, next) => {
    const startedMs = parts.clock.monotonicMs();
    if (isDecodable(new URL(context.req.url).pathname)) await next();
    else context.res = answerProblem(parts, context, new OperationError("not_found"));
    finish(parts, context, parts.clock.monotonicMs() - startedMs);
  });
  for (const id of OPERATION_IDS) {
    const operation: Operation = OPERATIONS[id];
    // The verification routes decide from memory and answer before this app is asked.
    if (operation.effect === "decide") continue;
    hono.on(operation.method, routerPath(operation.path), (context) => {
      context.set("operation", id);
      const { req: request, env: facts } = context;
      return performOperation({ ...parts, idempotency }, id, request.raw, request.param(), facts);
    });
  }
  for (const [path, answer] of Object.entries(parts.publicRoutes)) hono.get(path, () => answer());
  hono.notFound(async (context) => {
    const shown = await parts.dashboard.answer(context.req.raw);
    return shown ?? answerProblem(parts, context, notOffered(parts, context.req.path));
  });
  hono.onError((error, context) => answerProblem(parts, context, error));
  return {
    fetch: async (request, facts) => await hono.fetch(request, facts),
  };
}

function finish(parts: AppParts, context: Context<Env>, durationMs: number): void {
  const { headers, status } = context.res;
  for (const [name, value] of Object.entries(API_HEADERS)) {
    if (!headers.has(name)) headers.set(name, value);
  }
  headers.set("keyward-request-id", context.env.requestId);
  const operation = context.get("operation") as OperationId | undefined;
  const answered = { requestId: context.env.requestId, operation, status, durationMs };
  parts.onAnswered(answered);
  parts.log.answered(answered);
}

/** Unknown paths and methods are public knowledge: the contract is. */
function notOffered({ publicRoutes }: AppParts, path: string): OperationError {
  const isPublic = path === "/" || Object.hasOwn(publicRoutes, path);
  const methods = isPublic ? ["GET", "HEAD"] : methodsOn(path);
  if (methods.length === 0)
    return new OperationError("not_found", { detail: "There is no such path" });
  return new HttpFailure("method_not_allowed", { headers: { allow: methods.join(", ") } });
}

function answerProblem(parts: AppParts, context: Context<Env>, error: unknown): Response {
  const { requestId } = context.env;
  const { headers, problem } = problemAnswer(error, { requestId, publicUrl: parts.publicUrl });
  const { code, status } = problem;
  if (isFailure(error)) parts.log.failed(error, { requestId, code });
  return new Response(JSON.stringify(problem), { status, headers });
}
