// What a browser holds: the token of a sign-in link or of a session. It names its workspace, so that no lookup is made
// without a tenant (T03); what authorises is the 256 random bits behind that.
import { parseId } from "@keyward/core/id";
import { encodeBase62 } from "@keyward/core/key/base62";
import { digestKey } from "@keyward/core/key/digest";
import type { Digest } from "@keyward/core/key/digest";
import { Secret } from "@keyward/core/key/secret";
import type { Random } from "../../runtime/random.ts";
import { tenantScope } from "../../storage/storage.ts";
import type { TenantScope } from "../../storage/storage.ts";

const RANDOM_BYTES = 32;
const RANDOM_CHARS = 43;
const TOKEN = new RegExp(`^(wsp_[0-9a-z]{26})\\.[0-9A-Za-z]{${RANDOM_CHARS}}$`);

export interface BrowserToken {
  readonly scope: TenantScope;
  readonly digest: Digest;
}

export function issueToken(
  random: Random,
  scope: TenantScope,
): { readonly secret: Secret; readonly digest: Digest } {
  const text = `${scope}.${encodeBase62(random.bytes(RANDOM_BYTES), RANDOM_CHARS)}`;
  return { secret: Secret.of(text), digest: digestKey(text) };
}

/** `undefined` for whatever {@link issueToken} does not make. */
export function parseToken(text: string): BrowserToken | undefined {
  const workspaceId = parseId("workspace", TOKEN.exec(text)?.[1] ?? "");
  if (workspaceId === undefined) return undefined;
  return { scope: tenantScope(workspaceId), digest: digestKey(text) };
}
