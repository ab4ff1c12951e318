import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function plansGet(terminal: Terminal): Command {
  const command = new Command("get").description("Show a plan");
  return command.argument("<plan>", "its id or name").action(async (plan: string) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.plans.get(plan));
  });
}
