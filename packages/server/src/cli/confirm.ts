import { UsageError } from "./errors.ts";
import { printable } from "./printable.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Goes on when a person says so, or has said so with `--yes`.
 *
 * @throws UsageError when the answer is no, or when there is nobody to ask
 */
export async function confirm(
  terminal: Terminal,
  question: string,
  isConfirmed: boolean | undefined,
): Promise<void> {
  if (isConfirmed === true) return;
  const answer = await terminal.ask(`${printable(question)} [y/N] `, { hidden: false });
  if (answer === undefined) {
    throw new UsageError("there is no terminal to ask for a confirmation", "add --yes");
  }
  if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError("not confirmed; nothing was changed");
}
