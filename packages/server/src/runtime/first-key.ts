// How the first management key reaches the operator, and no log.
import { existsSync } from "node:fs";
import type { Secret } from "@keyward/core/key/secret";
import { createDurableFile, publishStagedFile, removeIfThere, stagedPath } from "./durable-file.ts";

/**
 * The delivery of a key in two steps about the commit that makes the key valid: staged before, published after. Wherever
 * the process dies, the next start either issues another key or finds this one.
 */
export interface KeyDelivery {
  /** Before the commit. */
  stage(secret: Secret): Promise<void>;
  /** After the commit; also at every later start, for a process that died between the two. */
  publish(): void;
  /** Shows a person how to sign in in a browser; not there where nobody would see it. */
  showLink?(link: string): void;
  /** Where a person finds the key; `undefined` when it was shown. */
  readonly file: string | undefined;
}

/** A file, readable by its owner alone. */
export function fileDelivery(path: string): KeyDelivery {
  return {
    file: path,
    stage: async (secret) => {
      if (existsSync(path)) throw new Error(`${path} is there already: move it away first`);
      removeIfThere(stagedPath(path));
      createDurableFile(stagedPath(path), Buffer.from(`${secret.reveal()}\n`));
    },
    publish: () => {
      if (existsSync(stagedPath(path)) && !existsSync(path)) publishStagedFile(path);
    },
  };
}

/** A terminal with a person in front of it. */
export function terminalDelivery(write: (text: string) => void): KeyDelivery {
  return {
    file: undefined,
    stage: async (secret) =>
      write(
        `\nThe first management key. It is shown this once, and kept nowhere:\n\n  ${secret.reveal()}\n\n`,
      ),
    publish: () => {},
    showLink: (link) =>
      write(`Sign in in a browser. The link works once, within half an hour:\n\n  ${link}\n\n`),
  };
}
