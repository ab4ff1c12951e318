// For tests: the operations on a real database in a directory of their own, with a verifier that follows it.
import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { AuditEvent } from "@keyward/core/audit/event";
import { OperationError } from "@keyward/core/failure/failures";
import type { FailureCode } from "@keyward/core/failure/failures";
import type { CommittedChange } from "@keyward/core/feed/change";
import { decide } from "@keyward/core/verdict/decide";
import { Verifier } from "@keyward/sdk/verifier/verifier";
import type { z } from "zod";
import type { Operation } from "../contract/operation.ts";
import { OPERATIONS } from "../contract/operations.ts";
import type { InputOf, OperationId, ResultOf } from "../contract/operations.ts";
import { BUILT_IN_API } from "../contract/permissions.ts";
import { Egress } from "../egress/egress.ts";
import type { Call, Caller, Written } from "../operations/call.ts";
import { CheckpointSigner } from "../audit/checkpoint.ts";
import { Cursors } from "../operations/cursors.ts";
import { firstStart } from "../operations/first-start.ts";
import type { ReadAccess, ReadId, WriteId } from "../operations/handlers.ts";
import { READ_HANDLERS } from "../operations/read-handlers.ts";
import { WRITE_HANDLERS } from "../operations/write-handlers.ts";
import { tenantScope } from "../storage/storage.ts";
import type { Storage, TenantScope, Writer } from "../storage/storage.ts";
import { openSqliteStorage } from "../storage/sqlite/open-sqlite-storage.ts";
import { FakeClock } from "./fake-clock.ts";
import { SeededRandom } from "./seeded-random.ts";

type Definition<Id extends OperationId> = (typeof OPERATIONS)[Id];
type InputOrNothing<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined;

/** What a request would carry, as it stands on the wire. */
export interface Wire<Id extends OperationId> {
  readonly params?: z.input<Definition<Id>["params"]>;
  readonly query?: z.input<Definition<Id>["query"]>;
  readonly body?: InputOrNothing<Definition<Id>["body"]>;
  readonly ifMatch?: number;
}

export interface Workbench {
  readonly storage: Storage;
  readonly clock: FakeClock;
  readonly random: SeededRandom;
  /** Fed with every commit from the first on. */
  readonly verifier: Verifier;
  /** Every change, in the order of the commits. */
  readonly changes: readonly CommittedChange[];
  /** The first management key: it may do everything, in the operator's workspace. */
  readonly operator: Caller;
  readonly operatorSecret: string;
  /** Whom a management key speaks for, as the edge establishes it; refused keys fail the test. */
  callerOf(secret: string): Caller;
  /** Runs an operation that reads, its input parsed by the contract. */
  read<Id extends ReadId>(as: Caller, id: Id, wire?: Wire<Id>): Promise<ResultOf<Id>>;
  /** Runs an operation that writes, in a transaction, its input parsed by the contract. */
  write<Id extends WriteId>(as: Caller, id: Id, wire?: Wire<Id>): Promise<ResultOf<Id>>;
  /** The same, with the rev. */
  writeFully<Id extends WriteId>(
    as: Caller,
    id: Id,
    wire?: Wire<Id>,
  ): Promise<Written<ResultOf<Id>>>;
  /** All audit events of a workspace, oldest first. */
  auditOf(scope: TenantScope): Promise<readonly AuditEvent[]>;
  directory: string;
}

/** Where every call comes from. */
export const CALLER_IP = "203.0.113.7";

/** Opens an empty storage, makes the first workspace, and closes and removes all of it after the test. */
export async function openWorkbench(t: TestContext, seed = t.name): Promise<Workbench> {
  const directory = mkdtempSync(join(tmpdir(), "keyward-"));
  const clock = new FakeClock();
  const random = new SeededRandom(seed);
  const storage = await openSqliteStorage({ directory, clock, random });
  t.after(async () => {
    await storage.close();
    rmSync(directory, { recursive: true });
  });
  const verifier = new Verifier();
  const changes: CommittedChange[] = [];
  storage.subscribe((committed) => {
    changes.push(...committed);
    verifier.apply(committed);
  });
  let operatorSecret = "";
  await firstStart(storage, {
    clock,
    random,
    deliver: (secret) => {
      operatorSecret = secret.reveal();
      return Promise.resolve();
    },
  });
  const checkpoints = await CheckpointSigner.fromSeed(random.bytes(32));
  const cursors = new Cursors(createSecretKey(random.bytes(32)));
  const sealingKey = createSecretKey(random.bytes(32));
  const egress = new Egress({ allowed: [] });

  const isOperator = new Map<TenantScope, boolean>();
  for (const { change } of changes) {
    if (change.entity === "workspace")
      isOperator.set(tenantScope(change.id), change.value.operator);
  }
  const callerOf = (secret: string): Caller => {
    const key = verifier.find(secret);
    assert.ok(key !== undefined && key.token === undefined, "nobody has this management key");
    const asked = {
      api: BUILT_IN_API.prefix,
      environment: "live",
      context: { ip: CALLER_IP },
    } as const;
    const verdict = decide(key, asked, clock.now());
    assert.equal(verdict.code, "allowed");
    const scope = tenantScope(key.workspaceId);
    const { keyId, grants, expiresAt } = key;
    return {
      scope,
      keyId,
      member: undefined,
      grants,
      expiresAt,
      operator: isOperator.get(scope) ?? false,
    };
  };
  let requestCount = 0;
  const callAs = (caller: Caller, ifMatch: number | undefined): Call => ({
    caller,
    actor: actorOf(caller),
    requestId: `request-${++requestCount}`,
    now: clock.now(),
    ifMatch,
    random,
    cursors,
    webhooks: { sealingKey, urlProblem: (url) => egress.problemOf(url) },
    portal: { sealingKey, baseUrl: () => "https://keys.example.com" },
    checkpoints,
  });
  const writeFully = async <Id extends WriteId>(as: Caller, id: Id, wire: Wire<Id> = {}) => {
    const handler = WRITE_HANDLERS[id] as unknown as (
      call: Call,
      writer: Writer,
      input: InputOf<Id>,
    ) => Promise<Written<ResultOf<Id>>>;
    const input = parseInput(id, wire);
    return await storage.write((writer) => handler(callAs(as, wire.ifMatch), writer, input));
  };
  return {
    storage,
    clock,
    random,
    verifier,
    changes,
    operator: callerOf(operatorSecret),
    operatorSecret,
    directory,
    callerOf,
    async read(as, id, wire = {}) {
      const handler = READ_HANDLERS[id] as unknown as (
        call: Call,
        access: ReadAccess,
        input: InputOf<typeof id>,
      ) => Promise<ResultOf<typeof id>>;
      const { reader, system, usage, logs } = storage;
      return await handler(
        callAs(as, wire.ifMatch),
        { reader, system, usage, logs, pause: () => Promise.resolve() },
        parseInput(id, wire),
      );
    },
    write: async (as, id, wire) => (await writeFully(as, id, wire)).result,
    writeFully,
    async auditOf(scope) {
      const events: AuditEvent[] = [];
      for (let after: string | null = null; ;) {
        const page = await storage.reader.listAuditEvents(scope, {}, { limit: 250, after });
        events.push(...page.items);
        if (!page.more) return events.toReversed();
        after = page.items.at(-1)?.id ?? null;
      }
    },
  };
}

function actorOf({ keyId, member }: Caller): Call["actor"] {
  if (member !== undefined) return { type: "member", id: member.id, ip: CALLER_IP };
  return { type: "key", id: keyId ?? assert.fail(), ip: CALLER_IP };
}

function parseInput<Id extends OperationId>(
  id: Id,
  { params, query, body }: Wire<Id>,
): InputOf<Id> {
  const operation: Operation = OPERATIONS[id];
  return {
    params: operation.params.parse(params ?? {}),
    query: operation.query.parse(query ?? {}),
    body: operation.body?.parse(body ?? (operation.bodyOptional ? {} : body)),
  } as InputOf<Id>;
}

/** Asserts that an operation fails with this code, and where it names a place in the input, with this pointer. */
export async function assertFails(
  work: Promise<unknown>,
  code: FailureCode,
  problem?: { readonly pointer: string; readonly code: string },
): Promise<void> {
  const failure = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failure !== undefined && !(failure instanceof OperationError)) throw failure;
  assert.equal(failure?.code, code);
  if (problem === undefined) return;
  assert.deepEqual(
    failure?.problems.map(({ pointer, code }) => ({ pointer, code })),
    [problem],
  );
}

/** An api with the prefix `acme` and a few scopes. */
export function createAcme(
  bench: Workbench,
  fields: Partial<z.input<(typeof OPERATIONS)["apis.create"]["body"]>> = {},
): Promise<ResultOf<"apis.create">> {
  return bench.write(bench.operator, "apis.create", {
    body: {
      name: "Acme",
      prefix: "acme",
      audience: "https://api.acme.example",
      scopes: ["invoices:read", "invoices:write", "reports:list"],
      ...fields,
    },
  });
}

/** A key of the api `acme`, of an owner that it brings along. */
export function createAcmeKey(
  bench: Workbench,
  fields: Partial<z.input<(typeof OPERATIONS)["keys.create"]["body"]>> = {},
): Promise<ResultOf<"keys.create">> {
  return bench.write(bench.operator, "keys.create", {
    body: { api: "acme", name: "production", owner: "customer-1", ...fields },
  });
}

/** A management key with these permissions, and who calls with it. */
export async function createManager(
  bench: Workbench,
  scopes: readonly string[],
  fields: Partial<z.input<(typeof OPERATIONS)["keys.create"]["body"]>> = {},
): Promise<{ readonly key: ResultOf<"keys.create">; readonly caller: Caller }> {
  const key = await bench.write(bench.operator, "keys.create", {
    body: { api: "keyward", name: "manager", owner: "team-1", scopes: [...scopes], ...fields },
  });
  return { key, caller: bench.callerOf(key.secret) };
}

/** Another tenant, and who calls with its first management key. */
export async function createTenant(
  bench: Workbench,
  name = "Beta",
): Promise<{ readonly workspace: ResultOf<"workspaces.create">; readonly caller: Caller }> {
  const workspace = await bench.write(bench.operator, "workspaces.create", { body: { name } });
  return { workspace, caller: bench.callerOf(workspace.management_key.secret) };
}
