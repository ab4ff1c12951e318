// Where secrets come in: files, standard input, a hidden prompt, and never the arguments (T63).
import { statSync } from "node:fs";
import { parseInstant } from "@keyward/core/time";
import { systemClock } from "../runtime/clock.ts";
import { NotAuthenticated, UsageError } from "./errors.ts";
import { findLogin } from "./logins-file.ts";
import type { Terminal } from "./terminal.ts";
import { readText } from "./values.ts";

const SECRET_BYTES_MAX = 8_192;

/** The management key, or the token of `keyward login`, from the first place that has one. @throws NotAuthenticated when none has */
export async function readToken(
  terminal: Terminal,
  tokenFile: string | undefined,
  url: string,
): Promise<string> {
  const { env } = terminal;
  const file = tokenFile ?? nonEmpty(env["KEYWARD_TOKEN_FILE"]);
  if (file !== undefined) return await readSecret(terminal, file, "management key");
  const token = nonEmpty(env["KEYWARD_TOKEN"]?.trim());
  if (token !== undefined) return token;
  const login = findLogin(terminal, url);
  if (login === undefined) {
    throw new NotAuthenticated(
      "no management key was given; put it into a file and set KEYWARD_TOKEN_FILE=FILE, use --token-file FILE, or sign in with keyward login",
    );
  }
  if ((parseInstant(login.expires_at) ?? 0) > systemClock.now()) return login.token;
  throw new NotAuthenticated("the session of keyward login has ended; run keyward login again");
}

/** The key that a command is about: from `--key-file`, from standard input for `-`, or asked for at a terminal. */
export async function readKey(
  terminal: Terminal,
  word: string | undefined,
  keyFile: string | undefined,
): Promise<string> {
  if (word !== undefined && word !== "-") {
    throw new UsageError("a key is not written into the command line", "use - or --key-file FILE");
  }
  if (word === "-" && keyFile !== undefined) throw new UsageError("use - or --key-file, not both");
  const file = keyFile ?? word;
  if (file !== undefined) return await readSecret(terminal, file, "key");
  const typed = await terminal.ask("Key (not shown): ", { hidden: true });
  if (typed !== undefined) return onlyLine(typed, "what was typed");
  throw new UsageError("there is no terminal to ask for the key", "use - or --key-file FILE");
}

async function readSecret(terminal: Terminal, file: string, what: string): Promise<string> {
  if (file === "-") {
    const text = await terminal.readInput(SECRET_BYTES_MAX);
    return onlyLine(text ?? "\n\n", "standard input");
  }
  const text = readText(file);
  warnIfOpen(terminal, file, what);
  return onlyLine(text, file);
}

function warnIfOpen(terminal: Terminal, file: string, what: string): void {
  const { mode } = statSync(file);
  if (process.platform === "win32" || (mode & 0o077) === 0) return;
  terminal.note(`keyward: others can read the ${what} in ${file}: chmod 600 ${file}\n`);
}

function onlyLine(text: string, where: string): string {
  const line = text.trim();
  if (line === "" || /\s/.test(line)) throw new UsageError(`${where} does not hold one key`);
  return line;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
