// What the kinds of restriction have in common: how long a pattern may be, and what reading one gives.

/** The longest pattern of any kind, in characters (T35). */
export const PATTERN_LENGTH_MAX = 256;

/** Why a pattern was refused. */
export interface PatternProblem {
  readonly ok: false;
  /** A JSON pointer (RFC 6901) to the part at fault, relative to what was read; `""` is the whole. */
  readonly pointer: string;
  /** One sentence for the person who wrote it: what is wrong, and what would be right. */
  readonly detail: string;
}

/** A pattern ready for matching, or the reason why there is none. */
export type ParsedPattern<Pattern> =
  | { readonly ok: true; readonly pattern: Pattern }
  | PatternProblem;

/** The result of reading a pattern that is well-formed. */
export function accept<Pattern>(pattern: Pattern): ParsedPattern<Pattern> {
  return { ok: true, pattern };
}

/** The result of reading a pattern that is not. */
export function refuse(detail: string, pointer = ""): PatternProblem {
  return { ok: false, pointer, detail };
}
