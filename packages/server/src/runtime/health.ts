/**
 * What an orchestrator asks. `degraded` serves: verification needs no disk (F03) and no Redis (F09). `stale` is an edge, or a
 * node of several, that has lost the proof that its keys are up to date.
 */
export type Readiness = "starting" | "ready" | "degraded" | "stale" | "stopping";

/** What a server does without for now. */
export type MissingPart = "storage" | "redis";

export interface Health {
  readiness(): Readiness;
  /** Of a server that is `degraded`, what it does without. */
  missing?(): readonly MissingPart[];
}

/** @returns status and body; the body names a part and tells no stranger why (T60) */
export function readinessAnswer(health: Health): { status: 200 | 503; body: string } {
  const status = health.readiness();
  const degraded = status === "degraded" ? health.missing?.() : undefined;
  return {
    status: status === "ready" || status === "degraded" ? 200 : 503,
    body: JSON.stringify({ status, degraded }),
  };
}

export const LIVENESS_BODY = JSON.stringify({ status: "live" });
