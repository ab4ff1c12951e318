import { test } from "node:test";
import type { TestContext } from "node:test";
import type { Command } from "commander";
import { createProgram } from "./program.ts";
import type { Terminal } from "./terminal.ts";

const NOWHERE: Terminal = {
  env: {},
  showsToPerson: false,
  width: undefined,
  data: () => {},
  note: () => {},
  paint: (_style, text) => text,
  readInput: () => Promise.resolve(undefined),
  pieces: async function* () {},
  ask: () => Promise.resolve(undefined),
  endWith: () => {},
};

function commandsIn(command: Command, path: string): readonly (readonly [string, Command])[] {
  const inner = command.commands.flatMap((each) => commandsIn(each, `${path} ${each.name()}`));
  return [[path, command], ...inner];
}

for (const [path, command] of commandsIn(createProgram(NOWHERE), "keyward")) {
  test(`${path} --help says what it said when it was last agreed to`, (context: TestContext) => {
    context.assert.snapshot(command.helpInformation(), { serializers: [String] });
  });
}
