import { Command } from "commander";
import { outputOf } from "../cli.ts";
import { settingRows } from "../../config.ts";
import { EDGE_SETTINGS } from "../../config/edge-config.ts";
import type { Terminal } from "../terminal.ts";

export function config(terminal: Terminal): Command {
  const command = new Command("config").description(
    "Show the settings of the server, or of an edge: what each means, and its default",
  );
  command.option("--edge", "the settings of keyward edge");
  return command.action(({ edge = false }: { readonly edge?: boolean }) => {
    const rows = settingRows(edge ? EDGE_SETTINGS : undefined);
    const lines = rows.flatMap(({ name, meaning, fallback }) => [
      `${terminal.paint("bold", name)}  (${fallback})`,
      `    ${meaning}`,
    ]);
    outputOf(terminal, command).text({ data: rows }, lines);
  });
}
