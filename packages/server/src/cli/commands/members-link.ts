import { Command } from "commander";
import { globalsOf, openSession, urlOf } from "../cli.ts";
import { issueWithin } from "../issue.ts";
import type { Terminal } from "../terminal.ts";
import { parseDuration } from "../values.ts";

interface Options {
  readonly lifetime?: number;
}

export function membersLink(terminal: Terminal): Command {
  const command = new Command("link")
    .description("Make a link that signs a member in, once. Whoever opens it is that member")
    .argument("<member>", "the id of the member")
    .option("--lifetime <time>", "how long it works: 1m to 7d; 24h if left out", parseDuration)
    .option("--secret-out <file>", "write the link there (0600); - is standard output");
  return command.action(async (member: string, { lifetime }: Options) => {
    const session = await openSession(terminal, command);
    const url = urlOf(terminal, globalsOf(command)).replace(/\/$/, "");
    await issueWithin(
      session,
      command,
      () => session.client.members.link(member, { lifetime_seconds: lifetime }),
      ({ path }) => url + path,
      ({ member: id, expires_at }, link) => ({ member: id, ...(link && { link }), expires_at }),
    );
  });
}
