// `@keyward/sdk/adapters/fetch`: guards whatever takes a `Request` and gives a `Response`.
import { extractCredential } from "@keyward/core/http/credentials";
import { DENIALS } from "@keyward/core/verdict/codes";
import type { Client } from "../client/client.ts";
import type { Principal, VerifyBody } from "../client/operations.generated.ts";
import { isVerdict } from "../client/verdict.ts";
import { denialResponse, unavailableResponse } from "./responses.ts";
import type { Denial } from "./responses.ts";

export type RequiredScopes =
  | readonly string[]
  | { readonly all: readonly string[] }
  | { readonly any: readonly string[] };

export interface GuardOptions {
  /** What decides: a client, or anything else that can verify. */
  readonly client: Pick<Client, "verify">;
  /** The id or the prefix of the api that is guarded. A key of another api is refused. */
  readonly api: string;
  /** A key of the other environment is refused. */
  readonly environment: "live" | "test";
  /** What every request needs; a request can name its own instead. */
  readonly scopes?: RequiredScopes | undefined;
  /** The protection space that challenges name; the api if left out. */
  readonly realm?: string | undefined;
  /** Told why a request was answered with 503. The request is refused all the same. */
  readonly onUnavailable?: ((error: unknown) => void) | undefined;
}

export interface GuardRequestOptions {
  readonly scopes?: RequiredScopes | undefined;
  /** The caller's address, as far as you trust what told you. Without it, keys that are bound to addresses are refused. */
  readonly ip?: string | undefined;
  /** What the request costs, in credits; 1 if left out. */
  readonly cost?: number | undefined;
}

export type GuardResult =
  | { readonly outcome: "allowed"; readonly principal: Principal }
  /** `response` is complete: status, problem and challenge. */
  | { readonly outcome: "refused"; readonly response: Response };

/** Never throws: whatever goes wrong is a refusal (T38). */
export type Guard = (request: Request, options?: GuardRequestOptions) => Promise<GuardResult>;

/** Makes the guard of one api in one environment. Only its `allowed` may lead to the handler. */
export function createGuard(options: GuardOptions): Guard {
  return async (request, perRequest = {}) => {
    try {
      return await guard(options, request, perRequest);
    } catch (error) {
      tell(options, error);
      return { outcome: "refused", response: unavailableResponse(error) };
    }
  };
}

async function guard(
  options: GuardOptions,
  request: Request,
  perRequest: GuardRequestOptions,
): Promise<GuardResult> {
  const needed = perRequest.scopes ?? options.scopes ?? [];
  const refuse = (denial: Denial): GuardResult => {
    const realm = options.realm ?? options.api;
    return {
      outcome: "refused",
      response: denialResponse(denial, { realm, scopes: listOf(needed) }),
    };
  };
  const found = extractCredential([...request.headers].flat());
  switch (found.outcome) {
    case "found":
      break;
    case "missing":
      return refuse(denialOf("missing_credential"));
    case "ambiguous":
      return refuse(denialOf("ambiguous_credentials"));
    case "malformed":
      return refuse(denialOf("malformed"));
  }
  const { api, environment } = options;
  const verdict: unknown = await options.client.verify({
    credential: found.credential,
    api,
    environment,
    scopes: needed,
    cost: perRequest.cost,
    context: contextOf(request, perRequest.ip),
  });
  // Checked here as well: `client` may be anything that was given.
  if (!isVerdict(verdict)) throw new TypeError("verify answered something that is no verdict");
  if (verdict.outcome === "denied") return refuse(verdict);
  return { outcome: "allowed", principal: verdict.principal };
}

function denialOf(code: keyof typeof DENIALS): Denial {
  return { code, status: DENIALS[code].status };
}

function listOf(scopes: RequiredScopes): readonly string[] {
  if ("all" in scopes) return scopes.all;
  return "any" in scopes ? scopes.any : scopes;
}

function contextOf(request: Request, ip: string | undefined): VerifyBody["context"] {
  const header = (name: string) => request.headers.get(name) ?? undefined;
  return {
    ip,
    method: request.method,
    path: new URL(request.url).pathname,
    origin: header("origin"),
    referrer: header("referer"),
    user_agent: header("user-agent"),
    android_package: header("x-android-package"),
    android_cert: header("x-android-cert"),
    ios_bundle: header("x-ios-bundle-identifier"),
  };
}

/** Telling is a courtesy; that it failed must not turn a refusal into an exception. */
function tell(options: GuardOptions, error: unknown): void {
  try {
    options.onUnavailable?.(error);
  } catch {
    // There is nobody left to tell.
  }
}
