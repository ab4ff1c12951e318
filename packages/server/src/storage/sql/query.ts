/**
 * What is asked of a database, without the asking: a query is a generator that yields statements, and whoever runs it
 * answers each with what the database says. SQLite is asked within one turn, so that a query sees one state; PostgreSQL
 * is asked with awaits, in one transaction.
 */
import type { Statement } from "./statement.ts";

declare const CURSOR: unique symbol;

/** Rows that are still to be fetched. */
export interface Cursor<Row> {
  readonly [CURSOR]: Row;
}

export type Step =
  | { readonly kind: "all" | "find" | "run"; readonly statement: Statement<unknown> }
  | { readonly kind: "open"; readonly statement: Statement<unknown>; readonly arrays: boolean }
  | { readonly kind: "fetch"; readonly cursor: Cursor<unknown>; readonly limit: number }
  | { readonly kind: "pause" | "save" | "release" | "undo" };

export type Query<Result> = Generator<Step, Result, unknown>;

/** A query whose result comes batch by batch. */
export type Scan<Batch> = Generator<Step | Emitted<Batch>, void, unknown>;

export interface Emitted<Batch> {
  readonly kind: "emit";
  readonly batch: Batch;
}

/** A port, each method of which is a query. */
export type Queries<Port> = {
  readonly [Name in keyof Port]: Port[Name] extends (...of: infer Of) => Promise<infer Result>
    ? (...of: Of) => Query<Result>
    : never;
};

/** Has a query answered; `scope` is the workspace that it stays in, or nothing that it does. */
export type Run = <Result>(query: Query<Result>, scope: unknown) => Promise<Result>;

/** The port whose methods have their queries run. The scope of a query is its first argument. */
export function answering<Port extends object>(queries: Queries<Port>, run: Run): Port {
  const methods = Object.entries<(...of: readonly unknown[]) => Query<unknown>>(queries as never);
  return Object.fromEntries(
    methods.map(([name, query]) => [name, (...of: readonly unknown[]) => run(query(...of), of[0])]),
  ) as Port;
}

export function* all<Row>(statement: Statement<Row>): Query<readonly Row[]> {
  return (yield { kind: "all", statement }) as readonly Row[];
}

export function* find<Row>(statement: Statement<Row>): Query<Row | undefined> {
  return (yield { kind: "find", statement }) as Row | undefined;
}

/** Answers with the number of rows changed. */
export function* run(statement: Statement<unknown>): Query<number> {
  return (yield { kind: "run", statement }) as number;
}

/** Lets others have their turn. What is read afterwards may be of a later state, unless the query is a scan. */
export function* pause(): Query<void> {
  yield { kind: "pause" };
}

/** Rows some at a time, however many there are. Only in a scan, whose transaction keeps them. */
export function* open<Row>(statement: Statement<Row>): Query<Cursor<Row>> {
  return (yield { kind: "open", statement, arrays: false }) as Cursor<Row>;
}

/** The same as arrays in the order of the columns, a third faster: for millions of rows. */
export function* openArrays<Row>(statement: Statement<unknown>): Query<Cursor<Row>> {
  return (yield { kind: "open", statement, arrays: true }) as Cursor<Row>;
}

/** Fewer than the limit when there are no more. */
export function* fetch<Row>(cursor: Cursor<Row>, limit: number): Query<readonly Row[]> {
  return (yield { kind: "fetch", cursor, limit }) as readonly Row[];
}

export function* emit<Batch>(batch: Batch): Scan<Batch> {
  yield { kind: "emit", batch };
}

/** Runs a part of a transaction that may be refused by a constraint, and leaves nothing behind then. */
export function* attempt<Result>(part: Query<Result>): Query<Result> {
  yield { kind: "save" };
  try {
    const result = yield* part;
    yield { kind: "release" };
    return result;
  } catch (error) {
    yield { kind: "undo" };
    throw error;
  }
}
