// What the API takes and shows of an OAuth client.
import { CLIENT_GRANTS } from "@keyward/core/model/client";
import { z } from "zod";
import {
  PUBLIC_KEYS_PER_CLIENT_MAX,
  RESOURCES_PER_CLIENT_MAX,
  TOKEN_LIFETIME_SECONDS_MAX,
  TOKEN_LIFETIME_SECONDS_MIN,
  TRUSTED_CLAIMS_MAX,
  TRUSTED_ISSUERS_PER_CLIENT_MAX,
} from "./limits.ts";
import { limitsInput, limitsOutput, planReference } from "./limit-schemas.ts";
import { issuedSecret, planName, secretResource } from "./resources.ts";
import {
  environment,
  instantOutput,
  keylessText,
  metadataInput,
  metadataOutput,
  name,
  nullableInstant,
  reference,
  rev,
  scopeGrants,
} from "./schemas.ts";

const httpUrl = keylessText(512)
  .refine(isHttpUrl, "must be an https URL without user and fragment")
  .meta({ format: "uri" });

/** Plain http is for networks that the operator has allowed, which is asked when the URL is fetched. */
function isHttpUrl(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return false;
  return url.username === "" && url.password === "" && url.hash === "";
}

const jwks = z
  .strictObject({
    keys: z
      .array(z.record(z.string().max(32), z.union([z.string(), z.array(z.string()).max(8)])))
      .max(PUBLIC_KEYS_PER_CLIENT_MAX),
  })
  .meta({ description: "Public keys (RFC 7517): P-256, Ed25519, or RSA of at least 2048 bits" });

const trustedIssuer = z
  .strictObject({
    issuer: keylessText(512).min(1).meta({ description: "The claim `iss`, exactly" }),
    jwks_uri: httpUrl
      .nullable()
      .default(null)
      .meta({ description: "Where its public keys are; what its own metadata says if null" }),
    audience: keylessText(512)
      .min(1)
      .nullable()
      .default(null)
      .meta({ description: "The claim `aud`; Keyward's own issuer if null" }),
    claims: z
      .record(z.string().min(1).max(64), keylessText(256).min(1))
      .refine((claims) => {
        const count = Object.keys(claims).length;
        return count > 0 && count <= TRUSTED_CLAIMS_MAX;
      }, "must name one to ten claims: every statement of the issuer would do otherwise")
      .meta({ description: "What the claims must be; a value that ends in `*` is a beginning" }),
  })
  .refine(
    ({ issuer, jwks_uri }) => jwks_uri !== null || isHttpUrl(issuer),
    "must have a jwks_uri, or an issuer that is a URL and names one",
  );

const resources = z
  .array(z.strictObject({ api: reference, scopes: scopeGrants }))
  .min(1)
  .max(RESOURCES_PER_CLIENT_MAX)
  .meta({ description: "What it may ask for, at which api; all of it where it asks for nothing" });

const grants = z
  .array(z.enum(CLIENT_GRANTS))
  .min(1)
  .refine((list) => new Set(list).size === list.length, "must not name a grant twice");

/** What a client is made of; each of it can be changed later, but its environment. */
const shared = {
  grants: grants.exactOptional(),
  jwks: jwks.nullable().exactOptional(),
  jwks_uri: httpUrl
    .nullable()
    .exactOptional()
    .meta({ description: "Where the client publishes its keys" }),
  tls_subject: keylessText(512).min(1).nullable().exactOptional().meta({
    description:
      "The subject of its TLS certificate, such as `CN=billing,O=Acme`, or one alternative name: `URI:spiffe://acme/billing`, `DNS:billing.acme.test` (RFC 8705 §2.1)",
  }),
  trusted_issuers: z.array(trustedIssuer).max(TRUSTED_ISSUERS_PER_CLIENT_MAX).exactOptional().meta({
    description: "Whose statements stand for the client, such as those of a CI (RFC 7523 §2.1)",
  }),
  profile: z.enum(["standard", "fapi2"]).exactOptional(),
  sender_constraint: z.enum(["none", "dpop", "mtls"]).exactOptional().meta({
    description: "What its tokens are bound to: a DPoP key (RFC 9449), its certificate (RFC 8705)",
  }),
  legacy_assertion_audience: z.boolean().exactOptional().meta({
    description:
      "Take assertions that name the token endpoint as their audience, as old clients do",
  }),
  token_lifetime_seconds: z
    .number()
    .int()
    .min(TOKEN_LIFETIME_SECONDS_MIN)
    .max(TOKEN_LIFETIME_SECONDS_MAX)
    .exactOptional(),
  plan: planReference,
  limits: limitsInput("key").exactOptional().meta({
    description: "Of all its tokens together; those that stand for a key count for that key",
  }),
  metadata: metadataInput.exactOptional(),
};

export const createClientInput = z.strictObject({
  name,
  owner: reference.meta({
    description: "Its id, or your own id of it; an unknown one is created",
  }),
  environment: environment.default("live"),
  resources,
  ...shared,
  with_secret: z
    .boolean()
    .exactOptional()
    .meta({ description: "Whether to make a secret; made if left out, unless there are keys" }),
});

export const updateClientInput = z.strictObject({
  name: name.exactOptional(),
  owner: reference.exactOptional(),
  resources: resources.exactOptional(),
  ...shared,
});

export const clientResource = z
  .strictObject({
    id: z.string().meta({ description: "The `client_id`" }),
    name: z.string(),
    owner: z.string().meta({ description: "The owner's external id" }),
    owner_id: z.string(),
    environment,
    status: z.enum(["active", "disabled", "revoked"]),
    grants: z.array(z.enum(CLIENT_GRANTS)),
    resources: z.array(
      z.strictObject({
        api: z.string(),
        api_id: z.string(),
        audience: z.string(),
        scopes: z.array(z.string()),
      }),
    ),
    secrets: z.array(secretResource),
    jwks: z.strictObject({ keys: z.array(metadataOutput) }).nullable(),
    jwks_uri: z.string().nullable(),
    tls_subject: z.string().nullable(),
    trusted_issuers: z.array(
      z.strictObject({
        issuer: z.string(),
        jwks_uri: z.string().nullable(),
        audience: z.string().nullable(),
        claims: z.record(z.string(), z.string()),
      }),
    ),
    profile: z.enum(["standard", "fapi2"]),
    sender_constraint: z.enum(["none", "dpop", "mtls"]),
    legacy_assertion_audience: z.boolean(),
    token_lifetime_seconds: z.number().int(),
    plan: planName,
    plan_id: z.string().nullable(),
    limits: limitsOutput.meta({
      description: "Its own; they take the place of the plan's of the same names",
    }),
    metadata: metadataOutput,
    last_used_at: nullableInstant,
    tokens_revoked_at: nullableInstant.meta({
      description: "Tokens that were issued then or before are refused",
    }),
    revoked_at: nullableInstant,
    revoked_reason: z.string().nullable(),
    created_at: instantOutput,
    updated_at: instantOutput,
    rev,
  })
  .meta({ id: "Client" });

export const issuedClientResource = clientResource
  .extend({
    secret: issuedSecret.nullable().meta({
      description: "The whole secret, shown this once; null where none was made",
    }),
  })
  .meta({ id: "IssuedClient" });

export const rotatedClientResource = clientResource
  .extend({
    secret: issuedSecret,
    previous: z
      .strictObject({ id: z.string(), hint: z.string(), expires_at: nullableInstant })
      .nullable()
      .meta({ description: "The secret that the new one follows, and when it stops working" }),
  })
  .meta({ id: "RotatedClient" });

export const issuedClientSecretResource = secretResource
  .extend({ client: z.string(), secret: issuedSecret })
  .meta({ id: "IssuedClientSecret" });
