// Where a new secret goes out. It is settled before anything is created: a secret that nobody could catch is lost for ever.
import { closeSync, fsyncSync, openSync, unlinkSync, writeSync } from "node:fs";
import { UsageError } from "./errors.ts";
import type { Output } from "./output.ts";
import { reasonOf } from "./system-error.ts";
import type { Terminal } from "./terminal.ts";

export interface SecretOut {
  /**
   * Hands over the secret, and shows what was created.
   *
   * @param shown what is shown, with the secret or without
   */
  deliver(secret: string, shown: (secret: string | undefined) => object): void;
  /** Nothing was created. */
  abandon(): void;
}

/**
 * - a file: made for its owner alone, and refused when it exists
 * - `-`: standard output, which then holds the secret alone (with `--json`: the whole answer)
 * - left out: the terminal; in a pipe that is refused, because a secret in a log is a leak
 *
 * @throws UsageError
 */
export function openSecretOut(
  terminal: Terminal,
  output: Output,
  options: { readonly secretOut?: string; readonly json?: boolean },
): SecretOut {
  const { secretOut, json = false } = options;
  if (secretOut === undefined && !terminal.showsToPerson) {
    throw new UsageError(
      "standard output is no terminal, and the secret would end up wherever it leads; nothing was created",
      "say where the secret goes: --secret-out FILE, or --secret-out - for standard output",
    );
  }
  if (secretOut !== undefined && secretOut !== "-") return fileOut(terminal, output, secretOut);
  return {
    abandon: () => {},
    deliver: (secret, shown) => {
      if (secretOut === "-" && !json) {
        terminal.data(`${secret}\n`);
        return;
      }
      output.one(shown(secret));
      if (!json) terminal.note("The secret is shown this once, and kept nowhere.\n");
    },
  };
}

function fileOut(terminal: Terminal, output: Output, path: string): SecretOut {
  const descriptor = openNew(path);
  return {
    abandon: () => {
      closeSync(descriptor);
      unlinkSync(path);
    },
    deliver: (secret, shown) => {
      output.one(shown(undefined));
      writeOrTell(descriptor, path, secret);
      terminal.note(`The secret is in ${path}, and nowhere else.\n`);
    },
  };
}

/** What is shown by then names the key whose secret is lost. */
function writeOrTell(descriptor: number, path: string, secret: string): void {
  try {
    writeSync(descriptor, `${secret}\n`);
    fsyncSync(descriptor);
  } catch (cause) {
    const message = `it was created, but its secret could not be written to ${path} and is lost: rotate the key`;
    throw new Error(message, { cause });
  } finally {
    closeSync(descriptor);
  }
}

function openNew(path: string): number {
  try {
    return openSync(path, "wx", 0o600);
  } catch (error) {
    throw new UsageError(
      `cannot write the secret to ${path}: ${reasonOf(error)}; nothing was created`,
    );
  }
}
