// Signing in by an OpenID Provider: out to it, back from it, and what it tells us later.
import type { KeyObject } from "node:crypto";
import { parse, serialize } from "hono/utils/cookie";
import { OperationError } from "@keyward/core/failure/failures";
import type { FailureCode } from "@keyward/core/failure/failures";
import type { InputOf } from "../contract/operations.ts";
import { found } from "../operations/call.ts";
import { signInByProvider, signOutAtProvider } from "../operations/sign-in/sign-in-by-provider.ts";
import { ProviderFailure } from "../operations/sign-in/provider.ts";
import type { PendingSignIn, SignInProvider } from "../operations/sign-in/provider.ts";
import { seal, unseal } from "../runtime/sealing.ts";
import { tenantScope } from "../storage/storage.ts";
import type { TenantScope } from "../storage/storage.ts";
import { browserOf } from "./accept-caller.ts";
import type { AppParts } from "./app-parts.ts";
import { headerLines, headerOf } from "./raw-headers.ts";
import { readBody } from "./read-body.ts";
import type { RequestFacts } from "./request-facts.ts";
import { sessionCookieName, setSession } from "./session-cookie.ts";

export interface SignInParts {
  readonly providers: readonly SignInProvider[];
  /** Seals what a browser carries while it is away. */
  readonly pendingKey: KeyObject;
  /** Seals refresh tokens. */
  readonly refreshKey: KeyObject;
}

/** How long a person may take at the provider. */
const PENDING_SECONDS = 600;
const LOGOUT_BODY_BYTES_MAX = 32_768;
const FORM = /^application\/x-www-form-urlencoded(?:;|$)/i;

/** Sealed into a cookie, so that whoever only asks leaves nothing behind here. */
interface Pending extends PendingSignIn {
  readonly provider: string;
  readonly returnTo: string;
  readonly until: number;
}

export async function beginAtProvider(
  parts: AppParts,
  { params, query }: InputOf<"signIn.begin">,
  facts: RequestFacts,
): Promise<Response> {
  const provider = providerOf(parts, params.provider);
  const name = pendingCookieName(parts, facts);
  try {
    const begun = await provider.begin(
      redirectUri(parts, params.provider, facts),
      query.fresh === "1",
    );
    const pending: Pending = {
      ...begun.pending,
      provider: params.provider,
      returnTo: query.return_to,
      until: parts.clock.now() + PENDING_SECONDS * 1000,
    };
    const sealed = seal(sealingOf(parts, name), parts.random, JSON.stringify(pending));
    const value = Buffer.from(sealed).toString("base64url");
    return redirect(begun.url, [pendingCookie(name, value, PENDING_SECONDS)]);
  } catch (error) {
    return failed(parts, error, []);
  }
}

export async function comeBack(
  parts: AppParts,
  { params }: InputOf<"signIn.callback">,
  request: Request,
  facts: RequestFacts,
): Promise<Response> {
  const provider = providerOf(parts, params.provider);
  const name = pendingCookieName(parts, facts);
  const sessionName = sessionCookieName(parts, facts.rawHeaders);
  // Used once, whatever comes of it.
  const forget = pendingCookie(name, "", 0);
  try {
    const pending = openPending(parts, name, facts);
    if (pending?.provider !== params.provider || sessionName === undefined) {
      throw new OperationError("sign_in_failed");
    }
    const answer = new URL(redirectUri(parts, params.provider, facts));
    answer.search = new URL(request.url).search;
    const user = await provider.finish(answer, pending);
    const browser = browserOf(parts, facts, parts.clock.now());
    const { token } = await signInByProvider(parts.storage, browser, {
      scope: await scopeOf(parts, provider),
      policy: provider.policy,
      user,
      fresh: pending.fresh,
      key: parts.signIn.refreshKey,
    });
    return redirect(pending.returnTo, [forget, setSession(sessionName, token)]);
  } catch (error) {
    return failed(parts, error, [forget]);
  }
}

/** OpenID Connect Back-Channel Logout §2.5 to §2.8. */
export async function hearOfSignOut(
  parts: AppParts,
  pathParams: Readonly<Record<string, string>>,
  request: Request,
  facts: RequestFacts,
): Promise<Response> {
  const provider = providerOf(parts, pathParams["provider"] ?? "");
  if (!FORM.test(headerOf(facts.rawHeaders, "content-type") ?? "")) {
    throw new OperationError("unsupported_media_type", {
      detail: "Send a form: application/x-www-form-urlencoded",
    });
  }
  const form = new URLSearchParams((await readBody(request, LOGOUT_BODY_BYTES_MAX)).toString());
  const [logoutToken, ...more] = form.getAll("logout_token");
  if (logoutToken === undefined || more.length > 0) throw new OperationError("sign_in_failed");
  const now = parts.clock.now();
  try {
    const signOut = await provider.readSignOut(logoutToken, now);
    const browser = browserOf(parts, facts, now);
    await signOutAtProvider(parts.storage, browser, await scopeOf(parts, provider), signOut);
  } catch (error) {
    throw failureOf(error);
  }
  return new Response(null, { status: 200 });
}

function providerOf({ signIn }: AppParts, id: string): SignInProvider {
  return found(
    signIn.providers.find(({ policy }) => policy.id === id),
    "provider",
  );
}

async function scopeOf(parts: AppParts, { policy }: SignInProvider): Promise<TenantScope> {
  if (policy.workspaceId !== undefined) return tenantScope(policy.workspaceId);
  const page = await parts.storage.system.listWorkspaces({ limit: 250, after: null });
  return tenantScope(
    found(
      page.items.find(({ value }) => value.operator),
      "workspace",
    ).value.id,
  );
}

/** On this machine the address is what the browser calls it; elsewhere it is what the operator says, and no header (T67). */
function redirectUri(
  { publicUrl }: AppParts,
  provider: string,
  { rawHeaders }: RequestFacts,
): string {
  const base = publicUrl ?? `http://${headerOf(rawHeaders, "host") ?? ""}`;
  return `${base}/v1/sign-in/oidc/${provider}/callback`;
}

type PendingName = "__Host-kw_oidc" | "kw_oidc";

/** @throws OperationError `insecure_transport` */
function pendingCookieName(parts: AppParts, { rawHeaders }: RequestFacts): PendingName {
  const name = sessionCookieName(parts, rawHeaders);
  if (name === undefined) throw new OperationError("insecure_transport");
  return name === "kw_sid" ? "kw_oidc" : "__Host-kw_oidc";
}

function pendingCookie(name: PendingName, value: string, maxAge: number): string {
  const options = { path: "/", httpOnly: true, sameSite: "Lax", maxAge } as const;
  return name === "kw_oidc"
    ? serialize(name, value, options)
    : serialize(name, value, { ...options, secure: true });
}

function openPending(parts: AppParts, name: PendingName, facts: RequestFacts): Pending | undefined {
  const value = parse(headerLines(facts.rawHeaders, "cookie").join("; "), name)[name];
  if (value === undefined) return undefined;
  const pending = unsealed(parts, name, Buffer.from(value, "base64url"));
  return pending !== undefined && parts.clock.now() < pending.until ? pending : undefined;
}

function unsealed(parts: AppParts, name: PendingName, sealed: Uint8Array): Pending | undefined {
  try {
    return JSON.parse(unseal(sealingOf(parts, name), sealed)) as Pending;
  } catch {
    return undefined;
  }
}

function sealingOf({ signIn }: AppParts, name: PendingName) {
  return { key: signIn.pendingKey, place: new TextEncoder().encode(name) };
}

/** A person looks at this: they go back to where they can begin again. */
function failed(parts: AppParts, error: unknown, cookies: readonly string[]): Response {
  const failure = failureOf(error);
  // Of what anybody could bring about by asking, nothing is logged.
  if (error instanceof ProviderFailure) parts.log.failed(error, { code: failure.code });
  return redirect(`/#/sign-in?error=${shownCode(failure.code)}`, cookies);
}

function shownCode(code: FailureCode): FailureCode {
  const isShown = code === "not_a_member" || code === "too_many" || code === "sign_in_failed";
  return isShown ? code : "unavailable";
}

function failureOf(error: unknown): OperationError {
  if (error instanceof OperationError) return error;
  if (!(error instanceof ProviderFailure)) throw error;
  const code = error.reason === "unreachable" ? "unavailable" : "sign_in_failed";
  return new OperationError(code, { cause: error });
}

function redirect(location: string, cookies: readonly string[]): Response {
  const headers = new Headers({ location });
  for (const cookie of cookies) headers.append("set-cookie", cookie);
  return new Response(null, { status: 303, headers });
}
