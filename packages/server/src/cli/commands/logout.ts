import { Command } from "commander";
import { createClient } from "@keyward/sdk/client";
import { globalsOf, outputOf, urlOf } from "../cli.ts";
import { findLogin, keepLogin } from "../logins-file.ts";
import type { Terminal } from "../terminal.ts";

export function logout(terminal: Terminal): Command {
  const command = new Command("logout").description(
    "End the session of keyward login, here and at the server",
  );
  return command.action(async () => {
    const url = urlOf(terminal, globalsOf(command));
    const kept = findLogin(terminal, url);
    if (kept !== undefined) {
      // Ended there first: forgotten here alone, it would go on.
      await createClient({ url, token: kept.token }).signOut();
      keepLogin(terminal, url, undefined);
    }
    outputOf(terminal, command).text({ signed_out: kept !== undefined }, []);
    terminal.note(kept === undefined ? "Nobody was signed in.\n" : "Signed out.\n");
  });
}
