// The options that say what a policy asks for.
import { InvalidArgumentError } from "commander";
import type { Command } from "commander";
import type { PoliciesUpdateBody } from "@keyward/sdk/client/operations.generated";
import { collect, parseLifetime } from "./values.ts";
import type { Lifetime } from "./values.ts";

export interface PolicyRuleOptions {
  readonly maxLifetime?: Lifetime;
  readonly defaultLifetime?: Lifetime;
  readonly idle?: Lifetime;
  readonly require?: readonly string[];
  readonly forbid?: readonly string[];
  readonly approval?: string;
}

export function addPolicyRules(command: Command): Command {
  return command
    .option(
      "--max-lifetime <time>",
      "how long a secret may work: 90d, or never for no end",
      parseLifetime,
    )
    .option(
      "--default-lifetime <time>",
      "the lifetime of what is created without one",
      parseLifetime,
    )
    .option(
      "--idle <time>",
      "disable keys that nobody uses for so long: 90d, or never",
      parseLifetime,
    )
    .option("--require <list>", "restrictions must have it: ips, origins, …; repeatable", collect)
    .option("--forbid <scope>", "nobody is granted this scope; repeatable", collect)
    .option("--approval <yes|no>", "whether new personal access tokens wait for an approval");
}

/** As the API takes it; `undefined` for what was not said. */
export function policyRulesOf(options: PolicyRuleOptions): Omit<PoliciesUpdateBody, "name"> {
  const { maxLifetime, defaultLifetime, idle, require, forbid, approval } = options;
  return {
    lifetime_seconds_max: maxLifetime?.seconds,
    lifetime_seconds_default: defaultLifetime?.seconds,
    idle_seconds: idle?.seconds,
    required_restrictions: require as PoliciesUpdateBody["required_restrictions"],
    forbidden_scopes: forbid,
    approval: approval === undefined ? undefined : parseYesNo(approval),
  };
}

function parseYesNo(text: string): boolean {
  if (text !== "yes" && text !== "no") throw new InvalidArgumentError("Write yes or no.");
  return text === "yes";
}
