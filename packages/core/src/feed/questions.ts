// What a verifier asks besides the streams, and the answers: spec/feed.md §2, §6 and §8.
import { parseId } from "../id.ts";
import { isBrand } from "../key/brand.ts";
import { digestFromHex, digestToHex } from "../key/digest.ts";
import type { Digest } from "../key/digest.ts";
import { parseFeedItem } from "./item.ts";
import type { FeedItem } from "./item.ts";
import { exactObject, isCount, parseList } from "./json-shape.ts";
import { isFeedToken } from "./lines.ts";
import type { FeedSubject, NamedSubject } from "./subject.ts";
import type { VerifiedThing, VerifierChange } from "./verifier-change.ts";

/** A verifier that trusts itself for longer than this without a proof has no bound. */
export const STALENESS_MS_MAX = 86_400_000;

export interface HeadRequest {
  /** A random id of the process: 16 to 64 of `[A-Za-z0-9_-]`. */
  readonly verifier: string;
  /** The epoch that it holds. */
  readonly epoch: string;
  /** The rev up to which it has applied every change. */
  readonly applied: number;
  /** How long after a proof it may still allow a key, at most {@link STALENESS_MS_MAX}; `null` is without a bound. */
  readonly maxStalenessMs: number | null;
  /** It has stopped deciding, and need not be waited for. */
  readonly leaving: boolean;
}

export interface HeadAnswer {
  readonly epoch: string;
  readonly rev: number;
}

export interface LookupRequest {
  readonly epoch: string;
  readonly digest: Digest;
}

export interface LookupAnswer {
  /** The answer is of this rev, and so is every change in it. */
  readonly rev: number;
  /** The key and what it refers to; empty when there is none. */
  readonly changes: readonly VerifierChange<VerifiedThing>[];
}

export function headRequestBody(request: HeadRequest): object {
  const { verifier, epoch, applied, maxStalenessMs, leaving } = request;
  return { verifier, epoch, applied, max_staleness_ms: maxStalenessMs, leaving };
}

/** `undefined` for anything that {@link headRequestBody} does not make. */
export function parseHeadRequest(value: unknown): HeadRequest | undefined {
  const fields = ["verifier", "epoch", "applied", "max_staleness_ms", "leaving"];
  const request = exactObject(value, fields);
  if (request === undefined) return undefined;
  const { verifier, epoch, applied, max_staleness_ms: maxStalenessMs, leaving } = request;
  if (!isFeedToken(verifier) || !isFeedToken(epoch) || !isCount(applied)) return undefined;
  if (typeof leaving !== "boolean") return undefined;
  const isBound = isCount(maxStalenessMs) && maxStalenessMs <= STALENESS_MS_MAX;
  if (maxStalenessMs !== null && !isBound) return undefined;
  return { verifier, epoch, applied, maxStalenessMs, leaving };
}

export function headAnswerBody({ epoch, rev }: HeadAnswer): object {
  return { epoch, rev };
}

/** `undefined` for anything that is no answer. */
export function parseHeadAnswer(value: unknown): HeadAnswer | undefined {
  const answer = exactObject(value, ["epoch", "rev"]);
  const epoch = answer?.["epoch"];
  const rev = answer?.["rev"];
  return isFeedToken(epoch) && isCount(rev) ? { epoch, rev } : undefined;
}

export function lookupRequestBody({ epoch, digest }: LookupRequest): object {
  return { epoch, digest: digestToHex(digest) };
}

/** `undefined` for anything that {@link lookupRequestBody} does not make. */
export function parseLookupRequest(value: unknown): LookupRequest | undefined {
  const request = exactObject(value, ["epoch", "digest"]);
  const epoch = request?.["epoch"];
  const hex = request?.["digest"];
  const digest = typeof hex === "string" ? digestFromHex(hex) : undefined;
  return isFeedToken(epoch) && digest !== undefined ? { epoch, digest } : undefined;
}

export function lookupAnswerBody(rev: number, items: readonly FeedItem[]): object {
  return { rev, items };
}

/** Reads the answer for the subject; `undefined` for anything that is none. */
export function parseLookupAnswer(value: unknown, subject: FeedSubject): LookupAnswer | undefined {
  const answer = exactObject(value, ["rev", "items"]);
  const rev = answer?.["rev"];
  if (!isCount(rev)) return undefined;
  const changes = parseList(answer?.["items"], (item) => {
    const change = parseFeedItem(item, subject);
    return change?.rev === rev && change.change.value !== null ? change : undefined;
  });
  return changes && { rev, changes };
}

export function subjectsAnswerBody(subjects: readonly NamedSubject[]): object {
  const data = subjects.map(({ workspaceId, apiId, prefix, environment }) => {
    return { workspace: workspaceId, api: apiId, prefix, environment };
  });
  return { data, next_cursor: null };
}

/** Reads what a key may follow; `undefined` for anything that is no such list. */
export function parseSubjectsAnswer(value: unknown): readonly NamedSubject[] | undefined {
  const answer = exactObject(value, ["data", "next_cursor"]);
  return answer?.["next_cursor"] === null ? parseList(answer["data"], parseSubject) : undefined;
}

function parseSubject(value: unknown): NamedSubject | undefined {
  const subject = exactObject(value, ["workspace", "api", "prefix", "environment"]);
  const { workspace, api, prefix, environment } = subject ?? {};
  const workspaceId = typeof workspace === "string" ? parseId("workspace", workspace) : undefined;
  const apiId = typeof api === "string" ? parseId("api", api) : undefined;
  if (workspaceId === undefined || apiId === undefined) return undefined;
  if (typeof prefix !== "string" || !isBrand(prefix)) return undefined;
  if (environment !== "live" && environment !== "test") return undefined;
  return { workspaceId, apiId, prefix, environment };
}
