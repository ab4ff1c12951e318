// SQL is written with Kysely, which checks it against the schema, and run by Connection, which is synchronous.
import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { Compilable, CompiledQuery } from "kysely";
import type { Schema } from "./schema.ts";

/** SQL with its parameters. `Row` is what a row of its result looks like. */
export type Statement<Row> = Pick<CompiledQuery<Row>, "sql" | "parameters"> & {
  /** Never there; it carries the type. */
  readonly row?: Row;
};

/** Builds statements and cannot run any. Queries on a tenant's tables start at `scoped` instead. */
export const builder = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

export function statement<Row>(query: Compilable<Row>): Statement<Row> {
  return query.compile();
}

/** Stands for an argument while a statement is compiled. */
class Hole {
  readonly name: PropertyKey;

  constructor(name: PropertyKey) {
    this.name = name;
  }
}

/**
 * Compiles a statement once for all arguments, because building and compiling costs several times what SQLite then
 * needs to run it. `build` must use each argument as a value as it is.
 */
export function prepared<Arguments extends object, Row>(
  build: (holes: Arguments) => Compilable<Row>,
): (values: Arguments) => Statement<Row> {
  let template: Statement<Row> | undefined;
  return (values) => {
    template ??= statement(build(HOLES as Arguments));
    const parameters = template.parameters.map((parameter) =>
      parameter instanceof Hole ? values[parameter.name as keyof Arguments] : parameter,
    );
    return { sql: template.sql, parameters };
  };
}

/** Has a hole for every name. */
const HOLES = new Proxy({}, { get: (_, name) => new Hole(name) });
