import { Command } from "commander";
import { openSession } from "../cli.ts";
import { ownWorkspace, servedEvents } from "../check-wire-chain.ts";
import { printableJson } from "../printable.ts";
import type { Terminal } from "../terminal.ts";

export function auditExport(terminal: Terminal): Command {
  const command = new Command("export").description(
    "Print every audit event of your workspace, newest first, one JSON object a line",
  );
  return command.action(async () => {
    const session = await openSession(terminal, command);
    const { client } = session;
    const workspace_id = await ownWorkspace(client);
    let count = 0;
    for await (const event of servedEvents(client)) {
      terminal.data(`${printableJson({ workspace_id, ...event }, 0)}\n`);
      count += 1;
    }
    terminal.note(`${count} events. keyward audit verify FILE checks them anywhere.\n`);
  });
}
