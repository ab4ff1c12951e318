// Signing in and out: the operations that begin or end a session, and answer with its cookie.
import { OperationError } from "@keyward/core/failure/failures";
import { signInOperations } from "../contract/sign-in.ts";
import type { InputOf } from "../contract/operations.ts";
import { endSession, signInByLink } from "../operations/sign-in/sign-in.ts";
import type { SignedIn } from "../operations/sign-in/sign-in.ts";
import { parseToken } from "../operations/sign-in/token.ts";
import type { AppParts } from "./app-parts.ts";
import { browserOf, presentedBearer } from "./accept-caller.ts";
import { assertNotForeign, assertOwnPage } from "./own-page.ts";
import { readInput } from "./read-input.ts";
import { beginAtProvider, comeBack, hearOfSignOut } from "./sign-in-oidc.ts";
import type { RequestFacts } from "./request-facts.ts";
import { clearSession, presentedSession, sessionCookieName, setSession } from "./session-cookie.ts";

/** Where whoever sends the browser, or calls, is another site and has to be. */
const FROM_ELSEWHERE: ReadonlySet<string> = new Set([
  "signIn.begin",
  "signIn.callback",
  "signIn.backchannel",
]);

/** A token and nothing else. */
const SIGN_IN_BODY_BYTES_MAX = 4_096;

export type SignInId = {
  [Id in keyof typeof signInOperations]: (typeof signInOperations)[Id]["effect"] extends "sign_in"
    ? Id
    : never;
}[keyof typeof signInOperations];

interface SignInRequest {
  readonly request: Request;
  readonly pathParams: Readonly<Record<string, string>>;
  readonly facts: RequestFacts;
}

/** @throws OperationError `insecure_transport`, `cross_site_request`, and what the operation's contract says */
export async function performSignIn(
  parts: AppParts,
  id: SignInId,
  asked: SignInRequest,
): Promise<Response> {
  const { request, pathParams, facts } = asked;
  const page = { ...facts, method: request.method, publicUrl: parts.publicUrl };
  // Without a session there is none that another site could end.
  const ends = id === "signOut" && presentedSession(parts, facts.rawHeaders) !== undefined;
  if (!FROM_ELSEWHERE.has(id)) (ends ? assertOwnPage : assertNotForeign)(page);
  if (id === "signIn.backchannel") return await hearOfSignOut(parts, pathParams, request, facts);
  const operation = signInOperations[id];
  const { input } = await readInput(operation, request, pathParams, SIGN_IN_BODY_BYTES_MAX);
  switch (id) {
    case "signIn.link": {
      const { token } = (input as InputOf<"signIn.link">).body;
      const browser = browserOf(parts, facts, parts.clock.now());
      const name = cookieName(parts, facts);
      const signedIn = await signInByLink(parts.storage, browser, token);
      await endPresented(parts, facts);
      return signedInAnswer(name, signedIn);
    }
    case "signIn.providers":
      return Response.json({
        data: parts.signIn.providers.map(({ policy: { id, name } }) => ({ id, name })),
      });
    case "signIn.begin":
      return await beginAtProvider(parts, input as InputOf<"signIn.begin">, facts);
    case "signIn.callback":
      return await comeBack(parts, input as InputOf<"signIn.callback">, request, facts);
    case "signOut":
      await endPresented(parts, facts);
      return signedOutAnswer(parts, facts);
  }
}

function signedInAnswer(name: ReturnType<typeof cookieName>, { token }: SignedIn): Response {
  return new Response(null, { status: 204, headers: { "set-cookie": setSession(name, token) } });
}

/** Of what the browser keeps, only our own: cookies of the same site may be somebody else's. */
function signedOutAnswer(parts: AppParts, { rawHeaders }: RequestFacts): Response {
  const headers = new Headers({ "clear-site-data": '"cache", "storage"' });
  const name = sessionCookieName(parts, rawHeaders);
  if (name !== undefined) headers.set("set-cookie", clearSession(name));
  return new Response(null, { status: 204, headers });
}

/** @throws OperationError `insecure_transport` */
function cookieName(parts: AppParts, { rawHeaders }: RequestFacts) {
  const name = sessionCookieName(parts, rawHeaders);
  if (name === undefined) throw new OperationError("insecure_transport");
  return name;
}

/** Ends the session that the browser came with, if it had one. */
async function endPresented(parts: AppParts, facts: RequestFacts): Promise<void> {
  const { rawHeaders } = facts;
  const token = parseToken(
    presentedSession(parts, rawHeaders) ?? presentedBearer(rawHeaders) ?? "",
  );
  if (token === undefined) return;
  const { scope, digest } = token;
  if ((await parts.storage.reader.findSessionByDigest(scope, digest)) === undefined) return;
  const browser = browserOf(parts, facts, parts.clock.now());
  await parts.storage.write(async (writer) => {
    const session = await writer.findSessionByDigest(scope, digest);
    if (session !== undefined) await endSession(writer, browser, session, "signed_out");
  });
}
