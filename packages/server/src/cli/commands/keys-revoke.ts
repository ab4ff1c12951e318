import { Command } from "commander";
import type { RevokedKey } from "@keyward/sdk/client/operations.generated";
import { openSession } from "../cli.ts";
import type { Session } from "../cli.ts";
import { KEY_COLUMNS } from "../columns.ts";
import { confirm } from "../confirm.ts";
import { PartlyDone } from "../errors.ts";
import { errorLines } from "../report-error.ts";
import { parseWholeNumber } from "../values.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly reason?: string;
  readonly yes?: boolean;
  /** Seconds. */
  readonly wait?: number | true;
}

const WAIT_SECONDS_DEFAULT = 10;
const WAIT_SECONDS_MAX = 30;
/** What an answer may take beyond the wait. */
const ANSWER_MS = 10_000;

export function keysRevoke(terminal: Terminal): Command {
  const command = new Command("revoke")
    .description(
      "Refuse keys for ever. There is no way back. Many, by a filter: keyward revocations create",
    )
    .argument("<keys...>", "the ids of the keys")
    .option("--reason <text>", "why, for the record")
    .option(
      "--wait [seconds]",
      `until every verifier refuses them too; ${WAIT_SECONDS_DEFAULT} seconds at most if left out`,
      parseWholeNumber(0, WAIT_SECONDS_MAX),
    )
    .option("--yes", "do not ask");
  return command.action(async (keys: readonly string[], { reason, yes, wait }: Options) => {
    const session = await openSession(terminal, command);
    await confirm(terminal, await questionFor(session, keys, yes), yes);
    const revoked: RevokedKey[] = [];
    const spreads: string[] = [];
    const failures: unknown[] = [];
    for (const key of keys) {
      try {
        if (wait === undefined) {
          revoked.push(await session.client.keys.revoke(key, { reason }));
          continue;
        }
        if (terminal.showsToPerson) terminal.note("Waiting until every verifier refuses it …\n");
        const startedMs = performance.now();
        const result = await revokeEverywhere(session, key, reason, wait);
        revoked.push(result);
        spreads.push(spreadOf(result, performance.now() - startedMs));
      } catch (error) {
        failures.push(error);
        if (keys.length > 1) terminal.note(`${key}\n${errorLines(error).join("\n")}\n`);
      }
    }
    if (revoked.length === 0) throw failures[0];
    session.output.list({ data: revoked, next_cursor: null }, KEY_COLUMNS);
    for (const spread of spreads) terminal.note(`${spread}\n`);
    const pending = wait === undefined ? 0 : revoked.reduce((sum, key) => sum + key.pending, 0);
    if (pending > 0) throw new PartlyDone("revoked, and not every verifier has said so yet");
    if (failures.length > 0) {
      throw new PartlyDone(`${revoked.length} revoked, ${failures.length} not`);
    }
  });
}

async function revokeEverywhere(
  { client }: Session,
  key: string,
  reason: string | undefined,
  wait: number | true,
): Promise<RevokedKey> {
  const timeout = wait === true ? WAIT_SECONDS_DEFAULT : wait;
  const options = {
    query: { wait: "verifiers", timeout },
    timeoutMs: timeout * 1000 + ANSWER_MS,
  } as const;
  return await client.keys.revoke(key, { reason }, options);
}

function spreadOf({ acknowledged, pending, effective_by }: RevokedKey, tookMs: number): string {
  const all = acknowledged + pending;
  const verifiers = `refused on ${acknowledged}/${all} verifiers`;
  if (pending === 0) return `${verifiers}, slowest ${Math.ceil(tookMs)} ms`;
  if (effective_by === null) return `${verifiers}; one of the others trusts itself without a bound`;
  return `${verifiers}, and on the others by ${effective_by}, reached or not`;
}

async function questionFor(
  { client }: Session,
  keys: readonly string[],
  isConfirmed: boolean | undefined,
): Promise<string> {
  const [only, ...others] = keys;
  if (isConfirmed === true || only === undefined) return "";
  if (others.length > 0) return `Revoke ${keys.length} keys for ever?`;
  const { name, hint, owner, last_used_at } = await client.keys.get(only);
  const lastUse = last_used_at === null ? "never used" : `last used ${last_used_at}`;
  return `Revoke "${name}" (…${hint}) of ${owner}, ${lastUse}, for ever?`;
}
