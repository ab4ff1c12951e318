// One item of the feed, as spec/feed.md §3 writes it.
import { parseId } from "../id.ts";
import { isBrand } from "../key/brand.ts";
import { digestFromHex, digestToHex } from "../key/digest.ts";
import type { Environment, KeyKind } from "../key/format.ts";
import type { Metadata } from "../model/metadata.ts";
import { exactObject, isCount, isObject, parseList } from "./json-shape.ts";
import { parseLimitsShape } from "./limits-shape.ts";
import { clientValue, parseClient, parseSigningKey, parseToken, tokenValue } from "./oauth-item.ts";
import {
  parseGrants,
  parseIdOf,
  parseInstantOrNull,
  parseKeyState,
  parsePlanId,
} from "./parse-field.ts";
import { parseRestrictionsShape } from "./restrictions-shape.ts";
import type { FeedSubject } from "./subject.ts";
import type {
  VerifiedThing,
  VerifierApi,
  VerifierChange,
  VerifierKey,
  VerifierOwner,
  VerifierPlan,
  VerifierRole,
  VerifierSecret,
} from "./verifier-change.ts";

/** As it stands in JSON. */
export interface FeedItem {
  readonly entity: VerifiedThing["entity"];
  readonly id: string;
  readonly rev: number;
  readonly value: object | null;
}

const ITEM_FIELDS = ["entity", "id", "rev", "value"];
const API_FIELDS = ["prefix", "audience", "limits"];
const ROLE_FIELDS = ["scopes"];
const PLAN_FIELDS = ["limits"];
const OWNER_FIELDS = ["external_id", "disabled", "rights", "plan", "limits"];
const SECRET_FIELDS = ["id", "digest", "not_before_ms", "expires_at_ms"];
const KEY_FIELDS = [
  "owner",
  "kind",
  "state",
  "scopes",
  "roles",
  "restrictions",
  "plan",
  "limits",
  "metadata",
  "expires_at_ms",
  "secrets",
];

/**
 * Writes an item. What the records know beyond what a verifier needs, such as names and reasons, is left behind (T17).
 * A key's api and environment are those of the subject, so they are not written.
 *
 * @param rev the rev after which the thing has this value
 */
export function feedItem(change: VerifiedThing, rev: number): FeedItem {
  const { entity, id } = change;
  return { entity, id, rev, value: wireValue(change) };
}

function wireValue({ entity, value }: VerifiedThing): object | null {
  if (value === null) return null;
  switch (entity) {
    case "api":
      return { prefix: value.prefix, audience: value.audience, limits: value.limits };
    case "role":
      return { scopes: value.scopes };
    case "plan":
      return { limits: value.limits };
    case "owner":
      return {
        external_id: value.externalId,
        disabled: value.disabled,
        rights: value.rights,
        plan: value.planId,
        limits: value.limits,
      };
    case "key":
      return keyValue(value);
    case "client":
      return clientValue(value);
    case "signing_key":
      return { algorithm: value.algorithm, kid: value.kid, public_key: value.publicKey };
    case "token":
      return tokenValue(value);
  }
}

function keyValue(key: VerifierKey): object {
  return {
    owner: key.ownerId,
    kind: key.kind,
    state: key.state,
    scopes: key.scopes,
    roles: key.roleIds,
    restrictions: key.restrictions,
    plan: key.planId,
    limits: key.limits,
    metadata: key.metadata,
    expires_at_ms: key.expiresAt,
    secrets: key.secrets.map((secret) => ({
      id: secret.id,
      digest: digestToHex(secret.digest),
      not_before_ms: secret.notBefore,
      expires_at_ms: secret.expiresAt,
    })),
  };
}

/**
 * Reads an item of the subject's feed. Total: `undefined` for anything that {@link feedItem} does not write, an unknown
 * field included, since what it says might have to be obeyed.
 */
export function parseFeedItem(
  value: unknown,
  subject: FeedSubject,
): VerifierChange<VerifiedThing> | undefined {
  const item = exactObject(value, ITEM_FIELDS);
  if (item === undefined) return undefined;
  const { entity, id, rev, value: content } = item;
  if (typeof id !== "string" || !isCount(rev) || rev === 0) return undefined;
  const change = parseThing(entity, id, content, subject);
  return change && { workspaceId: subject.workspaceId, rev, change };
}

function parseThing(
  entity: unknown,
  text: string,
  content: unknown,
  subject: FeedSubject,
): VerifiedThing | undefined {
  switch (entity) {
    case "api": {
      const id = parseId("api", text);
      // No other api is this feed's to tell of (T17).
      if (id === undefined || id !== subject.apiId) return undefined;
      const value = content === null ? null : parseApi(content, id);
      return value === undefined ? undefined : { entity, id, value };
    }
    case "role": {
      const id = parseId("role", text);
      if (id === undefined) return undefined;
      const value = content === null ? null : parseRole(content, id);
      return value === undefined ? undefined : { entity, id, value };
    }
    case "plan": {
      const id = parseId("plan", text);
      if (id === undefined) return undefined;
      const value = content === null ? null : parsePlan(content, id);
      return value === undefined ? undefined : { entity, id, value };
    }
    case "owner": {
      const id = parseId("owner", text);
      if (id === undefined) return undefined;
      const value = content === null ? null : parseOwner(content, id);
      return value === undefined ? undefined : { entity, id, value };
    }
    case "key": {
      const id = parseId("key", text);
      if (id === undefined) return undefined;
      const value = content === null ? null : parseKeyValue(content, id, subject);
      return value === undefined ? undefined : { entity, id, value };
    }
    case "client": {
      const id = parseId("client", text);
      if (id === undefined) return undefined;
      const value = content === null ? null : parseClient(content, id, subject);
      return value === undefined ? undefined : { entity, id, value };
    }
    case "signing_key": {
      const id = parseId("signingKey", text);
      if (id === undefined) return undefined;
      const value = content === null ? null : parseSigningKey(content, id, subject);
      return value === undefined ? undefined : { entity, id, value };
    }
    case "token": {
      const id = parseId("token", text);
      const value = id && parseToken(content, id, subject);
      return id === undefined || value === undefined ? undefined : { entity, id, value };
    }
    default:
      return undefined;
  }
}

function parseApi(content: unknown, id: VerifierApi["id"]): VerifierApi | undefined {
  const api = exactObject(content, API_FIELDS);
  const prefix = api?.["prefix"];
  const audience = api?.["audience"];
  const limits = parseLimitsShape(api?.["limits"], "api");
  if (typeof prefix !== "string" || !isBrand(prefix) || typeof audience !== "string") {
    return undefined;
  }
  return limits === undefined ? undefined : { id, prefix, audience, limits };
}

function parseRole(content: unknown, id: VerifierRole["id"]): VerifierRole | undefined {
  const scopes = parseGrants(exactObject(content, ROLE_FIELDS)?.["scopes"]);
  return scopes && { id, scopes };
}

function parsePlan(content: unknown, id: VerifierPlan["id"]): VerifierPlan | undefined {
  const limits = parseLimitsShape(exactObject(content, PLAN_FIELDS)?.["limits"], "plan");
  return limits && { id, limits };
}

function parseOwner(content: unknown, id: VerifierOwner["id"]): VerifierOwner | undefined {
  const owner = exactObject(content, OWNER_FIELDS);
  const externalId = owner?.["external_id"];
  const disabled = owner?.["disabled"];
  const rights = owner?.["rights"] === null ? null : parseGrants(owner?.["rights"]);
  const planId = parsePlanId(owner?.["plan"]);
  const limits = parseLimitsShape(owner?.["limits"], "owner");
  if (
    typeof externalId !== "string" ||
    typeof disabled !== "boolean" ||
    rights === undefined ||
    planId === undefined ||
    limits === undefined
  ) {
    return undefined;
  }
  return { id, externalId, disabled, rights, planId, limits };
}

function parseKeyValue(
  content: unknown,
  id: VerifierKey["id"],
  { apiId, environment }: { apiId: VerifierKey["apiId"]; environment: Environment },
): VerifierKey | undefined {
  const key = exactObject(content, KEY_FIELDS);
  if (key === undefined) return undefined;
  const ownerId = parseIdOf("owner", key["owner"]);
  const kind = parseKind(key["kind"]);
  const state = parseKeyState(key["state"]);
  const scopes = parseGrants(key["scopes"]);
  const roleIds = parseList(key["roles"], (role) => parseIdOf("role", role));
  const restrictions = parseRestrictionsShape(key["restrictions"]);
  const planId = parsePlanId(key["plan"]);
  const limits = parseLimitsShape(key["limits"], "key");
  const metadata = key["metadata"];
  const expiresAt = parseInstantOrNull(key["expires_at_ms"]);
  const secrets = parseList(key["secrets"], parseSecret);
  if (
    ownerId === undefined ||
    kind === undefined ||
    state === undefined ||
    scopes === undefined ||
    roleIds === undefined ||
    restrictions === undefined ||
    planId === undefined ||
    limits === undefined ||
    !isObject(metadata) ||
    expiresAt === undefined ||
    secrets === undefined
  ) {
    return undefined;
  }
  return {
    id,
    apiId,
    ownerId,
    kind,
    environment,
    state,
    scopes,
    roleIds,
    restrictions,
    planId,
    limits,
    // JSON of an object is metadata, whatever it holds.
    metadata: metadata as Metadata,
    expiresAt,
    secrets,
  };
}

function parseSecret(value: unknown): VerifierSecret | undefined {
  const secret = exactObject(value, SECRET_FIELDS);
  if (secret === undefined) return undefined;
  const id = parseIdOf("secret", secret["id"]);
  const hex = secret["digest"];
  const digest = typeof hex === "string" ? digestFromHex(hex) : undefined;
  const notBefore = parseInstantOrNull(secret["not_before_ms"]);
  const expiresAt = parseInstantOrNull(secret["expires_at_ms"]);
  if (
    id === undefined ||
    digest === undefined ||
    notBefore === undefined ||
    expiresAt === undefined
  ) {
    return undefined;
  }
  return { id, digest, notBefore, expiresAt };
}

function parseKind(value: unknown): KeyKind | undefined {
  switch (value) {
    case "secret":
    case "publishable":
    case "pat":
    case "client_secret":
      return value;
    default:
      return undefined;
  }
}
