// What `audit verify` reads: exports of a chain, and checkpoints that were kept elsewhere.
import { readCheckpoint } from "../audit/checkpoint.ts";
import type { SignedCheckpoint } from "../audit/checkpoint.ts";
import type { AuditEvent } from "@keyward/sdk/client/operations.generated";
import { UsageError } from "./errors.ts";
import { readText } from "./values.ts";

export interface ExportedChain {
  readonly workspaceId: string;
  /** Newest first, as the API lists them. */
  readonly events: readonly AuditEvent[];
}

type ExportedEvent = AuditEvent & { readonly workspace_id: string };

/** @throws UsageError naming the line that is no audit event */
export function readExport(path: string): readonly ExportedChain[] {
  const events = linesOf(path).map(([line, number]) => {
    const event = parsedEvent(line);
    if (event !== undefined) return event;
    throw new UsageError(
      `line ${number} of ${path} is no audit event`,
      "name a file that keyward audit export has made",
    );
  });
  return [...Map.groupBy(events, (event) => event.workspace_id)].map(([workspaceId, own]) => ({
    workspaceId,
    events: own.toSorted((one, other) => other.rev - one.rev),
  }));
}

/** @throws UsageError naming the line that is no checkpoint, or was changed */
export async function readCheckpoints(paths: readonly string[]): Promise<SignedCheckpoint[]> {
  const checkpoints: SignedCheckpoint[] = [];
  for (const path of paths) {
    for (const [line, number] of linesOf(path)) {
      const checkpoint = await readCheckpoint(line);
      if (checkpoint === undefined) {
        throw new UsageError(
          `line ${number} of ${path} is no checkpoint, or was changed`,
          "name a file of lines that keyward audit checkpoint has printed",
        );
      }
      checkpoints.push(checkpoint);
    }
  }
  return checkpoints;
}

/** With their numbers, from 1 on; empty ones are left out. */
function linesOf(path: string): readonly (readonly [string, number])[] {
  return readText(path)
    .split("\n")
    .map((line, index) => [line.trim(), index + 1] as const)
    .filter(([line]) => line !== "");
}

function parsedEvent(line: string): ExportedEvent | undefined {
  try {
    const event = JSON.parse(line) as Partial<ExportedEvent> | null;
    const isOne =
      typeof event?.workspace_id === "string" &&
      typeof event.rev === "number" &&
      typeof event.hash === "string" &&
      typeof event.previous_hash === "string" &&
      typeof event.at === "string" &&
      typeof event.actor === "object" &&
      typeof event.target === "object";
    return isOne ? (event as ExportedEvent) : undefined;
  } catch {
    return undefined;
  }
}
