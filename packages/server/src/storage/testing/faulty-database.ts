// For tests alone: a SQLite that shows what it is asked, asks something else instead, or fails.
import { DatabaseSync } from "node:sqlite";
import type { PrepareOptions, StatementSync } from "node:sqlite";
import type { Connect } from "../sqlite/connection.ts";

export interface Faults {
  /** Gives the SQL that is run in place of this. */
  readonly rewrite?: (sql: string) => string;
  /** Runs before each execution; what it throws is what SQLite answers. */
  readonly beforeStep?: (sql: string) => void;
}

export function connectWith(faults: Faults): Connect {
  return (path, options) => new FaultyDatabase(path, options, faults);
}

/** As `node:sqlite` throws it. */
export function sqliteError(errcode: number, message: string): Error {
  return Object.assign(new Error(message), { code: "ERR_SQLITE_ERROR", errcode });
}

class FaultyDatabase extends DatabaseSync {
  readonly #faults: Faults;

  constructor(path: Parameters<Connect>[0], options: Parameters<Connect>[1], faults: Faults) {
    super(path, options);
    this.#faults = faults;
  }

  override exec(sql: string): void {
    this.#faults.beforeStep?.(sql);
    super.exec(sql);
  }

  override prepare(sql: string, options?: PrepareOptions): StatementSync {
    const { rewrite, beforeStep } = this.#faults;
    const statement = super.prepare(rewrite?.(sql) ?? sql, options);
    if (beforeStep === undefined) return statement;
    return new Proxy(statement, {
      get: (target, name: keyof StatementSync) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== "function") return member;
        return (...parameters: unknown[]) => {
          beforeStep(sql);
          return Reflect.apply(member, target, parameters) as unknown;
        };
      },
    });
  }
}
