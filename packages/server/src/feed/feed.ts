// The authority's side of the feed: what verifiers outside are told, and what is known of them.
import { OperationError } from "@keyward/core/failure/failures";
import { feedItem } from "@keyward/core/feed/item";
import type { FeedItem } from "@keyward/core/feed/item";
import type { HeadRequest } from "@keyward/core/feed/questions";
import type { FeedSubject } from "@keyward/core/feed/subject";
import type { KeyId, WorkspaceId } from "@keyward/core/id";
import type { Digest } from "@keyward/core/key/digest";
import { addSeconds } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import {
  FEED_STREAMS_MAX,
  SNAPSHOTS_MAX,
  SNAPSHOTS_PER_WORKSPACE_MAX,
} from "../contract/limits.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import { tenantScope } from "../storage/storage.ts";
import type { Storage } from "../storage/storage.ts";
import { Barriers } from "./barriers.ts";
import { ChangesStream } from "./changes-stream.ts";
import { OtherNodes } from "./other-nodes.ts";
import { Outgoing } from "./outgoing.ts";
import { Pages } from "./pages.ts";
import type { Reach } from "./reach.ts";
import { Shares } from "./shares.ts";
import { snapshotBytes } from "./snapshot-stream.ts";
import { TrustMax } from "./trust.ts";
import { longer, VerifierRegistry } from "./verifiers.ts";

/** Whoever has taken nothing for this long is cut off: a snapshot keeps a reading open, and a stream a connection. */
export const STALLED_MS_MAX = 10_000;
/** A snapshot that takes longer is cut off, because the storage cannot tidy up behind it. */
export const SNAPSHOT_MS_MAX = 300_000;
const WATCH_EVERY_MS = 1_000;
const EXPIRE_TRUST_EVERY_MS = 60_000;
const COME_BACK_MS_MAX = 2_000;

export interface FeedParts {
  readonly storage: Pick<Storage, "feed" | "system" | "subscribe" | "nodes">;
  readonly clock: Clock;
  readonly random: Random;
  /** The last durable rev of a workspace. */
  readonly headOf: (workspaceId: WorkspaceId) => number;
}

/** One who reads a stream. */
export interface FeedCaller {
  readonly subject: FeedSubject;
  /** Whether its key is still accepted for the subject; asked again and again while a stream is open (T66). */
  readonly isAllowed: () => boolean;
  /** Closes its connection. */
  readonly cut: () => void;
}

/** What a revocation is answered with. */
export interface Effect {
  readonly acknowledged: number;
  readonly pending: number;
  readonly effectiveBy: Instant | null;
}

interface Open {
  readonly outgoing: Outgoing;
  readonly stream: ChangesStream | undefined;
  readonly isAllowed: () => boolean;
  readonly endsMs: number;
}

export class Feed {
  readonly #parts: FeedParts;
  readonly #epoch: string;
  readonly #pages: Pages;
  readonly #trust: TrustMax;
  readonly #registry = new VerifierRegistry();
  readonly #barriers: Barriers;
  readonly #otherNodes: OtherNodes;
  readonly #open = new Set<Open>();
  readonly #snapshots = new Shares(SNAPSHOTS_MAX, SNAPSHOTS_PER_WORKSPACE_MAX);
  readonly #watch: NodeJS.Timeout;
  #trustExpiredMs = performance.now();
  #isStopping = false;

  private constructor(parts: FeedParts, epoch: string, trust: TrustMax) {
    this.#parts = parts;
    this.#epoch = epoch;
    this.#trust = trust;
    this.#pages = new Pages(parts.storage.feed);
    this.#barriers = new Barriers(this.#registry, parts.clock, (workspaceId) =>
      trust.unknown(workspaceId),
    );
    const { nodes, system } = parts.storage;
    this.#otherNodes = new OtherNodes({ ...parts, nodes, system, registry: this.#registry });
    parts.storage.subscribe((changes) => {
      const workspaces = new Set(changes.map(({ workspaceId }) => workspaceId));
      for (const { stream } of this.#open) {
        if (stream !== undefined && workspaces.has(stream.subject.workspaceId)) stream.wake();
      }
    });
    this.#watch = setInterval(() => this.#look(), WATCH_EVERY_MS).unref();
  }

  static async open(parts: FeedParts): Promise<Feed> {
    const { storage, clock } = parts;
    return new Feed(
      parts,
      await storage.system.epoch(),
      await TrustMax.read(storage.system, clock),
    );
  }

  get streamCount(): number {
    let count = 0;
    for (const { stream } of this.#open) if (stream !== undefined) count += 1;
    return count;
  }

  get verifierCount(): number {
    return this.#registry.count;
  }

  /** How many revs the verifier that is furthest behind has yet to apply. */
  get lagRevs(): number {
    let lag = 0;
    for (const { subject, applied } of this.#registry.all()) {
      lag = Math.max(lag, this.#parts.headOf(subject.workspaceId) - applied);
    }
    return lag;
  }

  /** Says goodbye to every stream. */
  leave(): void {
    this.#isStopping = true;
    for (const { stream } of this.#open) stream?.leave();
  }

  /** After {@link leave}, once nothing is open. */
  close(): void {
    clearInterval(this.#watch);
  }

  /** @throws OperationError `unavailable` while too many snapshots are being read (F14) */
  async snapshot(caller: FeedCaller, keys: "all" | "none"): Promise<ReadableStream<Uint8Array>> {
    const { workspaceId, ...within } = caller.subject;
    if (!this.#snapshots.has(workspaceId)) {
      throw new OperationError("unavailable", { detail: "Too many snapshots are being read" });
    }
    this.#snapshots.take(workspaceId);
    try {
      const scan = await this.#parts.storage.feed.scanSubject(
        tenantScope(workspaceId),
        within,
        keys,
      );
      const next = snapshotBytes(scan, { ...caller, epoch: this.#epoch });
      return this.#start(caller, undefined, next, () => {
        this.#snapshots.giveBack(workspaceId);
        scan.close();
      });
    } catch (error) {
      this.#snapshots.giveBack(workspaceId);
      throw error;
    }
  }

  /**
   * @throws OperationError `resync_required` for another epoch, for changes that are no longer kept, and for a rev that
   * there has not been; `unavailable` while too many streams are open
   */
  async changes(
    caller: FeedCaller,
    from: { readonly epoch: string; readonly after: number; readonly follow: boolean },
  ): Promise<ReadableStream<Uint8Array>> {
    const { subject, isAllowed } = caller;
    this.#assertEpoch(from.epoch);
    if (this.streamCount >= FEED_STREAMS_MAX) {
      throw new OperationError("unavailable", { detail: "Too many streams are open" });
    }
    const { workspaceId, ...within } = subject;
    const scope = tenantScope(workspaceId);
    const first = await this.#parts.storage.feed.readChanges(scope, within, from.after, 1);
    if (first === undefined) throw new OperationError("resync_required");
    const stream = new ChangesStream({
      subject,
      epoch: this.#epoch,
      after: from.after,
      follow: from.follow,
      pages: this.#pages,
      head: () => this.#parts.headOf(workspaceId),
      isAllowed,
      comeBackAfterMs: () => this.#comeBackAfterMs(),
    });
    if (this.#isStopping) stream.leave();
    return this.#start(
      caller,
      stream,
      () => stream.next(),
      () => stream.wake(),
    );
  }

  /** Takes down what the verifier has applied. The answer proves it fresh, so nothing is told to one that cannot be kept. */
  async head(
    subject: FeedSubject,
    request: HeadRequest & { readonly keyId: KeyId },
  ): Promise<{ epoch: string; rev: number }> {
    // To one that holds another epoch the answer proves nothing, so its last proof stays what it was.
    if (request.epoch === this.#epoch) {
      // The answer says that there is nothing newer anywhere, and not only that this node has heard of nothing.
      await this.#parts.storage.nodes.catchUp();
      await this.#trust.allow(subject.workspaceId, request.maxStalenessMs);
      this.#registry.report(subject, request, this.#parts.clock.monotonicMs());
      this.#barriers.reported(subject);
    }
    return { epoch: this.#epoch, rev: this.#parts.headOf(subject.workspaceId) };
  }

  /** @throws OperationError `resync_required` for another epoch */
  async lookup(
    subject: FeedSubject,
    { epoch, digest }: { readonly epoch: string; readonly digest: Digest },
  ): Promise<{ rev: number; items: FeedItem[] }> {
    this.#assertEpoch(epoch);
    const { workspaceId, ...within } = subject;
    const scope = tenantScope(workspaceId);
    const { rev, changes } = await this.#parts.storage.feed.findByDigest(scope, within, digest);
    return { rev, items: changes.map(({ change, rev }) => feedItem(change, rev)) };
  }

  /** How far a durable change has come, after waiting for it at most so long. */
  async effectOf(
    change: { readonly reach: Reach; readonly rev: number },
    waitSeconds: number,
  ): Promise<Effect> {
    const [here, elsewhere] = await Promise.all([
      this.#barriers.wait(change, waitSeconds * 1000),
      this.#otherNodes.wait(change, waitSeconds * 1000),
    ]);
    const { clock } = this.#parts;
    const acknowledged = here.acknowledged + elsewhere.acknowledged;
    const pending = here.pending + elsewhere.pending;
    const effectiveMs = longer(here.effectiveMs, elsewhere.effectiveMs);
    const inMs = effectiveMs === null ? 0 : Math.max(0, effectiveMs - clock.monotonicMs());
    const effectiveBy =
      effectiveMs === null ? null : addSeconds(clock.now(), Math.ceil(inMs) / 1000);
    return { acknowledged, pending, effectiveBy };
  }

  #start(
    { isAllowed, cut }: FeedCaller,
    stream: ChangesStream | undefined,
    next: () => Promise<Uint8Array | undefined>,
    onEnd: () => void,
  ): ReadableStream<Uint8Array> {
    const outgoing = new Outgoing({
      next,
      cut,
      onEnd: () => {
        this.#open.delete(open);
        onEnd();
      },
    });
    const endsMs = stream === undefined ? performance.now() + SNAPSHOT_MS_MAX : Infinity;
    const open: Open = { outgoing, stream, isAllowed, endsMs };
    this.#open.add(open);
    return outgoing.body;
  }

  #look(): void {
    this.#registry.sweep(this.#parts.clock.monotonicMs());
    const nowMs = performance.now();
    if (nowMs - this.#trustExpiredMs > EXPIRE_TRUST_EVERY_MS) {
      this.#trustExpiredMs = nowMs;
      // What could not be written is kept for longer than it must be.
      this.#trust.expire((workspaceId) => this.#registry.trustOf(workspaceId)).catch(() => {});
    }
    this.#otherNodes.observe().catch(() => {});
    for (const { outgoing, stream, isAllowed, endsMs } of this.#open) {
      const isStalled = outgoing.waitingMs(nowMs) > STALLED_MS_MAX;
      if (isStalled || nowMs > endsMs) outgoing.cut();
      else if (!isAllowed()) {
        // One that waits for more ends by itself; of one that does not read, the connection is cut.
        stream?.wake();
        if (outgoing.waitingMs(nowMs) > 0) outgoing.cut();
      }
    }
  }

  #assertEpoch(epoch: string): void {
    if (epoch !== this.#epoch) throw new OperationError("resync_required");
  }

  #comeBackAfterMs(): number {
    const [high = 0, low = 0] = this.#parts.random.bytes(2);
    return Math.floor(((high * 256 + low) / 65_536) * COME_BACK_MS_MAX);
  }
}
