// `@keyward/sdk/adapters/fastify`: guards routes of Fastify 5.
import { admit } from "./admit.ts";
import type { Authenticator, Needs } from "./authenticator.ts";
import { factsOfNode } from "./node-http.ts";
import type { NodeRequest } from "./node-http.ts";
import { setPrincipal } from "./principal-of.ts";
import type { Refusal } from "@keyward/core/http/refusal";

export { principalOf } from "./principal-of.ts";

/** What is read of a `FastifyRequest`. */
export interface FastifyRequestLike {
  readonly raw: NodeRequest;
}

/** What a refusal needs of a `FastifyReply`. */
export interface FastifyReplyLike {
  code(status: number): unknown;
  headers(values: Record<string, string>): unknown;
  send(body: Uint8Array): unknown;
}

/**
 * An `onRequest` hook: of one route, or with `addHook` of all routes of a plugin. It runs before any body is read. It answers
 * what it refuses; handlers find whose key it was with `principalOf(request)`.
 *
 * @example app.get("/invoices", { onRequest: guardFastify(keyward, { scopes: ["invoices:read"] }) }, (request) => …)
 */
export function guardFastify<Scopes extends string>(
  authenticator: Authenticator<Scopes>,
  needs: Needs<NoInfer<Scopes>> = {},
): (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown> {
  return async (request, reply) => {
    const admission = await admit(authenticator, needs, () => factsOfNode(request.raw));
    if (admission.outcome === "refused") {
      sendByFastify(reply, admission);
      // Fastify goes no further once a hook returns the reply that it has sent.
      return reply;
    }
    setPrincipal(request, admission.principal);
    if (admission.headers !== undefined) reply.headers({ ...admission.headers });
    return undefined;
  };
}

/** Through the reply and not past it, so that hooks that run on every answer run on this one. */
export function sendByFastify(
  reply: FastifyReplyLike,
  { status, headers, body }: Omit<Refusal, "outcome">,
): void {
  reply.code(status);
  reply.headers({ ...headers });
  // To a text Fastify would add a charset, which JSON does not have (RFC 8259 §11).
  reply.send(new TextEncoder().encode(body));
}
