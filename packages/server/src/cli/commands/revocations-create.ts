import { Command } from "commander";
import type { RevocationPreview } from "@keyward/sdk/client/operations.generated";
import { openSession } from "../cli.ts";
import type { Session } from "../cli.ts";
import { KEY_COLUMNS } from "../columns.ts";
import { confirm } from "../confirm.ts";
import { PartlyDone, UsageError } from "../errors.ts";
import { followRevocation } from "../follow-revocation.ts";
import { addKeyFilter, keyFilterOf } from "../key-filter.ts";
import type { KeyFilterOptions } from "../key-filter.ts";
import { parseWholeNumber } from "../values.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends KeyFilterOptions {
  readonly dryRun?: boolean;
  readonly expect?: number;
  readonly reason?: string;
  /** Seconds. */
  readonly wait?: number | true;
  readonly detach?: boolean;
}

const WAIT_SECONDS_DEFAULT = 10;
const WAIT_SECONDS_MAX = 30;

export function revocationsCreate(terminal: Terminal): Command {
  const command = addKeyFilter(new Command("create"))
    .description(
      "Refuse all keys for ever that the options mean. Management keys only with --api keyward, and never your own",
    )
    .option("--dry-run", "count them and show some, and revoke none")
    .option(
      "--expect <count>",
      "revoke without asking if it is this number of keys, and none if it is another",
      parseWholeNumber(1, 1_000_000_000),
    )
    .option("--reason <text>", "why, for the record")
    .option(
      "--wait [seconds]",
      `when all are revoked, until every verifier refuses them too; ${WAIT_SECONDS_DEFAULT} seconds at most if left out`,
      parseWholeNumber(0, WAIT_SECONDS_MAX),
    )
    .option("--detach", "do not wait until it has ended");
  return command.action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const { dryRun, reason, wait } = options;
    const filter = keyFilterOf(options);
    if (dryRun) return showPreview(session, await session.client.revocations.preview({ filter }));
    const expected_count = options.expect ?? (await askForCount(session, filter));
    const begun = await session.client.revocations.create({ filter, expected_count, reason });
    if (options.detach) return session.output.one(begun);
    terminal.note(`${begun.id} has begun, and goes on even if this command is interrupted.\n`);
    const waitSeconds = wait === true ? WAIT_SECONDS_DEFAULT : wait;
    const ended = await followRevocation(session, begun.id, waitSeconds);
    session.output.one(ended);
    if (ended.status === "cancelled") throw new PartlyDone("it was cancelled before its end");
    if (waitSeconds !== undefined && ended.pending !== 0) {
      throw new PartlyDone("revoked, and not every verifier has said so yet");
    }
  });
}

function showPreview({ output, terminal }: Session, preview: RevocationPreview): void {
  const { matched, sample } = preview;
  if (terminal.showsToPerson) output.list({ data: sample, next_cursor: null }, KEY_COLUMNS);
  else output.one(preview);
  terminal.note(`${matched} keys. None was revoked; --expect ${matched} revokes them.\n`);
}

/** A person is shown what it would be; a script has to know. */
async function askForCount(
  { client, terminal }: Session,
  filter: ReturnType<typeof keyFilterOf>,
): Promise<number> {
  const { matched, sample } = await client.revocations.preview({ filter });
  if (matched === 0) throw new UsageError("there is no such key", "nothing was revoked");
  const [newest] = sample;
  const example = newest === undefined ? "" : `, the newest "${newest.name}" of ${newest.owner},`;
  if (!terminal.showsToPerson) {
    throw new UsageError(`it would be ${matched} keys`, `add --expect ${matched}`);
  }
  await confirm(terminal, `Revoke ${matched} keys${example} for ever?`, false);
  return matched;
}
