// The operations of the feed: for verifiers, whose permission names one api and environment.
import { Duplex } from "node:stream";
import { createGzip } from "node:zlib";
import { OperationError } from "@keyward/core/failure/failures";
import { headAnswerBody, lookupAnswerBody, subjectsAnswerBody } from "@keyward/core/feed/questions";
import type { FeedSubject, NamedSubject } from "@keyward/core/feed/subject";
import { feedScope } from "@keyward/core/feed/subject";
import { digestFromHex } from "@keyward/core/key/digest";
import type { LeaseAnswer } from "@keyward/core/limit/lease";
import { leaseAnswerBody } from "@keyward/core/limit/lease-wire";
import type { Api } from "@keyward/core/model/records";
import type { UsageBatch } from "@keyward/core/usage/cell";
import { covers } from "@keyward/core/scope/scope";
import type { GrantSet } from "@keyward/core/scope/scope";
import { feedOperations } from "../contract/feed.ts";
import {
  FEED_APIS_MAX,
  FEED_BODY_BYTES_MAX,
  LEASES_BODY_BYTES_MAX,
  LEASES_ENTRIES_MAX,
  LIST_LIMIT_MAX,
  USES_BODY_BYTES_MAX,
  USES_ENTRIES_MAX,
} from "../contract/limits.ts";
import type { InputOf, ResultOf } from "../contract/operations.ts";
import type { FeedCaller } from "../feed/feed.ts";
import { found } from "../operations/call.ts";
import { resolveApi } from "../operations/resolve.ts";
import { tenantScope } from "../storage/storage.ts";
import type { Page, Reader } from "../storage/storage.ts";
import type { AppParts } from "./app-parts.ts";
import { authenticate, lacking } from "./authenticate.ts";
import type { ManagementKey } from "./authenticate.ts";
import { headerOf } from "./raw-headers.ts";
import { queryOf, readInput } from "./read-input.ts";
import type { RequestFacts } from "./request-facts.ts";

export type FeedId = keyof typeof feedOperations;

export interface FeedRequest {
  readonly request: Request;
  /** Path and query, as sent. */
  readonly path: string;
  readonly pathParams: Readonly<Record<string, string>>;
  /** Who asks, accepted when the request arrived. */
  readonly arrived: ManagementKey;
  readonly facts: RequestFacts;
}

/** @throws OperationError `insufficient_permission`, `not_found`, and what the feed refuses */
export async function performFeed(
  parts: AppParts,
  id: FeedId,
  asked: FeedRequest,
): Promise<Response> {
  const { reader } = parts.storage;
  if (id === "feed.subjects") {
    await readInput(feedOperations[id], asked.request, asked.pathParams, ...FEED_LIMITS);
    return Response.json(subjectsAnswerBody(await subjectsOf(reader, asked.arrived)));
  }
  const operation = feedOperations[id];
  // What is wrong with a query is told together with the rest, so only a sound one can be refused before the body.
  const early = operation.query.safeParse(queryOf(asked.request));
  if (early.success) await subjectOf(reader, asked.arrived, early.data);
  const read = await readInput(operation, asked.request, asked.pathParams, ...limitsOf(id));
  const { input } = read;
  const { query } = input as InputOf<"feed.head">;
  // Slowly sent is not longer valid (K2).
  const key = accept(parts, asked);
  const subject = await subjectOf(reader, key, query);
  const caller = callerOf(parts, subject, asked);
  switch (id) {
    case "feed.snapshot": {
      if (isHead(asked)) return stream(null);
      const { keys } = (input as InputOf<"feed.snapshot">).query;
      const body = await parts.feed.snapshot(caller, keys);
      return acceptsGzip(asked.facts) ? gzipped(body) : stream(body);
    }
    case "feed.changes": {
      if (isHead(asked)) return stream(null);
      const { epoch, after, wait } = (input as InputOf<"feed.changes">).query;
      return stream(await parts.feed.changes(caller, { epoch, after, follow: wait === "1" }));
    }
    case "feed.head": {
      const { body } = input as InputOf<"feed.head">;
      const { max_staleness_ms: maxStalenessMs, ...report } = body;
      const answer = await parts.feed.head(subject, {
        ...report,
        maxStalenessMs,
        keyId: key.keyId,
      });
      return Response.json(headAnswerBody(answer));
    }
    case "feed.lookup": {
      const { epoch, digest: hex } = (input as InputOf<"feed.lookup">).body;
      const digest = digestFromHex(hex);
      if (digest === undefined) throw new Error("the contract takes digests alone");
      const { rev, items } = await parts.feed.lookup(subject, { epoch, digest });
      return Response.json(lookupAnswerBody(rev, items));
    }
    case "feed.leases": {
      const { body } = input as InputOf<"feed.leases">;
      return Response.json(leaseAnswerBody(await lend(parts, subject, body)));
    }
    case "feed.uses":
      return Response.json(await countUses(parts, subject, (input as InputOf<"feed.uses">).body));
  }
}

type BodyLimits = readonly [bytesMax: number, entriesMax?: number];
const FEED_LIMITS: BodyLimits = [FEED_BODY_BYTES_MAX];
const USES_LIMITS: BodyLimits = [USES_BODY_BYTES_MAX, USES_ENTRIES_MAX];
const LEASES_LIMITS: BodyLimits = [LEASES_BODY_BYTES_MAX, LEASES_ENTRIES_MAX];

function limitsOf(id: FeedId): BodyLimits {
  if (id === "feed.uses") return USES_LIMITS;
  return id === "feed.leases" ? LEASES_LIMITS : FEED_LIMITS;
}

/** A verifier is known by its workspace and by the name that it gives itself: what others were lent it cannot give back (K6). */
function lend(
  { leases }: AppParts,
  { workspaceId, apiId, environment }: FeedSubject,
  { verifier, sequence, asks, returns }: InputOf<"feed.leases">["body"],
): Promise<LeaseAnswer> {
  const request = {
    verifier: `${workspaceId} ${verifier}`,
    sequence,
    asks: asks.map(({ key: keyId, network, limits: wishes }) => {
      return { workspaceId, apiId, keyId, network: network ?? undefined, wishes };
    }),
    returns,
  };
  return leases.lend(request, environment);
}

/** @throws OperationError `sequence_ahead` while too many batches of the source are missing before this one */
async function countUses(
  { storage, clock }: AppParts,
  { workspaceId, ...subject }: FeedSubject,
  batch: UsageBatch,
): Promise<ResultOf<"feed.uses">> {
  const scope = tenantScope(workspaceId);
  const counted = await storage.usage.count(scope, subject, batch, clock.now());
  switch (counted.outcome) {
    case "counted":
      return { outcome: "counted", late: counted.lateCount };
    case "repeated":
      return { outcome: "repeated", late: 0 };
    case "too_far":
      throw new OperationError("sequence_ahead");
  }
}

/** @throws OperationError `insufficient_permission` for a key that has nothing to do with feeds */
async function subjectsOf(
  reader: Reader,
  { workspaceId, grants }: ManagementKey,
): Promise<readonly NamedSubject[]> {
  if (!grants.grants.some((grant) => grant === "*" || grant.startsWith("feed:"))) {
    throw lacking("feed:*");
  }
  const subjects: NamedSubject[] = [];
  for await (const { id: apiId, prefix } of apisOf(reader, workspaceId)) {
    for (const environment of ["live", "test"] as const) {
      const subject = { workspaceId, apiId, prefix, environment };
      if (mayFollowSubject(grants, subject)) subjects.push(subject);
    }
  }
  return subjects;
}

/** Those that have a feed, which the built-in one has not (T17). */
async function* apisOf(reader: Reader, workspaceId: FeedSubject["workspaceId"]) {
  const scope = tenantScope(workspaceId);
  let after: string | null = null;
  for (let count = 0; count < FEED_APIS_MAX; count += LIST_LIMIT_MAX) {
    const page: Page<Api> = await reader.listApis(scope, { limit: LIST_LIMIT_MAX, after });
    for (const { value } of page.items) if (!value.builtIn) yield value;
    after = page.items.at(-1)?.value.id ?? null;
    if (!page.more || after === null) return;
  }
}

/** Whoever may not follow an api is not told whether it is there (K6). */
async function subjectOf(
  reader: Reader,
  { workspaceId, grants }: ManagementKey,
  { api: reference, environment }: InputOf<"feed.head">["query"],
): Promise<FeedSubject> {
  const api = await findApi(reader, workspaceId, reference);
  const asked = `feed:${reference}:${environment}`;
  const mayFollow =
    api === undefined
      ? covers(grants, asked)
      : mayFollowSubject(grants, { workspaceId, apiId: api.id, environment });
  if (!mayFollow) throw lacking(asked);
  // Digests of management keys are nobody's to have (T17).
  const { id: apiId } = found(api?.builtIn === true ? undefined : api, "api");
  return { workspaceId, apiId, environment };
}

async function findApi(
  reader: Reader,
  workspaceId: FeedSubject["workspaceId"],
  reference: string,
): Promise<Api | undefined> {
  try {
    return (await resolveApi(reader, tenantScope(workspaceId), reference)).value;
  } catch (error) {
    if (error instanceof OperationError && error.code === "not_found") return undefined;
    throw error;
  }
}

function mayFollowSubject(grants: GrantSet, subject: FeedSubject): boolean {
  return covers(grants, feedScope(subject));
}

function accept(parts: AppParts, { request, path, facts }: FeedRequest): ManagementKey {
  return authenticate(parts, { ...facts, method: request.method, path }, parts.clock.now());
}

function callerOf(parts: AppParts, subject: FeedSubject, asked: FeedRequest): FeedCaller {
  return {
    subject,
    cut: asked.facts.cut,
    isAllowed: () => {
      try {
        const key = accept(parts, asked);
        return key.workspaceId === subject.workspaceId && mayFollowSubject(key.grants, subject);
      } catch {
        return false;
      }
    },
  };
}

function isHead({ request }: FeedRequest): boolean {
  return request.method === "HEAD";
}

function stream(body: ReadableStream<Uint8Array> | null, headers: object = {}): Response {
  const type = feedOperations["feed.changes"].streams;
  // A proxy that gathers a stream before it passes it on makes it useless.
  return new Response(body, {
    headers: { "content-type": type, "x-accel-buffering": "no", ...headers },
  });
}

/** The quickest: a snapshot is as large as a twentieth more, and its reader has it a tenth sooner. */
const GZIP = { level: 1, chunkSize: 65_536 } as const;

/** Slow readers are waited for on both sides of the compression. */
function gzipped(body: ReadableStream<Uint8Array>): Response {
  const compression = Duplex.toWeb(createGzip(GZIP)) as unknown as ReadableWritablePair<
    Uint8Array,
    Uint8Array
  >;
  return stream(body.pipeThrough(compression), {
    "content-encoding": "gzip",
    vary: "accept-encoding",
  });
}

/** RFC 9110 §12.5.3, as far as it matters here: gzip by its name, and not with a weight of zero. */
function acceptsGzip({ rawHeaders }: RequestFacts): boolean {
  const codings = (headerOf(rawHeaders, "accept-encoding") ?? "").toLowerCase().split(",");
  return codings.some((coding) => /^\s*gzip\s*(?:;\s*q\s*=\s*(?!0(?:\.0*)?\s*$)|$)/.test(coding));
}
