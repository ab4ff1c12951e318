// The options that say what a policy asks for.
import { InvalidArgumentError } from "commander";
import type { Command } from "commander";
import type { PoliciesUpdateBody } from "@keyward/sdk/client/operations.generated";
import { collect, parseBound } from "./values.ts";

export interface PolicyRuleOptions {
  readonly maxLifetime?: number | null;
  readonly defaultLifetime?: number | null;
  readonly idle?: number | null;
  readonly require?: readonly string[];
  readonly forbid?: readonly string[];
  readonly approval?: string;
}

export function addPolicyRules(command: Command): Command {
  return command
    .option("--max-lifetime <time>", "how long a secret may work: 90d; none for no end", parseBound)
    .option("--default-lifetime <time>", "the lifetime of what is created without one", parseBound)
    .option("--idle <time>", "disable keys that nobody uses for so long: 90d; or none", parseBound)
    .option("--require <list>", "restrictions must have it: ips, origins, …; repeatable", collect)
    .option("--forbid <scope>", "nobody is granted this scope; repeatable", collect)
    .option("--approval <yes|no>", "whether new personal access tokens wait for an approval");
}

/** As the API takes it; `undefined` for what was not said. */
export function policyRulesOf(options: PolicyRuleOptions): Omit<PoliciesUpdateBody, "name"> {
  const { maxLifetime, defaultLifetime, idle, require, forbid, approval } = options;
  return {
    lifetime_seconds_max: maxLifetime,
    lifetime_seconds_default: defaultLifetime,
    idle_seconds: idle,
    required_restrictions: require as PoliciesUpdateBody["required_restrictions"],
    forbidden_scopes: forbid,
    approval: approval === undefined ? undefined : parseYesNo(approval),
  };
}

function parseYesNo(text: string): boolean {
  if (text !== "yes" && text !== "no") throw new InvalidArgumentError("Write yes or no.");
  return text === "yes";
}
