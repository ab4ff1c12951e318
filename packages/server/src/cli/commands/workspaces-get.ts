import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function workspacesGet(terminal: Terminal): Command {
  const command = new Command("get").description("Show a workspace");
  return command
    .argument("<workspace>", "the id of the workspace")
    .action(async (workspace: string) => {
      const session = await openSession(terminal, command);
      session.output.one(await session.client.workspaces.get(workspace));
    });
}
