// The options that say what a verification is asked about.
import { Option } from "commander";
import type { Command } from "commander";
import type { VerifyBody } from "@keyward/sdk/client/operations.generated";
import { collect, parseWholeNumber } from "./values.ts";

export interface VerificationOptions {
  readonly keyFile?: string;
  readonly api?: string;
  readonly env?: "live" | "test";
  readonly scope?: readonly string[];
  readonly cost?: number;
  readonly ip?: string;
  readonly origin?: string;
  readonly method?: string;
  readonly path?: string;
}

export function addVerification(command: Command): Command {
  return command
    .option("--key-file <file>", "read the key from this file")
    .option("--api <api>", "as this api: its id or prefix")
    .addOption(new Option("--env <env>", "in this environment").choices(["live", "test"]))
    .option("--scope <scope>", "needing this scope; repeatable, all are needed", collect)
    .option("--cost <n>", "at this cost in credits", parseWholeNumber(0, 1_000_000))
    .option("--ip <address>", "from this address")
    .option("--origin <site>", "from this site")
    .option("--method <method>", "with this HTTP method")
    .option("--path <path>", "to this path");
}

export function verificationOf(options: VerificationOptions): Omit<VerifyBody, "credential"> {
  const { api, env: environment, scope: scopes, cost, ip, origin, method, path } = options;
  return { api, environment, scopes, cost, context: { ip, origin, method, path } };
}
