// Who called, signed: for an application that cannot be sure that nobody but its gateway reaches it.
import type { WorkspaceId } from "@keyward/core/id";
import type { Environment } from "@keyward/core/key/format";
import type { Instant } from "@keyward/core/time";
import type { Allowed } from "@keyward/core/verdict/verdict";
import type { GatewayContext } from "./gateway-context.ts";

const LIFETIME_SECONDS = 60;

export interface Identity {
  readonly workspaceId: WorkspaceId;
  readonly environment: Environment;
  /** Without `iss`, which the signer knows. */
  readonly claims: object;
}

/** Signs with a key of the workspace, and publishes what checks it. */
export type SignIdentity = (identity: Identity, now: Instant) => Promise<string>;

/**
 * Of one request: the method and the path are in it, so that it is no pass for another. A snapshot is a view, so this has to
 * be called before anything else is waited for.
 */
export function identityOf(
  { key }: Allowed,
  { method, path }: GatewayContext,
  now: Instant,
): Identity {
  const issuedAt = Math.floor(now / 1000);
  const [pathAlone = ""] = path.split("?", 1);
  return {
    workspaceId: key.workspaceId,
    environment: key.environment,
    claims: {
      aud: key.apiPrefix,
      sub: key.ownerExternalId,
      iat: issuedAt,
      exp: issuedAt + LIFETIME_SECONDS,
      key_id: key.keyId,
      owner_id: key.ownerId,
      environment: key.environment,
      scope: key.grants.grants.join(" "),
      method,
      path: pathAlone,
    },
  };
}
