// For tests alone: the same login in two workspaces, and neither may notice the other (K6, T03).
import assert from "node:assert/strict";
import { digestKey } from "@keyward/core/key/digest";
import type { Login } from "../logins.ts";
import { tenantScope } from "../storage.ts";
import type { Reader, Storage, Writer } from "../storage.ts";
import { putTenant, SAMPLE_NOW, sampleId, sampleLogin } from "./sample.ts";

const CODE = digestKey("a device code");
const USER_CODE = digestKey("a user code");

async function viewOf(reader: Reader, { id, workspaceId }: Login) {
  const scope = tenantScope(workspaceId);
  return {
    byId: await reader.findLogin(scope, id),
    byDigest: await reader.findLoginByDigest(scope, CODE),
    byUserCode: await reader.findLoginByUserCode(scope, USER_CODE),
    count: await reader.countLogins(scope, SAMPLE_NOW),
  };
}

/** Fails when any statement about logins reaches beyond its workspace. */
export async function checkLoginIsolation(storage: Storage): Promise<void> {
  const same = { id: sampleId("login"), digest: CODE, userCodeDigest: USER_CODE };
  const both: Login[] = [];
  for (const ip of ["192.0.2.1", "192.0.2.2"]) {
    const { workspace } = await putTenant(storage);
    const login = sampleLogin(workspace.id, { ...same, ip });
    both.push(login);
    await storage.write((writer) => writer.keepLogin(tenantScope(workspace.id), login));
  }
  const [first, second] = both;
  assert.ok(first !== undefined && second !== undefined);
  const seen = await viewOf(storage.reader, first);
  assert.deepEqual(seen, { byId: first, byDigest: first, byUserCode: first, count: 1 });
  const changes = [
    (writer: Writer, login: Login) =>
      writer.keepLogin(tenantScope(login.workspaceId), { ...login, state: "denied" }),
    async (writer: Writer, { id, workspaceId }: Login) => {
      assert.equal(await writer.takeLogin(tenantScope(workspaceId), id), true);
      assert.equal(await writer.takeLogin(tenantScope(workspaceId), id), false);
    },
  ];
  const pairs = [
    [first, second],
    [second, first],
  ] as const;
  for (const change of changes) {
    for (const [one, other] of pairs) {
      const before = await viewOf(storage.reader, other);
      await storage.write((writer) => change(writer, one));
      assert.deepEqual(await viewOf(storage.reader, other), before);
    }
  }
}
