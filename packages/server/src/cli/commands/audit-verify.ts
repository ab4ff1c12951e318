import { Command } from "commander";
import type { SignedCheckpoint } from "../../audit/checkpoint.ts";
import { readCheckpoints, readExport } from "../audit-files.ts";
import { checkWireChain, ownWorkspace, servedEvents } from "../check-wire-chain.ts";
import { openSession, outputOf } from "../cli.ts";
import { UsageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { AuditFault, AuditResult } from "../../storage/sql/verify-audit.ts";
import type { Terminal } from "../terminal.ts";
import { collect } from "../values.ts";

interface Options {
  readonly data?: string;
  readonly checkpoint?: readonly string[];
  readonly signedBy?: string;
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
    .argument("[file]", "an export of keyward audit export, checked without a server")
    .option("--data <directory>", "check every workspace in this data directory, without a server")
    .option(
      "--checkpoint <file>",
      "the chain must agree with the checkpoints in this file; repeatable",
      collect,
    )
    .option("--signed-by <kid>", "they must be signed with this key");
  return command.action(async (file: string | undefined, options: Options) => {
    const known = await readCheckpoints(options.checkpoint ?? []);
    assertSignedWith(known, options.signedBy);
    show(terminal, command, await check(terminal, command, { file, data: options.data }, known));
    tellKeys(terminal, known, options.signedBy);
  });
}

type Chains = readonly WholeChain[] | BrokenChain;

async function check(
  terminal: Terminal,
  command: Command,
  { file, data }: { readonly file: string | undefined; readonly data: string | undefined },
  known: readonly SignedCheckpoint[],
): Promise<Chains> {
  if (file !== undefined && data !== undefined) {
    throw new UsageError("a file and --data are two things to check", "name one of them");
  }
  if (file !== undefined) return await checkExport(file, known);
  if (data !== undefined) {
    const result = await checkDirectory(data, known);
    return result.ok ? result.chains : result;
  }
  const { client } = await openSession(terminal, command);
  const result = await checkWireChain(await ownWorkspace(client), servedEvents(client), known);
  terminal.note(
    "This is the workspace of the management key; --data DIRECTORY checks all of them.\n",
  );
  return result.ok ? [result] : result;
}

async function checkExport(file: string, known: readonly SignedCheckpoint[]): Promise<Chains> {
  const exported = readExport(file);
  const stray = known.find(
    ({ workspaceId }) => !exported.some((chain) => chain.workspaceId === workspaceId),
  );
  if (stray !== undefined) return { ...stray, reason: "checkpoint" };
  const whole: WholeChain[] = [];
  for (const { workspaceId, events } of exported) {
    const own = known.filter((checkpoint) => checkpoint.workspaceId === workspaceId);
    const result = await checkWireChain(workspaceId, events, own);
    if (!result.ok) return result;
    whole.push(result);
  }
  return whole;
}

function assertSignedWith(known: readonly SignedCheckpoint[], key: string | undefined): void {
  const other = known.find(({ kid }) => kid !== key);
  if (key === undefined || other === undefined) return;
  throw new UsageError(
    `the checkpoint of rev ${other.rev} is signed with ${other.kid}, and not with ${key}`,
    "find out whose key that is before you believe the checkpoint",
  );
}

/** A checkpoint brings its key along, so that its signature alone proves nothing to whoever does not know the key. */
function tellKeys(terminal: Terminal, known: readonly SignedCheckpoint[], key?: string): void {
  if (key !== undefined) return;
  for (const kid of new Set(known.map((each) => each.kid))) {
    terminal.note(
      `The checkpoints are signed with ${kid}: --signed-by=${kid} asks for that key.\n`,
    );
  }
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
  checkpoint:
    "a checkpoint was signed for another event of this rev: the end was cut off, or the whole was rewritten",
};

async function checkDirectory(
  data: string,
  known: readonly SignedCheckpoint[],
): Promise<AuditResult> {
  const { verifyDirectory } = await import("../../storage/sqlite/verify-directory.ts");
  return verifyDirectory(data, known);
}
