import { setTimeout as delay } from "node:timers/promises";
import { Command } from "commander";
import type { Policy, PolicyPreview } from "@keyward/sdk/client/operations.generated";
import { openSession } from "../cli.ts";
import type { Session } from "../cli.ts";
import { AFFECTED_COLUMNS } from "../columns.ts";
import { confirm } from "../confirm.ts";
import { PartlyDone, UsageError } from "../errors.ts";
import type { Terminal } from "../terminal.ts";
import { parseDuration, parseWholeNumber } from "../values.ts";

interface Options {
  readonly dryRun?: boolean;
  readonly expect?: number;
  readonly grace?: number;
  readonly detach?: boolean;
}

const ASK_EVERY_MS = 250;

export function policiesApply(terminal: Terminal): Command {
  const command = new Command("apply")
    .description(
      "Apply a policy to the keys that were there before it: what lasts too long is cut, what does not comply otherwise ends",
    )
    .argument("<policy>", "its id or name")
    .option("--dry-run", "count the keys and show some, and change none")
    .option(
      "--expect <count>",
      "apply without asking if it is this number of keys, and change none if it is another",
      parseWholeNumber(1, 1_000_000_000),
    )
    .option("--grace <time>", "no key ends sooner than that: 30d; 7d if left out", parseDuration)
    .option("--detach", "do not wait until it has ended");
  return command.action(async (policy: string, options: Options) => {
    const session = await openSession(terminal, command);
    const { client, output } = session;
    const terms = { grace_seconds: options.grace };
    if (options.dryRun) return showPreview(session, await client.policies.preview(policy, terms));
    const expected_count = options.expect ?? (await askForCount(session, policy, terms));
    const begun = await client.policies.apply(policy, { ...terms, expected_count });
    if (options.detach) return output.one(begun);
    terminal.note("It has begun, and goes on even if this command is interrupted.\n");
    const ended = await follow(session, begun.id);
    output.one(ended);
    const { status, counted, expected } = ended.application ?? {};
    if (status === "cancelled") throw new PartlyDone("it was cancelled before its end");
    if (status === "refused") {
      throw new PartlyDone(
        `it would be ${counted} keys, and you expect ${expected}; nothing was changed`,
      );
    }
  });
}

function showPreview({ output, terminal }: Session, preview: PolicyPreview): void {
  const { data, next_cursor, affected } = preview;
  if (terminal.showsToPerson) output.list({ data, next_cursor }, AFFECTED_COLUMNS);
  else output.one(preview);
  terminal.note(
    affected === 0
      ? "Every key complies already.\n"
      : `${affected} keys. None was changed; --expect ${affected} changes them.\n`,
  );
}

/** A person is shown what it would be; a script has to know. */
async function askForCount(
  { client, terminal }: Session,
  policy: string,
  terms: { readonly grace_seconds: number | undefined },
): Promise<number> {
  const { affected, by_reason } = await client.policies.preview(policy, terms);
  if (affected === null || affected === 0) {
    throw new UsageError("every key complies already", "nothing was changed");
  }
  if (!terminal.showsToPerson) {
    throw new UsageError(`it would be ${affected} keys`, `add --expect ${affected}`);
  }
  const reasons = Object.entries(by_reason ?? {}).filter(([, count]) => count > 0);
  const why = reasons.map(([reason, count]) => `${reason} ${count}`).join(", ");
  await confirm(terminal, `Set an end to ${affected} keys (${why})?`, false);
  return affected;
}

async function follow({ client }: Session, id: string): Promise<Policy> {
  for (;;) {
    const policy = await client.policies.get(id);
    if (policy.application?.ended_at !== null) return policy;
    await delay(ASK_EVERY_MS);
  }
}
