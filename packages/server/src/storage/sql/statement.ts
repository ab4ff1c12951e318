// SQL is written with Kysely, which checks it against the schema, and compiled for the database that is to run it.
import { Kysely } from "kysely";
import type { Compilable, RootOperationNode } from "kysely";
import { compile, TREES } from "./dialect.ts";
import type { Compiled, Dialect } from "./dialect.ts";
import type { Schema } from "./schema.ts";

/** SQL with its parameters. `Row` is what a row of its result looks like. */
export interface Statement<Row> {
  in(dialect: Dialect): Compiled;
  /** Never there; it carries the type. */
  readonly row?: Row;
}

/** Builds statements and cannot run any. Queries on a tenant's tables start at `scoped` instead. */
export const builder = new Kysely<Schema>({ dialect: TREES });

type Built<Row> = Compilable<Row> & { toOperationNode(): RootOperationNode };

export function statement<Row>(query: Built<Row>): Statement<Row> {
  return { in: (dialect) => compile(query.toOperationNode(), dialect) };
}

/** Words that both databases know, or that are for one alone: transaction control, pragmas. */
export function words<Row>(sql: string): Statement<Row> {
  const compiled = { sql, parameters: [] };
  return { in: () => compiled };
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
  build: (holes: Arguments) => Built<Row>,
): (values: Arguments) => Statement<Row> {
  const templates: Partial<Record<Dialect, Compiled>> = {};
  return (values) => ({
    in(dialect) {
      const template = (templates[dialect] ??= compile(
        build(HOLES as Arguments).toOperationNode(),
        dialect,
      ));
      const parameters = template.parameters.map((parameter) =>
        parameter instanceof Hole ? values[parameter.name as keyof Arguments] : parameter,
      );
      return { sql: template.sql, parameters };
    },
  });
}

/** Has a hole for every name. */
const HOLES = new Proxy({}, { get: (_, name) => new Hole(name) });
