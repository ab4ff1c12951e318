// Who follows which feed, what they have applied, and until when those who have not may still trust themselves.
import { OperationError } from "@keyward/core/failure/failures";
import type { KeyId, WorkspaceId } from "@keyward/core/id";
import type { FeedSubject } from "@keyward/core/feed/subject";
import type { HeadRequest } from "@keyward/core/feed/questions";
import {
  VERIFIERS_MAX,
  VERIFIERS_PER_KEY_MAX,
  VERIFIERS_PER_WORKSPACE_MAX,
} from "../contract/limits.ts";
import { isWithinReach, keyOf } from "./reach.ts";
import type { Reach } from "./reach.ts";
import { Shares } from "./shares.ts";

/** A verifier that has not asked for so much longer than it may trust itself has stopped. */
export const FORGET_AFTER_MS = 10_000;
/**
 * One without a bound never stops, but one that has been silent for as long as it had been asking is taken to be gone:
 * one that asked once is soon forgotten, and cannot hold a place for an hour (T59).
 */
export const UNBOUNDED_FORGET_MS_MIN = 120_000;
export const UNBOUNDED_FORGET_MS = 3_600_000;

export interface VerifierEntry {
  readonly subject: FeedSubject;
  readonly name: string;
  /** The management key that it first came with. */
  readonly keyId: KeyId;
  /** The monotonic instant of the first answer. */
  readonly sinceMs: number;
  applied: number;
  /** The monotonic instant of the last answer that it may take as a proof. */
  answeredMs: number;
  /** The longest that it may trust itself after a proof that it may still have; `null` is without a bound. */
  trustMs: number | null;
}

export type HeadReport = Pick<
  HeadRequest,
  "verifier" | "applied" | "maxStalenessMs" | "leaving"
> & {
  /** The management key that the verifier has presented. */
  readonly keyId: KeyId;
};

/** The verifiers, bounded in number. Time is monotonic, in milliseconds. */
export class VerifierRegistry {
  readonly #bySubject = new Map<string, Map<string, VerifierEntry>>();
  readonly #ofWorkspaces = new Shares(VERIFIERS_MAX, VERIFIERS_PER_WORKSPACE_MAX);
  readonly #ofKeys = new Shares(VERIFIERS_MAX, VERIFIERS_PER_KEY_MAX);

  get count(): number {
    return this.#ofWorkspaces.count;
  }

  /**
   * Takes down that the verifier is answered now.
   *
   * @throws OperationError `unavailable` when there are too many, of the key, the workspace or all together: one that nobody knows of must not be told that it may
   * trust itself
   */
  report(subject: FeedSubject, report: HeadReport, nowMs: number): void {
    const subjectKey = keyOf(subject);
    const verifiers = this.#bySubject.get(subjectKey);
    const known = verifiers?.get(report.verifier);
    if (report.leaving) {
      if (known === undefined) return;
      // Whoever waits for it need not any more.
      known.applied = Number.MAX_SAFE_INTEGER;
      this.#remove(subjectKey, known);
      return;
    }
    if (known === undefined) {
      this.#add(subjectKey, subject, report, nowMs);
      return;
    }
    known.applied = Math.max(known.applied, report.applied);
    // An earlier proof may still count with the longer trust that came with it.
    const isOldProofOver =
      known.trustMs !== null && known.answeredMs + withDrift(known.trustMs) < nowMs;
    known.trustMs = isOldProofOver
      ? report.maxStalenessMs
      : longer(known.trustMs, report.maxStalenessMs);
    known.answeredMs = nowMs;
  }

  of(reach: Reach): readonly VerifierEntry[] {
    if (reach.apiId !== null && reach.environment !== null) {
      return [...(this.#bySubject.get(keyOf(reach))?.values() ?? [])];
    }
    return [...this.all()].filter(({ subject }) => isWithinReach(subject, reach));
  }

  *all(): Generator<VerifierEntry> {
    for (const verifiers of this.#bySubject.values()) yield* verifiers.values();
  }

  /** The longest that one of the workspace may trust itself; 0 when there is none, `null` without a bound. */
  trustOf(workspaceId: WorkspaceId): number | null {
    let trustMs: number | null = 0;
    for (const entry of this.all()) {
      if (entry.subject.workspaceId === workspaceId) trustMs = longer(trustMs, entry.trustMs);
    }
    return trustMs;
  }

  /** Forgets those that must have stopped. */
  sweep(nowMs: number): void {
    for (const [subjectKey, verifiers] of this.#bySubject) {
      for (const entry of verifiers.values()) {
        if (nowMs - entry.answeredMs > keptMs(entry)) this.#remove(subjectKey, entry);
      }
    }
  }

  #add(subjectKey: string, subject: FeedSubject, report: HeadReport, nowMs: number): void {
    const { verifier: name, keyId, applied, maxStalenessMs: trustMs } = report;
    if (!this.#ofKeys.has(keyId) || !this.#ofWorkspaces.has(subject.workspaceId)) {
      throw new OperationError("unavailable", { detail: "Too many verifiers are connected" });
    }
    this.#ofKeys.take(keyId);
    this.#ofWorkspaces.take(subject.workspaceId);
    const verifiers = this.#bySubject.get(subjectKey) ?? new Map<string, VerifierEntry>();
    this.#bySubject.set(subjectKey, verifiers);
    const entry = { subject, name, keyId, sinceMs: nowMs, applied, answeredMs: nowMs, trustMs };
    verifiers.set(name, entry);
  }

  #remove(subjectKey: string, { subject, name, keyId }: VerifierEntry): void {
    const verifiers = this.#bySubject.get(subjectKey);
    if (verifiers?.delete(name) !== true) return;
    if (verifiers.size === 0) this.#bySubject.delete(subjectKey);
    this.#ofKeys.giveBack(keyId);
    this.#ofWorkspaces.giveBack(subject.workspaceId);
  }
}

/** The last monotonic instant at which one that was answered then may allow what was refused since; `null` is none. */
export function fenceMs(answeredMs: number, trustMs: number | null): number | null {
  return trustMs === null ? null : answeredMs + withDrift(trustMs);
}

function keptMs({ trustMs, sinceMs, answeredMs }: VerifierEntry): number {
  if (trustMs !== null) return withDrift(trustMs) + FORGET_AFTER_MS;
  return Math.min(Math.max(answeredMs - sinceMs, UNBOUNDED_FORGET_MS_MIN), UNBOUNDED_FORGET_MS);
}

/** The other's clock may run slower than ours, by 0.1 %. */
function withDrift(durationMs: number): number {
  return durationMs + Math.ceil(durationMs / 1_000);
}

/** `null` is without a bound. */
export function longer(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : Math.max(one, other);
}
