// `@keyward/sdk/adapters/fetch`: guards whatever takes a `Request` and gives a `Response`.
import type { Principal } from "../client/operations.generated.ts";
import { admit } from "./admit.ts";
import type { Authentication, Authenticator, Needs, RequiredScopes } from "./authenticator.ts";
import { remoteAuthenticator } from "./remote-authenticator.ts";
import type { RemoteOptions } from "./remote-authenticator.ts";
import { responseOf } from "./response-of.ts";
import { factsOfRequest } from "./request-facts.ts";

export type { RequiredScopes } from "./authenticator.ts";

export type GuardOptions = RemoteOptions;

export interface GuardRequestOptions extends Needs {
  readonly scopes?: RequiredScopes | undefined;
  /**
   * The address at the other end of the connection, as far as you trust what told you. Without it, keys that are bound to
   * addresses are refused.
   */
  readonly ip?: string | undefined;
}

export type GuardResult =
  | {
      readonly outcome: "allowed";
      readonly principal: Principal;
      /** For your own answer: `RateLimit` and `RateLimit-Policy`, where the key has limits. */
      readonly headers: Readonly<Record<string, string>>;
    }
  /** `response` is complete: status, problem and challenge. */
  | { readonly outcome: "refused"; readonly response: Response };

/** Never throws: whatever goes wrong is a refusal (T38). */
export type Guard = (request: Request, options?: GuardRequestOptions) => Promise<GuardResult>;

/** Makes the guard of one api in one environment, which asks Keyward for each request. Only its `allowed` may lead to the handler. */
export function createGuard(options: GuardOptions): Guard {
  return guardWith(remoteAuthenticator(options));
}

/** The same with whatever authenticates, such as a `Keyward` that decides in this process. */
export function guardWith(authenticator: Authenticator): Guard {
  return async (request, { ip, ...needs } = {}) =>
    resultOf(await admit(authenticator, needs, () => factsOfRequest(request, ip)));
}

function resultOf(admission: Authentication): GuardResult {
  return admission.outcome === "allowed"
    ? { outcome: "allowed", principal: admission.principal, headers: admission.headers ?? {} }
    : { outcome: "refused", response: responseOf(admission) };
}
