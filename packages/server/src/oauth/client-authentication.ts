// Who asks (spec/oauth.md §2). Unknown, wrong and disabled are one answer, and take the same time.
import { timingSafeEqual } from "node:crypto";
import { parseId } from "@keyward/core/id";
import { digestKey, digestToBytes } from "@keyward/core/key/digest";
import type { Client } from "@keyward/core/model/client";
import type { Instant } from "@keyward/core/time";
import { headerOf } from "../http/raw-headers.ts";
import type { Reader, TenantScope } from "../storage/storage.ts";
import { decodeFormText, only } from "./form.ts";
import type { Form } from "./form.ts";
import { OAuthError, invalidRequest } from "./oauth-error.ts";

/** No refusal is answered sooner, so that how soon it comes says nothing of why. */
export const REFUSAL_MS = 20;
const NO_DIGEST = digestToBytes(digestKey(""));

interface Presented {
  readonly id: string;
  readonly secret: string;
  readonly isBasic: boolean;
}

/** @throws OAuthError `invalid_client`; `invalid_request` for two mechanisms at once */
export async function authenticateClient(
  reader: Pick<Reader, "findClient">,
  scope: TenantScope,
  request: { readonly rawHeaders: readonly string[]; readonly form: Form },
  now: Instant,
): Promise<Client> {
  const presented = readPresented(request);
  const id = presented && parseId("client", presented.id);
  const client = id && (await reader.findClient(scope, id))?.value;
  const isSecret = presented !== undefined && hasSecret(client, presented.secret, now);
  if (client?.state === "active" && isSecret) return client;
  throw invalidClient();
}

export function invalidClient(): OAuthError {
  return new OAuthError("invalid_client", "The client is not known by what it presented", {
    status: 401,
    headers: { "www-authenticate": 'Basic realm="keyward"' },
  });
}

function readPresented({
  rawHeaders,
  form,
}: {
  readonly rawHeaders: readonly string[];
  readonly form: Form;
}): Presented | undefined {
  const basic = readBasic(headerOf(rawHeaders, "authorization"));
  const id = only(form, "client_id");
  const secret = only(form, "client_secret");
  if (basic === undefined) {
    return id === undefined || secret === undefined ? undefined : { id, secret, isBasic: false };
  }
  if (secret !== undefined || (id !== undefined && id !== basic.id)) {
    throw invalidRequest("The client authenticates itself in more than one way");
  }
  return basic;
}

/** RFC 6749 §2.3.1: each half is form-encoded before the two are joined. */
function readBasic(authorization: string | undefined): Presented | undefined {
  const [, encoded = ""] = /^basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization ?? "") ?? [];
  if (authorization !== undefined && encoded === "") throw invalidClient();
  if (encoded === "") return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  const id = decodeFormText(text.slice(0, Math.max(colon, 0)));
  const secret = decodeFormText(text.slice(colon + 1));
  if (colon === -1 || id === undefined || secret === undefined) throw invalidClient();
  return { id, secret, isBasic: true };
}

/** Compares with each secret that there is, and with one at least. */
function hasSecret(client: Client | undefined, presented: string, now: Instant): boolean {
  const digest = digestToBytes(digestKey(presented));
  let isOne = false;
  timingSafeEqual(digest, NO_DIGEST);
  for (const secret of client?.secrets ?? []) {
    const isSame = timingSafeEqual(digest, digestToBytes(secret.digest));
    const hasBegun = secret.notBefore === null || secret.notBefore <= now;
    const isOver = secret.expiresAt !== null && secret.expiresAt <= now;
    isOne ||= isSame && hasBegun && !isOver;
  }
  return isOne;
}
