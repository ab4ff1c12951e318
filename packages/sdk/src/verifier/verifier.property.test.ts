import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommittedChange } from "@keyward/core/feed/change";
import type { RoleId } from "@keyward/core/id";
import { nextState } from "@keyward/core/model/key-state";
import type { Api, Key, Owner, Role } from "@keyward/core/model/records";
import { compileRestrictions } from "@keyward/core/restriction/restrictions";
import { compileGrants } from "@keyward/core/scope/scope";
import { instant } from "@keyward/core/time";
import { decide } from "@keyward/core/verdict/decide";
import type { DecisionRequest } from "@keyward/core/verdict/request";
import type { KeySnapshot } from "@keyward/core/verdict/snapshot";
import * as fc from "fast-check";
import {
  Feed,
  NOW,
  grant,
  makeApi,
  makeKey,
  makeOwner,
  makePresented,
  makeRole,
  makeSecret,
} from "../testing/verifier-fixture.ts";
import { Verifier } from "./verifier.ts";

const GRANTS = [[], [grant("invoices:read")], [grant("invoices:*")], [grant("reports:list")]];
const RESTRICTIONS = [null, { ips: ["203.0.113.0/24"] }, { ips: ["2001:db8::/32"] }];
const METADATA = [{}, { plan: "pro" }, { plan: "free", seats: 3 }];
const REQUESTS: readonly DecisionRequest[] = [
  {},
  { api: "acme", environment: "live", context: { ip: "203.0.113.9" } },
  { scopes: { all: ["invoices:read"] }, context: { ip: "2001:db8::1" } },
];
const SLOTS = 6;

/** One thing that happens in one of the two workspaces; `at` picks the key, owner or role, `choice` what becomes of it. */
const step = fc.record({
  workspace: fc.nat({ max: 1 }),
  at: fc.nat({ max: SLOTS - 1 }),
  choice: fc.nat({ max: 11 }),
  what: fc.constantFrom(
    "create",
    "update",
    "rotate",
    "revoke",
    "disable",
    "delete",
    "role",
    "delete role",
    "owner",
    "rename owner",
    "repeat",
  ),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** A workspace as its authority knows it, in plain Maps. */
class Workspace {
  readonly feed = new Feed();
  readonly api: Api = makeApi(this.feed.workspaceId);
  readonly owners: Owner[] = [0, 1, 2].map((at) =>
    makeOwner(this.feed.workspaceId, { externalId: `customer-${at}` }),
  );
  readonly roles: Role[] = [0, 1].map((at) => makeRole(this.api, GRANTS[at + 1] ?? []));
  readonly presentRoles = new Map<RoleId, Role>();
  readonly keys = new Map<number, Key>();
  readonly revs = new Map<string, number>();
  /** Every presented key ever made here. */
  readonly presented: string[] = [];
  readonly changes: CommittedChange[] = [];

  constructor() {
    this.commit({ entity: "api", id: this.api.id, value: this.api });
    for (const value of this.owners) this.commit({ entity: "owner", id: value.id, value });
  }

  commit(change: CommittedChange["change"]): void {
    this.changes.push(this.feed.commit(change));
    this.revs.set(change.id, this.feed.rev);
  }

  putKey(at: number, key: Key): void {
    this.keys.set(at, key);
    this.commit({ entity: "key", id: key.id, value: key });
  }

  putOwner(at: number, value: Owner): void {
    this.owners[at] = value;
    this.commit({ entity: "owner", id: value.id, value });
  }

  makeSecret(choice: number) {
    const presented = makePresented();
    this.presented.push(presented);
    return makeSecret(presented, {
      notBefore: choice % 4 === 1 ? instant(NOW + choice) : null,
      expiresAt: choice % 4 === 2 ? instant(NOW + choice - 6) : null,
    });
  }

  policy(choice: number) {
    const roles = [[], [this.roles[0]], [this.roles[1], this.roles[0]]][choice % 3] ?? [];
    return {
      scopes: GRANTS[choice % 4] ?? [],
      roleIds: roles.flatMap((role) => role?.id ?? []),
      restrictions: RESTRICTIONS[choice % 3] ?? null,
      metadata: METADATA[choice % 3] ?? {},
      expiresAt: choice % 5 === 0 ? instant(NOW + choice - 5) : null,
    };
  }

  run({ what, at, choice }: Step): void {
    const key = this.keys.get(at);
    const owner = this.owners[choice % 3] ?? assert.fail();
    const role = this.roles[choice % 2] ?? assert.fail();
    switch (what) {
      case "create": {
        if (key !== undefined) return;
        const fields = { ...this.policy(choice), secrets: [this.makeSecret(choice)] };
        return this.putKey(at, makeKey(this.api, owner, fields));
      }
      case "update":
        if (key) this.putKey(at, { ...key, ...this.policy(choice), ownerId: owner.id });
        return;
      case "rotate":
        if (!key) return;
        return this.putKey(at, {
          ...key,
          secrets: [...key.secrets, this.makeSecret(choice)].slice(-2),
        });
      case "revoke":
        if (key) this.putKey(at, { ...key, state: nextState(key.state, "revoke") });
        return;
      case "disable":
        if (key) {
          const action = choice % 2 === 0 ? "disable" : "enable";
          this.putKey(at, { ...key, state: nextState(key.state, action) });
        }
        return;
      case "delete":
        if (!key) return;
        this.keys.delete(at);
        return this.commit({ entity: "key", id: key.id, value: null });
      case "role": {
        const value = { ...role, scopes: GRANTS[choice % 4] ?? [] };
        this.presentRoles.set(role.id, value);
        return this.commit({ entity: "role", id: role.id, value });
      }
      case "delete role":
        this.presentRoles.delete(role.id);
        return this.commit({ entity: "role", id: role.id, value: null });
      case "owner":
        return this.putOwner(choice % 3, { ...owner, disabled: choice % 2 === 0 });
      case "rename owner":
        return this.putOwner(choice % 3, { ...owner, externalId: `customer-${choice}-renamed` });
      case "repeat": {
        // Redelivery: everything since some point comes once more.
        const again = this.changes.slice(-choice - 1);
        this.changes.push(...again);
      }
    }
  }

  /** What the naive form makes of a presented key. */
  snapshot(digest: string): KeySnapshot | undefined {
    for (const key of this.keys.values()) {
      const secret = key.secrets.find((one) => one.digest === digest);
      if (secret === undefined) continue;
      const owner = this.owners.find(({ id }) => id === key.ownerId) ?? assert.fail();
      const roles = key.roleIds.flatMap((id) => this.presentRoles.get(id)?.scopes ?? []);
      const compiled =
        key.restrictions === null ? undefined : compileRestrictions(key.restrictions);
      return {
        workspaceId: this.feed.workspaceId,
        keyId: key.id,
        secretId: secret.id,
        apiId: this.api.id,
        apiPrefix: "acme",
        ownerId: owner.id,
        ownerExternalId: owner.externalId,
        ownerDisabled: owner.disabled,
        kind: key.kind,
        environment: key.environment,
        state: key.state,
        expiresAt: key.expiresAt ?? undefined,
        secretNotBefore: secret.notBefore ?? undefined,
        secretExpiresAt: secret.expiresAt ?? undefined,
        grants: compileGrants([...new Set([...key.scopes, ...roles])]),
        restrictions: compiled?.ok === true ? compiled.restrictions : undefined,
        limits: [],
        ownerLimits: [],
        apiLimits: [],
        metadata: key.metadata,
        token: undefined,
        rev: this.revs.get(key.id) ?? assert.fail(),
      };
    }
    return undefined;
  }
}

/** A view as a plain object, so that it can be compared. */
function copy(key: KeySnapshot): KeySnapshot {
  assert.ok(key.token === undefined, "no token is presented here");
  const { workspaceId, keyId, secretId, apiId, apiPrefix, ownerId, ownerExternalId } = key;
  const { ownerDisabled, kind, environment, state, expiresAt, secretNotBefore } = key;
  const { secretExpiresAt, grants, restrictions, metadata, rev } = key;
  const { limits, ownerLimits, apiLimits } = key;
  const ids = { workspaceId, keyId, secretId, apiId, apiPrefix, ownerId, ownerExternalId };
  const times = { expiresAt, secretNotBefore, secretExpiresAt };
  return {
    ...ids,
    ...times,
    ownerDisabled,
    kind,
    environment,
    state,
    grants,
    restrictions,
    limits,
    ownerLimits,
    apiLimits,
    metadata,
    token: undefined,
    rev,
  };
}

test("K2, I3: after any sequence of changes the packed tables say what plain Maps of the same records say", () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 120, size: "max" }),
      fc.integer({ min: 1, max: 9 }),
      (steps, batch) => {
        const workspaces = [new Workspace(), new Workspace()] as const;
        for (const one of steps) workspaces[one.workspace === 0 ? 0 : 1].run(one);
        const verifier = new Verifier();
        for (let at = 0; workspaces.some(({ changes }) => at < changes.length); at += batch) {
          for (const { changes } of workspaces) verifier.apply(changes.slice(at, at + batch));
        }
        for (const workspace of workspaces) {
          const other = workspaces[workspace === workspaces[0] ? 1 : 0];
          assert.equal(verifier.revOf(workspace.feed.workspaceId), workspace.feed.rev);
          for (const presented of workspace.presented) {
            const expected = workspace.snapshot(makeSecret(presented).digest);
            const found = verifier.find(presented);
            assert.deepEqual(found && copy(found), expected);
            for (const request of REQUESTS) {
              const verdict = verifier.verify(workspace.feed.workspaceId, presented, request, NOW);
              const wanted =
                expected === undefined ? "unknown" : decide(expected, request, NOW).code;
              assert.equal(verdict.code, wanted);
            }
            const elsewhere = verifier.verify(other.feed.workspaceId, presented, {}, NOW);
            assert.equal(elsewhere.code, "unknown");
            assert.equal(elsewhere.key, undefined);
          }
        }
        const keys = workspaces.flatMap((workspace) => [...workspace.keys.values()]);
        const roleIds = new Set(keys.flatMap((key) => key.roleIds));
        for (const { presentRoles } of workspaces)
          for (const id of presentRoles.keys()) roleIds.add(id);
        assert.equal(verifier.counts.apis, 2);
        assert.equal(verifier.counts.owners, 6);
        assert.equal(verifier.counts.roles, roleIds.size);
        assert.equal(verifier.counts.keys, keys.length);
        const metadata = new Set(keys.map((key) => JSON.stringify(key.metadata)));
        assert.equal(
          verifier.counts.metadata,
          metadata.has("{}") ? metadata.size - 1 : metadata.size,
        );
        assert.equal(verifier.counts.secrets, keys.flatMap(({ secrets }) => secrets).length);
      },
    ),
    { numRuns: 200 },
  );
});
