// What metadata may hold: JSON that comes back exactly as it was given (T37).

import { keyProblem } from "./text.ts";

export const METADATA_BYTES_MAX = 16_384;
export const METADATA_DEPTH_MAX = 32;
export const METADATA_NODES_MAX = 2_000;

/** Why a value is refused as metadata; `undefined` when it is fine. */
export function metadataProblem(value: object): string | undefined {
  const state = { nodes: 0 };
  const problem = nodeProblem(value, 1, state);
  if (problem !== undefined) return problem;
  const bytes = Buffer.byteLength(JSON.stringify(value));
  return bytes > METADATA_BYTES_MAX ? `is longer than ${METADATA_BYTES_MAX} bytes` : undefined;
}

function nodeProblem(value: unknown, depth: number, state: { nodes: number }): string | undefined {
  state.nodes++;
  if (state.nodes > METADATA_NODES_MAX) return `has more than ${METADATA_NODES_MAX} values`;
  if (typeof value === "string") return stringProblem(value);
  if (typeof value === "number") return numberProblem(value);
  if (typeof value !== "object" || value === null) return undefined;
  if (depth > METADATA_DEPTH_MAX) return `is nested deeper than ${METADATA_DEPTH_MAX}`;
  for (const [name, child] of Object.entries(value)) {
    const problem = stringProblem(name) ?? nodeProblem(child, depth + 1, state);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function stringProblem(text: string): string | undefined {
  return text.isWellFormed() ? keyProblem(text) : "holds half of a surrogate pair";
}

function numberProblem(value: number): string | undefined {
  const survives =
    Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  return survives ? undefined : "holds a number that would lose digits; write it as a string";
}
