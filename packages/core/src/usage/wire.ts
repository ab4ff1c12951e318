// A report as it travels: spec/usage.md §5. The contract of `POST /v1/feed/uses` reads it.
import type { LogEntry } from "../log/entry.ts";
import type { KeyNeed } from "./need.ts";
import type { SecretUse, StrangerCell, UsageBatch, UsageCell } from "./cell.ts";

export interface UsageBatchBody {
  readonly source: string;
  readonly sequence: number;
  readonly cells: readonly UsageCellBody[];
  readonly uses: readonly SecretUseBody[];
  readonly strangers: readonly StrangerCell[];
  readonly needs: readonly KeyNeedBody[];
  readonly log: readonly LogEntryBody[];
}

export interface UsageCellBody extends Omit<UsageCell, "keyId"> {
  readonly key: UsageCell["keyId"];
}

export interface SecretUseBody extends Pick<SecretUse, "network" | "agent" | "networks"> {
  readonly key: SecretUse["keyId"];
  readonly secret: SecretUse["secretId"];
  readonly at_ms: number;
}

export interface KeyNeedBody extends Omit<KeyNeed, "keyId"> {
  readonly key: KeyNeed["keyId"];
}

export interface LogEntryBody extends Omit<LogEntry, "at" | "keyId"> {
  readonly at_ms: number;
  readonly key: LogEntry["keyId"];
}

export function usageBatchBody(batch: UsageBatch): UsageBatchBody {
  const { source, sequence, cells, uses, strangers, needs, log } = batch;
  return {
    source,
    sequence,
    cells: cells.map(({ minute, keyId, code, tag, count, cost }) => {
      return { minute, key: keyId, code, tag, count, cost };
    }),
    uses: uses.map(({ keyId, secretId, at, network, agent, networks }) => {
      return { key: keyId, secret: secretId, at_ms: at, network, agent, networks };
    }),
    strangers,
    needs: needs.map(({ keyId, ...need }) => ({ ...need, key: keyId })),
    log: log.map(({ at, keyId, ...entry }) => ({ at_ms: at, key: keyId, ...entry })),
  };
}
