// The pool, and transactions on its connections. Nothing outlives a transaction, so that a pooler which lends a connection
// for one transaction at a time (PgBouncer) may stand between.
import { Pool } from "pg";
import type { PoolClient, PoolConfig } from "pg";
import { translated, unavailable } from "./postgres-error.ts";
import { tenantIs } from "./tenant.ts";
import type { Tenant } from "./tenant.ts";
import { Transaction } from "./transaction.ts";
import type { Rewrite } from "./transaction.ts";
import { VALUE_TYPES } from "./values.ts";

/** Connections of one node. */
export const CONNECTIONS_MAX = 20;
/** How long a connection is waited for, be it one of the pool or a new one. */
const CONNECT_MS_MAX = 5_000;
const IDLE_MS_MAX = 30_000;
const LIFETIME_SECONDS_MAX = 1_800;
/** A statement that takes longer is given up, by the server and, should that be frozen, by us. */
const STATEMENT_MS_MAX = 10_000;
const LOCK_MS_MAX = 5_000;
/** A node that is frozen within a transaction must not hold its locks for longer. */
const IDLE_IN_TRANSACTION_MS_MAX = 5_000;
/** What is read for a scan waits for whoever takes it. */
const IDLE_IN_SCAN_MS_MAX = 60_000;
const ANSWER_MS_MAX = STATEMENT_MS_MAX + 2_000;

type Kind = "write" | "read" | "scan";

const BEGIN = {
  write: `begin isolation level read committed; set local idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS_MAX}`,
  read: `begin isolation level repeatable read read only; set local idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS_MAX}`,
  scan: `begin isolation level repeatable read read only; set local idle_in_transaction_session_timeout = ${IDLE_IN_SCAN_MS_MAX}`,
} as const satisfies Record<Kind, string>;

const LIMITS = `set local statement_timeout = ${STATEMENT_MS_MAX}; set local lock_timeout = ${LOCK_MS_MAX}`;

export class Connections {
  readonly #pool: Pool;
  readonly #rewrite: Rewrite;

  constructor(config: Pick<PoolConfig, "connectionString">, rewrite: Rewrite = (sql) => sql) {
    this.#rewrite = rewrite;
    this.#pool = new Pool({
      ...config,
      max: CONNECTIONS_MAX,
      connectionTimeoutMillis: CONNECT_MS_MAX,
      idleTimeoutMillis: IDLE_MS_MAX,
      maxLifetimeSeconds: LIFETIME_SECONDS_MAX,
      query_timeout: ANSWER_MS_MAX,
      keepAlive: true,
      application_name: "keyward",
      types: VALUE_TYPES,
    });
    // Of a connection that breaks while it is idle: the next one who wants it is given another.
    this.#pool.on("error", () => {});
    // Of one that breaks while it is lent: whoever asks it next is told.
    this.#pool.on("connect", (client) => client.on("error", () => {}));
  }

  /** @throws OperationError `unavailable` */
  async begin(kind: Kind, tenant: Tenant): Promise<Transaction> {
    const client = await this.connect();
    try {
      await client.query(`${BEGIN[kind]}; ${LIMITS}; ${tenantIs(tenant)}`);
      return new Transaction(client, tenant, this.#rewrite);
    } catch (error) {
      client.release(true);
      throw translated(error);
    }
  }

  /** Reads as of one moment. */
  async read<Result>(
    tenant: Tenant,
    action: (transaction: Transaction) => Promise<Result>,
  ): Promise<Result> {
    const transaction = await this.begin("read", tenant);
    try {
      const result = await action(transaction);
      // Nothing was written, so nobody has to wait until it is over.
      void transaction.commit().catch(() => {});
      return result;
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
  }

  async write<Result>(
    tenant: Tenant,
    action: (transaction: Transaction) => Promise<Result>,
  ): Promise<Result> {
    const transaction = await this.begin("write", tenant);
    let result: Result;
    try {
      result = await action(transaction);
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
    await transaction.commit();
    return result;
  }

  async connect(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw unavailable(error);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
