import { Command } from "commander";
import { openSession } from "../cli.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { printable } from "../printable.ts";
import { readKey } from "../read-secret.ts";
import type { Terminal } from "../terminal.ts";
import { addVerification, verificationOf } from "../verification.ts";
import type { VerificationOptions } from "../verification.ts";

export function keysVerify(terminal: Terminal): Command {
  const command = new Command("verify")
    .description("Verify a key, as a protected API would; exit code 3 when it is denied")
    .argument("[-]", "- reads the key from standard input; a terminal asks for it");
  return addVerification(command).action(
    async (word: string | undefined, options: VerificationOptions) => {
      const session = await openSession(terminal, command);
      const credential = await readKey(terminal, word, options.keyFile);
      const verdict = await session.client.verify({ credential, ...verificationOf(options) });
      const { outcome, code, status, detail, principal } = verdict;
      const isAllowed = outcome === "allowed";
      const word1 = isAllowed
        ? terminal.paint("green", "allowed")
        : terminal.paint("red", "denied");
      const whose = principal ? [`key ${principal.key_id} of ${principal.owner}`] : [];
      session.output.text(verdict, [
        `${word1}  ${isAllowed ? "" : `${code} (${status}): `}${printable(detail)}`,
        ...whose.map(printable),
      ]);
      if (!isAllowed) terminal.endWith(EXIT_CODES.denied.code);
    },
  );
}
