import { Command } from "commander";
import { addSeconds, formatInstant } from "@keyward/core/time";
import { createClient } from "@keyward/sdk/client";
import { systemClock } from "../../runtime/clock.ts";
import { globalsOf, outputOf, urlOf } from "../cli.ts";
import { keepLogin, loginsFile } from "../logins-file.ts";
import { signIn } from "../sign-in.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly device?: boolean;
  readonly browser: boolean;
}

export function login(terminal: Terminal): Command {
  const command = new Command("login")
    .description("Sign in as a member, in a browser; what follows is done as that member")
    .option("--device", "by a code that is typed in in a browser elsewhere")
    .option("--no-browser", "print the address, and open no browser");
  return command.action(async ({ device, browser }: Options) => {
    const url = urlOf(terminal, globalsOf(command));
    const byDevice = device ?? (browser && !hasScreen(terminal));
    const given = await signIn(terminal, { url, byDevice, opensBrowser: browser });
    const expires_at = formatInstant(addSeconds(systemClock.now(), given.expiresInSeconds));
    keepLogin(terminal, url, { token: given.token, expires_at });
    const { member, workspace } = await createClient({ url, token: given.token }).me();
    const who = { member: member?.name ?? null, workspace: workspace.name, expires_at };
    outputOf(terminal, command).text(who, []);
    terminal.note(
      `Signed in as ${who.member ?? ""} until ${expires_at}. It is kept in ${loginsFile(terminal)}.\n`,
    );
  });
}

/** Whether a browser could show anything. */
function hasScreen({ env }: Terminal): boolean {
  if (process.platform !== "linux") return true;
  return Boolean(env["DISPLAY"] || env["WAYLAND_DISPLAY"]);
}
