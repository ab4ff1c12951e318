/** How far the batches of one source may be counted out of their order. */
export const SEQUENCES_AHEAD_MAX = 1_000;

/** Which batches of one source have been counted: all up to `through`, and those of `ahead`. */
export interface SourceProgress {
  readonly through: number;
  /** Ascending, each greater than `through` + 1. */
  readonly ahead: readonly number[];
}

export const NOTHING_COUNTED: SourceProgress = { through: 0, ahead: [] };

/** The progress after the batch; `counted` when it has been counted before, `too_far` when too many before it are missing. */
export function countSequence(
  { through, ahead }: SourceProgress,
  sequence: number,
): SourceProgress | "counted" | "too_far" {
  if (sequence <= through || ahead.includes(sequence)) return "counted";
  if (sequence > through + SEQUENCES_AHEAD_MAX) return "too_far";
  const counted = [...ahead, sequence].toSorted((left, right) => left - right);
  let next = through;
  while (counted[0] === next + 1) {
    next++;
    counted.shift();
  }
  return { through: next, ahead: counted };
}
