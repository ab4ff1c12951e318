// Runs queries on one connection, within one turn wherever they do not pause.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Query, Run, Scan, Step } from "../sql/query.ts";
import type { Connection, RowsLeft } from "./connection.ts";

export async function drive<Result>(connection: Connection, query: Query<Result>): Promise<Result> {
  let step = query.next();
  while (step.done !== true) {
    if (step.value.kind === "pause") {
      await nextTurn();
      step = query.next();
    } else step = answer(connection, query, step.value);
  }
  return step.value;
}

/** @throws Error of a query that pauses */
export function driveSync<Result>(connection: Connection, query: Query<Result>): Result {
  let step = query.next();
  while (step.done !== true) {
    if (step.value.kind === "pause") throw new Error("this query has to be awaited");
    step = answer(connection, query, step.value);
  }
  return step.value;
}

export function running(connection: Connection): Run {
  return (query) => drive(connection, query);
}

/** What a scan emits, batch by batch. */
export async function* driveScan<Batch>(
  connection: Connection,
  scan: Scan<Batch>,
): AsyncGenerator<Batch> {
  let step = scan.next();
  while (step.done !== true) {
    if (step.value.kind === "emit") {
      yield step.value.batch;
      await nextTurn();
      step = scan.next();
    } else if (step.value.kind === "pause") {
      await nextTurn();
      step = scan.next();
    } else step = answer(connection, scan, step.value);
  }
}

function answer<Yielded, Result>(
  connection: Connection,
  query: Generator<Yielded, Result, unknown>,
  step: Step,
): IteratorResult<Yielded, Result> {
  let result: unknown;
  try {
    result = execute(connection, step);
  } catch (error) {
    return query.throw(error);
  }
  return query.next(result);
}

function execute(connection: Connection, step: Step): unknown {
  switch (step.kind) {
    case "all":
      return connection.all(step.statement);
    case "find":
      return connection.find(step.statement);
    case "run":
      return connection.run(step.statement);
    case "open":
      return connection.open(step.statement, step.arrays);
    case "fetch":
      return connection.fetch(step.cursor as unknown as RowsLeft, step.limit);
    case "pause":
    case "save":
    case "release":
    case "undo":
      // A statement that is refused leaves nothing behind here.
      return undefined;
  }
}
