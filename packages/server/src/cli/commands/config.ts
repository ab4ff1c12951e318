import { Command } from "commander";
import { outputOf } from "../cli.ts";
import { settingRows } from "../../config.ts";
import type { Terminal } from "../terminal.ts";

export function config(terminal: Terminal): Command {
  const command = new Command("config").description(
    "Show the settings of the server: what each means, and its default",
  );
  return command.action(() => {
    const rows = settingRows();
    const lines = rows.flatMap(({ name, meaning, fallback }) => [
      `${terminal.paint("bold", name)}  (${fallback})`,
      `    ${meaning}`,
    ]);
    outputOf(terminal, command).text({ data: rows }, lines);
  });
}
