// The grants (spec/oauth.md §3): one row for each, by the name that a request gives it.
import { parseId } from "@keyward/core/id";
import type { KeyId } from "@keyward/core/id";
import type { Client, ClientGrant } from "@keyward/core/model/client";
import { compileGrants } from "@keyward/core/scope/scope";
import { proofOf } from "@keyward/core/token/confirmation";
import { decide } from "@keyward/core/verdict/decide";
import type { KeySnapshot } from "@keyward/core/verdict/snapshot";
import { earlierOf } from "../http/authenticate.ts";
import type { authenticateClient } from "./client-authentication.ts";
import { only, required } from "./form.ts";
import type { Form } from "./form.ts";
import { issueToken } from "./issue-token.ts";
import type { IssuedToken } from "./issue-token.ts";
import { identifyByIssuer } from "./jwt-bearer.ts";
import { OAuthError, invalidRequest } from "./oauth-error.ts";
import type { OAuthParts, TokenAsked } from "./oauth-parts.ts";
import { findTarget, grantsOf, scopesOf } from "./targets.ts";

interface Grant {
  /** What a client must be registered for. */
  readonly grant: ClientGrant;
  /** Who asks, where something else may stand for the client's own authentication. */
  readonly identify?: typeof authenticateClient;
  answer(parts: OAuthParts, client: Client, form: Form, asked: TokenAsked): Promise<object>;
}

export const GRANTS: Readonly<Record<string, Grant>> = {
  client_credentials: { grant: "client_credentials", answer: clientCredentials },
  "urn:ietf:params:oauth:grant-type:token-exchange": {
    grant: "token_exchange",
    answer: tokenExchange,
  },
  // RFC 7523 §2.1: the statement has said who asks; what it gets is its own.
  "urn:ietf:params:oauth:grant-type:jwt-bearer": {
    grant: "jwt_bearer",
    identify: identifyByIssuer,
    answer: clientCredentials,
  },
};

const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
/** What a subject may be said to be; what it is, it says itself. */
const SUBJECT_TYPES: ReadonlySet<string> = new Set([
  ACCESS_TOKEN,
  "urn:ietf:params:oauth:token-type:jwt",
  "urn:keyward:params:oauth:token-type:api_key",
  "urn:keyward:params:oauth:token-type:personal_access_token",
]);
/** Longer chains mean nothing that anybody could follow, and no verifier reads them. */
const ACTORS_MAX = 8;

/** RFC 6749 §4.4. */
async function clientCredentials(
  parts: OAuthParts,
  client: Client,
  form: Form,
  asked: TokenAsked,
): Promise<IssuedToken> {
  const target = await findTarget(parts.storage.reader, client, form);
  const scopes = scopesOf(form, target.api, grantsOf(target));
  const order = { client, api: target.api, scopes, subject: client.id, keyId: null, actors: [] };
  return issueToken(parts, { ...order, notAfter: undefined }, asked);
}

/** RFC 8693 §2: the client acts in the stead of whoever has handed it a key. */
async function tokenExchange(
  parts: OAuthParts,
  client: Client,
  form: Form,
  asked: TokenAsked,
): Promise<IssuedToken & { readonly issued_token_type: string }> {
  const { subject, keyId } = findSubject(parts, client, form, asked);
  const target = await findTarget(parts.storage.reader, client, form);
  if (target.api.id !== subject.apiId) {
    throw new OAuthError("invalid_target", "The subject is not of that resource");
  }
  const granted = compileGrants(subject.grants.grants);
  const actors = [client.id, ...(subject.token?.actors ?? [])];
  if (actors.length > ACTORS_MAX) throw invalidRequest("The chain of actors is too long");
  const order = {
    client,
    api: target.api,
    scopes: scopesOf(form, target.api, granted),
    subject: subject.ownerId,
    keyId,
    actors,
    notAfter: earlierOf(subject.expiresAt, subject.secretExpiresAt),
  };
  const issued = await issueToken(parts, order, asked);
  return { ...issued, issued_token_type: ACCESS_TOKEN };
}

interface Subject {
  readonly subject: KeySnapshot;
  readonly keyId: KeyId;
}

/** RFC 8693 §2.2.2: a subject that is not accepted is `invalid_request`, whatever is wrong with it. */
function findSubject(
  parts: OAuthParts,
  client: Client,
  form: Form,
  { now, ip, confirmation }: TokenAsked,
): Subject {
  const text = required(form, "subject_token");
  const type = only(form, "subject_token_type");
  if (type === undefined) throw invalidRequest("The parameter subject_token_type is missing");
  if (!SUBJECT_TYPES.has(type)) throw invalidRequest("The subject_token_type is not supported");
  if (form.has("actor_token") || form.has("actor_token_type")) {
    throw invalidRequest("An actor_token is not supported: the client is the actor");
  }
  const requested = only(form, "requested_token_type");
  if (requested !== undefined && requested !== ACCESS_TOKEN) {
    throw invalidRequest("The requested_token_type is not supported");
  }
  const subject = parts.verifier.findIn(client.workspaceId, text);
  const context = ip === undefined ? {} : { ip };
  const proof = confirmation === null ? {} : { proof: proofOf(confirmation) };
  const request = { environment: client.environment, context, ...proof };
  const isAccepted = subject !== undefined && decide(subject, request, now).outcome === "allowed";
  // A client's own token is nobody else's to act by.
  const keyId = isAccepted ? parseId("key", subject.keyId) : undefined;
  if (isAccepted && keyId !== undefined) return { subject, keyId };
  throw invalidRequest("The subject_token is not accepted");
}
