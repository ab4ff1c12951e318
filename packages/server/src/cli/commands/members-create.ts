import { MEMBER_ROLES } from "@keyward/core/model/records";
import type { MemberRole } from "@keyward/core/model/records";
import { Command, Option } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly name: string;
  readonly email?: string;
  readonly role: MemberRole;
  readonly idempotencyKey?: string;
}

export function membersCreate(terminal: Terminal): Command {
  const command = new Command("create")
    .description("Add a person who is to manage the workspace in a browser; then: members link")
    .requiredOption("--name <name>", "what people call them")
    .option("--email <address>", "by which an OpenID Provider may vouch for them")
    .addOption(
      new Option("--role <role>", "what they may do")
        .choices([...MEMBER_ROLES])
        .makeOptionMandatory(),
    )
    .option("--idempotency-key <key>", "name this creation, so that it can be repeated");
  return command.action(async ({ name, email, role, idempotencyKey }: Options) => {
    const session = await openSession(terminal, command);
    const body = { name, email, role };
    session.output.one(await session.client.members.create(body, { idempotencyKey }));
  });
}
