// A customer's process, of kill.test.ts: decides about one key as often as it can, and says how often it has, until it is
// killed or told to close.
import { writeSync } from "node:fs";
import { Keyward } from "@keyward/sdk";
import type { KeywardOptions } from "@keyward/sdk";
import { fileSpool } from "@keyward/sdk/spool";

/** What it is told, as JSON in its only argument. */
export interface Told {
  readonly options: KeywardOptions;
  readonly spool: string;
  readonly key: string;
}

/** What it says, a line each. */
export interface Said {
  readonly decided: number;
  readonly closed: boolean;
}

const PER_TURN = 20;

const { options, spool, key } = JSON.parse(process.argv[2] ?? "") as Told;
const keyward = new Keyward({ ...options, spool: fileSpool(spool) });
let decided = 0;
let isClosing = false;

const deciding = setInterval(() => {
  if (isClosing) return;
  for (let count = 0; count < PER_TURN; count++) {
    if (keyward.verifyNow(key)?.outcome === "allowed") decided++;
  }
  say(false);
}, 10);

process.stdin.on("data", () => void close());

async function close(): Promise<void> {
  isClosing = true;
  clearInterval(deciding);
  await keyward.close({ timeoutMs: 10_000 });
  say(true);
  process.exit(0);
}

/** At once and in one piece: what was decided before a kill is known. */
function say(closed: boolean): void {
  const said: Said = { decided, closed };
  writeSync(1, `${JSON.stringify(said)}\n`);
}
