import { Command } from "commander";
import { openSession } from "../cli.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { printable } from "../printable.ts";
import { readKey } from "../read-secret.ts";
import type { Terminal } from "../terminal.ts";
import { addVerification, verificationOf } from "../verification.ts";
import type { VerificationOptions } from "../verification.ts";

export function keysExplain(terminal: Terminal): Command {
  const command = new Command("explain")
    .description(
      "Show every check of a verification, and count nothing; exit code 3 when it is denied",
    )
    .argument("[-]", "- reads the key from standard input; a terminal asks for it");
  return addVerification(command).action(
    async (word: string | undefined, options: VerificationOptions) => {
      const session = await openSession(terminal, command);
      const credential = await readKey(terminal, word, options.keyFile);
      const question = { credential, ...verificationOf(options), dry_run: true };
      const verdict = await session.client.verify(question);
      const steps = (verdict.trace ?? []).map(({ check, passed, detail }) => {
        const mark = passed
          ? terminal.paint("green", "✓ passed")
          : terminal.paint("red", "✗ failed");
        return `${mark}  ${printable(check)}: ${printable(detail)}`;
      });
      const { outcome, code, status, detail } = verdict;
      const end = outcome === "allowed" ? "allowed" : `denied: ${code} (${status})`;
      session.output.text(verdict, [
        ...steps,
        `${terminal.paint("bold", end)}  ${printable(detail)}`,
      ]);
      if (outcome === "denied") terminal.endWith(EXIT_CODES.denied.code);
    },
  );
}
