// The lines of the feed's two streams, as spec/feed.md §4 and §5 write them, each without its line feed.
import { parseId } from "../id.ts";
import type { FeedItem } from "./item.ts";
import { parseFeedItem } from "./item.ts";
import { exactObject, isCount, parseJsonText, parseList } from "./json-shape.ts";
import type { FeedSubject } from "./subject.ts";
import type { VerifiedThing, VerifierChange } from "./verifier-change.ts";

export const FEED_VERSION = 1;
export const FEED_MEDIA_TYPE = "application/x-ndjson";

/** No line is longer; whoever reads one that is may hang up. */
export const FEED_LINE_BYTES_MAX = 1_048_576;

/** The first line of a snapshot: whose it is, and as of when. */
export interface SnapshotStart {
  readonly type: "snapshot";
  readonly epoch: string;
  readonly subject: FeedSubject;
  readonly rev: number;
}

export type SnapshotLine =
  | { readonly type: "item"; readonly change: VerifierChange<VerifiedThing> }
  | { readonly type: "end"; readonly rev: number; readonly count: number };

/** Of all changes after `from` up to `to`, those that concern the subject. */
export interface Batch {
  readonly type: "batch";
  readonly from: number;
  readonly to: number;
  readonly changes: readonly VerifierChange<VerifiedThing>[];
}

export type ChangesLine =
  | { readonly type: "hello"; readonly epoch: string; readonly rev: number }
  | Batch
  | { readonly type: "beat"; readonly rev: number }
  | { readonly type: "goodbye"; readonly afterMs: number };

const EPOCH = /^[A-Za-z0-9_-]{16,64}$/;

/** Whether the text can be the id of an authority's epoch, or of a verifier. */
export function isFeedToken(value: unknown): value is string {
  return typeof value === "string" && EPOCH.test(value);
}

export function snapshotStartLine({ epoch, subject, rev }: Omit<SnapshotStart, "type">): string {
  const { workspaceId, apiId, environment } = subject;
  const version = FEED_VERSION;
  const of = { workspace: workspaceId, api: apiId, environment };
  return JSON.stringify({ type: "snapshot", version, epoch, ...of, rev });
}

export function snapshotItemLine(item: FeedItem): string {
  return JSON.stringify({ type: "item", ...item });
}

/** @param count of the item lines */
export function snapshotEndLine(rev: number, count: number): string {
  return JSON.stringify({ type: "end", rev, count });
}

export function helloLine(epoch: string, rev: number): string {
  return JSON.stringify({ type: "hello", version: FEED_VERSION, epoch, rev });
}

export function batchLine(from: number, to: number, items: readonly FeedItem[]): string {
  return JSON.stringify({ type: "batch", from, to, items });
}

export function beatLine(rev: number): string {
  return JSON.stringify({ type: "beat", rev });
}

export function goodbyeLine(afterMs: number): string {
  return JSON.stringify({ type: "goodbye", after_ms: afterMs });
}

/** Reads the first line of a snapshot. `undefined` for anything else, another version of the feed included. */
export function parseSnapshotStart(text: string): SnapshotStart | undefined {
  const fields = ["type", "version", "epoch", "workspace", "api", "environment", "rev"];
  const line = exactObject(parseJsonText(text), fields);
  if (line?.["type"] !== "snapshot" || line["version"] !== FEED_VERSION) return undefined;
  const { epoch, workspace, api, environment, rev } = line;
  const workspaceId = typeof workspace === "string" ? parseId("workspace", workspace) : undefined;
  const apiId = typeof api === "string" ? parseId("api", api) : undefined;
  if (workspaceId === undefined || apiId === undefined) return undefined;
  if (environment !== "live" && environment !== "test") return undefined;
  if (!isFeedToken(epoch) || !isCount(rev)) return undefined;
  return { type: "snapshot", epoch, subject: { workspaceId, apiId, environment }, rev };
}

/** Reads a further line of a snapshot of the subject; `undefined` for anything that is none. */
export function parseSnapshotLine(text: string, subject: FeedSubject): SnapshotLine | undefined {
  const value = parseJsonText(text);
  const item = exactObject(value, ["type", "entity", "id", "rev", "value"]);
  if (item?.["type"] === "item") {
    const { entity, id, rev, value: content } = item;
    const change = parseFeedItem({ entity, id, rev, value: content }, subject);
    return change && { type: "item", change };
  }
  const end = exactObject(value, ["type", "rev", "count"]);
  if (end?.["type"] !== "end") return undefined;
  const { rev, count } = end;
  return isCount(rev) && isCount(count) ? { type: "end", rev, count } : undefined;
}

/** Reads a line of a stream of the subject's changes; `undefined` for anything that is none. */
export function parseChangesLine(text: string, subject: FeedSubject): ChangesLine | undefined {
  const value = parseJsonText(text);
  switch ((value as { readonly type?: unknown } | null | undefined)?.type) {
    case "hello":
      return parseHello(value);
    case "batch":
      return parseBatch(value, subject);
    case "beat": {
      const rev = exactObject(value, ["type", "rev"])?.["rev"];
      return isCount(rev) ? { type: "beat", rev } : undefined;
    }
    case "goodbye": {
      const afterMs = exactObject(value, ["type", "after_ms"])?.["after_ms"];
      return isCount(afterMs) ? { type: "goodbye", afterMs } : undefined;
    }
    default:
      return undefined;
  }
}

function parseHello(value: unknown): ChangesLine | undefined {
  const line = exactObject(value, ["type", "version", "epoch", "rev"]);
  if (line === undefined || line["version"] !== FEED_VERSION) return undefined;
  const { epoch, rev } = line;
  return isFeedToken(epoch) && isCount(rev) ? { type: "hello", epoch, rev } : undefined;
}

function parseBatch(value: unknown, subject: FeedSubject): Batch | undefined {
  const line = exactObject(value, ["type", "from", "to", "items"]);
  const from = line?.["from"];
  const to = line?.["to"];
  if (!isCount(from) || !isCount(to) || from >= to) return undefined;
  const changes = parseList(line?.["items"], (item) => {
    const change = parseFeedItem(item, subject);
    return change !== undefined && change.rev <= to ? change : undefined;
  });
  return changes && { type: "batch", from, to, changes };
}
