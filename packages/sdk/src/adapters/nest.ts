// `@keyward/sdk/adapters/nest`: guards controllers and handlers of NestJS, on Express or Fastify.
import type { Principal } from "../client/operations.generated.ts";
import { admit } from "./admit.ts";
import type { Authenticator, Needs } from "./authenticator.ts";
import { sendByFastify } from "./fastify.ts";
import type { FastifyReplyLike, FastifyRequestLike } from "./fastify.ts";
import { factsOfNode, sendRefusal, setFields } from "./node-http.ts";
import type { NodeRequest, NodeResponse } from "./node-http.ts";
import { principalOf, setPrincipal } from "./principal-of.ts";
import type { Refusal } from "@keyward/core/http/refusal";

/** What is read of Nest's `ExecutionContext`. */
export interface NestContext {
  getType(): string;
  switchToHttp(): { getRequest(): object; getResponse(): object };
}

/** What Nest takes for a guard. */
export interface NestGuard {
  canActivate(context: NestContext): Promise<boolean>;
}

/**
 * A guard for `@UseGuards(…)` at a handler or a controller, or for `useGlobalGuards`. Several on one request add up, and count
 * it once. Of anything but HTTP it lets nothing through.
 *
 * @example @UseGuards(guardNest(keyward, { scopes: ["invoices:read"] }))
 */
export function guardNest<Scopes extends string>(
  authenticator: Authenticator<Scopes>,
  needs: Needs<NoInfer<Scopes>> = {},
): NestGuard {
  return {
    async canActivate(context) {
      if (context.getType() !== "http") throw new TypeError("guardNest guards HTTP alone");
      const http = context.switchToHttp();
      const request = http.getRequest();
      const admission = await admit(authenticator, needs, () =>
        factsOfNode(nodeRequestOf(request)),
      );
      if (admission.outcome === "refused") {
        send(http.getResponse(), admission);
        // Were this `false`, Nest would have its exception filters answer once more, and the common ones for everything do not
        // look whether that has been done. Nothing holds on to who waits here.
        return new Promise<never>(() => undefined);
      }
      setPrincipal(request, admission.principal);
      setFieldsOf(http.getResponse(), admission.headers);
      return true;
    },
  };
}

/**
 * For a decorator of parameters.
 *
 * @example const Caller = createParamDecorator(principalOfContext); // list(@Caller() principal: Principal)
 */
export function principalOfContext(_data: unknown, context: NestContext): Principal {
  return principalOf(context.switchToHttp().getRequest());
}

function nodeRequestOf(request: object): NodeRequest {
  return "raw" in request ? (request as FastifyRequestLike).raw : (request as NodeRequest);
}

function setFieldsOf(response: object, fields: Readonly<Record<string, string>> = {}): void {
  if ("raw" in response) (response as object as FastifyReplyLike).headers({ ...fields });
  else setFields(response as NodeResponse, fields);
}

function send(response: object, refusal: Refusal): void {
  if ("raw" in response) sendByFastify(response as object as FastifyReplyLike, refusal);
  else sendRefusal(response as NodeResponse, refusal);
}
