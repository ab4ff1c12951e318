import { Command } from "commander";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly host?: string;
  readonly port?: string;
  readonly data?: string;
  readonly workers?: string;
}

export function serve(terminal: Terminal): Command {
  return new Command("serve")
    .description("Run Keyward, configured by the environment (see: keyward config)")
    .option("--host <address>", "listen on this address; KEYWARD_HOST if left out")
    .option("--port <port>", "listen on this port; KEYWARD_PORT if left out")
    .option("--data <directory>", "the data directory; KEYWARD_DATA if left out")
    .option("--workers <number>", "processes that verify; KEYWARD_WORKERS if left out")
    .action(async ({ host, port, data, workers }: Options) => {
      // Not before it is needed: no other command should wait for a whole server to load.
      const { run } = await import("../../main.ts");
      await run({
        ...terminal.env,
        ...(host === undefined ? {} : { KEYWARD_HOST: host }),
        ...(port === undefined ? {} : { KEYWARD_PORT: port }),
        ...(data === undefined ? {} : { KEYWARD_DATA: data }),
        ...(workers === undefined ? {} : { KEYWARD_WORKERS: workers }),
      });
    });
}
