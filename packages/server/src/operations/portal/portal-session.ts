// A session of the portal: of one owner at one api and environment. It is kept nowhere: whoever visits holds it, sealed by
// the server key, and every request asks anew whether its owner and api still are what they were.
import { hash } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { parseId } from "@keyward/core/id";
import type { ApiId, OwnerId, PlanId, SessionId } from "@keyward/core/id";
import type { Environment } from "@keyward/core/key/format";
import { Secret } from "@keyward/core/key/secret";
import type { ScopeGrant } from "@keyward/core/scope/scope";
import type { Instant } from "@keyward/core/time";
import type { PortalAction } from "../../contract/portal-resources.ts";
import type { Random } from "../../runtime/random.ts";
import { seal, unseal } from "../../runtime/sealing.ts";
import { tenantScope } from "../../storage/storage.ts";
import type { TenantScope } from "../../storage/storage.ts";

export interface PortalSession {
  readonly id: SessionId;
  readonly apiId: ApiId;
  readonly ownerId: OwnerId;
  readonly environment: Environment;
  readonly actions: readonly PortalAction[];
  /** At most what a key that is made there may be granted. */
  readonly scopes: readonly ScopeGrant[];
  readonly planId: PlanId | null;
  readonly keysMax: number;
  readonly returnUrl: string | null;
  readonly expiresAt: Instant;
}

/** What stands in the portal's address: good for one visit. */
export interface PortalCode {
  readonly session: PortalSession;
  readonly expiresAt: Instant;
}

/** A text is opened as what it was sealed as, and as nothing else. */
type Sealed = "code" | "token" | "frame";

export interface PortalSealing {
  readonly sealingKey: KeyObject;
}

/** `WORKSPACE.SEALED`, so that no lookup is made without a tenant (T03). */
export function sealPortal(
  { sealingKey }: PortalSealing,
  random: Random,
  scope: TenantScope,
  as: Sealed,
  value: unknown,
): Secret {
  const sealed = seal(
    { key: sealingKey, place: placeOf(scope, as) },
    random,
    JSON.stringify(value),
  );
  return Secret.of(`${scope}.${Buffer.from(sealed).toString("base64url")}`);
}

/** `undefined` for whatever {@link sealPortal} did not make, as this. */
export function openPortal(
  { sealingKey }: PortalSealing,
  as: Sealed,
  text: string,
): { readonly scope: TenantScope; readonly value: unknown } | undefined {
  const [workspace = "", sealed = "", ...more] = text.split(".");
  const workspaceId = parseId("workspace", workspace);
  if (workspaceId === undefined || more.length > 0) return undefined;
  const scope = tenantScope(workspaceId);
  const bytes = Buffer.from(sealed, "base64url");
  // One spelling: what is remembered of a text must not be got around by another.
  if (bytes.toString("base64url") !== sealed) return undefined;
  try {
    const place = placeOf(scope, as);
    const opened = unseal({ key: sealingKey, place }, bytes);
    return { scope, value: JSON.parse(opened) };
  } catch {
    return undefined;
  }
}

function placeOf(scope: TenantScope, as: Sealed): Uint8Array {
  return new TextEncoder().encode(`portal/${as}/${scope}`);
}

/** Under what it is remembered that a code was used, or a session ended. */
export function portalDigest(what: "code" | "ended", id: SessionId): Uint8Array {
  return hash("sha256", JSON.stringify(["portal", what, id]), "buffer");
}
