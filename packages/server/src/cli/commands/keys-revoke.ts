import { Command } from "commander";
import type { Key } from "@keyward/sdk/client/operations.generated";
import { openSession } from "../cli.ts";
import type { Session } from "../cli.ts";
import { KEY_COLUMNS } from "../columns.ts";
import { confirm } from "../confirm.ts";
import { PartlyDone } from "../errors.ts";
import { errorLines } from "../report-error.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly reason?: string;
  readonly yes?: boolean;
}

export function keysRevoke(terminal: Terminal): Command {
  const command = new Command("revoke")
    .description("Refuse keys for ever. There is no way back")
    .argument("<keys...>", "the ids of the keys")
    .option("--reason <text>", "why, for the record")
    .option("--yes", "do not ask");
  return command.action(async (keys: readonly string[], { reason, yes }: Options) => {
    const session = await openSession(terminal, command);
    await confirm(terminal, await questionFor(session, keys, yes), yes);
    const revoked: Key[] = [];
    const failures: unknown[] = [];
    for (const key of keys) {
      try {
        revoked.push(await session.client.keys.revoke(key, { reason }));
      } catch (error) {
        failures.push(error);
        if (keys.length > 1) terminal.note(`${key}\n${errorLines(error).join("\n")}\n`);
      }
    }
    if (revoked.length === 0) throw failures[0];
    session.output.list({ data: revoked, next_cursor: null }, KEY_COLUMNS);
    if (failures.length > 0) {
      throw new PartlyDone(`${revoked.length} revoked, ${failures.length} not`);
    }
  });
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
