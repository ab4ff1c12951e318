import { RULE_FORMATS, scannerRules } from "@keyward/core/key/scanner-rules";
import type { RuleFormat } from "@keyward/core/key/scanner-rules";
import { isBrand } from "@keyward/core/key/brand";
import { Command, Option } from "commander";
import { openSession } from "../cli.ts";
import { UsageError } from "../errors.ts";
import type { Terminal } from "../terminal.ts";
import { collect } from "../values.ts";

interface Options {
  readonly format: RuleFormat;
  readonly brand?: readonly string[];
}

export function rules(terminal: Terminal): Command {
  const command = new Command("rules")
    .description("Print the rules by which other scanners find the keys of your apis")
    .addOption(
      new Option("--format <format>", "whose rules")
        .choices([...RULE_FORMATS])
        .makeOptionMandatory(),
    )
    .option(
      "--brand <brand>",
      "for keys with this prefix, without asking Keyward; may be repeated",
      collect,
    );
  return command.action(async ({ format, brand }: Options) => {
    terminal.data(scannerRules(format, brand === undefined ? await ownBrands() : checked(brand)));
  });

  async function ownBrands(): Promise<readonly string[]> {
    const { client } = await openSession(terminal, command);
    const brands: string[] = [];
    for await (const { prefix } of client.iterate("apis.list", {})) brands.push(prefix);
    return brands.toSorted();
  }
}

function checked(brands: readonly string[]): readonly string[] {
  const wrong = brands.find((brand) => !isBrand(brand));
  if (wrong === undefined) return brands;
  throw new UsageError(
    `${wrong} is not the prefix of an api`,
    "2 to 16 of a-z and 0-9, such as acme",
  );
}
