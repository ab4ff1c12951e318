// Which api a token is for, and what it may do there (spec/oauth.md §3).
import type { Client, ClientResource } from "@keyward/core/model/client";
import type { Api } from "@keyward/core/model/records";
import { compileGrants, covers, parseScope } from "@keyward/core/scope/scope";
import type { GrantSet, Scope } from "@keyward/core/scope/scope";
import { tenantScope } from "../storage/storage.ts";
import type { Reader } from "../storage/storage.ts";
import { only } from "./form.ts";
import type { Form } from "./form.ts";
import { OAuthError } from "./oauth-error.ts";

export interface Target {
  readonly api: Api;
  readonly resource: ClientResource;
}

/** @throws OAuthError `invalid_target` */
export async function findTarget(
  reader: Pick<Reader, "findApis">,
  client: Client,
  form: Form,
): Promise<Target> {
  const named = [...(form.get("resource") ?? []), ...(form.get("audience") ?? [])];
  if (new Set(named).size > 1) throw invalidTarget("A token is for one resource");
  const ids = client.resources.map(({ apiId }) => apiId);
  const apis = await reader.findApis(tenantScope(client.workspaceId), ids);
  const wanted = named[0] === undefined ? undefined : comparable(named[0]);
  const found = client.resources.flatMap((resource) => {
    const api = apis.find(({ value }) => value.id === resource.apiId)?.value;
    const isWanted = wanted === undefined || (api && comparable(api.audience) === wanted);
    return api !== undefined && isWanted ? [{ api, resource }] : [];
  });
  const [target, ...others] = found;
  if (target !== undefined && others.length === 0) {
    if (isInProfile(client, target)) return target;
    throw invalidTarget(
      "The resource has its tokens signed as the client's profile does not allow",
    );
  }
  throw invalidTarget("The resource is not one of the client's, or has to be named");
}

/** FAPI 2.0 Security Profile §5.4.1. */
function isInProfile({ profile }: Client, { api }: Target): boolean {
  return profile !== "fapi2" || api.tokenFormat === "opaque" || api.tokenAlgorithm !== "RS256";
}

/** The scopes that are asked for, or all that there are; each is one of the api's, and none is a wildcard. */
export function scopesOf(form: Form, api: Api, granted: GrantSet): readonly Scope[] {
  const asked = only(form, "scope");
  if (asked === undefined) {
    return api.scopes.map(({ name }) => name).filter((name) => covers(granted, name));
  }
  const scopes = asked.split(" ").map((word) => {
    const scope = parseScope(word);
    if (scope !== undefined && covers(granted, scope)) return scope;
    throw new OAuthError("invalid_scope", "A scope is malformed, or not the client's");
  });
  return [...new Set(scopes)];
}

export function grantsOf({ resource }: Target): GrantSet {
  return compileGrants(resource.scopes);
}

/** RFC 3986 §6.2.2.1: scheme and host have no case. */
function comparable(uri: string): string {
  const [, head = "", rest = ""] = /^([A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*)(.*)$/.exec(uri) ?? [];
  return head === "" ? uri : head.toLowerCase() + rest;
}

function invalidTarget(description: string): OAuthError {
  return new OAuthError("invalid_target", description);
}
