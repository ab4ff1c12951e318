import { Command } from "commander";
import { openSession } from "../cli.ts";
import { AUDIT_COLUMNS } from "../columns.ts";
import { addPaging, readList } from "../paging.ts";
import type { PagingOptions } from "../paging.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends PagingOptions {
  readonly action?: string;
  readonly target?: string;
  readonly actor?: string;
}

export function auditList(terminal: Terminal): Command {
  const command = new Command("list")
    .description("List audit events, newest first")
    .option("--action <action>", "of this kind, such as key.revoked")
    .option("--target <id>", "about this thing")
    .option("--actor <id>", "by this management key or member");
  return addPaging(command).action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const page = await readList(
      session,
      "audit.list",
      "query",
      { action: options.action, target: options.target, actor: options.actor },
      options,
    );
    session.output.list(page, AUDIT_COLUMNS);
  });
}
