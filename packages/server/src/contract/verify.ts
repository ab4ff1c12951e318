import { DENIALS } from "@keyward/core/verdict/codes";
import { TAG_CHARS_MAX } from "@keyward/core/usage/cell";
import type { DenialCode } from "@keyward/core/verdict/codes";
import { z } from "zod";
import {
  BATCH_ITEMS_MAX,
  COST_MAX,
  CREDENTIAL_CHARS_MAX,
  DPOP_PROOF_CHARS_MAX,
  NAME_CHARS_MAX,
  IDEMPOTENCY_KEY_CHARS_MAX,
  RESERVE_SECONDS_MAX,
} from "./limits.ts";
import { limitStateResource } from "./limit-schemas.ts";
import { operation } from "./operation.ts";
import {
  environment,
  metadataOutput,
  noParams,
  noQuery,
  rev,
  scopeInput,
  tagInput,
} from "./schemas.ts";

const tag = "Verify";
const scopeList = z.array(scopeInput).max(50);
const fact = z.string().max(8_192).exactOptional();

/** What a protected API knows of the request that brought the key. */
const requestContext = z.strictObject({
  ip: fact,
  origin: fact,
  referrer: fact,
  method: fact,
  path: fact,
  user_agent: fact,
  android_package: fact,
  android_cert: fact,
  ios_bundle: fact,
});

/** The SHA-256 of a DPoP key or of a certificate, base64url. */
const thumbprint = z.string().regex(/^[A-Za-z0-9_-]{43}$/, "must be a SHA-256 in base64url");

export const verifyInput = z.strictObject({
  credential: z
    .string()
    .max(CREDENTIAL_CHARS_MAX)
    .meta({ description: "The key or the access token, as the request carried it" }),
  api: z.string().min(1).max(NAME_CHARS_MAX).exactOptional().meta({
    description:
      "The api that asks: its id or its prefix. Left out, the key may be of any api but the built-in one; name it always",
  }),
  environment: environment.exactOptional(),
  scopes: z
    .union([scopeList, z.strictObject({ all: scopeList }), z.strictObject({ any: scopeList })])
    .exactOptional()
    .meta({ description: "What the request needs; a list means all of it" }),
  cost: z.number().int().min(0).max(COST_MAX).exactOptional().meta({
    description: "Counted when the key is allowed, and not yet charged; 1 if left out",
  }),
  context: requestContext.exactOptional(),
  tag: tagInput.exactOptional().meta({
    description: `What was asked, in your own words, such as a route: usage is counted by it. At most ${TAG_CHARS_MAX} of A-Z a-z 0-9 . _ : / { } * ~ -`,
  }),
  proof: z
    .strictObject({ jkt: thumbprint.exactOptional(), x5t_s256: thumbprint.exactOptional() })
    .exactOptional()
    .meta({
      description:
        "What the request has proved to hold, by your own check: the thumbprint of the key of its DPoP proof (RFC 9449) or of its TLS certificate (RFC 8705)",
    }),
  dpop: z
    .strictObject({
      proof: z.string().max(DPOP_PROOF_CHARS_MAX),
      method: z.string().max(8_192),
      url: z.string().max(8_192),
    })
    .exactOptional()
    .meta({
      description:
        "The DPoP proof of the request as it came, to be checked here (RFC 9449 §7.1): the one value of its header `DPoP`, and which method and which address it must be about. Only where the token was sent by the scheme `DPoP`",
    }),
  idempotency_key: z.string().min(1).max(IDEMPOTENCY_KEY_CHARS_MAX).exactOptional().meta({
    description:
      "Names the charge: the same key of the same credential within ten minutes, or while the charge is open, is answered as before, and charged once",
  }),
  reserve_seconds: z.number().int().min(1).max(RESERVE_SECONDS_MAX).exactOptional().meta({
    description:
      "Charge `cost` as the most that it can come to, and keep it open for so long: `charge.id` commits what it came to",
  }),
  dry_run: z.boolean().exactOptional().meta({
    description: "Decide and explain, but count nothing",
  }),
  min_rev: z.number().int().min(0).exactOptional().meta({
    description: "`Keyward-Rev` of a write that this verification must know of",
  }),
});

const denialCodes = Object.keys(DENIALS) as [DenialCode, ...DenialCode[]];

export const principalResource = z
  .strictObject({
    kind: z.string(),
    key_id: z.string().meta({
      description: "The key, or the client where a token is its own",
    }),
    secret_id: z.string().meta({
      description: "The secret that was presented; of a token, the client that has it",
    }),
    api: z.string(),
    api_id: z.string(),
    owner: z.string(),
    owner_id: z.string(),
    environment,
    scopes: z.array(z.string()),
    metadata: metadataOutput,
    expires_at: z.string().nullable(),
    token: z
      .strictObject({
        id: z.string(),
        client_id: z.string(),
        act: metadataOutput.nullable().meta({ description: "Who acts (RFC 8693 §4.1)" }),
        issued_at: z.string(),
        cnf: metadataOutput.nullable().meta({
          description:
            "What it is bound to: `jkt` (RFC 9449 §6), `x5t#S256` (RFC 8705 §3.1), or nothing",
        }),
      })
      .exactOptional()
      .meta({ description: "Of an access token: what it is, and who has it" }),
  })
  .meta({ id: "Principal" });

export const verdictResource = z
  .strictObject({
    outcome: z.enum(["allowed", "denied"]),
    code: z.enum(["allowed", ...denialCodes]),
    status: z.number().int().meta({ description: "The HTTP status for the caller's own answer" }),
    detail: z.string(),
    missing_scopes: z.array(z.string()).exactOptional(),
    principal: principalResource.exactOptional().meta({
      description: "Whose key it is; only when the secret matched",
    }),
    limits: z.array(limitStateResource).meta({
      description: "What its limits say after this request; empty where the key has none",
    }),
    retry_after: z.number().int().exactOptional().meta({
      description: "Seconds after which the same request would pass; with 429 for `Retry-After`",
    }),
    degraded: z.boolean().exactOptional().meta({
      description: "A limit was judged without its store; left out where none was",
    }),
    charge: z
      .strictObject({ id: z.string(), cost: z.number().int(), expires_at: z.string() })
      .exactOptional()
      .meta({ description: "With `reserve_seconds`: what is held until it is settled, or ends" }),
    headers: z.record(z.string(), z.string()).exactOptional().meta({
      description: "`RateLimit` and `RateLimit-Policy` for the caller's own answer",
    }),
    rev,
    stale: z.literal(true).exactOptional().meta({
      description:
        "Only by an edge that may go on without a proof that it is up to date: it had none when it decided",
    }),
    trace: z
      .array(z.strictObject({ check: z.string(), passed: z.boolean(), detail: z.string() }))
      .exactOptional()
      .meta({ description: "With `dry_run`: every check up to the one that failed" }),
  })
  .meta({ id: "Verdict" });

export const verifyOperations = {
  verify: operation({
    method: "POST",
    path: "/v1/verify",
    tag,
    effect: "decide",
    summary: "Decide whether a key may do something",
    description:
      "Always 200 when there is a verdict, whatever it is. 503 when there is none: an outage is never reported as a bad key, nor as a good one.",
    permission: "keys:verify",
    params: noParams,
    query: noQuery,
    body: verifyInput,
    status: 200,
    response: verdictResource,
    failures: [],
  }),
  "verify.batch": operation({
    method: "POST",
    path: "/v1/verify/batch",
    tag,
    effect: "decide",
    summary: "Decide up to 256 verifications at once",
    permission: "keys:verify",
    params: noParams,
    query: noQuery,
    body: z.strictObject({ items: z.array(verifyInput).min(1).max(BATCH_ITEMS_MAX) }),
    status: 200,
    response: z.strictObject({ data: z.array(verdictResource) }),
    failures: [],
  }),
};
