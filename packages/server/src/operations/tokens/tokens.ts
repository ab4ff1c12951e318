// Personal access tokens: keys of kind `pat`, which act for one user, end, and are renewed by a new secret.
import { OperationError } from "@keyward/core/failure/failures";
import type { KeyId } from "@keyward/core/id";
import type { Policy } from "@keyward/core/model/policy";
import type { Key } from "@keyward/core/model/records";
import { addSeconds, instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import {
  TOKEN_SECONDS_DEFAULT,
  TOKEN_SECONDS_MAX,
  TOKEN_SECONDS_MIN,
  TOKEN_CHAIN_SECONDS_MAX,
} from "../../contract/limits.ts";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import { BUILT_IN_API } from "../../contract/permissions.ts";
import type { Reader, Versioned, Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf, found, mintId } from "../call.ts";
import type { Call, Written } from "../call.ts";
import {
  assertGrantable,
  assertMayManage,
  assertOwnerEnabled,
  assertWithinCaller,
} from "../grants.ts";
import { describeKey, describeKeys } from "../keys/describe-keys.ts";
import { issueSecret } from "../keys/issue-secret.ts";
import { assertRoomForSecret, assertTakesSecrets, liveSecrets } from "../keys/live-secrets.ts";
import { pageOf } from "../paging.ts";
import {
  assertStillAllowed,
  assertWithinPolicies,
  defaultLifetime,
  endWithin,
  governedKey,
  madeAt,
  policiesFor,
} from "../policies/governed.ts";
import { resolveApi, resolveOwner } from "../resolve.ts";
import { assertCallerHas, assertWithinRights, holderFor, isOwn } from "./holder.ts";

const OF_ALL = "*";

export async function listTokens(
  call: Call,
  reader: Reader,
  { query }: InputOf<"tokens.list">,
): Promise<ResultOf<"tokens.list">> {
  const { scope, member } = call.caller;
  const reference = query.owner ?? member?.id ?? OF_ALL;
  if (reference !== member?.id) assertCallerHas(call, "keys:read");
  const own = reference === member?.id;
  const holder = own ? await reader.findOwnerByExternalId(scope, reference) : undefined;
  if (own && holder === undefined) return { data: [], next_cursor: null };
  const ownerId =
    holder?.value.id ??
    (reference === OF_ALL ? undefined : (await resolveOwner(reader, scope, reference)).value.id);
  const { status } = query;
  const filter = {
    now: call.now,
    kind: "pat",
    ...(ownerId !== undefined && { ownerId }),
    ...(status !== undefined && { status }),
  } as const;
  return await pageOf(
    call,
    "tokens.list",
    query,
    (page) => reader.listKeys(scope, filter, page),
    (keys) => describeKeys(reader, scope, keys, call.now),
  );
}

export async function createToken(
  call: Call,
  writer: Writer,
  { body }: InputOf<"tokens.create">,
): Promise<Written<ResultOf<"tokens.create">>> {
  const { scope } = call.caller;
  const { value: api } = await resolveApi(writer, scope, body.api ?? BUILT_IN_API.prefix);
  const { scopes } = body;
  const restrictions = body.restrictions ?? null;
  const policies = await policiesFor(writer, scope, api, "pat");
  const usual = defaultLifetime(policies, TOKEN_SECONDS_DEFAULT) ?? TOKEN_SECONDS_DEFAULT;
  const expiresAt = addSeconds(call.now, body.lifetime_seconds ?? usual);
  const credential = { scopes, restrictions, expiresAt, secrets: [madeAt(call.now)] };
  const places = { lifetime: "/lifetime_seconds", restriction: "/restrictions", scope: "/scopes" };
  assertWithinPolicies(policies, credential, call.now, places);
  await assertGrantable(writer, api, scopes);
  await assertWithinCaller(call, writer, api, { scopes, expiresAt, restrictions });
  const owner = await holderFor(call, writer, api, body.owner);
  assertWithinRights(owner, scopes);
  const identity = { kind: "pat", environment: body.environment } as const;
  const { secret, record } = issueSecret(call, { brand: api.prefix, ...identity });
  const isPending = policies.some(({ approval }) => approval);
  const key: Key = {
    id: mintId(call, "key"),
    workspaceId: scope,
    apiId: api.id,
    ownerId: owner.id,
    name: body.name,
    ...identity,
    state: isPending ? "pending" : "active",
    scopes,
    roleIds: [],
    restrictions,
    planId: null,
    limits: [],
    metadata: {},
    expiresAt,
    revokedAt: null,
    revokedReason: null,
    secrets: [record],
    createdAt: call.now,
    updatedAt: call.now,
  };
  const facts = factsOf(call, "key.created", {
    name: key.name,
    api: api.prefix,
    owner: owner.externalId,
    kind: key.kind,
    ...(isPending && { pending: true }),
    scopes: [...scopes],
    hint: record.hint,
  });
  const rev = await writer.record(scope, { entity: "key", id: key.id, value: key }, facts);
  const description = await describeKey(writer, scope, { value: key, rev }, call.now);
  return { result: { ...description, secret: secret.reveal() }, rev, targetId: key.id };
}

/**
 * A new secret and a later end; the secret before works on for a while. Whoever has the token may renew it, and so may
 * its user: not once it has ended, and not beyond two years after it was made.
 */
export async function renewToken(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"tokens.renew">,
): Promise<Written<ResultOf<"tokens.renew">>> {
  const { scope, keyId } = call.caller;
  const before = await readToken(call, writer, params.token);
  const { value } = before;
  const api = found(await writer.findApi(scope, value.apiId), "api").value;
  assertOwnerEnabled(found(await writer.findOwner(scope, value.ownerId), "owner").value);
  assertTakesSecrets(call, value);
  const policies = await policiesFor(writer, scope, api, "pat");
  await assertStillAllowed(call, writer, policies, value);
  const expiresAt = renewedEnd(call, policies, value, body.lifetime_seconds);
  if (keyId !== value.id) {
    if (!(await isOwn(call, writer, value))) assertCallerHas(call, "keys:write");
    await assertWithinCaller(call, writer, api, { ...value, expiresAt });
  }
  const overlapEnd = addSeconds(call.now, body.overlap_seconds);
  const ending = liveSecrets(value.secrets, call.now).map((secret) => ({
    ...secret,
    expiresAt: earliest(overlapEnd, secret.expiresAt, value.expiresAt),
  }));
  assertRoomForSecret(liveSecrets(ending, call.now));
  const { secret, record } = issueSecret(call, { brand: api.prefix, ...value });
  const after: Key = { ...value, expiresAt, secrets: [...ending, record], updatedAt: call.now };
  const facts = factsOf(call, "key.rotated", {
    overlap_seconds: body.overlap_seconds,
    renewed: true,
    hint: record.hint,
  });
  const rev = await writer.record(scope, { entity: "key", id: after.id, value: after }, facts);
  const description = await describeKey(writer, scope, { value: after, rev }, call.now);
  return { result: { ...description, secret: secret.reveal() }, rev, targetId: after.id };
}

export async function revokeToken(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"tokens.revoke">,
): Promise<Written<ResultOf<"tokens.revoke">>> {
  const { scope } = call.caller;
  const before = await readToken(call, writer, params.token);
  assertUnchanged(call, before.rev);
  if (!(await isOwn(call, writer, before.value))) {
    assertCallerHas(call, "keys:write");
    const api = found(await writer.findApi(scope, before.value.apiId), "api").value;
    assertMayManage(call, api, before.value);
  }
  const after =
    before.value.state === "revoked"
      ? before
      : await recordRevoked(call, writer, before.value, body.reason ?? null);
  const result = await describeKey(writer, scope, after, call.now);
  return { result, rev: after.rev, targetId: after.value.id };
}

/** Ends the token with all its secrets. */
export async function recordRevoked(
  by: Pick<Call, "actor" | "now" | "random" | "requestId"> & {
    readonly caller: Pick<Call["caller"], "scope">;
  },
  writer: Writer,
  key: Key,
  reason: string | null,
): Promise<Versioned<Key>> {
  const ended = { state: "revoked", revokedAt: by.now, revokedReason: reason } as const;
  const value: Key = { ...key, ...ended, updatedAt: by.now };
  const facts = factsOf(by, "key.revoked", { reason });
  const change = { entity: "key", id: key.id, value } as const;
  return { value, rev: await writer.record(by.caller.scope, change, facts) };
}

/** @throws OperationError `not_found` */
export async function readToken(
  call: Call,
  reader: Reader,
  id: KeyId | undefined,
): Promise<Versioned<Key>> {
  const key = found(id && (await reader.findKey(call.caller.scope, id)), "token");
  return found(key.value.kind === "pat" ? key : undefined, "token");
}

/** As long again as it was given last, unless another time is asked for. */
function renewedEnd(
  call: Call,
  policies: readonly Policy[],
  key: Key,
  asked: number | undefined,
): Instant {
  const given = key.secrets.at(-1)?.createdAt ?? key.createdAt;
  const lastSeconds = Math.round(((key.expiresAt ?? given) - given) / 1000);
  const seconds = asked ?? Math.min(Math.max(lastSeconds, TOKEN_SECONDS_MIN), TOKEN_SECONDS_MAX);
  const last = addSeconds(key.createdAt, TOKEN_CHAIN_SECONDS_MAX);
  if (call.now >= last) throw new OperationError("key_expired", { detail: "Make a new token" });
  const expiresAt = earliest(addSeconds(call.now, seconds), last);
  if (asked === undefined) return endWithin(policies, expiresAt, call.now) ?? expiresAt;
  const renewed = { ...key, expiresAt, secrets: [madeAt(call.now)] };
  const places = { lifetime: "/lifetime_seconds" };
  assertWithinPolicies(policies, governedKey(renewed, []), call.now, places);
  return expiresAt;
}

function earliest(...ends: readonly (Instant | null)[]): Instant {
  return instant(Math.min(...ends.filter((end) => end !== null)));
}
