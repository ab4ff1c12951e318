// The two databases that run the shared SQL, and the few places where they do not speak alike.
import {
  createQueryId,
  DummyDriver,
  PostgresQueryCompiler,
  RawNode,
  sql,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type {
  Dialect as Compiling,
  Expression,
  OperationNode,
  RawBuilder,
  RootOperationNode,
  SqlBool,
} from "kysely";

export type Dialect = "sqlite" | "postgres";

/** SQL as a database takes it. */
export interface Compiled {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Builds trees, and runs nothing. */
export const TREES: Compiling = {
  createAdapter: () => new SqliteAdapter(),
  createDriver: () => new DummyDriver(),
  createIntrospector: (database) => new SqliteIntrospector(database),
  createQueryCompiler: () => new SqliteQueryCompiler(),
};

/** As it stands it is SQLite's; beside it lies what PostgreSQL is told instead. */
interface VariantNode extends RawNode {
  readonly postgres: OperationNode;
}

class PostgresVariants extends PostgresQueryCompiler {
  protected override visitRaw(node: RawNode): void {
    if ("postgres" in node) this.visitNode((node as VariantNode).postgres);
    else super.visitRaw(node);
  }
}

export function compile(node: RootOperationNode, dialect: Dialect): Compiled {
  const compiler = dialect === "sqlite" ? new SqliteQueryCompiler() : new PostgresVariants();
  return compiler.compileQuery(node, createQueryId());
}

/** The one way to say something to each database in its own words. */
export function byDialect<Value>(words: Record<Dialect, RawBuilder<Value>>): RawBuilder<Value> {
  const node: VariantNode = {
    ...RawNode.createWithChild(words.sqlite.toOperationNode()),
    postgres: words.postgres.toOperationNode(),
  };
  // A builder whose tree is this node, whatever it is made a part of.
  return sql<Value>`${{ expressionType: undefined, toOperationNode: () => node } satisfies Expression<Value>}`;
}

/**
 * Whether the column is one of a list, which travels as one parameter in JSON, so that its length does not make another
 * statement.
 */
export function isAmong(column: string, list: string): RawBuilder<SqlBool> {
  const reference = sql.ref(column);
  return byDialect({
    sqlite: sql<SqlBool>`${reference} in (select value from json_each(${list}))`,
    postgres: sql<SqlBool>`${reference} = any(array(select json_array_elements_text(cast(${list} as json))))`,
  });
}

/** {@link isAmong} of numbers. */
export function isNumberAmong(column: string, list: string): RawBuilder<SqlBool> {
  const reference = sql.ref(column);
  return byDialect({
    sqlite: sql<SqlBool>`${reference} in (select value from json_each(${list}))`,
    postgres: sql<SqlBool>`${reference} = any(array(select cast(json_array_elements_text(cast(${list} as json)) as bigint)))`,
  });
}

/** Rows of numbers to be inserted, which travel as a list of lists in JSON: any number of rows is one statement. */
export function rowsOfNumbers(
  rows: string,
  before: Expression<unknown>,
  width: number,
): RawBuilder<unknown> {
  const columns = Array.from({ length: width }, (_, column) => {
    return sql`cast(value ->> ${sql.lit(column)} as bigint)`;
  });
  // Without a condition SQLite would take the words about a conflict for a join's.
  return sql`select ${before}, ${sql.join(columns)} from ${byDialect({
    sqlite: sql`json_each(${rows})`,
    postgres: sql`json_array_elements(cast(${rows} as json))`,
  })} where true`;
}

/** Whether the column holds the text, letter by letter. */
export function holdsText(column: string, text: string): RawBuilder<SqlBool> {
  const reference = sql.ref(column);
  return byDialect({
    sqlite: sql<SqlBool>`instr(${reference}, ${text}) > 0`,
    postgres: sql<SqlBool>`strpos(${reference}, ${text}) > 0`,
  });
}

/** The column, where SQLite may not use an index for it: without statistics it would choose the wrong one. */
export function notByIndex(column: string): RawBuilder<unknown> {
  const reference = sql.ref(column);
  return byDialect({ sqlite: sql`+${reference}`, postgres: sql`${reference}` });
}
