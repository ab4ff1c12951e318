// What every command is given, and the options that all of them share.
import { createClient } from "@keyward/sdk/client";
import type { Client, ClientOptions } from "@keyward/sdk/client";
import type { Command } from "commander";
import { UsageError } from "./errors.ts";
import { outputFor } from "./output.ts";
import type { Output } from "./output.ts";
import { readToken } from "./read-secret.ts";
import type { Terminal } from "./terminal.ts";

const URL_DEFAULT = "http://127.0.0.1:4141";

export interface GlobalOptions {
  readonly url?: string;
  readonly tokenFile?: string;
  readonly json?: boolean;
  readonly timeout?: number;
}

/** A conversation with a Keyward, with a management key. */
export interface Session {
  readonly client: Client;
  readonly output: Output;
  readonly terminal: Terminal;
}

export function globalsOf(command: Command): GlobalOptions {
  return command.optsWithGlobals<GlobalOptions>();
}

export function outputOf(terminal: Terminal, command: Command): Output {
  return outputFor(terminal, globalsOf(command).json ?? false);
}

export function urlOf(terminal: Terminal, { url }: GlobalOptions): string {
  return url ?? (terminal.env["KEYWARD_URL"] || URL_DEFAULT);
}

/** Where a Keyward is, and the management key to ask it with. */
export interface Address {
  readonly url: string;
  readonly token: string;
}

/** @throws NotAuthenticated when no management key was given */
export async function addressOf(terminal: Terminal, command: Command): Promise<Address> {
  const globals = globalsOf(command);
  const url = urlOf(terminal, globals);
  return { url, token: await readToken(terminal, globals.tokenFile, url) };
}

/** @throws NotAuthenticated when no management key was given */
export async function openSession(terminal: Terminal, command: Command): Promise<Session> {
  const globals = globalsOf(command);
  const { url, token } = await addressOf(terminal, command);
  const timeoutMs = globals.timeout === undefined ? undefined : globals.timeout * 1_000;
  const client = clientFor({ url, token, timeoutMs });
  return { client, terminal, output: outputOf(terminal, command) };
}

/** What the client refuses was written by whoever called the command. */
function clientFor(options: ClientOptions): Client {
  try {
    return createClient(options);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
