import { Command } from "commander";
import { openSession, outputOf } from "../cli.ts";
import { examine } from "../doctor/examine.ts";
import type { Examined } from "../doctor/examine.ts";
import { Gateway } from "../doctor/gateway.ts";
import { withOwnKeys } from "../doctor/own-keys.ts";
import type { DoctorKeys } from "../doctor/scene.ts";
import { Upstream } from "../doctor/upstream.ts";
import { UsageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { printable } from "../printable.ts";
import { readKey } from "../read-secret.ts";
import { reasonOf } from "../system-error.ts";
import type { Terminal } from "../terminal.ts";
import { collect } from "../values.ts";

interface Options {
  readonly proxy: string;
  readonly keyFile?: string;
  readonly api?: string;
  readonly scope?: readonly string[];
  readonly upstream?: string;
  readonly down?: boolean;
}

const MARKS = {
  ok: ["green", "ok     "],
  failed: ["red", "FAILED "],
  left_out: ["yellow", "left out"],
} as const;

export function doctor(terminal: Terminal): Command {
  const command = new Command("doctor")
    .description("Examine a gateway from outside: what it refuses, what it lets through, and how")
    .requiredOption("--proxy <url>", "where clients reach it, with the path to ask for")
    .option("--key-file <file>", "a key that it should let through; - is standard input")
    .option("--api <api>", "or: make keys for this api, and revoke them in the end")
    .option(
      "--scope <scope>",
      "with --api: what the path needs, for GET and POST; repeatable",
      collect,
    )
    .option("--upstream <place>", "HOST:PORT where it expects the application: stand in for it")
    .option("--down", "Keyward has been stopped: see that nothing passes")
    .addHelpText("after", "\nExit code 12 when a check fails.");
  return command.action(async (options: Options) => {
    const gateway = new Gateway(urlOf(options.proxy));
    const upstream = options.upstream === undefined ? undefined : await standIn(options.upstream);
    try {
      const look = (keys: DoctorKeys | undefined) =>
        examine({ gateway, keys, upstream }, options.down ?? false);
      report(await withKeys(options, look));
    } finally {
      upstream?.close();
    }
  });

  async function withKeys<Result>(
    { keyFile, api, scope = [] }: Options,
    look: (keys: DoctorKeys | undefined) => Promise<Result>,
  ): Promise<Result> {
    if (keyFile !== undefined && api !== undefined) {
      throw new UsageError("use --key-file or --api, not both");
    }
    if (api !== undefined) {
      return await withOwnKeys(await openSession(terminal, command), { api, scopes: scope }, look);
    }
    if (keyFile === undefined) return await look(undefined);
    return await look({ good: await readKey(terminal, undefined, keyFile) });
  }

  function report(examined: readonly Examined[]): void {
    const failed = examined.filter(({ result }) => result === "failed").length;
    const lines = examined.flatMap(({ check, result, detail }) => {
      const [style, mark] = MARKS[result];
      const why = detail === null ? [] : [`          ${printable(detail)}`];
      return [`${terminal.paint(style, mark.padEnd(8))}  ${check}`, ...why];
    });
    outputOf(terminal, command).text({ data: examined, failed }, lines);
    if (failed > 0) terminal.endWith(EXIT_CODES.unsound.code);
  }
}

function urlOf(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new UsageError("--proxy is no http or https URL", "such as http://127.0.0.1:8080/invoices");
}

async function standIn(place: string): Promise<Upstream> {
  const [, host = "", port = ""] = /^(.+):(\d{1,5})$/.exec(place) ?? [];
  if (port === "") throw new UsageError("--upstream is not HOST:PORT");
  try {
    return await Upstream.listen(host.replace(/^\[|\]$/g, ""), Number(port));
  } catch (error) {
    throw new UsageError(
      `cannot stand in for the application at ${place}: ${reasonOf(error)}`,
      "stop the application for the examination, or point the gateway elsewhere",
    );
  }
}
