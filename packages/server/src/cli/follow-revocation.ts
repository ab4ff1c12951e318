// Shows how a revocation of many keys goes on, until it has ended.
import { setTimeout as delay } from "node:timers/promises";
import type { FollowedRevocation } from "@keyward/sdk/client/operations.generated";
import type { Session } from "./cli.ts";

const ASK_EVERY_MS = 250;
const BAR_CHARS = 24;
/** What an answer may take beyond the wait. */
const ANSWER_MS = 10_000;

/**
 * Asks again and again until it has ended, and then, if `waitSeconds` is given, until every verifier refuses the keys. It
 * goes on at the server whatever happens here.
 */
export async function followRevocation(
  { client, terminal }: Session,
  id: string,
  waitSeconds: number | undefined,
): Promise<FollowedRevocation> {
  const show = (line: string) => {
    if (terminal.showsToPerson) terminal.note(`\r${line}`);
  };
  let found = await client.revocations.get(id);
  for (; found.status === "running"; found = await client.revocations.get(id)) {
    show(progressOf(found));
    await delay(ASK_EVERY_MS);
  }
  show(`${progressOf(found)}\n`);
  if (waitSeconds === undefined) return found;
  show("Waiting until every verifier refuses them …\n");
  const query = { wait: "verifiers", timeout: waitSeconds } as const;
  return await client.revocations.get(id, query, { timeoutMs: waitSeconds * 1000 + ANSWER_MS });
}

function progressOf({ matched, revoked, remaining }: FollowedRevocation): string {
  const total = Math.max(1, revoked + remaining);
  const filled = Math.round((revoked / total) * BAR_CHARS);
  const bar = "█".repeat(filled).padEnd(BAR_CHARS, "░");
  return `${bar}  ${revoked} of ${matched} revoked`;
}
