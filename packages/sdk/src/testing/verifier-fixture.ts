// Records and changes for tests of the verifier. Secrets are made at run time.
import { randomBytes } from "node:crypto";
import type { Change, CommittedChange } from "@keyward/core/feed/change";
import { formatId } from "@keyward/core/id";
import type { Id, IdKind, WorkspaceId } from "@keyward/core/id";
import { digestKey } from "@keyward/core/key/digest";
import { formatKey } from "@keyward/core/key/format";
import type { Api, Key, KeySecret, Owner, Plan, Role } from "@keyward/core/model/records";
import { parseScopeGrant } from "@keyward/core/scope/scope";
import type { ScopeGrant } from "@keyward/core/scope/scope";
import { instant } from "@keyward/core/time";

export const NOW = instant(1_767_225_600_000);

export function makeId<Kind extends IdKind>(kind: Kind): Id<Kind> {
  return formatId(kind, NOW, randomBytes(10));
}

export function makePresented(): string {
  return formatKey({
    brand: "acme",
    kind: "secret",
    environment: "live",
    random: randomBytes(32),
  }).reveal();
}

export function makeSecret(presented: string, fields: Partial<KeySecret> = {}): KeySecret {
  return {
    id: makeId("secret"),
    digest: digestKey(presented),
    hint: presented.slice(-4),
    notBefore: null,
    expiresAt: null,
    createdAt: NOW,
    ...fields,
  };
}

export function makeApi(workspaceId: WorkspaceId, fields: Partial<Api> = {}): Api {
  return {
    id: makeId("api"),
    workspaceId,
    name: "Acme",
    prefix: "acme",
    audience: "https://api.acme.example",
    scopes: [],
    defaultLifetimeSeconds: null,
    limits: [],
    tokenFormat: "jwt",
    tokenAlgorithm: "ES256",
    leakReaction: "notify",
    builtIn: false,
    createdAt: NOW,
    updatedAt: NOW,
    ...fields,
  };
}

export function makeOwner(workspaceId: WorkspaceId, fields: Partial<Owner> = {}): Owner {
  return {
    id: makeId("owner"),
    workspaceId,
    externalId: "customer-1",
    type: "app",
    name: null,
    disabled: false,
    planId: null,
    limits: [],
    rights: null,
    metadata: {},
    createdAt: NOW,
    updatedAt: NOW,
    ...fields,
  };
}

export function makeRole(api: Api, scopes: readonly ScopeGrant[]): Role {
  return {
    id: makeId("role"),
    workspaceId: api.workspaceId,
    apiId: api.id,
    name: "reader",
    description: null,
    scopes,
    createdAt: NOW,
    updatedAt: NOW,
  };
}

export function makePlan(workspaceId: WorkspaceId, limits: Plan["limits"]): Plan {
  return {
    id: makeId("plan"),
    workspaceId,
    name: "free",
    description: null,
    limits,
    createdAt: NOW,
    updatedAt: NOW,
  };
}

export function makeKey(api: Api, owner: Owner, fields: Partial<Key> = {}): Key {
  return {
    id: makeId("key"),
    workspaceId: api.workspaceId,
    apiId: api.id,
    ownerId: owner.id,
    name: "production",
    kind: "secret",
    environment: "live",
    state: "active",
    scopes: [],
    roleIds: [],
    restrictions: null,
    planId: null,
    limits: [],
    metadata: {},
    expiresAt: null,
    revokedAt: null,
    revokedReason: null,
    secrets: [],
    createdAt: NOW,
    updatedAt: NOW,
    ...fields,
  };
}

export function grant(text: string): ScopeGrant {
  const parsed = parseScopeGrant(text);
  if (parsed === undefined) throw new Error(`not a grant: ${text}`);
  return parsed;
}

/** The feed of one workspace: hands out its revs. */
export class Feed {
  readonly workspaceId: WorkspaceId = makeId("workspace");
  rev = 0;

  commit(change: Change): CommittedChange {
    this.rev++;
    return { workspaceId: this.workspaceId, rev: this.rev, change };
  }

  api(value: Api): CommittedChange {
    return this.commit({ entity: "api", id: value.id, value });
  }

  owner(value: Owner): CommittedChange {
    return this.commit({ entity: "owner", id: value.id, value });
  }

  role(value: Role): CommittedChange {
    return this.commit({ entity: "role", id: value.id, value });
  }

  plan(value: Plan): CommittedChange {
    return this.commit({ entity: "plan", id: value.id, value });
  }

  key(value: Key): CommittedChange {
    return this.commit({ entity: "key", id: value.id, value });
  }
}
