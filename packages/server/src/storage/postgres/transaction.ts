import { DatabaseError } from "pg";
import type { PoolClient, QueryArrayConfig } from "pg";
import type { Query, Scan, Step } from "../sql/query.ts";
import type { Statement } from "../sql/statement.ts";
import type { TenantScope } from "../storage.ts";
import { translated } from "./postgres-error.ts";
import { tenantIs } from "./tenant.ts";
import type { Tenant } from "./tenant.ts";
import { toParameter } from "./values.ts";

/** For tests: gives the SQL that is run in place of this, in a transaction of the tenant. */
export type Rewrite = (sql: string, tenant: Tenant) => string;

interface OpenCursor {
  readonly name: string;
  readonly arrays: boolean;
}

/** One transaction on one connection, which it gives back at its end. It runs one query at a time. */
export class Transaction {
  readonly #client: PoolClient;
  readonly #rewrite: Rewrite;
  #locked = new Set<TenantScope>();
  #tenant: Tenant;
  #cursorCount = 0;
  #isOver = false;
  /** The connection has failed, or has not answered in time: what it would answer now is not known. */
  #isBroken = false;
  /** The query that was asked last; each waits for the one before. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: PoolClient, tenant: Tenant, rewrite: Rewrite) {
    this.#rewrite = rewrite;
    this.#client = client;
    this.#tenant = tenant;
  }

  /**
   * Stands in for the workspace from now on. Its row is locked until the end: whoever writes in a workspace does so
   * alone, on any number of nodes, and so its revs are given in the order of the commits (F16).
   */
  async enter(scope: TenantScope): Promise<void> {
    if (this.#tenant === scope && this.#locked.has(scope)) return;
    const isLocked = this.#locked.has(scope);
    const lock = `select last_rev from workspaces where workspace_id = '${scope}' for update`;
    await this.execute(isLocked ? tenantIs(scope) : `${tenantIs(scope)}; ${lock}`);
    this.#tenant = scope;
    this.#locked.add(scope);
  }

  /** Between two works of the workspace, each of which is to leave nothing behind should it fail. */
  async nextWork(scope: TenantScope, before: "none" | "kept" | "undone"): Promise<void> {
    const end = { none: "", kept: "release work; ", undone: "rollback to work; release work; " };
    await this.execute(`${end[before]}${tenantIs(scope)}; savepoint work`);
    this.#tenant = scope;
    // What was locked since is let go of again.
    if (before === "undone") this.#locked = new Set([scope]);
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Has a query answered. */
  async drive<Result>(query: Query<Result>): Promise<Result> {
    return await this.#alone(async () => {
      let step = query.next();
      while (step.done !== true) step = await this.#answer(query, step.value);
      return step.value;
    });
  }

  /** What a scan emits, batch by batch. */
  async *scan<Batch>(scan: Scan<Batch>): AsyncGenerator<Batch> {
    let step = scan.next();
    while (step.done !== true) {
      if (step.value.kind === "emit") {
        yield step.value.batch;
        step = scan.next();
      } else step = await this.#answer(scan, step.value);
    }
  }

  /** SQL without parameters, several statements in one message. */
  async execute(sql: string): Promise<void> {
    await this.#send(sql);
  }

  async rows<Row>(statement: Statement<Row>): Promise<readonly Row[]> {
    return (await this.#query(statement)).rows as Row[];
  }

  /** @param last what is said in the same message */
  async commit(last = ""): Promise<void> {
    this.#assertOpen();
    try {
      await this.#send(`${last}commit`);
    } finally {
      this.#end();
    }
  }

  /** Never fails: a connection that cannot say so is closed, which says it too. */
  async rollback(): Promise<void> {
    if (this.#isOver) return;
    if (!this.#isBroken) await this.#send("rollback").catch(() => {});
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    this.#client.release(this.#isBroken);
  }

  async #send(query: string | QueryArrayConfig, parameters?: readonly unknown[]) {
    this.#assertOpen();
    try {
      return await this.#client.query(query as string, parameters?.map(toParameter));
    } catch (error) {
      this.#isBroken ||= !(error instanceof DatabaseError) || isGone(error);
      throw translated(error);
    }
  }

  async #answer<Yielded, Result>(
    query: Generator<Yielded, Result, unknown>,
    step: Step,
  ): Promise<IteratorResult<Yielded, Result>> {
    let result: unknown;
    try {
      result = await this.#execute(step);
    } catch (error) {
      return query.throw(error);
    }
    return query.next(result);
  }

  async #execute(step: Step): Promise<unknown> {
    switch (step.kind) {
      case "all":
        return (await this.#query(step.statement)).rows;
      case "find":
        return (await this.#query(step.statement)).rows[0];
      case "run":
        return (await this.#query(step.statement)).rowCount ?? 0;
      case "open":
        return await this.#open(step.statement, step.arrays);
      case "fetch":
        return await this.#fetch(step.cursor as unknown as OpenCursor, step.limit);
      case "save":
        return await this.#send("savepoint attempt");
      case "release":
        return await this.#send("release attempt");
      case "undo":
        return await this.#send("rollback to attempt; release attempt");
      case "pause":
        return undefined;
    }
  }

  #query(statement: Statement<unknown>) {
    const { sql, parameters } = statement.in("postgres");
    return this.#send(this.#rewrite(sql, this.#tenant), parameters);
  }

  async #open(statement: Statement<unknown>, arrays: boolean): Promise<OpenCursor> {
    const name = `cursor_${++this.#cursorCount}`;
    const { sql, parameters } = statement.in("postgres");
    const declare = `declare ${name} no scroll cursor for ${this.#rewrite(sql, this.#tenant)}`;
    await this.#send(declare, parameters);
    return { name, arrays };
  }

  async #fetch({ name, arrays }: OpenCursor, limit: number): Promise<readonly unknown[]> {
    const text = `fetch ${limit} from ${name}`;
    return (await this.#send(arrays ? { text, rowMode: "array" } : text)).rows;
  }

  /** Statements of two queries of one work must not run into each other. */
  async #alone<Result>(action: () => Promise<Result>): Promise<Result> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    try {
      return await action();
    } finally {
      resolve();
    }
  }

  #assertOpen(): void {
    if (this.#isOver) throw new Error("a transaction was used after its end");
  }
}

/** The server ends the connection with this answer. */
function isGone({ code = "" }: DatabaseError): boolean {
  return code.startsWith("57P") || code.startsWith("08") || code === "25P03";
}
