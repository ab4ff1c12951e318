import { redactKeys } from "@keyward/core/key/format";

/** Format and bidi characters that let one text pass for another; the joiners that emoji and Persian need stay (T09). */
const DECEPTIVE = /[\p{Cc}\p{Co}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u;

/** Why a text that people will read is refused; `undefined` when it is fine. */
export function textProblem(text: string): string | undefined {
  if (!text.isWellFormed()) return "holds half of a surrogate pair";
  if (DECEPTIVE.test(text)) return "holds a control, bidirectional or invisible character";
  if (text.trim() !== text) return "begins or ends with a blank";
  return keyProblem(text);
}

/** A key that was pasted into the wrong field would be kept in clear, and in the audit log for ever (K4). */
export function keyProblem(text: string): string | undefined {
  return redactKeys(text) === text ? undefined : "holds a key";
}
