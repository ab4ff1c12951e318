// What the API shows of each thing. There is no field for a secret or a digest here: issuing has its own shape.
import { MEMBER_ROLES } from "@keyward/core/model/records";
import { LEAK_REACTIONS } from "@keyward/core/model/leak-reaction";
import { TOKEN_ALGORITHMS } from "@keyward/core/token/algorithm";
import { z } from "zod";
import { limitsOutput } from "./limit-schemas.ts";
import { ROLE_MEANINGS } from "./member-roles.ts";
import {
  environment,
  instantOutput,
  keyKind,
  keyStatus,
  metadataOutput,
  nullableInstant,
  ownerType,
  restrictionsInput,
  rev,
} from "./schemas.ts";

export const workspaceResource = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    operator: z.boolean(),
    created_at: instantOutput,
    updated_at: instantOutput,
    rev,
  })
  .meta({ id: "Workspace" });

export const scopeResource = z
  .strictObject({ name: z.string(), description: z.string().nullable() })
  .meta({ id: "Scope" });

export const apiResource = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    prefix: z.string(),
    audience: z.string(),
    scopes: z.array(z.string()),
    default_lifetime_seconds: z.number().int().nullable(),
    limits: limitsOutput,
    token_format: z.enum(["jwt", "opaque"]),
    token_algorithm: z.enum(TOKEN_ALGORITHMS),
    leak_reaction: z.enum(LEAK_REACTIONS),
    built_in: z.boolean(),
    created_at: instantOutput,
    updated_at: instantOutput,
    rev,
  })
  .meta({ id: "Api" });

export const roleResource = z
  .strictObject({
    id: z.string(),
    api: z.string(),
    api_id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    scopes: z.array(z.string()),
    created_at: instantOutput,
    updated_at: instantOutput,
    rev,
  })
  .meta({ id: "Role" });

export const planResource = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    limits: limitsOutput,
    created_at: instantOutput,
    updated_at: instantOutput,
    rev,
  })
  .meta({ id: "Plan" });

export const planName = z.string().nullable().meta({ description: "The plan's name" });

export const ownerResource = z
  .strictObject({
    id: z.string(),
    external_id: z.string(),
    type: ownerType,
    name: z.string().nullable(),
    status: z.enum(["active", "disabled"]),
    plan: planName,
    plan_id: z.string().nullable(),
    limits: limitsOutput.meta({
      description: "Its own; they take the place of the plan's of the same names",
    }),
    rights: z.array(z.string()).nullable().meta({
      description: "What a user may do: of a personal access token nothing counts beyond it",
    }),
    metadata: metadataOutput,
    created_at: instantOutput,
    updated_at: instantOutput,
    rev,
  })
  .meta({ id: "Owner" });

export const secretResource = z
  .strictObject({
    id: z.string(),
    hint: z.string().meta({ description: "The last four characters" }),
    status: z.enum(["active", "not_yet_valid", "expired", "revoked"]),
    not_before: nullableInstant,
    expires_at: nullableInstant,
    last_used_at: nullableInstant.meta({ description: "At most a minute behind" }),
    last_used_network: z.string().nullable().meta({ description: "IPv4 /24 or IPv6 /48" }),
    last_used_agent: z.string().nullable().meta({
      description: "The product that the last use named in its `User-Agent`",
    }),
    last_used_reporter: z.string().nullable().meta({
      description: "The process that decided about the last use, as the logs name it",
    }),
    created_at: instantOutput,
  })
  .meta({ id: "Secret" });

/** With how it is still used, for whoever replaces it. */
export const secretInUseResource = secretResource
  .extend({
    networks: z.number().int().meta({
      description: "Distinct networks that it was used from in the last 7 days; exact up to 64",
    }),
    safe_to_revoke: z.boolean().meta({
      description:
        "Another secret of the key works and has been used since, and this one has not been used for an hour",
    }),
  })
  .meta({ id: "SecretInUse" });

export const keyResource = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    api: z.string().meta({ description: "The api's prefix" }),
    api_id: z.string(),
    owner: z.string().meta({ description: "The owner's external id" }),
    owner_id: z.string(),
    kind: keyKind.or(z.literal("client_secret")),
    environment,
    status: keyStatus,
    scopes: z.array(z.string()),
    roles: z.array(z.string()),
    restrictions: restrictionsInput.nullable(),
    plan: planName,
    plan_id: z.string().nullable(),
    limits: limitsOutput.meta({
      description: "Its own; they take the place of the plan's of the same names",
    }),
    metadata: metadataOutput,
    hint: z.string().meta({ description: "The last four characters of the newest secret" }),
    secrets: z.array(secretResource),
    expires_at: nullableInstant,
    last_used_at: nullableInstant,
    revoked_at: nullableInstant,
    revoked_reason: z.string().nullable(),
    created_at: instantOutput,
    updated_at: instantOutput,
    rev,
  })
  .meta({ id: "Key" });

export const revokedKeyResource = keyResource
  .extend({
    acknowledged: z.number().int().meta({
      description: "Verifiers that refuse the key, the server's own among them",
    }),
    pending: z.number().int().meta({ description: "Verifiers that have not said so yet" }),
    effective_by: nullableInstant.meta({
      description:
        "From then on every verifier refuses the key, whether it can be reached or not; null while one is pending that trusts itself without a bound",
    }),
  })
  .meta({ id: "RevokedKey" });

const emptyEffect = "null while it is running";

export const revocationResource = z
  .strictObject({
    id: z.string(),
    status: z.enum(["running", "finished", "cancelled"]),
    filter: z
      .strictObject({
        api_id: z.string().nullable(),
        owner_id: z.string().nullable(),
        role_id: z.string().nullable(),
        environment: environment.nullable(),
        kind: keyKind.or(z.literal("client_secret")).nullable(),
        created_after: nullableInstant,
        created_before: instantOutput,
        last_used_from: z.string().nullable().meta({ description: "A network" }),
        not_used_since: nullableInstant,
      })
      .meta({ description: "What is meant; null is whatever it may be" }),
    spared_key: z.string().nullable().meta({
      description: "The management key that has asked for it, which is never meant",
    }),
    reason: z.string().nullable(),
    matched: z.number().int().meta({ description: "How many keys it meant when it began" }),
    revoked: z.number().int().meta({ description: "How many it has revoked so far" }),
    remaining: z.number().int().meta({
      description: "At most so many more; somebody else may revoke some of them meanwhile",
    }),
    started_at: instantOutput,
    ended_at: nullableInstant,
    rev,
  })
  .meta({ id: "Revocation" });

export const followedRevocationResource = revocationResource
  .extend({
    acknowledged: z
      .number()
      .int()
      .nullable()
      .meta({
        description: `Verifiers that refuse the keys, the server's own among them; ${emptyEffect}`,
      }),
    pending: z
      .number()
      .int()
      .nullable()
      .meta({
        description: `Verifiers that have not said so yet; ${emptyEffect}`,
      }),
    effective_by: nullableInstant.meta({
      description: `From then on every verifier refuses them, whether it can be reached or not; ${emptyEffect}, or one is pending that trusts itself without a bound`,
    }),
  })
  .meta({ id: "FollowedRevocation" });

export const issuedSecret = z
  .string()
  .meta({ description: "The whole key. This answer is the only place where it is ever shown." });

export const issuedKeyResource = keyResource
  .extend({ secret: issuedSecret })
  .meta({ id: "IssuedKey" });

export const rotatedKeyResource = issuedKeyResource
  .extend({
    previous: z
      .strictObject({ id: z.string(), hint: z.string(), expires_at: nullableInstant })
      .meta({ description: "The secret that the new one follows, and when it stops working" }),
  })
  .meta({ id: "RotatedKey" });

export const issuedSecretResource = secretResource
  .extend({ key: z.string(), secret: issuedSecret })
  .meta({ id: "IssuedSecret" });

export const memberRole = z.enum(MEMBER_ROLES).meta({
  description: MEMBER_ROLES.map((role) => `${role}: ${ROLE_MEANINGS[role]}`).join(". "),
});

export const memberResource = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    role: memberRole,
    status: z.enum(["active", "disabled"]),
    identity: z.strictObject({ issuer: z.string(), subject: z.string() }).nullable().meta({
      description: "Who it is at an OpenID Provider; null before the first sign-in there",
    }),
    last_signed_in_at: nullableInstant,
    created_at: instantOutput,
    updated_at: instantOutput,
    rev,
  })
  .meta({ id: "Member" });

export const signInLinkResource = z
  .strictObject({
    member: z.string(),
    path: z.string().meta({
      description:
        "Goes behind the address of Keyward. Whoever opens it first is the member; this answer is the only place where it is ever shown.",
    }),
    expires_at: instantOutput,
  })
  .meta({ id: "SignInLink" });

export const sessionResource = z
  .strictObject({
    id: z.string(),
    member: z.string(),
    current: z.boolean().meta({ description: "Whether it is the one that asks" }),
    ip: z.string().nullable(),
    user_agent: z.string().nullable(),
    signed_in_at: instantOutput,
    last_seen_at: instantOutput.meta({ description: "To within ten minutes" }),
    expires_at: instantOutput,
  })
  .meta({ id: "Session" });

export const meResource = z
  .strictObject({
    member: z
      .strictObject({
        id: z.string(),
        name: z.string(),
        email: z.string().nullable(),
        role: memberRole,
      })
      .nullable(),
    key_id: z.string().nullable(),
    workspace: z.strictObject({ id: z.string(), name: z.string(), operator: z.boolean() }),
    permissions: z.array(z.string()),
    session: z
      .strictObject({
        id: z.string(),
        expires_at: instantOutput,
        fresh_until: instantOutput.meta({
          description: "Until then the sign-in is recent enough for what needs one",
        }),
      })
      .nullable(),
  })
  .meta({ id: "Me" });

export const auditEventResource = z
  .strictObject({
    id: z.string(),
    rev,
    at: instantOutput,
    action: z.string(),
    actor: z.strictObject({
      type: z.enum(["key", "member", "owner", "system"]),
      id: z.string(),
      ip: z.string().nullable(),
    }),
    target: z.strictObject({ entity: z.string(), id: z.string() }),
    request_id: z.string().nullable(),
    detail: metadataOutput,
    previous_hash: z.string(),
    hash: z.string(),
  })
  .meta({ id: "AuditEvent" });
