import { Command, Option } from "commander";
import { openSession } from "../cli.ts";
import { addPolicyRules, policyRulesOf } from "../policy-rules.ts";
import type { PolicyRuleOptions } from "../policy-rules.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends PolicyRuleOptions {
  readonly name: string;
  readonly api?: string;
  readonly kind?: "secret" | "publishable" | "pat" | "client";
  readonly idempotencyKey?: string;
}

export function policiesCreate(terminal: Terminal): Command {
  const command = new Command("create")
    .description(
      "Create a policy. What is made from then on is held to it; what is there, when it is applied",
    )
    .requiredOption("--name <name>", "what people call it")
    .option("--api <api>", "for keys of this api: its id or prefix; of all but keyward if left out")
    .addOption(
      new Option("--kind <kind>", "for this kind; for every kind if left out").choices([
        "secret",
        "publishable",
        "pat",
        "client",
      ]),
    );
  addPolicyRules(command).option(
    "--idempotency-key <key>",
    "name this creation, so that it can be repeated",
  );
  return command.action(async (options: Options) => {
    const { name, api, kind, idempotencyKey } = options;
    const body = { name, api, kind, ...policyRulesOf(options) };
    const session = await openSession(terminal, command);
    session.output.one(await session.client.policies.create(body, { idempotencyKey }));
  });
}
