// What verifiers decided and what was acknowledged to whoever revoked, and whether the two agree (K2).

/** The two clocks of the machine, which its processes have in common. */
interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** One decision, with the moment at which it was asked for. */
export interface Decision extends Moment {
  readonly keyId: string;
  readonly code: string;
}

/** A revocation, with the moment at which its answer had come. */
export interface Acknowledged extends Moment {
  readonly keyId: string;
  /** Milliseconds since 1970; `undefined` where none was promised. */
  readonly effectiveByMs: number | undefined;
}

/** Milliseconds of a clock that all processes of this machine read alike. */
export function monotonicNowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Every decision to allow a key that was asked for after nobody could allow it any more. */
export function forbiddenAllows(
  decisions: readonly Decision[],
  revocations: readonly Acknowledged[],
): readonly (Decision & { readonly lateMs: number })[] {
  const byKey = new Map(revocations.map((revocation) => [revocation.keyId, revocation]));
  return decisions.flatMap((decision) => {
    const lateMs = lateness(decision, byKey.get(decision.keyId));
    return decision.code === "allowed" && lateMs > 0 ? [{ ...decision, lateMs }] : [];
  });
}

/** By the clock that says less: one of them may be set while the history is written. */
function lateness(asked: Moment, revocation: Acknowledged | undefined): number {
  if (revocation?.effectiveByMs === undefined) return -Infinity;
  const { effectiveByMs, wallMs, monotonicMs } = revocation;
  const afterAnswerMs = Math.max(0, effectiveByMs - wallMs);
  return Math.min(
    asked.monotonicMs - (monotonicMs + afterAnswerMs),
    asked.wallMs - Math.max(effectiveByMs, wallMs),
  );
}
