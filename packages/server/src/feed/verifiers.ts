// Who follows which feed, what they have applied, and until when those who have not may still trust themselves.
import { OperationError } from "@keyward/core/failure/failures";
import type { FeedSubject } from "@keyward/core/feed/subject";
import type { HeadRequest } from "@keyward/core/feed/questions";
import { VERIFIERS_MAX, VERIFIERS_PER_WORKSPACE_MAX } from "../contract/limits.ts";

/** A verifier that has not asked for so much longer than it may trust itself has stopped. */
export const FORGET_AFTER_MS = 10_000;
/** One without a bound never stops, but one that has been silent for so long is taken to be gone. */
export const UNBOUNDED_FORGET_MS = 3_600_000;

export interface VerifierEntry {
  readonly subject: FeedSubject;
  readonly name: string;
  applied: number;
  /** The monotonic instant of the last answer that it may take as a proof. */
  answeredMs: number;
  /** The longest that it may trust itself after a proof that it may still have; `null` is without a bound. */
  trustMs: number | null;
}

export type HeadReport = Pick<HeadRequest, "verifier" | "applied" | "maxStalenessMs" | "leaving">;

/** The verifiers, bounded in number. Time is monotonic, in milliseconds. */
export class VerifierRegistry {
  readonly #bySubject = new Map<string, Map<string, VerifierEntry>>();
  readonly #countOf = new Map<string, number>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /**
   * Takes down that the verifier is answered now.
   *
   * @throws OperationError `unavailable` when there are too many: one that nobody knows of must not be told that it may
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

  of(subject: FeedSubject): readonly VerifierEntry[] {
    return [...(this.#bySubject.get(keyOf(subject))?.values() ?? [])];
  }

  *all(): Generator<VerifierEntry> {
    for (const verifiers of this.#bySubject.values()) yield* verifiers.values();
  }

  /** Forgets those that must have stopped. */
  sweep(nowMs: number): void {
    for (const [subjectKey, verifiers] of this.#bySubject) {
      for (const entry of verifiers.values()) {
        const keptMs =
          entry.trustMs === null ? UNBOUNDED_FORGET_MS : withDrift(entry.trustMs) + FORGET_AFTER_MS;
        if (nowMs - entry.answeredMs > keptMs) this.#remove(subjectKey, entry);
      }
    }
  }

  #add(subjectKey: string, subject: FeedSubject, report: HeadReport, nowMs: number): void {
    const { workspaceId } = subject;
    const ofWorkspace = this.#countOf.get(workspaceId) ?? 0;
    if (this.#count >= VERIFIERS_MAX || ofWorkspace >= VERIFIERS_PER_WORKSPACE_MAX) {
      throw new OperationError("unavailable", { detail: "Too many verifiers are connected" });
    }
    const verifiers = this.#bySubject.get(subjectKey) ?? new Map<string, VerifierEntry>();
    this.#bySubject.set(subjectKey, verifiers);
    this.#countOf.set(workspaceId, ofWorkspace + 1);
    this.#count += 1;
    const { verifier: name, applied, maxStalenessMs: trustMs } = report;
    verifiers.set(name, { subject, name, applied, answeredMs: nowMs, trustMs });
  }

  #remove(subjectKey: string, { subject, name }: VerifierEntry): void {
    const verifiers = this.#bySubject.get(subjectKey);
    if (verifiers?.delete(name) !== true) return;
    if (verifiers.size === 0) this.#bySubject.delete(subjectKey);
    const left = (this.#countOf.get(subject.workspaceId) ?? 1) - 1;
    if (left === 0) this.#countOf.delete(subject.workspaceId);
    else this.#countOf.set(subject.workspaceId, left);
    this.#count -= 1;
  }
}

/** The last monotonic instant at which one that was answered then may allow what was refused since; `null` is none. */
export function fenceMs(answeredMs: number, trustMs: number | null): number | null {
  return trustMs === null ? null : answeredMs + withDrift(trustMs);
}

/** The other's clock may run slower than ours, by 0.1 %. */
function withDrift(durationMs: number): number {
  return durationMs + Math.ceil(durationMs / 1_000);
}

function longer(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : Math.max(one, other);
}

function keyOf({ workspaceId, apiId, environment }: FeedSubject): string {
  return `${workspaceId} ${apiId} ${environment}`;
}
