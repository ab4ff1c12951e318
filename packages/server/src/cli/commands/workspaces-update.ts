import { Command } from "commander";
import { addIfMatch, assertChange } from "../changes.ts";
import type { ChangeOptions } from "../changes.ts";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends ChangeOptions {
  readonly name?: string;
}

export function workspacesUpdate(terminal: Terminal): Command {
  const command = new Command("update")
    .description("Change a workspace")
    .argument("<workspace>", "the id of the workspace")
    .option("--name <name>", "what people call it");
  return addIfMatch(command).action(async (workspace: string, options: Options) => {
    const { name, ifMatch } = options;
    const body = { name };
    assertChange(body, "workspaces update");
    const session = await openSession(terminal, command);
    session.output.one(await session.client.workspaces.update(workspace, body, { ifMatch }));
  });
}
