// For tests alone: records that storage would take, with every field that a test does not name filled in.
import { randomBytes } from "node:crypto";
import type { AuditAction, AuditFacts } from "@keyward/core/audit/event";
import { formatId, ID_RANDOM_BYTES } from "@keyward/core/id";
import type { ApiId, Id, IdKind, OwnerId, WorkspaceId } from "@keyward/core/id";
import { digestKey } from "@keyward/core/key/digest";
import type {
  Api,
  Key,
  KeySecret,
  Member,
  Owner,
  Plan,
  Role,
  Workspace,
} from "@keyward/core/model/records";
import type { Limit } from "@keyward/core/limit/limit";
import type { Policy } from "@keyward/core/model/policy";
import type { Revocation } from "@keyward/core/model/revocation";
import type { AccessToken } from "@keyward/core/model/access-token";
import type { Client } from "@keyward/core/model/client";
import type { SigningKey } from "@keyward/core/model/signing-key";
import { parseScope } from "@keyward/core/scope/scope";
import { instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { Login } from "../logins.ts";
import type { Session } from "../people.ts";
import { tenantScope } from "../storage.ts";
import type { Storage, TenantScope } from "../storage.ts";

export const SAMPLE_NOW = instant(Date.UTC(2026, 10, 23, 8));

let idsMade = 0;

/** Later ones sort later. */
export function sampleId<Kind extends IdKind>(kind: Kind): Id<Kind> {
  idsMade += 1;
  return formatId(kind, instant(SAMPLE_NOW + idsMade), randomBytes(ID_RANDOM_BYTES));
}

const TIMES = { createdAt: SAMPLE_NOW, updatedAt: SAMPLE_NOW } as const;

export function sampleWorkspace(fields: Partial<Workspace> = {}): Workspace {
  return { id: sampleId("workspace"), name: "Acme", operator: false, ...TIMES, ...fields };
}

export function sampleApi(workspaceId: WorkspaceId, fields: Partial<Api> = {}): Api {
  const id = sampleId("api");
  return {
    id,
    workspaceId,
    name: "Billing",
    prefix: `p${id.slice(-12)}`,
    audience: "https://billing.example",
    scopes: [{ name: sampleScope("invoices:read"), description: "See invoices" }],
    defaultLifetimeSeconds: 3600,
    limits: [],
    tokenFormat: "jwt",
    tokenAlgorithm: "ES256",
    leakReaction: "notify",
    builtIn: false,
    ...TIMES,
    ...fields,
  };
}

export function sampleRole(api: Api, fields: Partial<Role> = {}): Role {
  const id = sampleId("role");
  return {
    id,
    workspaceId: api.workspaceId,
    apiId: api.id,
    name: `role ${id}`,
    description: null,
    scopes: [sampleScope("invoices:read")],
    ...TIMES,
    ...fields,
  };
}

export function samplePlan(workspaceId: WorkspaceId, fields: Partial<Plan> = {}): Plan {
  const id = sampleId("plan");
  return {
    id,
    workspaceId,
    name: `plan ${id}`,
    description: null,
    limits: [SAMPLE_LIMIT],
    ...TIMES,
    ...fields,
  };
}

export const SAMPLE_LIMIT: Limit = {
  name: "burst",
  kind: "rate",
  per: null,
  dry_run: false,
  when_unavailable: "local",
  rate: 10,
  per_seconds: 1,
  burst: 20,
};

export function sampleOwner(workspaceId: WorkspaceId, fields: Partial<Owner> = {}): Owner {
  const id = sampleId("owner");
  return {
    id,
    workspaceId,
    externalId: `external ${id}`,
    type: "app",
    name: null,
    disabled: false,
    planId: null,
    limits: [],
    rights: null,
    metadata: {},
    ...TIMES,
    ...fields,
  };
}

export function sampleSecret(fields: Partial<KeySecret> = {}): KeySecret {
  return {
    id: sampleId("secret"),
    digest: digestKey(randomBytes(32).toString("hex")),
    hint: "9zZ9",
    notBefore: null,
    expiresAt: null,
    createdAt: SAMPLE_NOW,
    ...fields,
  };
}

export function sampleKey(
  of: {
    readonly workspaceId: WorkspaceId;
    readonly apiId: ApiId;
    readonly ownerId: OwnerId;
  },
  fields: Partial<Key> = {},
): Key {
  return {
    id: sampleId("key"),
    ...of,
    name: "Nightly export",
    kind: "secret",
    environment: "live",
    state: "active",
    scopes: [sampleScope("invoices:read")],
    roleIds: [],
    restrictions: null,
    planId: null,
    limits: [],
    metadata: {},
    expiresAt: null,
    revokedAt: null,
    revokedReason: null,
    secrets: [sampleSecret()],
    ...TIMES,
    ...fields,
  };
}

export function sampleMember(workspaceId: WorkspaceId, fields: Partial<Member> = {}): Member {
  return {
    id: sampleId("member"),
    workspaceId,
    name: "Ann",
    email: null,
    role: "viewer",
    disabled: false,
    identity: null,
    lastSignedInAt: null,
    ...TIMES,
    ...fields,
  };
}

export function sampleSession(member: Member, fields: Partial<Session> = {}): Session {
  return {
    id: sampleId("session"),
    workspaceId: member.workspaceId,
    memberId: member.id,
    digest: digestKey(randomBytes(32).toString("hex")),
    formerDigest: null,
    renewedAt: SAMPLE_NOW,
    signedInAt: SAMPLE_NOW,
    expiresAt: instant(SAMPLE_NOW + 3_600_000),
    provedAt: SAMPLE_NOW,
    providerSession: null,
    ip: "192.0.2.1",
    userAgent: "Browser",
    bearer: false,
    ...fields,
  };
}

/** A program that was approved, with all that may be known of it. */
export function sampleLogin(workspaceId: WorkspaceId, fields: Partial<Login> = {}): Login {
  return {
    id: sampleId("login"),
    workspaceId,
    digest: digestKey(randomBytes(32).toString("hex")),
    userCodeDigest: null,
    codeChallenge: "challenge",
    redirectUri: "http://127.0.0.1:4000/callback",
    state: "approved",
    memberId: sampleId("member"),
    provedAt: SAMPLE_NOW,
    providerSession: "sid",
    ip: "192.0.2.1",
    userAgent: "keyward",
    intervalSeconds: 5,
    nextPollAt: SAMPLE_NOW,
    createdAt: SAMPLE_NOW,
    expiresAt: instant(SAMPLE_NOW + 600_000),
    ...fields,
  };
}

/** As far as an application may come, so that all of it is kept. */
export function samplePolicy(workspaceId: WorkspaceId, fields: Partial<Policy> = {}): Policy {
  return {
    id: sampleId("policy"),
    workspaceId,
    name: "house",
    apiId: null,
    kind: "secret",
    lifetimeSecondsMax: 86_400,
    lifetimeSecondsDefault: null,
    idleSeconds: 86_400,
    requiredRestrictions: ["ips"],
    forbiddenScopes: [],
    approval: false,
    idleSince: SAMPLE_NOW,
    application: {
      state: "counting",
      expectedCount: 3,
      countedCount: 0,
      changedCount: 0,
      position: null,
      graceUntil: SAMPLE_NOW,
      sparedKeyId: null,
      startedBy: { type: "system", id: "test", ip: null },
      requestId: "request",
      startedAt: SAMPLE_NOW,
      endedAt: null,
    },
    ...TIMES,
    ...fields,
  };
}

export function sampleRevocation(
  workspaceId: WorkspaceId,
  fields: Partial<Revocation> = {},
): Revocation {
  return {
    id: sampleId("revocation"),
    workspaceId,
    filter: {
      apiId: null,
      ownerId: null,
      roleId: null,
      environment: "live",
      kind: null,
      createdAfter: null,
      createdBefore: SAMPLE_NOW,
      lastUsedFrom: null,
      notUsedSince: null,
    },
    sparedApiId: sampleId("api"),
    sparedKeyId: sampleId("key"),
    reason: "leaked",
    matchedCount: 3,
    revokedCount: 0,
    position: null,
    state: "running",
    startedBy: { type: "key", id: "key_of_the_test", ip: "192.0.2.1" },
    requestId: "req_1",
    startedAt: SAMPLE_NOW,
    endedAt: null,
    ...fields,
  };
}

export function revoked(key: Key, at: Instant = SAMPLE_NOW): Key {
  return { ...key, state: "revoked", revokedAt: at, revokedReason: "leaked" };
}

export function sampleScope(text: string) {
  const scope = parseScope(text);
  if (scope === undefined) throw new Error(`${text} is no scope`);
  return scope;
}

export function sampleFacts(action: AuditAction, fields: Partial<AuditFacts> = {}): AuditFacts {
  return {
    id: sampleId("event"),
    at: SAMPLE_NOW,
    actor: { type: "key", id: "key_of_the_test", ip: "192.0.2.1" },
    action,
    requestId: "req_1",
    detail: { because: "a test" },
    ...fields,
  };
}

type Value = Workspace | Api | Role | Plan | Owner | Key | Member;

/** Records a value as it is now, in a write of its own. */
export function put(storage: Storage, scope: TenantScope, value: Value): Promise<number> {
  return storage.write((writer) => {
    if ("operator" in value) {
      const change = { entity: "workspace", id: value.id, value } as const;
      return writer.record(scope, change, sampleFacts("workspace.updated"));
    }
    if ("lastSignedInAt" in value) {
      const change = { entity: "member", id: value.id, value } as const;
      return writer.record(scope, change, sampleFacts("member.updated"));
    }
    if ("secrets" in value) {
      const change = { entity: "key", id: value.id, value } as const;
      return writer.record(scope, change, sampleFacts("key.updated"));
    }
    if ("prefix" in value) {
      const change = { entity: "api", id: value.id, value } as const;
      return writer.record(scope, change, sampleFacts("api.updated"));
    }
    if ("externalId" in value) {
      const change = { entity: "owner", id: value.id, value } as const;
      return writer.record(scope, change, sampleFacts("owner.updated"));
    }
    if (!("apiId" in value)) {
      const change = { entity: "plan", id: value.id, value } as const;
      return writer.record(scope, change, sampleFacts("plan.updated"));
    }
    const change = { entity: "role", id: value.id, value } as const;
    return writer.record(scope, change, sampleFacts("role.updated"));
  });
}

export interface SampleTenant {
  readonly scope: TenantScope;
  readonly workspace: Workspace;
  readonly api: Api;
  readonly owner: Owner;
}

/** A workspace with an api and an owner, so that it can have keys: three changes. */
export async function putTenant(storage: Storage): Promise<SampleTenant> {
  const workspace = sampleWorkspace();
  const scope = tenantScope(workspace.id);
  const api = sampleApi(workspace.id);
  const owner = sampleOwner(workspace.id);
  for (const value of [workspace, api, owner]) await put(storage, scope, value);
  return { scope, workspace, api, owner };
}

export function keyOf(tenant: SampleTenant, fields: Partial<Key> = {}): Key {
  const { workspace, api, owner } = tenant;
  return sampleKey({ workspaceId: workspace.id, apiId: api.id, ownerId: owner.id }, fields);
}

export function sampleClient(
  of: { readonly workspaceId: WorkspaceId; readonly apiId: ApiId; readonly ownerId: OwnerId },
  fields: Partial<Client> = {},
): Client {
  const { workspaceId, apiId, ownerId } = of;
  return {
    id: sampleId("client"),
    workspaceId,
    ownerId,
    name: "Nightly export",
    environment: "live",
    state: "active",
    grants: ["client_credentials"],
    resources: [{ apiId, scopes: [sampleScope("invoices:read")] }],
    secrets: [sampleSecret()],
    jwks: [{ kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }],
    jwksUri: "https://client.example/jwks",
    tlsSubject: "CN=client",
    trustedIssuers: [
      {
        issuer: "https://ci.example",
        jwksUri: "https://ci.example/jwks",
        audience: null,
        claims: { sub: "repo:acme/*" },
      },
    ],
    profile: "standard",
    senderConstraint: "none",
    legacyAssertionAudience: true,
    tokenLifetimeSeconds: 600,
    planId: null,
    limits: [],
    metadata: { team: "billing" },
    revokedBefore: null,
    revokedAt: null,
    revokedReason: null,
    ...TIMES,
    ...fields,
  };
}

export function sampleSigningKey(
  workspaceId: WorkspaceId,
  fields: Partial<SigningKey> = {},
): SigningKey {
  return {
    id: sampleId("signingKey"),
    workspaceId,
    environment: "live",
    algorithm: "ES256",
    kid: randomBytes(8).toString("hex"),
    publicKey: { kty: "EC", crv: "P-256", x: "x", y: "y" },
    sealedPrivateKey: "c2VhbGVk",
    signsFrom: SAMPLE_NOW,
    createdAt: SAMPLE_NOW,
    ...fields,
  };
}

export function sampleToken(client: Client, fields: Partial<AccessToken> = {}): AccessToken {
  const [resource] = client.resources;
  if (resource === undefined) throw new Error("the client has no resource");
  return {
    id: sampleId("token"),
    workspaceId: client.workspaceId,
    apiId: resource.apiId,
    environment: client.environment,
    clientId: client.id,
    keyId: null,
    scopes: [sampleScope("invoices:read")],
    actors: ["cli_before"],
    confirmation: { jkt: "thumbprint" },
    issuedAt: SAMPLE_NOW,
    expiresAt: instant(SAMPLE_NOW + 600_000),
    digest: digestKey(randomBytes(32).toString("hex")),
    revoked: false,
    ...fields,
  };
}
