import { STALENESS_MS_MAX } from "@keyward/core/feed/questions";
import { FEED_MEDIA_TYPE } from "@keyward/core/feed/lines";
import { LATE_DAYS_MAX } from "@keyward/core/usage/cell";
import { z } from "zod";
import { FEED_PERMISSION } from "./permissions.ts";
import { leaseAnswer, leaseRequest } from "./lease-schemas.ts";
import { operation } from "./operation.ts";
import { usageBatch } from "./usage-batch.ts";
import { environment, feedToken, listOf, noParams, noQuery, reference } from "./schemas.ts";

const tag = "Feed";
const permission = FEED_PERMISSION;
const params = noParams;

const epoch = feedToken.meta({ description: "The epoch of the data that you hold" });
const count = z.number().int().min(0);

const subject = {
  api: reference.meta({ description: "The api's id or its prefix" }),
  environment,
};
const query = z.strictObject(subject);

const followed = z
  .strictObject({
    workspace: z.string(),
    api: z.string().meta({ description: "The api's id" }),
    prefix: z.string(),
    environment: z.enum(["live", "test"]),
  })
  .meta({ id: "FeedSubject" });

const item = z
  .strictObject({
    entity: z.enum(["api", "role", "plan", "owner", "key"]),
    id: z.string(),
    rev: count,
    value: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: "FeedItem" });

export const feedOperations = {
  "feed.subjects": operation({
    method: "GET",
    path: "/v1/feed/subjects",
    tag,
    effect: "feed",
    summary: "List the apis and environments that you may follow",
    description: "All of them: a workspace is followed as a whole up to 1,000 of its apis.",
    permission,
    params,
    query: noQuery,
    body: undefined,
    status: 200,
    response: listOf(followed),
    failures: [],
  }),
  "feed.snapshot": operation({
    method: "GET",
    path: "/v1/feed/snapshot",
    tag,
    effect: "feed",
    summary: "Load all keys of an api in one environment",
    description:
      "One consistent reading, as a line of JSON for each thing, gzip where that is accepted. Of a key it holds digests and policy. Apply it only when its last line, `end`, has come.",
    permission,
    params,
    query: z.strictObject({
      ...subject,
      keys: z.enum(["all", "none"]).default("all").meta({
        description:
          "`none` leaves out keys and owners, for who looks up each key that is presented",
      }),
    }),
    body: undefined,
    status: 200,
    response: undefined,
    streams: FEED_MEDIA_TYPE,
    failures: ["not_found"],
  }),
  "feed.changes": operation({
    method: "GET",
    path: "/v1/feed/changes",
    tag,
    effect: "feed",
    summary: "Follow the changes of an api in one environment",
    description:
      "A stream of lines of JSON: `hello`, then `batch` for changes, `beat` every second and `goodbye` when it ends. It is for speed; only `POST /v1/feed/head` proves how fresh you are.",
    permission,
    params,
    query: z.strictObject({
      ...subject,
      epoch,
      after: z
        .string()
        .regex(/^\d{1,16}$/, "must be a rev")
        .transform(Number)
        .pipe(count)
        .meta({ description: "The rev up to which you have applied everything" }),
      wait: z
        .enum(["0", "1"])
        .default("1")
        .meta({ description: "`0` ends the answer after what is there now" }),
    }),
    body: undefined,
    status: 200,
    response: undefined,
    streams: FEED_MEDIA_TYPE,
    failures: ["not_found", "resync_required"],
  }),
  "feed.head": operation({
    method: "POST",
    path: "/v1/feed/head",
    tag,
    effect: "feed",
    summary: "Prove how fresh a verifier is",
    description:
      "The answer proves the instant at which the request was sent, once you have applied `rev`. It also tells the server what you have applied, which is what a revocation waits for.",
    permission,
    params,
    query,
    body: z.strictObject({
      verifier: feedToken.meta({ description: "A random id of the process" }),
      epoch,
      applied: count.meta({ description: "The rev up to which you have applied everything" }),
      max_staleness_ms: count.max(STALENESS_MS_MAX).nullable().meta({
        description: "How long after a proof you may still allow a key; null is without a bound",
      }),
      leaving: z.boolean().default(false).meta({
        description: "You have stopped deciding, and need not be waited for",
      }),
    }),
    status: 200,
    response: z.strictObject({ epoch: z.string(), rev: count }).meta({ id: "FeedHead" }),
    failures: ["not_found"],
  }),
  "feed.lookup": operation({
    method: "POST",
    path: "/v1/feed/keys",
    tag,
    effect: "feed",
    summary: "Look up a key by its digest",
    description: "For a key that was made a moment ago. `items` is empty when there is none.",
    permission,
    params,
    query,
    body: z.strictObject({
      epoch,
      digest: z
        .string()
        .regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits in lower case")
        .meta({ description: "SHA-256 of the whole key" }),
    }),
    status: 200,
    response: z.strictObject({ rev: count, items: z.array(item) }).meta({ id: "FeedLookup" }),
    failures: ["not_found", "resync_required"],
  }),
  "feed.leases": operation({
    method: "POST",
    path: "/v1/feed/leases",
    tag,
    effect: "feed",
    summary: "Borrow units of limits that others share",
    description:
      "For a verifier that counts beside others. What is lent has been counted already: spend it within 250 ms of asking. What was not used of windows, quotas, credits and slots is given back with `returns`.",
    permission,
    params,
    query,
    body: leaseRequest,
    status: 200,
    response: leaseAnswer,
    failures: ["not_found", "storage_full"],
  }),
  "feed.uses": operation({
    method: "POST",
    path: "/v1/feed/uses",
    tag,
    effect: "feed",
    summary: "Report what a verifier has decided",
    description:
      "Decisions, merged into cells of a minute. A batch counts once, however often it is sent: send it until it is acknowledged. When this answers, it is kept.",
    permission,
    params,
    query,
    body: usageBatch,
    status: 200,
    response: z
      .strictObject({
        outcome: z.enum(["counted", "repeated"]).meta({
          description: "`repeated`: the batch had been counted before",
        }),
        late: count.meta({
          description: `Decisions that were not counted, because they are older than ${LATE_DAYS_MAX} days`,
        }),
      })
      .meta({ id: "UsageReceipt" }),
    failures: ["not_found", "sequence_ahead", "storage_full"],
  }),
};
