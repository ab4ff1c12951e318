import { Command } from "commander";
import { openSession, outputOf } from "../cli.ts";
import { checkServedChain } from "../check-served-chain.ts";
import type { ServedChainResult } from "../check-served-chain.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { dataDirectory } from "../../storage/sqlite/data-directory.ts";
import type { AuditResult } from "../../storage/sqlite/verify-audit.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly data?: string;
}

export function auditVerify(terminal: Terminal): Command {
  const command = new Command("verify")
    .description(
      "Check that no audit event was changed, taken out or put in; exit code 70 if one was",
    )
    .option("--data <directory>", "check every workspace in this data directory, without a server");
  return command.action(async ({ data }: Options) => {
    const result =
      data === undefined
        ? await checkServedChain((await openSession(terminal, command)).client)
        : await checkDirectory(data);
    outputOf(terminal, command).text(result, [lineOf(result)]);
    if (!result.ok) terminal.endWith(EXIT_CODES.damaged.code);
  });
}

function lineOf(result: ServedChainResult | AuditResult): string {
  if (result.ok) {
    const head = "head" in result ? `, the last hash is ${result.head}` : "";
    return `whole: ${result.eventCount} events${head}`;
  }
  const where = "workspaceId" in result ? ` of ${result.workspaceId}` : "";
  return `broken at rev ${result.rev}${where}: ${result.reason}`;
}

async function checkDirectory(directory: string): Promise<AuditResult> {
  const { connectToFile, openReader } = await import("../../storage/sqlite/connection.ts");
  const { verifyAuditChains } = await import("../../storage/sqlite/verify-audit.ts");
  const connection = openReader(dataDirectory(directory).database, connectToFile);
  try {
    return verifyAuditChains(connection);
  } finally {
    connection.close();
  }
}
