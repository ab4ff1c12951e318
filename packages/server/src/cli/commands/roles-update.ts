import { Command } from "commander";
import { addIfMatch, assertChange } from "../changes.ts";
import type { ChangeOptions } from "../changes.ts";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";
import { collect } from "../values.ts";

interface Options extends ChangeOptions {
  readonly name?: string;
  readonly scope?: readonly string[];
  readonly description?: string;
}

export function rolesUpdate(terminal: Terminal): Command {
  const command = new Command("update")
    .description("Change a role. What is not named stays; its scopes are replaced")
    .argument("<role>", "the id of the role")
    .option("--name <name>", "what people call it")
    .option("--scope <scope>", "with this scope and those beside it alone; repeatable", collect)
    .option("--description <text>", "what it is for");
  return addIfMatch(command).action(async (role: string, options: Options) => {
    const { name, scope: scopes, description, ifMatch } = options;
    const body = { name, scopes, description };
    assertChange(body, "roles update");
    const session = await openSession(terminal, command);
    session.output.one(await session.client.roles.update(role, body, { ifMatch }));
  });
}
