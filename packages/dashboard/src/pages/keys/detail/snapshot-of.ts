// A key as the decision sees it, made of what the API shows of the key: so that the page can ask core itself.
import { parseId } from "@keyward/core/id";
import type { Id, IdKind } from "@keyward/core/id";
import type { Metadata } from "@keyward/core/model/metadata";
import { compileRestrictions } from "@keyward/core/restriction/restrictions";
import { compileGrants, intersectGrants } from "@keyward/core/scope/scope";
import { parseInstant } from "@keyward/core/time";
import type { KeySnapshot } from "@keyward/core/verdict/snapshot";
import type { Key, Owner, Role, Secret } from "@keyward/sdk/client/operations.generated";

export interface SnapshotParts {
  readonly workspaceId: string;
  readonly key: Key;
  readonly owner: Owner;
  /** All roles of the key's api. */
  readonly roles: readonly Role[];
  readonly secret: Secret;
}

export function snapshotOf({ workspaceId, key, owner, roles, secret }: SnapshotParts): KeySnapshot {
  const ofRoles = roles.filter(({ name }) => key.roles.includes(name));
  const grants = compileGrants([...key.scopes, ...ofRoles.flatMap(({ scopes }) => scopes)]);
  return {
    workspaceId: idOf("workspace", workspaceId),
    keyId: idOf("key", key.id),
    secretId: idOf("secret", secret.id),
    apiId: idOf("api", key.api_id),
    apiPrefix: key.api,
    ownerId: idOf("owner", key.owner_id),
    ownerExternalId: key.owner,
    ownerDisabled: owner.status === "disabled",
    kind: key.kind,
    environment: key.environment,
    // An expiry is no state: the decision sees it by itself.
    state: key.status === "expired" ? "active" : key.status,
    expiresAt: instantOf(key.expires_at),
    secretNotBefore: instantOf(secret.not_before),
    secretExpiresAt: instantOf(secret.expires_at),
    grants:
      key.kind === "pat" ? intersectGrants(grants, compileGrants(owner.rights ?? [])) : grants,
    restrictions: restrictionsOf(key),
    metadata: key.metadata as Metadata,
    token: undefined,
    // What is left of a limit only the server knows, so this page explains everything else.
    limits: [],
    ownerLimits: [],
    apiLimits: [],
    rev: key.rev,
  };
}

/** A restriction that this page does not know must not look like none. */
function restrictionsOf({ restrictions }: Key) {
  if (restrictions === null) return undefined;
  const compiled = compileRestrictions(restrictions);
  if (!compiled.ok) throw new Error("the key has a restriction that this page does not know");
  return compiled.restrictions;
}

function idOf<Kind extends IdKind>(kind: Kind, text: string): Id<Kind> {
  const id = parseId(kind, text);
  if (id === undefined) throw new Error(`no id of a ${kind}: ${text}`);
  return id;
}

function instantOf(text: string | null) {
  return text === null ? undefined : parseInstant(text);
}
