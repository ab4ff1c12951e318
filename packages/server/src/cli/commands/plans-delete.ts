import { Command } from "commander";
import { openSession } from "../cli.ts";
import { confirm } from "../confirm.ts";
import type { Terminal } from "../terminal.ts";

export function plansDelete(terminal: Terminal): Command {
  const command = new Command("delete")
    .description("Delete a plan")
    .argument("<plan>", "its id or name")
    .option("--yes", "do not ask");
  return command.action(async (plan: string, { yes }: { readonly yes?: boolean }) => {
    const session = await openSession(terminal, command);
    await confirm(terminal, `Delete the plan ${plan} for ever?`, yes);
    await session.client.plans.delete(plan);
    session.output.text({ deleted: plan }, []);
    terminal.note(`Deleted ${plan}.\n`);
  });
}
