import { createSessionClient } from "@keyward/sdk/client";
import { Command } from "commander";
import { globalsOf, outputOf, urlOf } from "../cli.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { readKey } from "../read-secret.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly foundAt?: string;
}

export function leaksReport(terminal: Terminal): Command {
  const command = new Command("report")
    .description(
      "Report a key that you have found. To hold it is enough: no management key is needed; exit code 6 when it is none",
    )
    .argument("[-]", "- reads the key from standard input; a terminal asks for it")
    .option("--found-at <url>", "where it was found");
  return command.action(async (word: string | undefined, { foundAt }: Options) => {
    const credential = await readKey(terminal, word, undefined);
    // Whoever finds a key has no other.
    const client = createSessionClient({ url: urlOf(terminal, globalsOf(command)) });
    const receipt = await client.leaks.report({ credential, url: foundAt });
    const isKnown = receipt.outcome === "reported";
    const line = isKnown
      ? "Reported. What becomes of it is what its owner has settled."
      : "There is no such key here.";
    outputOf(terminal, command).text(receipt, [line]);
    if (!isKnown) terminal.endWith(EXIT_CODES.notFound.code);
  });
}
