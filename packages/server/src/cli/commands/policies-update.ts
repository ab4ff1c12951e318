import { Command } from "commander";
import { addIfMatch, assertChange } from "../changes.ts";
import type { ChangeOptions } from "../changes.ts";
import { openSession } from "../cli.ts";
import { addPolicyRules, policyRulesOf } from "../policy-rules.ts";
import type { PolicyRuleOptions } from "../policy-rules.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends PolicyRuleOptions, ChangeOptions {
  readonly name?: string;
}

export function policiesUpdate(terminal: Terminal): Command {
  const command = new Command("update")
    .description("Change a policy. What is not named stays")
    .argument("<policy>", "its id or name")
    .option("--name <name>", "what people call it");
  return addIfMatch(addPolicyRules(command)).action(async (policy: string, options: Options) => {
    const body = { name: options.name, ...policyRulesOf(options) };
    assertChange(body, "policies update");
    const session = await openSession(terminal, command);
    const { ifMatch } = options;
    session.output.one(await session.client.policies.update(policy, body, { ifMatch }));
  });
}
