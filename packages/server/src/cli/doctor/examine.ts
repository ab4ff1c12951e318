import { OUTAGE } from "./outage.ts";
import { PASSAGE } from "./passage.ts";
import { REFUSALS } from "./refusals.ts";
import type { Check, Scene } from "./scene.ts";

export interface Examined {
  readonly check: string;
  readonly result: "ok" | "failed" | "left_out";
  /** What is wrong, or why the check was left out. */
  readonly detail: string | null;
}

/** One check after the other. What goes wrong with one is its finding, and the others are made all the same. */
export async function examine(scene: Scene, isAway: boolean): Promise<readonly Examined[]> {
  const examined: Examined[] = [];
  for (const check of isAway ? OUTAGE : [...REFUSALS, ...PASSAGE]) {
    examined.push(await examineOne(check, scene));
  }
  return examined;
}

async function examineOne({ name, leftOut, run }: Check, scene: Scene): Promise<Examined> {
  const why = leftOut?.(scene);
  if (why !== undefined) return { check: name, result: "left_out", detail: why };
  try {
    const finding = await run(scene);
    return {
      check: name,
      result: finding === undefined ? "ok" : "failed",
      detail: finding ?? null,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { check: name, result: "failed", detail: `there is no answer: ${reason}` };
  }
}
