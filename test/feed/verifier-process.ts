// A customer's process, of processes.test.ts: decides about the keys that it is told of, again and again, and prints each
// decision with the instants at which it was asked for, until it is killed.
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { Keyward } from "@keyward/sdk";
import type { KeywardOptions } from "@keyward/sdk";
import { monotonicNowMs } from "./history.ts";
import type { Decision } from "./history.ts";

/** What a verifier is told on its standard input, a line each: first how to be one, then keys. */
export type Told =
  | { readonly options: KeywardOptions }
  | { readonly key: { readonly id: string; readonly secret: string } };

const EVERY_MS = 8;
const KEYS_PER_TURN = 3;
/** Of the keys that it was told of last, so that each is asked about often. */
const KEYS_MAX = 12;

const keys: { readonly id: string; readonly secret: string }[] = [];
let keyward: Keyward | undefined;
let turn = 0;

createInterface({ input: process.stdin }).on("line", (line) => {
  const told = JSON.parse(line) as Told;
  if ("options" in told) keyward = new Keyward(told.options);
  else keys.push(told.key);
  keys.splice(0, keys.length - KEYS_MAX);
});

setInterval(() => {
  for (let count = 0; count < KEYS_PER_TURN; count++) {
    const key = keys[turn++ % keys.length];
    if (key !== undefined && keyward !== undefined) void decide(keyward, key.id, key.secret);
  }
}, EVERY_MS);

async function decide(by: Keyward, keyId: string, secret: string): Promise<void> {
  const asked = { monotonicMs: monotonicNowMs(), wallMs: Date.now() };
  const { code } = await by.verify(secret);
  const decision: Decision = { keyId, code, ...asked };
  // At once and in one piece: what was decided before a kill is known.
  writeSync(1, `${JSON.stringify(decision)}\n`);
}
