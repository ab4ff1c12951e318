// Many verifiers in one process, each with connections of its own, that say when they refuse a key.
import { setTimeout as sleep } from "node:timers/promises";
import { Keyward } from "@keyward/sdk";
import { nowMs } from "./shared-clock.ts";

export type ToVerifiers =
  | {
      readonly kind: "follow";
      readonly url: string;
      readonly token: string;
      readonly count: number;
    }
  | { readonly kind: "watch"; readonly credential: string };

export type FromVerifiers =
  | { readonly kind: "following" }
  /** All verifiers allow the key. */
  | { readonly kind: "watching" }
  /** When each of them was first seen to refuse it, by `nowMs`. */
  | { readonly kind: "refused"; readonly atMs: readonly number[] };

const LOOK_EVERY_MS = 1;
const verifiers: Keyward[] = [];

process.on("message", (message: ToVerifiers) => {
  void (message.kind === "follow" ? follow(message) : watch(message.credential));
});

async function follow(source: Extract<ToVerifiers, { readonly kind: "follow" }>): Promise<void> {
  const { url, token, count } = source;
  for (let made = 0; made < count; made++) {
    const verifier = new Keyward({ url, token, api: "acme", environment: "live" });
    verifiers.push(verifier);
    // One after another: a server lets only a few read everything at once.
    await verifier.ready({ timeoutMs: 60_000 });
  }
  tell({ kind: "following" });
}

async function watch(credential: string): Promise<void> {
  const codeOf = (verifier: Keyward) => verifier.verifyNow(credential)?.code;
  while (!verifiers.every((verifier) => codeOf(verifier) === "allowed")) await sleep(LOOK_EVERY_MS);
  tell({ kind: "watching" });
  let waiting: readonly Keyward[] = verifiers;
  const atMs: number[] = [];
  while (waiting.length > 0) {
    await sleep(LOOK_EVERY_MS);
    const still = waiting.filter((verifier) => codeOf(verifier) === "allowed");
    const at = nowMs();
    for (let count = still.length; count < waiting.length; count++) atMs.push(at);
    waiting = still;
  }
  tell({ kind: "refused", atMs });
}

function tell(message: FromVerifiers): void {
  process.send?.(message);
}
