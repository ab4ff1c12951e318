// One worked example of the main job, shown in the reference. A test holds each to its schema.
import type { JsonObject } from "./openapi.ts";

export interface Example {
  readonly request?: JsonObject;
  readonly response?: JsonObject;
}

const API_ID = "api_01k0q3v7dmx8f2e5h9jn4rtw6y";
const OWNER_ID = "own_01k0q3v9c2ja6p1m8s5wz7xk4d";
const KEY_ID = "key_01k0q3va5kn9r4t2b7vy6mq8ce";
const OLD_SECRET_ID = "sec_01k0q3va5k3x7h1f9c6dz2wj5p";
const NEW_SECRET_ID = "sec_01k0q5c8rt6n2v4y9a1sx7mk3e";
const CREATED_AT = "2026-11-23T08:00:00.000Z";
const ROTATED_AT = "2026-11-24T08:00:00.000Z";
const SHOWN_KEY = "acme_live_…";

const api = {
  id: API_ID,
  name: "Acme invoices",
  prefix: "acme",
  audience: "https://api.acme.example",
  scopes: ["invoices:read", "invoices:write"],
  default_lifetime_seconds: null,
  limits: [],
  token_format: "jwt",
  token_algorithm: "ES256",
  leak_reaction: "notify",
  built_in: false,
  created_at: CREATED_AT,
  updated_at: CREATED_AT,
  rev: 4,
};

const firstSecret = {
  id: OLD_SECRET_ID,
  hint: "x9Kq",
  status: "active",
  not_before: null,
  expires_at: null,
  last_used_at: null,
  last_used_network: null,
  last_used_agent: null,
  last_used_reporter: null,
  created_at: CREATED_AT,
};

const key = {
  id: KEY_ID,
  name: "Production",
  api: "acme",
  api_id: API_ID,
  owner: "cus_42",
  owner_id: OWNER_ID,
  kind: "secret",
  environment: "live",
  status: "active",
  scopes: ["invoices:read"],
  roles: [],
  restrictions: null,
  plan: null,
  plan_id: null,
  limits: [],
  metadata: {},
  hint: "x9Kq",
  secrets: [firstSecret],
  expires_at: null,
  last_used_at: null,
  revoked_at: null,
  revoked_reason: null,
  created_at: CREATED_AT,
  updated_at: CREATED_AT,
  rev: 6,
};

export const EXAMPLES: Readonly<Record<string, Example>> = {
  "apis.create": {
    request: {
      name: "Acme invoices",
      prefix: "acme",
      audience: "https://api.acme.example",
      scopes: ["invoices:read", "invoices:write"],
    },
    response: api,
  },
  "keys.create": {
    request: { api: "acme", name: "Production", owner: "cus_42", scopes: ["invoices:read"] },
    response: { ...key, secret: SHOWN_KEY },
  },
  verify: {
    request: {
      credential: SHOWN_KEY,
      api: "acme",
      scopes: ["invoices:read"],
      context: { ip: "192.0.2.7", method: "GET", path: "/invoices/17" },
    },
    response: {
      outcome: "allowed",
      code: "allowed",
      status: 200,
      detail: "The key is accepted",
      principal: {
        kind: "secret",
        key_id: KEY_ID,
        secret_id: OLD_SECRET_ID,
        api: "acme",
        api_id: API_ID,
        owner: "cus_42",
        owner_id: OWNER_ID,
        environment: "live",
        scopes: ["invoices:read"],
        metadata: {},
        expires_at: null,
      },
      limits: [],
      rev: 6,
    },
  },
  "keys.rotate": {
    request: { overlap_seconds: 3600 },
    response: {
      ...key,
      hint: "Tm3e",
      secrets: [
        {
          ...firstSecret,
          id: NEW_SECRET_ID,
          hint: "Tm3e",
          created_at: ROTATED_AT,
        },
        { ...firstSecret, expires_at: "2026-11-24T09:00:00.000Z" },
      ],
      updated_at: ROTATED_AT,
      rev: 7,
      secret: SHOWN_KEY,
      previous: { id: OLD_SECRET_ID, hint: "x9Kq", expires_at: "2026-11-24T09:00:00.000Z" },
    },
  },
  "keys.revoke": {
    request: { reason: "Found in a public repository" },
    response: {
      ...key,
      status: "revoked",
      revoked_at: ROTATED_AT,
      revoked_reason: "Found in a public repository",
      updated_at: ROTATED_AT,
      rev: 8,
      acknowledged: 4,
      pending: 0,
      effective_by: ROTATED_AT,
    },
  },
};
