import { digestKey, digestToHex } from "@keyward/core/key/digest";
import { Command } from "commander";
import { openSession } from "../cli.ts";
import { AUDIT_COLUMNS } from "../columns.ts";
import { addPaging, readList } from "../paging.ts";
import type { PagingOptions } from "../paging.ts";
import { readKey } from "../read-secret.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends PagingOptions {
  readonly action?: string;
  readonly target?: string;
  readonly actor?: string;
  readonly keyFile?: string;
}

export function auditList(terminal: Terminal): Command {
  const command = new Command("list")
    .description("List audit events, newest first")
    .option("--action <action>", "of this kind, such as key.revoked")
    .option("--target <id>", "about this thing")
    .option("--actor <id>", "by this management key or member")
    .option(
      "--key-file <file>",
      "about the key in this file, - for standard input; it is hashed here",
    );
  return addPaging(command).action(async (options: Options) => {
    const { action, target, actor, keyFile } = options;
    const key = keyFile === undefined ? undefined : await readKey(terminal, undefined, keyFile);
    const digest = key === undefined ? undefined : digestToHex(digestKey(key));
    const session = await openSession(terminal, command);
    const page = await readList(
      session,
      "audit.list",
      "query",
      { action, target, actor, digest },
      options,
    );
    session.output.list(page, AUDIT_COLUMNS);
  });
}
