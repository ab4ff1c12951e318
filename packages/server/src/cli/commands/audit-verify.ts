import { Command } from "commander";
import { openSession, outputOf } from "../cli.ts";
import { checkServedChain } from "../check-served-chain.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { AuditFault, AuditResult } from "../../storage/sql/verify-audit.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly data?: string;
}

interface WholeChain {
  readonly workspaceId: string;
  readonly eventCount: number;
  readonly head: string;
}

interface BrokenChain {
  readonly workspaceId: string;
  readonly rev: number;
  readonly reason: AuditFault;
}

export function auditVerify(terminal: Terminal): Command {
  const command = new Command("verify")
    .description(
      "Check that no audit event of your workspace was changed, taken out or put in; exit code 70 if one was",
    )
    .option("--data <directory>", "check every workspace in this data directory, without a server");
  return command.action(async ({ data }: Options) => {
    if (data !== undefined) {
      const result = await checkDirectory(data);
      show(terminal, command, result.ok ? result.chains : result);
      return;
    }
    const result = await checkServedChain((await openSession(terminal, command)).client);
    show(terminal, command, result.ok ? [result] : result);
    terminal.note(
      "This is the workspace of the management key; --data DIRECTORY checks all of them.\n",
    );
  });
}

function show(
  terminal: Terminal,
  command: Command,
  result: readonly WholeChain[] | BrokenChain,
): void {
  const output = outputOf(terminal, command);
  if (isBroken(result)) {
    const { workspaceId, rev, reason } = result;
    const line = `${workspaceId}  broken at rev ${rev}: ${WORDS[reason]}`;
    output.text({ ok: false, workspace_id: workspaceId, rev, reason }, [line]);
    terminal.endWith(EXIT_CODES.damaged.code);
    return;
  }
  const workspaces = result.map(({ workspaceId, eventCount, head }) => {
    return { id: workspaceId, event_count: eventCount, head };
  });
  const lines = workspaces.map(({ id, event_count, head }) => {
    return `${id}  whole: ${event_count} events, the last hash is ${head}`;
  });
  output.text({ ok: true, workspaces }, lines);
}

function isBroken(result: readonly WholeChain[] | BrokenChain): result is BrokenChain {
  return !Array.isArray(result);
}

const WORDS: Readonly<Record<AuditFault, string>> = {
  hash: "this event was changed",
  previous_hash: "this event or one beside it was changed",
  workspace: "this event is of another workspace",
  rev: "events beside it are missing",
  head: "after it the end was cut off, or the whole was rewritten",
};

async function checkDirectory(directory: string): Promise<AuditResult> {
  const { verifyDirectory } = await import("../../storage/sqlite/verify-directory.ts");
  return verifyDirectory(directory);
}
