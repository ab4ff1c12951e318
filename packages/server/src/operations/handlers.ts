import type { InputOf, OPERATIONS, OperationId, ResultOf } from "../contract/operations.ts";
import type { LogStorage } from "../storage/logs.ts";
import type { Reader, SystemStorage, Writer } from "../storage/storage.ts";
import type { UsageStorage } from "../storage/usage.ts";
import type { Call, Written } from "./call.ts";

type WithEffect<Effect extends string> = {
  [Id in OperationId]: (typeof OPERATIONS)[Id]["effect"] extends Effect ? Id : never;
}[OperationId];

/** What is followed has no answer that ends, and so no handler here. */
export type ReadId = Exclude<WithEffect<"read">, "logs.tail">;
export type WriteId = WithEffect<"write">;

/** What a read may look at. `system` is for operations that the operator's workspace may use across tenants. */
export interface ReadAccess {
  readonly reader: Reader;
  readonly system: SystemStorage;
  readonly usage: UsageStorage;
  readonly logs: LogStorage;
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>;
}

/** A handler for every operation that reads; a missing one does not compile. */
export type ReadHandlers = {
  readonly [Id in ReadId]: (
    call: Call,
    access: ReadAccess,
    input: InputOf<Id>,
  ) => Promise<ResultOf<Id>>;
};

/** A handler for every operation that writes, run in one transaction. */
export type WriteHandlers = {
  readonly [Id in WriteId]: (
    call: Call,
    writer: Writer,
    input: InputOf<Id>,
  ) => Promise<Written<KeptOf<Id>>>;
};

/** What is kept of an answer. Who else refuses a revoked key is known only after the commit, and anew each time. */
export type KeptOf<Id extends WriteId> = Id extends "keys.revoke"
  ? ResultOf<"keys.get">
  : ResultOf<Id>;
