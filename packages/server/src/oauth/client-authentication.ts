// Who asks (spec/oauth.md §2). Unknown, wrong and disabled are one answer, and take the same time.
import { timingSafeEqual } from "node:crypto";
import { parseId } from "@keyward/core/id";
import { digestKey, digestToBytes } from "@keyward/core/key/digest";
import type { Client } from "@keyward/core/model/client";
import type { KeySecret } from "@keyward/core/model/records";
import type { Instant } from "@keyward/core/time";
import { headerOf } from "../http/raw-headers.ts";
import type { TenantScope } from "../storage/storage.ts";
import { isCertificateOf } from "./client-certificate.ts";
import type { ClientCertificate } from "./client-certificate.ts";
import { ASSERTION_TYPE, findBySignature } from "./client-assertion.ts";
import { decodeFormText, only } from "./form.ts";
import { OAuthError, invalidRequest } from "./oauth-error.ts";
import type { Asked, OAuthParts, OAuthRequest, ProvedClient } from "./oauth-parts.ts";

/** No refusal is answered sooner, so that how soon it comes says nothing of why. */
export const REFUSAL_MS = 20;
const NO_DIGEST = digestToBytes(digestKey(""));

type Presented =
  | { readonly method: "secret"; readonly id: string; readonly secret: string }
  | {
      readonly method: "assertion";
      readonly text: string;
      readonly clientId: string | undefined;
    }
  | {
      readonly method: "certificate";
      readonly id: string;
      readonly certificate: ClientCertificate;
    };

/** @throws OAuthError `invalid_client`; `invalid_request` for two mechanisms at once */
export async function authenticateClient(
  parts: OAuthParts,
  scope: TenantScope,
  request: OAuthRequest,
  asked: Asked,
): Promise<Client> {
  const presented = readPresented(request, asked);
  const found = presented && (await findPresented(parts, scope, presented, asked.now));
  if (found?.client.state !== "active") throw invalidClient();
  parts.noteUse(found, asked);
  return found.client;
}

/** Whether the client says who it is by more than its name. */
export function hasCredentials({ rawHeaders, form }: OAuthRequest): boolean {
  return (
    headerOf(rawHeaders, "authorization") !== undefined ||
    form.has("client_secret") ||
    form.has("client_assertion") ||
    form.has("client_assertion_type")
  );
}

async function findPresented(
  parts: OAuthParts,
  scope: TenantScope,
  presented: Presented,
  now: Instant,
): Promise<ProvedClient | undefined> {
  if (presented.method === "assertion") {
    const signer = await findBySignature(parts, scope, presented, now);
    return signer && { client: signer, secretId: signer.id };
  }
  const id = parseId("client", presented.id);
  const client = id && (await parts.storage.reader.findClient(scope, id))?.value;
  if (presented.method === "secret") {
    const secret = secretOf(client, presented.secret, now);
    return client && secret && { client, secretId: secret.id };
  }
  const isOwn = client !== undefined && isCertificateOf(client, presented.certificate, now);
  return isOwn ? { client, secretId: client.id } : undefined;
}

export function invalidClient(): OAuthError {
  return new OAuthError("invalid_client", "The client is not known by what it presented", {
    status: 401,
    headers: { "www-authenticate": 'Basic realm="keyward"' },
  });
}

function readPresented(
  { rawHeaders, form }: OAuthRequest,
  { certificate }: Asked,
): Presented | undefined {
  const basic = readBasic(headerOf(rawHeaders, "authorization"));
  const clientId = only(form, "client_id");
  const secret = only(form, "client_secret");
  const assertion = readAssertion({ rawHeaders, form });
  const presented = [basic, secret, assertion].filter((each) => each !== undefined);
  if (presented.length > 1 || (basic && clientId !== undefined && clientId !== basic.id)) {
    throw invalidRequest("The client authenticates itself in more than one way");
  }
  if (basic !== undefined) return { method: "secret", ...basic };
  if (assertion !== undefined) return { method: "assertion", text: assertion, clientId };
  if (clientId === undefined) return undefined;
  if (secret !== undefined) return { method: "secret", id: clientId, secret };
  return certificate && { method: "certificate", id: clientId, certificate };
}

/** RFC 7521 §4.2: each of the two needs the other. */
function readAssertion({ form }: OAuthRequest): string | undefined {
  const text = only(form, "client_assertion");
  const type = only(form, "client_assertion_type");
  if (type !== undefined && type !== ASSERTION_TYPE) {
    throw invalidRequest("The client_assertion_type is not supported");
  }
  if ((text === undefined) !== (type === undefined)) {
    throw invalidRequest("A client_assertion comes with its client_assertion_type");
  }
  return text;
}

/** RFC 6749 §2.3.1: each half is form-encoded before the two are joined. */
function readBasic(
  authorization: string | undefined,
): { readonly id: string; readonly secret: string } | undefined {
  const [, encoded = ""] = /^basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization ?? "") ?? [];
  if (authorization !== undefined && encoded === "") throw invalidClient();
  if (encoded === "") return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  const id = decodeFormText(text.slice(0, Math.max(colon, 0)));
  const secret = decodeFormText(text.slice(colon + 1));
  if (colon === -1 || id === undefined || secret === undefined) throw invalidClient();
  return { id, secret };
}

/** Compares with each secret that there is, and with one at least. */
function secretOf(
  client: Client | undefined,
  presented: string,
  now: Instant,
): KeySecret | undefined {
  const digest = digestToBytes(digestKey(presented));
  let found: KeySecret | undefined;
  timingSafeEqual(digest, NO_DIGEST);
  for (const secret of client?.secrets ?? []) {
    const isSame = timingSafeEqual(digest, digestToBytes(secret.digest));
    const hasBegun = secret.notBefore === null || secret.notBefore <= now;
    const isOver = secret.expiresAt !== null && secret.expiresAt <= now;
    if (isSame && hasBegun && !isOver) found = secret;
  }
  return found;
}
