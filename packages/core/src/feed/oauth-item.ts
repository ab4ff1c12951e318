// The items of clients, signing keys and access tokens, as spec/feed.md §3 writes them.
import type { ClientId, SigningKeyId, TokenId } from "../id.ts";
import { digestFromHex, digestToHex } from "../key/digest.ts";
import type { PublicJwk } from "../model/client.ts";
import type { Metadata } from "../model/metadata.ts";
import { parseScope } from "../scope/scope.ts";
import type { Scope } from "../scope/scope.ts";
import { TOKEN_ALGORITHMS } from "../token/algorithm.ts";
import type { Confirmation } from "../token/confirmation.ts";
import { exactObject, isObject, parseList } from "./json-shape.ts";
import { parseLimitsShape } from "./limits-shape.ts";
import {
  parseClientState,
  parseGrants,
  parseIdOf,
  parseInstantOrNull,
  parsePlanId,
} from "./parse-field.ts";
import type { FeedSubject } from "./subject.ts";
import type { VerifierClient, VerifierSigningKey, VerifierToken } from "./verifier-change.ts";

const CLIENT_FIELDS = [
  "owner",
  "state",
  "scopes",
  "plan",
  "limits",
  "metadata",
  "revoked_before_ms",
];
const SIGNING_KEY_FIELDS = ["algorithm", "kid", "public_key"];
const TOKEN_FIELDS = [
  "client",
  "key",
  "scopes",
  "actors",
  "confirmation",
  "issued_at_ms",
  "expires_at_ms",
  "digest",
  "revoked",
];

/** Of a client's resources, the one that the subject is: an item is made for one feed, and holds no other. */
export function clientValue(client: VerifierClient): object {
  return {
    owner: client.ownerId,
    state: client.state,
    scopes: client.resources[0]?.scopes ?? [],
    plan: client.planId,
    limits: client.limits,
    metadata: client.metadata,
    revoked_before_ms: client.revokedBefore,
  };
}

export function tokenValue(token: VerifierToken): object {
  return {
    client: token.clientId,
    key: token.keyId,
    scopes: token.scopes,
    actors: token.actors,
    confirmation: token.confirmation,
    issued_at_ms: token.issuedAt,
    expires_at_ms: token.expiresAt,
    digest: token.digest === null ? null : digestToHex(token.digest),
    revoked: token.revoked,
  };
}

export function parseClient(
  content: unknown,
  id: ClientId,
  { apiId, environment }: FeedSubject,
): VerifierClient | undefined {
  const client = exactObject(content, CLIENT_FIELDS);
  if (client === undefined) return undefined;
  const ownerId = parseIdOf("owner", client["owner"]);
  const state = parseClientState(client["state"]);
  const scopes = parseGrants(client["scopes"]);
  const planId = parsePlanId(client["plan"]);
  const limits = parseLimitsShape(client["limits"], "key");
  const metadata = client["metadata"];
  const revokedBefore = parseInstantOrNull(client["revoked_before_ms"]);
  if (ownerId === undefined || state === undefined || scopes === undefined) return undefined;
  if (planId === undefined || limits === undefined) return undefined;
  if (!isObject(metadata) || revokedBefore === undefined) return undefined;
  const resources = [{ apiId, scopes }];
  return {
    id,
    ownerId,
    environment,
    state,
    resources,
    planId,
    limits,
    // JSON of an object is metadata, whatever it holds.
    metadata: metadata as Metadata,
    revokedBefore,
  };
}

export function parseSigningKey(
  content: unknown,
  id: SigningKeyId,
  { environment }: FeedSubject,
): VerifierSigningKey | undefined {
  const key = exactObject(content, SIGNING_KEY_FIELDS);
  const algorithm = TOKEN_ALGORITHMS.find((known) => known === key?.["algorithm"]);
  const kid = key?.["kid"];
  const publicKey = key?.["public_key"];
  if (algorithm === undefined || typeof kid !== "string" || !isJwk(publicKey)) return undefined;
  return { id, environment, algorithm, kid, publicKey };
}

function isJwk(value: unknown): value is PublicJwk {
  return isObject(value) && typeof value["kty"] === "string" && !("d" in value);
}

export function parseToken(
  content: unknown,
  id: TokenId,
  { apiId, environment }: FeedSubject,
): VerifierToken | undefined {
  const token = exactObject(content, TOKEN_FIELDS);
  if (token === undefined) return undefined;
  const clientId = parseIdOf("client", token["client"]);
  const keyId = token["key"] === null ? null : parseIdOf("key", token["key"]);
  const scopes = parseList(token["scopes"], readScope);
  const actors = parseList(token["actors"], (actor) =>
    typeof actor === "string" ? actor : undefined,
  );
  const confirmation = parseConfirmation(token["confirmation"]);
  const issuedAt = parseInstantOrNull(token["issued_at_ms"]);
  const expiresAt = parseInstantOrNull(token["expires_at_ms"]);
  const hex = token["digest"];
  const digest = typeof hex === "string" ? digestFromHex(hex) : null;
  const revoked = token["revoked"];
  if (clientId === undefined || keyId === undefined || scopes === undefined) return undefined;
  if (actors === undefined || confirmation === undefined) return undefined;
  if (typeof issuedAt !== "number" || typeof expiresAt !== "number") return undefined;
  if (digest === undefined || (digest === null && hex !== null)) return undefined;
  if (typeof revoked !== "boolean") return undefined;
  return {
    id,
    apiId,
    environment,
    clientId,
    keyId,
    scopes,
    actors,
    confirmation,
    issuedAt,
    expiresAt,
    digest,
    revoked,
  };
}

function readScope(value: unknown): Scope | undefined {
  return typeof value === "string" ? parseScope(value) : undefined;
}

function parseConfirmation(value: unknown): Confirmation | null | undefined {
  if (value === null) return null;
  const { jkt } = exactObject(value, ["jkt"]) ?? {};
  if (typeof jkt === "string") return { jkt };
  const { x5tS256 } = exactObject(value, ["x5tS256"]) ?? {};
  return typeof x5tS256 === "string" ? { x5tS256 } : undefined;
}
