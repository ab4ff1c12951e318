import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function auditCheckpoint(terminal: Terminal): Command {
  const command = new Command("checkpoint").description(
    "Print a signed checkpoint of your workspace's audit chain, to be kept where Keyward cannot write",
  );
  return command.action(async () => {
    const session = await openSession(terminal, command);
    const checkpoint = await session.client.audit.checkpoint();
    session.output.text(checkpoint, [checkpoint.checkpoint]);
    terminal.note(`Signed with the key ${checkpoint.key.kid}, at rev ${checkpoint.rev}.\n`);
  });
}
