// Where `keyward login` keeps what it was given: a file that only its user can read, by the address of each Keyward.
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { Terminal } from "./terminal.ts";

export interface KeptLogin {
  readonly token: string;
  /** RFC 3339. */
  readonly expires_at: string;
}

type Logins = Readonly<Record<string, KeptLogin>>;

export function loginsFile({ env }: Pick<Terminal, "env">): string {
  return join(configDirectory(env), "keyward", "logins.json");
}

function configDirectory(env: Terminal["env"]): string {
  const named = env["XDG_CONFIG_HOME"] || (process.platform === "win32" && env["APPDATA"]);
  return named || join(env["HOME"] || homedir(), ".config");
}

export function findLogin(terminal: Pick<Terminal, "env">, url: string): KeptLogin | undefined {
  return readLogins(loginsFile(terminal))[nameOf(url)];
}

/** Keeps it in the place of the one before; `undefined` forgets that. */
export function keepLogin(
  terminal: Pick<Terminal, "env">,
  url: string,
  login: KeptLogin | undefined,
): void {
  const file = loginsFile(terminal);
  const { [nameOf(url)]: _former, ...others } = readLogins(file);
  const logins = login === undefined ? others : { ...others, [nameOf(url)]: login };
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const written = `${file}.${process.pid}`;
  writeFileSync(written, `${JSON.stringify(logins, null, 2)}\n`, { mode: 0o600 });
  // What was there before the mode was asked for keeps its own.
  chmodSync(written, 0o600);
  renameSync(written, file);
}

/** A file that is damaged holds nothing: to sign in again mends it. */
function readLogins(file: string): Logins {
  try {
    const logins: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof logins === "object" && logins !== null ? (logins as Logins) : {};
  } catch {
    return {};
  }
}

function nameOf(url: string): string {
  return URL.parse(url)?.origin ?? url;
}
