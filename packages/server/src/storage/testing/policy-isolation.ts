// For tests alone: the same policy in two workspaces, and neither may notice the other (K6, T03).
import assert from "node:assert/strict";
import type { Policy } from "@keyward/core/model/policy";
import { tenantScope } from "../storage.ts";
import type { Storage, Writer } from "../storage.ts";
import { putTenant, sampleFacts, sampleId, samplePolicy } from "./sample.ts";

/** Everything that can be seen of a workspace's policies, by every way of asking. */
async function viewOf({ reader }: Storage, { id, name, workspaceId }: Policy, other: Policy) {
  const scope = tenantScope(workspaceId);
  return {
    byId: await reader.findPolicy(scope, id),
    byName: await reader.findPolicyByName(scope, name),
    foreign: await reader.findPolicyByName(scope, other.name),
    all: await reader.listPolicies(scope),
  };
}

/** Fails when any statement about policies reaches beyond its workspace. */
export async function checkPolicyIsolation(storage: Storage): Promise<void> {
  const id = sampleId("policy");
  const both: Policy[] = [];
  for (const name of ["alpha", "beta"]) {
    const { scope } = await putTenant(storage);
    const policy = samplePolicy(scope, { id, name });
    both.push(policy);
    await storage.write((writer) => keep(writer, policy));
  }
  const [first, second] = both;
  assert.ok(first !== undefined && second !== undefined);
  const seen = await viewOf(storage, first, second);
  assert.deepEqual(seen, {
    byId: seen.byId,
    byName: seen.byId,
    foreign: undefined,
    all: [seen.byId],
  });
  assert.deepEqual(seen.byId?.value, first);
  const changes = [
    (writer: Writer, policy: Policy) => keep(writer, { ...policy, idleSeconds: null }),
    (writer: Writer, policy: Policy) =>
      writer.keepApplication(tenantScope(policy.workspaceId), { ...policy, application: null }),
    async (writer: Writer, { workspaceId }: Policy) => {
      const change = { entity: "policy", id, value: null } as const;
      await writer.record(tenantScope(workspaceId), change, sampleFacts("policy.deleted"));
    },
  ];
  const pairs = [
    [first, second],
    [second, first],
  ] as const;
  for (const change of changes) {
    for (const [one, other] of pairs) {
      const before = await viewOf(storage, other, one);
      await storage.write((writer) => change(writer, one));
      assert.deepEqual(await viewOf(storage, other, one), before);
    }
  }
}

async function keep(writer: Writer, policy: Policy): Promise<void> {
  const change = { entity: "policy", id: policy.id, value: policy } as const;
  const scope = tenantScope(policy.workspaceId);
  await writer.record(scope, change, sampleFacts("policy.created"));
}
