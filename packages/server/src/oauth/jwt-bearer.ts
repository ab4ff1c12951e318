// The jwt-bearer grant (RFC 7523 §2.1): a CI or a platform says who runs there, and that stands for the client.
import { parseId } from "@keyward/core/id";
import type { JsonObject } from "@keyward/core/feed/json-shape";
import type { Client, TrustedIssuer } from "@keyward/core/model/client";
import type { TenantScope } from "../storage/storage.ts";
import { ASSERTION_ALGORITHMS, isAcceptable, parseAssertion } from "./assertion.ts";
import type { Assertion } from "./assertion.ts";
import { authenticateClient, hasCredentials } from "./client-authentication.ts";
import { only, required } from "./form.ts";
import { OAuthError } from "./oauth-error.ts";
import type { Asked, OAuthParts, OAuthRequest } from "./oauth-parts.ts";

/** Platforms give tokens for as long as a job may run. */
const LIFETIME_SECONDS_MAX = 86_400;

/**
 * The client that the statement stands for: the one that `client_id` names, or that has proved itself besides.
 *
 * @throws OAuthError `invalid_grant`, whether there is no such client or the statement is not one that it trusts
 */
export async function identifyByIssuer(
  parts: OAuthParts,
  scope: TenantScope,
  request: OAuthRequest,
  asked: Asked,
): Promise<Client> {
  const assertion = parseAssertion(required(request.form, "assertion"));
  const client = await findClient(parts, scope, request, asked);
  const isGood =
    assertion !== undefined &&
    client?.state === "active" &&
    (await isVouchedFor(parts, client, assertion, asked));
  if (client !== undefined && isGood) {
    if (!hasCredentials(request)) parts.noteUse({ client, secretId: client.id }, asked);
    return client;
  }
  throw new OAuthError("invalid_grant", "The assertion is not accepted for that client");
}

async function findClient(
  parts: OAuthParts,
  scope: TenantScope,
  request: OAuthRequest,
  asked: Asked,
): Promise<Client | undefined> {
  if (hasCredentials(request)) return authenticateClient(parts, scope, request, asked);
  const id = parseId("client", only(request.form, "client_id") ?? "");
  const client = id && (await parts.storage.reader.findClient(scope, id))?.value;
  // FAPI 2.0 §5.3.2.1: such a client proves itself, whoever speaks for it.
  return client?.profile === "fapi2" ? undefined : client;
}

async function isVouchedFor(
  parts: OAuthParts,
  client: Client,
  assertion: Assertion,
  { now }: Asked,
): Promise<boolean> {
  const { issuers, remoteKeys } = parts;
  const { claims } = assertion;
  const own = [issuers.urlOf(client), issuers.endpointOf(client.workspaceId, "token")];
  for (const trusted of client.trustedIssuers) {
    if (claims["iss"] !== trusted.issuer || !hasClaims(claims, trusted)) continue;
    const { issuer, jwksUri, audience } = trusted;
    const rules = {
      keys: jwksUri === null ? await remoteKeys.ofIssuer(issuer) : remoteKeys.at(jwksUri),
      issuer,
      algorithms: ASSERTION_ALGORITHMS,
      audiences: audience === null ? own : [audience],
      lifetimeSecondsMax: LIFETIME_SECONDS_MAX,
    };
    if (await isAcceptable(assertion, rules, now)) return true;
  }
  return false;
}

/** Of what the issuer says, all that is registered must be so; a `*` at the end takes any ending. */
function hasClaims(claims: JsonObject, { claims: conditions }: TrustedIssuer): boolean {
  return Object.entries(conditions).every(([name, wanted]) => {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
      return false;
    }
    const text = String(value);
    return wanted.endsWith("*") ? text.startsWith(wanted.slice(0, -1)) : text === wanted;
  });
}
