import { redactKeys } from "@keyward/core/key/format";
import { UsageError } from "./errors.ts";

const SECRET_OPTION =
  /^--?(?:token|key|api-?key|secret|credential|password|management-?key|auth)(?:=|$)/i;

/**
 * Refuses a secret in the arguments: every user of the machine can read them, and the shell keeps them (T63). It is not
 * repeated.
 *
 * @throws UsageError
 */
export function refuseSecretsIn(words: readonly string[]): void {
  const option = words.find((word) => SECRET_OPTION.test(word));
  if (option !== undefined) {
    const [name = ""] = option.split("=");
    throw new UsageError(
      `there is no option ${name}: what stands in the command line is seen by every user of this machine`,
      "put the management key into a file and name it: --token-file FILE, or KEYWARD_TOKEN_FILE=FILE; other keys are read from --key-file FILE, or from standard input with -",
    );
  }
  if (words.some((word) => redactKeys(word) !== word)) {
    throw new UsageError(
      "a whole key stands in the command line, where every user of this machine and the shell's history see it: count it as leaked, and rotate it",
      "use the id of the key; commands that need the whole key read it from --key-file FILE, or from standard input with -",
    );
  }
}
