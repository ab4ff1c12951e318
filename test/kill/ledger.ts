import type { KeyState } from "@keyward/core/model/key-state";

/** A write that was acknowledged: the key stood so at this rev. */
export interface Acknowledged {
  readonly keyId: string;
  readonly rev: number;
  readonly state: KeyState | "deleted";
}

/** Reads what the victim has printed; the line that the kill has cut short was never acknowledged to anyone. */
export function readLedger(text: string): readonly Acknowledged[] {
  const lines = text.split("\n");
  lines.pop();
  return lines.map((line) => JSON.parse(line) as Acknowledged);
}
