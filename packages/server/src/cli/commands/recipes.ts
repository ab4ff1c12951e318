import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { parseScope } from "@keyward/core/scope/scope";
import { isBrand } from "@keyward/core/key/brand";
import { outputOf } from "../cli.ts";
import { UsageError } from "../errors.ts";
import { RECIPE_NAMES, recipeFiles, SHIPPED } from "../recipes/recipes.ts";
import type { RecipeFile, RecipeName, RecipeValues } from "../recipes/recipes.ts";
import { reasonOf } from "../system-error.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends Omit<RecipeValues, "directory" | "kong"> {
  readonly kong?: boolean;
  readonly out?: string;
}

/** Nothing that could end a line or a quotation in a configuration file. */
const ADDRESS = /^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}$/;
const SOCKET = /^unix:\/[A-Za-z0-9._/-]+$/;

export function recipes(terminal: Terminal): Command {
  const command = new Command("recipes")
    .description("Print the tested configuration of a gateway that asks Keyward")
    .addArgument(new Argument("<gateway>", "whose").choices([...RECIPE_NAMES]))
    .option(
      "--keyward <place>",
      "HOST:PORT or unix:PATH of Keyward or an edge",
      parsePlace,
      SHIPPED.keyward,
    )
    .option(
      "--application <place>",
      "HOST:PORT of your application",
      parseAddress,
      SHIPPED.application,
    )
    .addOption(
      new Option("--listen <place>", "PORT or HOST:PORT for the gateway")
        .argParser(parseListen)
        .default(SHIPPED.listen, "80"),
    )
    .option("--api <prefix>", "the api that is protected, by prefix", parseApi, SHIPPED.api)
    .addOption(
      new Option("--environment <name>", "whose keys")
        .choices(["live", "test"])
        .default(SHIPPED.environment),
    )
    .option("--read <scopes>", "what GET and HEAD need, comma-separated", parseScopes, SHIPPED.read)
    .option("--write <scopes>", "what all other methods need", parseScopes, SHIPPED.write)
    .option("--kong", "tell the application by Kong's names as well: X-Consumer-ID and so on")
    .option("--out <directory>", "write the files there instead of printing them");
  return command.action((name: RecipeName, { out, kong = false, ...rest }: Options) => {
    const directory = out === undefined ? "" : resolve(out);
    const files = recipeFiles(name, { ...rest, kong, directory });
    if (out === undefined) outputOf(terminal, command).text(files, printed(files));
    else write(terminal, directory, files);
  });
}

function printed(files: readonly RecipeFile[]): readonly string[] {
  const [only] = files;
  if (files.length === 1 && only !== undefined) return [only.text.trimEnd()];
  return files.flatMap(({ name, text }) => [
    `${commentIn(name)} ---- ${name}; --out DIRECTORY writes the files apart ----`,
    text.trimEnd(),
    "",
  ]);
}

function commentIn(file: string): string {
  return file.endsWith(".lua") ? "--" : "#";
}

function write(terminal: Terminal, directory: string, files: readonly RecipeFile[]): void {
  try {
    mkdirSync(directory, { recursive: true });
    for (const { name, text } of files) {
      const path = join(directory, name);
      writeFileSync(path, text, { flag: "wx" });
      terminal.note(`wrote ${path}\n`);
    }
  } catch (error) {
    throw new UsageError(`cannot write to ${directory}: ${reasonOf(error)}`);
  }
}

function parseAddress(text: string): string {
  if (ADDRESS.test(text)) return text;
  throw new InvalidArgumentError("Write HOST:PORT, such as 127.0.0.1:8080.");
}

function parsePlace(text: string): string {
  return SOCKET.test(text) ? text : parseAddress(text);
}

function parseListen(text: string): RecipeValues["listen"] {
  if (/^\d{1,5}$/.test(text)) return { host: undefined, port: Number(text) };
  const place = parseAddress(text);
  const colon = place.lastIndexOf(":");
  return { host: place.slice(0, colon), port: Number(place.slice(colon + 1)) };
}

function parseApi(text: string): string {
  if (isBrand(text)) return text;
  throw new InvalidArgumentError("It is the prefix of an api, such as acme.");
}

function parseScopes(text: string): string {
  if (text.split(",").every((scope) => parseScope(scope) !== undefined)) return text;
  throw new InvalidArgumentError("Write scopes, such as invoices:read,invoices:write.");
}
