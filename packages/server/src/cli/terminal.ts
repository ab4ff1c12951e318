// The surroundings of a command: its streams, and whether there is a person at the other end.
import { createInterface } from "node:readline/promises";
import type { Interface } from "node:readline/promises";
import { Writable } from "node:stream";
import { styleText } from "node:util";
import { EXIT_CODES } from "./exit-codes.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Style = "bold" | "dim" | "green" | "red" | "yellow";

export interface Terminal {
  readonly env: Environment;
  /** Whether standard output goes to a person rather than to a program or a file. */
  readonly showsToPerson: boolean;
  /** Columns of the terminal; `undefined` where lines are not to be cut. */
  readonly width: number | undefined;
  /** Data: the only thing that goes to standard output. */
  data(text: string): void;
  /** Everything else. */
  note(text: string): void;
  /** Colours where the terminal shows them, and `NO_COLOR` is not set. */
  paint(style: Style, text: string): string;
  /** Standard input to its end, at most `bytesMax` of it; `undefined` when it is longer. */
  readInput(bytesMax: number): Promise<string | undefined>;
  /** Standard input as it comes, however long it is. */
  pieces(): AsyncIterable<string>;
  /** A line typed by a person; `undefined` when there is none to ask. */
  ask(question: string, options: { readonly hidden: boolean }): Promise<string | undefined>;
  /** What the process will end with, unless an error says otherwise. */
  endWith(code: number): void;
}

export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  return {
    env,
    showsToPerson: stdout.isTTY,
    width: stdout.isTTY ? stdout.columns : undefined,
    data: (text) => stdout.write(text),
    note: (text) => stderr.write(text),
    paint: (style, text) => styleText(style, text, { stream: stdout }),
    readInput: (bytesMax) => readAll(stdin, bytesMax),
    pieces: () => stdin.setEncoding("utf8") as AsyncIterable<string>,
    ask: (question, { hidden }) => {
      if (!stdin.isTTY || !stderr.isTTY) return Promise.resolve(undefined);
      return askPerson(question, hidden);
    },
    endWith: (code) => {
      process.exitCode = code;
    },
  };
}

async function readAll(
  stream: AsyncIterable<unknown>,
  bytesMax: number,
): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const part = Buffer.from(chunk as Uint8Array);
    bytes += part.length;
    if (bytes > bytesMax) return undefined;
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Questions go to standard error, so that standard output stays data. */
async function askPerson(question: string, hidden: boolean): Promise<string> {
  if (hidden) return await askHidden(question);
  const { stdin: input, stderr: output } = process;
  return await answer(createInterface({ input, output, terminal: false }), question);
}

/** What is typed is echoed to nowhere. */
async function askHidden(question: string): Promise<string> {
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
  lines.once("SIGINT", () => lines.close());
  // Only now does the terminal not echo any more: whoever types at once must not see it either.
  process.stderr.write(question);
  const typed = await answer(lines, "");
  process.stderr.write("\n");
  return typed;
}

/** Input that ends without an answer, by Ctrl+C or Ctrl+D, ends the command. */
async function answer(lines: Interface, question: string): Promise<string> {
  const interrupt = () => {
    process.stderr.write("\n");
    process.exit(EXIT_CODES.interrupted.code);
  };
  lines.once("close", interrupt);
  const typed = await lines.question(question);
  lines.off("close", interrupt);
  lines.close();
  return typed;
}
