import type { Principal } from "../client/operations.generated.ts";
import type { Authentication, Authenticator, Needs } from "./authenticator.ts";
import { guardExpress } from "./express.ts";
import { guardFastify } from "./fastify.ts";
import { guardWith } from "./fetch.ts";
import type { GuardRequestOptions, GuardResult } from "./fetch.ts";
import { guardHono } from "./hono.ts";
import type { HonoContext, HonoNeeds } from "./hono.ts";
import { guardNest } from "./nest.ts";
import type { NestGuard } from "./nest.ts";
import { guardNext } from "./next.ts";
import type { NextNeeds } from "./next.ts";
import { guardNode } from "./node.ts";
import type { NodeRequest, NodeResponse } from "./node-http.ts";
import type { RequestFacts } from "./request-facts.ts";

/** The guard of each framework, as a method of whatever authenticates. Each is a function of its own as well, for who wants one alone. */
export abstract class Guards<Scopes extends string = string> implements Authenticator<Scopes> {
  abstract authenticate(facts: RequestFacts, needs?: Needs<Scopes>): Promise<Authentication>;

  /**
   * Middleware of Express 5; see {@link guardExpress}.
   *
   * @example app.use("/v1", keyward.express({ scopes: ["invoices:read"] }))
   */
  express(needs: Needs<Scopes> = {}): ReturnType<typeof guardExpress> {
    return guardExpress(this, needs);
  }

  /**
   * An `onRequest` hook of Fastify 5; see {@link guardFastify}.
   *
   * @example app.addHook("onRequest", keyward.fastify())
   */
  fastify(needs: Needs<Scopes> = {}): ReturnType<typeof guardFastify> {
    return guardFastify(this, needs);
  }

  /**
   * Middleware of Hono; see {@link guardHono}.
   *
   * @example app.use("/v1/*", keyward.hono({ scopes: ["invoices:read"] }))
   */
  hono<Context extends HonoContext = HonoContext>(needs: HonoNeeds<Scopes, Context> = {}) {
    return guardHono<Scopes, Context>(this, needs);
  }

  /**
   * Wraps a route handler of Next's App Router; see {@link guardNext}.
   *
   * @example export const GET = keyward.next({ scopes: ["invoices:read"] }, async (request, context, principal) => …)
   */
  next<NextRequest extends Request = Request, Context = unknown>(
    needs: NextNeeds<Scopes, NextRequest>,
    handler: (
      request: NextRequest,
      context: Context,
      principal: Principal,
    ) => Response | Promise<Response>,
  ): (request: NextRequest, context: Context) => Promise<Response> {
    return guardNext(this, needs, handler);
  }

  /**
   * A guard of NestJS; see {@link guardNest}.
   *
   * @example @UseGuards(keyward.nest({ scopes: ["invoices:read"] }))
   */
  nest(needs: Needs<Scopes> = {}): NestGuard {
    return guardNest(this, needs);
  }

  /**
   * Wraps a handler of `node:http`; see {@link guardNode}.
   *
   * @example createServer(keyward.node({}, (request, response, principal) => …))
   */
  node<Request extends NodeRequest, Response extends NodeResponse>(
    needs: Needs<Scopes>,
    handler: (request: Request, response: Response, principal: Principal) => unknown,
  ): (request: Request, response: Response) => Promise<void> {
    return guardNode(this, needs, handler);
  }

  /**
   * For whatever takes a `Request` and gives a `Response`; see {@link guardWith}.
   *
   * @example const result = await keyward.fetch(request); if (result.outcome === "refused") return result.response;
   */
  fetch(request: Request, options: GuardRequestOptions & Needs<Scopes> = {}): Promise<GuardResult> {
    return guardWith(this)(request, options);
  }
}
