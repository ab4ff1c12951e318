// A Keyward server as a verifier sees it, in memory: it speaks the feed (spec/feed.md) of two apis, and remembers what is
// true and what was.
import { feedItem } from "@keyward/core/feed/item";
import {
  FEED_MEDIA_TYPE,
  batchLine,
  beatLine,
  goodbyeLine,
  helloLine,
  snapshotEndLine,
  snapshotItemLine,
  snapshotStartLine,
} from "@keyward/core/feed/lines";
import {
  headAnswerBody,
  lookupAnswerBody,
  parseHeadRequest,
  parseLookupRequest,
} from "@keyward/core/feed/questions";
import type { HeadRequest } from "@keyward/core/feed/questions";
import type { FeedSubject } from "@keyward/core/feed/subject";
import type { VerifiedThing, VerifierKey, VerifierOwner } from "@keyward/core/feed/verifier-change";
import { formatId } from "@keyward/core/id";
import type { Id, IdKind, KeyId } from "@keyward/core/id";
import { digestKey } from "@keyward/core/key/digest";
import type { Digest } from "@keyward/core/key/digest";
import { formatKey } from "@keyward/core/key/format";
import type { KeyState } from "@keyward/core/model/key-state";
import { instant } from "@keyward/core/time";
import type { SimulatedAnswer, SimulatedRequest, SimulatedServer, Sink } from "./network.ts";
import type { Prng } from "./prng.ts";
import type { Scheduler } from "./scheduler.ts";

const BEAT_EVERY_MS = 1_000;
/** Two clocks that run at different speeds (spec/feed.md §9). */
const DRIFT = 1.001;

/** What a key is at a rev, of which a verifier may know. */
export type SimulatedState = KeyState | "gone";

/** One api, and the token that opens its feed. */
export interface SimulatedSubject extends FeedSubject {
  readonly prefix: string;
  readonly token: string;
}

/** A key as a customer knows it. */
export interface SimulatedKey {
  readonly id: KeyId;
  readonly subject: SimulatedSubject;
  readonly presented: string;
  readonly createdAtMs: number;
  /** Since when it has not been a plain good key, whatever happened to it. */
  spoiltAtMs: number | undefined;
  revocation: Revocation | undefined;
  /** What it has been, in the order of revs, in each epoch. */
  readonly history: Map<string, { readonly rev: number; readonly state: SimulatedState }[]>;
}

/** What the authority promises about a revocation: who still has to be waited for, and until when. */
interface Revocation {
  readonly atMs: number;
  readonly rev: number;
  /** Until when each of them may still trust itself; `null` is without a bound. */
  readonly pending: Map<string, number | null>;
}

interface Logged {
  readonly rev: number;
  /** Whose feed tells of it. */
  readonly apiId: Id<"api"> | undefined;
  readonly change: VerifiedThing | undefined;
}

interface Follower {
  readonly subject: SimulatedSubject;
  position: number;
  readonly sink: Sink;
  readonly stop: () => void;
}

export class SimulatedAuthority implements SimulatedServer {
  /** Two apis of one workspace: they count their changes with the same revs. */
  readonly subjects: readonly [SimulatedSubject, SimulatedSubject];
  readonly keys: SimulatedKey[] = [];
  isDown = false;
  readonly #scheduler: Scheduler;
  readonly #random: Prng;
  #epoch: string;
  #log: Logged[] = [];
  /** Changes up to here are no longer kept. */
  #floor = 0;
  readonly #things = new Map<string, { readonly rev: number; readonly change: VerifiedThing }>();
  readonly #byDigest = new Map<Digest, KeyId>();
  /** Of each verifier: what its last answer allows. */
  readonly #heads = new Map<
    string,
    {
      readonly request: HeadRequest;
      readonly subject: SimulatedSubject;
      readonly answeredMs: number;
    }
  >();
  readonly #followers = new Set<Follower>();

  constructor(scheduler: Scheduler, random: Prng) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#epoch = this.#word();
    const workspaceId = this.#id("workspace");
    this.subjects = [this.#subject(workspaceId, "acme"), this.#subject(workspaceId, "other")];
    for (const { apiId, prefix } of this.subjects) {
      const audience = `https://${prefix}.test`;
      const value = { id: apiId, prefix, audience, limits: [] };
      this.#commit(apiId, { entity: "api", id: apiId, value });
    }
  }

  /** The first of the two. */
  get subject(): SimulatedSubject {
    return this.subjects[0];
  }

  get token(): string {
    return this.subject.token;
  }

  get rev(): number {
    return this.#log.at(-1)?.rev ?? this.#floor;
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** What a verifier that has applied everything up to the rev may know of the key: what it was then, or later. */
  statesSince(key: SimulatedKey, epoch: string, rev: number): ReadonlySet<SimulatedState> {
    const history = key.history.get(epoch) ?? [{ rev: 0, state: "gone" }];
    const first = history.findLastIndex((past) => past.rev <= rev);
    return new Set(history.slice(Math.max(0, first)).map(({ state }) => state));
  }

  stateOf(key: SimulatedKey): SimulatedState {
    const change = this.#things.get(key.id)?.change;
    return change?.entity === "key" && change.value !== null ? change.value.state : "gone";
  }

  /** An owner may have been there for long, of keys of other apis, before the feed has to tell of it. */
  createOwner(): VerifierOwner {
    const id = this.#id("owner");
    const externalId = `customer-${this.#random.between(1, 99)}`;
    const value = { id, externalId, disabled: false, rights: null, planId: null, limits: [] };
    this.#things.set(id, { rev: this.rev + 1, change: { entity: "owner", id, value } });
    this.#append(undefined, undefined);
    return value;
  }

  createKey(owner: VerifierOwner, subject = this.subject): SimulatedKey {
    const presented = this.invent(subject);
    const id = this.#id("key");
    const digest = digestKey(presented);
    const value: VerifierKey = {
      id,
      apiId: subject.apiId,
      ownerId: owner.id,
      kind: "secret",
      environment: "live",
      state: "active",
      scopes: [],
      roleIds: [],
      restrictions: null,
      planId: null,
      limits: [],
      metadata: {},
      expiresAt: null,
      secrets: [{ id: this.#id("secret"), digest, notBefore: null, expiresAt: null }],
    };
    this.#byDigest.set(digest, id);
    const createdAtMs = this.#scheduler.nowMs;
    const key: SimulatedKey = {
      id,
      subject,
      presented,
      createdAtMs,
      spoiltAtMs: undefined,
      revocation: undefined,
      history: new Map([[this.#epoch, [{ rev: 0, state: "gone" }]]]),
    };
    this.keys.push(key);
    this.#commit(subject.apiId, { entity: "key", id, value });
    this.#remember(key);
    return key;
  }

  /** A well-formed key that nobody has been given. */
  invent({ prefix }: SimulatedSubject = this.subject): string {
    const random = this.#random.bytes(32);
    return formatKey({ brand: prefix, kind: "secret", environment: "live", random }).reveal();
  }

  setState(key: SimulatedKey, state: KeyState): void {
    const change = this.#things.get(key.id)?.change;
    if (change?.entity !== "key" || change.value === null || change.value.state === "revoked")
      return;
    key.spoiltAtMs ??= this.#scheduler.nowMs;
    this.#commit(key.subject.apiId, { ...change, value: { ...change.value, state } });
    this.#remember(key);
    if (state === "revoked") key.revocation = this.#revocation(key.subject);
  }

  /**
   * The feed tells of a revoked key as if it were active: what an authority must not do, and what a verifier must not
   * believe that has known of the revocation.
   */
  contradictRevocation(key: SimulatedKey): void {
    const change = this.#things.get(key.id)?.change;
    if (change?.entity !== "key" || change.value?.state !== "revoked") return;
    this.#append(key.subject.apiId, { ...change, value: { ...change.value, state: "active" } });
  }

  /** Only what has been revoked may be deleted. */
  deleteKey(key: SimulatedKey): void {
    if (this.stateOf(key) !== "revoked") return;
    this.#commit(key.subject.apiId, { entity: "key", id: key.id, value: null });
    this.#remember(key);
  }

  /** Something happens that is none of the subject's business. */
  changeElsewhere(): void {
    this.#append(undefined, undefined);
  }

  /** Keeps no more than the last changes. */
  trim(kept: number): void {
    const trimmed = this.#log.splice(0, Math.max(0, this.#log.length - kept));
    this.#floor = trimmed.at(-1)?.rev ?? this.#floor;
  }

  /** Ends every stream, as a process does that stops. */
  restart(saysGoodbye: boolean): void {
    for (const follower of this.#followers) {
      if (saysGoodbye) follower.sink.write(`${goodbyeLine(this.#random.between(0, 400))}\n`);
      this.#drop(follower);
    }
  }

  /** Restores a backup: younger keys are lost and revs begin elsewhere, but what was revoked stays revoked (K10). */
  restore(): void {
    const lost = this.keys.slice(this.#random.between(1, this.keys.length));
    for (const key of lost) {
      key.spoiltAtMs ??= this.#scheduler.nowMs;
      this.#things.delete(key.id);
      this.#byDigest.delete(digestKey(key.presented));
    }
    this.#epoch = this.#word();
    this.#log = [];
    this.#floor = Math.max(1, this.rev - this.#random.between(0, 5));
    for (const [id, { change }] of this.#things) this.#things.set(id, { rev: 1, change });
    for (const key of this.keys)
      key.history.set(this.#epoch, [{ rev: 0, state: this.stateOf(key) }]);
    this.#append(undefined, undefined);
    this.restart(false);
  }

  /** Whether nobody may allow the key any more who is asked now. */
  isRevocationEffective({ revocation }: SimulatedKey): boolean {
    if (revocation === undefined) return false;
    return [...revocation.pending.values()].every(
      (fenceMs) => fenceMs !== null && fenceMs < this.#scheduler.nowMs,
    );
  }

  handle(request: SimulatedRequest): SimulatedAnswer | undefined {
    if (this.isDown) return undefined;
    const { url, headers } = request;
    const authorization = headers.get("authorization");
    const subject = this.subjects.find(({ token }) => authorization === `Bearer ${token}`);
    if (subject === undefined) return problem(401, "unauthenticated");
    if (url.searchParams.get("api") !== subject.prefix)
      return problem(403, "insufficient_permission");
    switch (`${request.method} ${url.pathname}`) {
      case "GET /v1/feed/snapshot":
        return this.#snapshot(subject, url.searchParams.get("keys") === "none");
      case "GET /v1/feed/changes":
        return this.#changes(subject, url.searchParams);
      case "POST /v1/feed/head":
        return this.#head(subject, parseHeadRequest(JSON.parse(request.body)));
      case "POST /v1/feed/keys":
        return this.#lookUp(subject, request.body);
      case "POST /v1/feed/uses":
        return json({ outcome: "counted", late: 0 });
      default:
        return problem(404, "not_found");
    }
  }

  #snapshot(subject: SimulatedSubject, isWithoutKeys: boolean): SimulatedAnswer {
    const { rev } = this;
    const lines = [snapshotStartLine({ epoch: this.#epoch, subject, rev })];
    for (const { rev: itemRev, change } of this.#things.values()) {
      const isLeftOut = isWithoutKeys && (change.entity === "key" || change.entity === "owner");
      if (change.value !== null && isOf(subject, change) && !isLeftOut)
        lines.push(snapshotItemLine(feedItem(change, itemRev)));
    }
    lines.push(snapshotEndLine(rev, lines.length - 1));
    return streamOf((sink) => {
      let isOpen = true;
      const writeNext = () => {
        const line = isOpen ? lines.shift() : undefined;
        if (line === undefined) {
          if (isOpen) sink.end();
          return;
        }
        sink.write(`${line}\n`);
        this.#scheduler.schedule(this.#random.between(0, 40), writeNext);
      };
      writeNext();
      return () => {
        isOpen = false;
      };
    });
  }

  #changes(subject: SimulatedSubject, query: URLSearchParams): SimulatedAnswer {
    const after = Number(query.get("after"));
    if (query.get("epoch") !== this.#epoch || after < this.#floor || after > this.rev) {
      return problem(409, "resync_required");
    }
    return streamOf((sink) => {
      let cancelBeat = () => {};
      const beat = () => {
        cancelBeat = this.#scheduler.schedule(BEAT_EVERY_MS, () => {
          sink.write(`${beatLine(this.rev)}\n`);
          beat();
        });
      };
      const follower = { subject, position: after, sink, stop: () => cancelBeat() };
      sink.write(`${helloLine(this.#epoch, this.rev)}\n`);
      this.#feed(follower);
      if (query.get("wait") === "0") {
        sink.end();
        return () => undefined;
      }
      this.#followers.add(follower);
      beat();
      return () => this.#forget(follower);
    });
  }

  #head(subject: SimulatedSubject, request: HeadRequest | undefined): SimulatedAnswer {
    if (request === undefined) return problem(400, "invalid_request");
    const isOurs = request.epoch === this.#epoch;
    for (const { revocation } of this.keys) {
      const knows = isOurs && request.applied >= (revocation?.rev ?? Infinity);
      if (knows || request.leaving) revocation?.pending.delete(request.verifier);
    }
    this.#heads.set(request.verifier, { request, subject, answeredMs: this.#scheduler.nowMs });
    if (request.leaving) this.#heads.delete(request.verifier);
    return json(headAnswerBody({ epoch: this.#epoch, rev: this.rev }));
  }

  #lookUp(subject: SimulatedSubject, body: string): SimulatedAnswer {
    const request = parseLookupRequest(JSON.parse(body));
    if (request === undefined) return problem(400, "invalid_request");
    if (request.epoch !== this.#epoch) return problem(409, "resync_required");
    const key = this.#things.get(this.#byDigest.get(request.digest) ?? "")?.change;
    if (key?.entity !== "key" || key.value === null || !isOf(subject, key)) {
      return json(lookupAnswerBody(this.rev, []));
    }
    const owner = this.#things.get(key.value.ownerId)?.change;
    const api = this.#things.get(subject.apiId)?.change;
    const changes = [api, owner, key].filter((change) => change !== undefined);
    const items = changes.map((change) => feedItem(change, this.rev));
    return json(lookupAnswerBody(this.rev, items));
  }

  #commit(apiId: Id<"api">, change: VerifiedThing): void {
    const thing = { rev: this.rev + 1, change };
    if (change.value === null) this.#things.delete(change.id);
    else this.#things.set(change.id, thing);
    this.#append(apiId, change);
  }

  #remember(key: SimulatedKey): void {
    key.history.get(this.#epoch)?.push({ rev: this.rev, state: this.stateOf(key) });
  }

  #append(apiId: Id<"api"> | undefined, change: VerifiedThing | undefined): void {
    this.#log.push({ rev: this.rev + 1, apiId, change });
    for (const follower of this.#followers) this.#feed(follower);
  }

  /** Some batches are of one change and some of many, and an owner comes with each key that refers to it. */
  #feed(follower: Follower): void {
    while (follower.position < this.rev) {
      const from = follower.position;
      const to = Math.min(this.rev, from + this.#random.between(1, 5));
      const items = this.#log
        .filter(({ rev, apiId }) => rev > from && rev <= to && apiId === follower.subject.apiId)
        .flatMap(({ rev, change }) => {
          if (change === undefined) return [];
          const item = feedItem(change, rev);
          if (change.entity !== "key" || change.value === null) return [item];
          const owner = this.#things.get(change.value.ownerId);
          return owner === undefined
            ? [item]
            : [feedItem(owner.change, Math.min(to, owner.rev)), item];
        });
      follower.position = to;
      follower.sink.write(`${batchLine(from, to, items)}\n`);
    }
  }

  #drop(follower: Follower): void {
    this.#forget(follower);
    follower.sink.end();
  }

  #forget(follower: Follower): void {
    follower.stop();
    this.#followers.delete(follower);
  }

  #revocation({ apiId }: SimulatedSubject): Revocation {
    const { nowMs } = this.#scheduler;
    const pending = new Map<string, number | null>();
    for (const [name, { request, subject, answeredMs }] of this.#heads) {
      if (subject.apiId !== apiId) continue;
      const { maxStalenessMs } = request;
      pending.set(name, maxStalenessMs === null ? null : answeredMs + maxStalenessMs * DRIFT);
    }
    return { atMs: nowMs, rev: this.rev, pending };
  }

  #subject(workspaceId: Id<"workspace">, prefix: string): SimulatedSubject {
    const apiId = this.#id("api");
    return { workspaceId, apiId, environment: "live", prefix, token: this.#word() };
  }

  #id<Kind extends IdKind>(kind: Kind): Id<Kind> {
    return formatId(kind, instant(1_767_225_600_000), this.#random.bytes(10));
  }

  #word(): string {
    return [...this.#random.bytes(16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}

/** Owners and plans are of no api: a feed may tell of one that none of its keys refers to yet. */
function isOf({ apiId }: FeedSubject, change: VerifiedThing): boolean {
  switch (change.entity) {
    case "api":
      return change.id === apiId;
    case "key":
      return change.value?.apiId === apiId;
    case "owner":
    case "plan":
    case "role":
    case "client":
    case "signing_key":
    case "token":
      return true;
  }
}

function streamOf(body: (sink: Sink) => () => void): SimulatedAnswer {
  return { status: 200, mediaType: FEED_MEDIA_TYPE, body };
}

function json(body: object): SimulatedAnswer {
  return { status: 200, mediaType: "application/json", body: JSON.stringify(body) };
}

function problem(status: number, code: string): SimulatedAnswer {
  return {
    status,
    mediaType: "application/problem+json",
    body: JSON.stringify({ status, code, title: code }),
  };
}
