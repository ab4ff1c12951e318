/** What an orchestrator asks. `degraded` serves: verification needs no disk (F03). */
export type Readiness = "starting" | "ready" | "degraded" | "stopping";

export interface Health {
  readiness(): Readiness;
}

/** @returns status and body; the body tells no stranger why (T60) */
export function readinessAnswer(readiness: Readiness): { status: 200 | 503; body: string } {
  return {
    status: readiness === "starting" || readiness === "stopping" ? 503 : 200,
    body: JSON.stringify({ status: readiness }),
  };
}

export const LIVENESS_BODY = JSON.stringify({ status: "live" });
