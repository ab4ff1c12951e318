// What a visitor of the portal does with their own keys. The work itself is that of the management API, asked for with
// what the session says and nothing that a request could say instead.
import { OperationError } from "@keyward/core/failure/failures";
import type { Key } from "@keyward/core/model/records";
import { compileGrants, isWithin } from "@keyward/core/scope/scope";
import type { ScopeGrant } from "@keyward/core/scope/scope";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import { restrictionsInput } from "../../contract/schemas.ts";
import type { Reader, Writer } from "../../storage/storage.ts";
import type { Written } from "../call.ts";
import { revokeKey } from "../keys/change-state.ts";
import { createKey } from "../keys/create-key.ts";
import { describeKeys } from "../keys/describe-keys.ts";
import { rotateKey } from "../keys/rotate-key.ts";
import { updateKey } from "../keys/update-key.ts";
import { pageOf } from "../paging.ts";
import { presentPortalKey } from "./present-portal.ts";
import { assertMay, isOwn, readOwnKey } from "./visit.ts";
import type { Visit } from "./visit.ts";

type OwnRestrictions = NonNullable<InputOf<"portal.keys.create">["body"]["restrictions"]>;

export async function listOwnKeys(
  visit: Visit,
  reader: Reader,
  { query }: InputOf<"portal.keys.list">,
): Promise<ResultOf<"portal.keys.list">> {
  const { call, session } = visit;
  const { scope } = call.caller;
  const { apiId, ownerId, environment } = session;
  return pageOf(
    call,
    `portal.keys.list ${ownerId} ${apiId} ${environment}`,
    query,
    (page) => reader.listKeys(scope, { apiId, ownerId, environment, now: call.now }, page),
    async (keys) => {
      const own = keys.filter(({ value }) => isOwn(visit, value));
      return (await describeKeys(reader, scope, own, call.now)).map(presentPortalKey);
    },
  );
}

export async function createOwnKey(
  visit: Visit,
  writer: Writer,
  { body }: InputOf<"portal.keys.create">,
): Promise<Written<ResultOf<"portal.keys.create">>> {
  assertMay(visit, "create");
  const { call, session } = visit;
  const { apiId, ownerId, environment, planId } = session;
  assertOffered(visit, body.scopes, []);
  const { now } = call;
  const has = { apiId, ownerId, environment, notRevoked: true, now } as const;
  if ((await writer.countKeys(call.caller.scope, has)) >= session.keysMax) {
    throw new OperationError("too_many", {
      detail: `There are ${session.keysMax} keys, which is as many as there may be: revoke one first`,
    });
  }
  const { name, scopes, restrictions, expires_at } = body;
  const created = await createKey(call, writer, {
    params: {},
    query: {},
    body: {
      api: apiId,
      owner: ownerId,
      environment,
      kind: "secret",
      name,
      scopes,
      plan: planId,
      ...(restrictions === undefined ? {} : { restrictions: restrictionsOf(null, restrictions) }),
      ...(expires_at === undefined ? {} : { expires_at }),
    },
  });
  const { secret, ...key } = created.result;
  return { ...created, result: { ...presentPortalKey(key), secret } };
}

export async function updateOwnKey(
  visit: Visit,
  writer: Writer,
  { params, body }: InputOf<"portal.keys.update">,
): Promise<Written<ResultOf<"portal.keys.update">>> {
  assertMay(visit, "restrict");
  const { value: before } = await readOwnKey(visit, writer, params.key);
  const { name, scopes, restrictions } = body;
  if (scopes !== undefined) assertOffered(visit, scopes, before.scopes);
  const updated = await updateKey(visit.call, writer, {
    params,
    query: {},
    body: {
      ...(name === undefined ? {} : { name }),
      ...(scopes === undefined ? {} : { scopes }),
      ...(restrictions === undefined
        ? {}
        : { restrictions: restrictionsOf(before.restrictions, restrictions) }),
    },
  });
  return { ...updated, result: presentPortalKey(updated.result) };
}

export async function rotateOwnKey(
  visit: Visit,
  writer: Writer,
  { params, body }: InputOf<"portal.keys.rotate">,
): Promise<Written<ResultOf<"portal.keys.rotate">>> {
  assertMay(visit, "rotate");
  await readOwnKey(visit, writer, params.key);
  const rotated = await rotateKey(visit.call, writer, { params, query: {}, body });
  const { secret, previous: _previous, ...key } = rotated.result;
  return { ...rotated, result: { ...presentPortalKey(key), secret } };
}

export async function revokeOwnKey(
  visit: Visit,
  writer: Writer,
  { params }: InputOf<"portal.keys.revoke">,
): Promise<Written<ResultOf<"portal.keys.revoke">>> {
  assertMay(visit, "revoke");
  await readOwnKey(visit, writer, params.key);
  const query = { timeout: 0 };
  const revoked = await revokeKey(visit.call, writer, { params, query, body: {} });
  return { ...revoked, result: presentPortalKey(revoked.result) };
}

/**
 * A key can keep what it has, whoever has granted that, and gain what the session offers.
 *
 * @throws OperationError `exceeds_own_permissions`
 */
function assertOffered(
  { session }: Visit,
  wanted: readonly ScopeGrant[],
  held: readonly ScopeGrant[],
): void {
  const gained = wanted.filter((grant) => !held.includes(grant));
  if (isWithin(gained, compileGrants([...session.scopes, ...held]))) return;
  throw new OperationError("exceeds_own_permissions", {
    detail: "The key would have a scope that is not offered here",
  });
}

/** What a customer does not say stays: the producer may have restricted the key otherwise. */
function restrictionsOf(before: Key["restrictions"], { ips, origins }: OwnRestrictions) {
  const { ips: oldIps, origins: oldOrigins, ...others } = before ?? {};
  const next = {
    ...others,
    ...filled("ips", ips ?? oldIps),
    ...filled("origins", origins ?? oldOrigins),
  };
  return Object.keys(next).length === 0 ? null : restrictionsInput.parse(next);
}

/** An empty list would let nobody in; here it takes the restriction away. */
function filled(name: "ips" | "origins", list: readonly string[] | undefined) {
  return list === undefined || list.length === 0 ? {} : { [name]: list };
}
