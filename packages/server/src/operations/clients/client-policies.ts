// What policies ask of clients: of each of their apis, and of their secrets.
import type { Client } from "@keyward/core/model/client";
import type { Policy } from "@keyward/core/model/policy";
import type { Reader } from "../../storage/storage.ts";
import type { Call } from "../call.ts";
import { assertWithinPolicies, policiesFor } from "../policies/governed.ts";

/**
 * The policies that speak of a client of these apis, each once.
 *
 * @throws OperationError `policy_violation` for a scope that one of them forbids
 */
export async function policiesOfClient(
  call: Call,
  reader: Reader,
  { resources }: Pick<Client, "resources">,
): Promise<readonly Policy[]> {
  const all = new Map<string, Policy>();
  for (const [index, { apiId, scopes }] of resources.entries()) {
    const api = { id: apiId, builtIn: false };
    const policies = await policiesFor(reader, call.caller.scope, api, "client");
    const client = { scopes, restrictions: undefined, expiresAt: null, secrets: [] };
    const places = { scope: `/resources/${index}/scopes` };
    assertWithinPolicies(policies, client, call.now, places);
    for (const policy of policies) all.set(policy.id, policy);
  }
  return [...all.values()];
}
