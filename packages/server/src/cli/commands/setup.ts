import { Command } from "commander";
import { EXIT_CODES } from "../exit-codes.ts";
import { configWithData } from "../data-option.ts";
import { UsageError } from "../errors.ts";
import { systemClock } from "../../runtime/clock.ts";
import { fileDelivery, terminalDelivery } from "../../runtime/first-key.ts";
import type { KeyDelivery } from "../../runtime/first-key.ts";
import { systemRandom } from "../../runtime/random.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly data?: string;
  readonly keyFile?: string;
  readonly recover?: boolean;
}

export function setup(terminal: Terminal): Command {
  return new Command("setup")
    .description(
      "Make the first management key without starting the server, or another when all are lost",
    )
    .option("--data <directory>", "the data directory; KEYWARD_DATA if left out")
    .option(
      "--key-file <file>",
      "write the key there (0600), instead of showing it on the terminal",
    )
    .option("--recover", "issue one more management key of the operator's workspace")
    .action(async (options: Options) => {
      const { firstStart, recoverManagementKey } = await import("../../operations/first-start.ts");
      const delivery = deliveryTo(terminal, options.keyFile);
      const config = configWithData(terminal, options.data);
      const tools = {
        clock: systemClock,
        random: systemRandom,
        deliver: (secret: Parameters<KeyDelivery["stage"]>[0]) => delivery.stage(secret),
      };
      const { openStorage } = await import("../../main/open-storage.ts");
      const storage = await openStorage(config, tools);
      try {
        if (options.recover && (await storage.system.isEmpty())) {
          throw new UsageError("there is nothing to recover yet", "leave --recover out");
        }
        if (options.recover) await recoverManagementKey(storage, tools);
        else if (!(await firstStart(storage, tools))) {
          terminal.note(
            "keyward: set up already\n  fix: if all management keys are lost, add --recover\n",
          );
          terminal.endWith(EXIT_CODES.conflict.code);
          return;
        }
        delivery.publish();
      } finally {
        await storage.close();
      }
      if (delivery.file !== undefined) terminal.note(`The management key is in ${delivery.file}\n`);
    });
}

function deliveryTo(terminal: Terminal, keyFile: string | undefined): KeyDelivery {
  if (keyFile !== undefined) return fileDelivery(keyFile);
  if (terminal.showsToPerson) return terminalDelivery((text) => terminal.data(text));
  throw new UsageError(
    "standard output is no terminal, and the management key would end up wherever it leads",
    "say where it goes: --key-file FILE",
  );
}
