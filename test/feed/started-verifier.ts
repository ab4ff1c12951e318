import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { KeywardOptions } from "@keyward/sdk";
import { monotonicNowMs } from "./history.ts";
import type { Decision } from "./history.ts";
import type { Told } from "./verifier-process.ts";

const PROGRAM = join(import.meta.dirname, "verifier-process.ts");
const HEALED_WITHIN_MS = 8_000;

export interface MadeKey {
  readonly id: string;
  readonly secret: string;
}

/** A customer's process that verifies by itself; what it decides is written down. */
export class VerifierProcess {
  readonly decisions: Decision[] = [];
  complaints = "";
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;

  constructor(
    options: KeywardOptions,
    keys: readonly MadeKey[],
    env: NodeJS.ProcessEnv = process.env,
  ) {
    const flags = ["--conditions=@keyward/source", PROGRAM];
    this.#child = spawn(process.execPath, flags, { env, stdio: ["pipe", "pipe", "pipe"] });
    // It may have been killed when it is told of a key.
    this.#child.stdin.on("error", () => undefined);
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.complaints += text;
    });
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      this.decisions.push(JSON.parse(line) as Decision);
    });
    this.#tell({ options });
    for (const key of keys) this.learn(key);
  }

  learn(key: MadeKey): void {
    this.#tell({ key });
  }

  signal(signal: "SIGSTOP" | "SIGCONT" | "SIGKILL"): void {
    this.#child.kill(signal);
  }

  /** What it decided first about the key, of what it was asked after the instant. */
  firstSince(keyId: string, sinceMs: number): Decision | undefined {
    return this.decisions.find((each) => each.keyId === keyId && each.monotonicMs > sinceMs);
  }

  async until(isSo: () => boolean, what: string, withinMs = HEALED_WITHIN_MS): Promise<void> {
    const deadline = monotonicNowMs() + withinMs;
    while (!isSo()) {
      const last = JSON.stringify(this.decisions.at(-1));
      assert.ok(monotonicNowMs() < deadline, `not in time: ${what}; ${last} ${this.complaints}`);
      await delay(10);
    }
  }

  #tell(told: Told): void {
    this.#child.stdin.write(`${JSON.stringify(told)}\n`);
  }
}
