/**
 * What an orchestrator asks. `degraded` serves: verification needs no disk (F03). `stale` is an edge that has lost the proof
 * that its keys are up to date.
 */
export type Readiness = "starting" | "ready" | "degraded" | "stale" | "stopping";

export interface Health {
  readiness(): Readiness;
}

/** @returns status and body; the body tells no stranger why (T60) */
export function readinessAnswer(readiness: Readiness): { status: 200 | 503; body: string } {
  return {
    status: readiness === "ready" || readiness === "degraded" ? 200 : 503,
    body: JSON.stringify({ status: readiness }),
  };
}

export const LIVENESS_BODY = JSON.stringify({ status: "live" });
