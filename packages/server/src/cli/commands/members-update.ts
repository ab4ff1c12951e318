import { MEMBER_ROLES } from "@keyward/core/model/records";
import type { MemberRole } from "@keyward/core/model/records";
import { Command, Option } from "commander";
import { addIfMatch, assertChange } from "../changes.ts";
import type { ChangeOptions } from "../changes.ts";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends ChangeOptions {
  readonly name?: string;
  readonly email?: string;
  readonly role?: MemberRole;
}

export function membersUpdate(terminal: Terminal): Command {
  const command = new Command("update")
    .description("Change a member. What is not named stays")
    .argument("<member>", "the id of the member")
    .option("--name <name>", "what people call them")
    .option("--email <address>", "by which an OpenID Provider may vouch for them")
    .addOption(new Option("--role <role>", "what they may do").choices([...MEMBER_ROLES]));
  return addIfMatch(command).action(async (member: string, options: Options) => {
    const { name, email, role, ifMatch } = options;
    const body = { name, email, role };
    assertChange(body, "members update");
    const session = await openSession(terminal, command);
    session.output.one(await session.client.members.update(member, body, { ifMatch }));
  });
}
