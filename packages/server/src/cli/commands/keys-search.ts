import { Command } from "commander";
import { openSession } from "../cli.ts";
import { KEY_COLUMNS } from "../columns.ts";
import { addPaging, readList } from "../paging.ts";
import type { PagingOptions } from "../paging.ts";
import { readKey } from "../read-secret.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends PagingOptions {
  readonly keyFile?: string;
}

export function keysSearch(terminal: Terminal): Command {
  const command = new Command("search")
    .description("Find keys by a part of their name, id, hint or owner, or by a whole key")
    .argument("[text]", "what to look for; - reads a whole key from standard input")
    .option("--key-file <file>", "look for the key in this file");
  return addPaging(command).action(async (text: string | undefined, options: Options) => {
    const session = await openSession(terminal, command);
    const isText = text !== undefined && text !== "-" && options.keyFile === undefined;
    const q = isText ? text : await readKey(terminal, text, options.keyFile);
    const page = await readList(session, "keys.search", "body", { q }, options);
    session.output.list(page, KEY_COLUMNS);
  });
}
