import { Command } from "commander";
import { globalsOf } from "../cli.ts";
import { readToken } from "../read-secret.ts";
import type { Terminal } from "../terminal.ts";

const FLAGS = {
  upstream: "KEYWARD_EDGE_UPSTREAM",
  listen: "KEYWARD_EDGE_LISTEN",
  callersFile: "KEYWARD_EDGE_CALLERS_FILE",
  apis: "KEYWARD_EDGE_APIS",
  freshness: "KEYWARD_EDGE_FRESHNESS",
  keysMax: "KEYWARD_EDGE_KEYS_MAX",
} as const;

/** An edge outlives whoever has signed in. */
const NO_LOGIN = "";

export function edge(terminal: Terminal): Command {
  const command = new Command("edge")
    .description("Decide about keys beside a gateway, by a copy that is kept up to date")
    .option("--upstream <url>", "the Keyward to follow; KEYWARD_EDGE_UPSTREAM if left out")
    .option("--listen <place>", "HOST:PORT or unix:PATH; KEYWARD_EDGE_LISTEN if left out")
    .option("--callers-file <file>", "the tokens of who may ask; KEYWARD_EDGE_CALLERS_FILE")
    .option("--apis <list>", "the apis to follow, by prefix; all that the token may if left out")
    .option("--freshness <mode>", "strict, bounded or available; KEYWARD_EDGE_FRESHNESS")
    .option("--keys-max <number>", "hold so many keys of each api; KEYWARD_EDGE_KEYS_MAX, or all")
    .addHelpText(
      "after",
      "\nThe token that --token-file names needs a scope feed:<api id>:<environment>, or feed:* for all.",
    );
  return command.action(async (options: Readonly<Partial<Record<keyof typeof FLAGS, string>>>) => {
    const { tokenFile } = globalsOf(command);
    const given = Object.entries(FLAGS).flatMap(([flag, name]) => {
      const value = options[flag as keyof typeof FLAGS];
      return value === undefined ? [] : [[name, value]];
    });
    const first = await readToken(terminal, tokenFile, NO_LOGIN);
    // A file is read again for each request, so that a rotated key needs no restart; other places cannot be.
    const isFile = tokenFile !== "-" && (tokenFile ?? terminal.env["KEYWARD_TOKEN_FILE"]);
    // What is wrong with its mode has been said.
    const quiet = { ...terminal, note: () => undefined };
    const token = () => (isFile ? readToken(quiet, tokenFile, NO_LOGIN) : Promise.resolve(first));
    const { runEdge } = await import("../../main/edge.ts");
    await runEdge({ ...terminal.env, ...(Object.fromEntries(given) as object) }, token);
  });
}
