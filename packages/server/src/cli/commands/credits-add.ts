import { UNITS_MAX } from "@keyward/core/limit/limit";
import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";
import { parseWholeNumber } from "../values.ts";

interface Options {
  readonly limit?: string;
  readonly idempotencyKey?: string;
}

/** Whose credits: of what kind, and what names it. */
interface Holder {
  readonly kind: "keys" | "owners" | "clients";
  readonly word: string;
  readonly called: string;
  readonly id: string;
}

export function keysCreditsAdd(terminal: Terminal): Command {
  return creditsAdd(terminal, { kind: "keys", word: "key", called: "a key", id: "the id" });
}

export function ownersCreditsAdd(terminal: Terminal): Command {
  const id = "the id or the external id";
  return creditsAdd(terminal, { kind: "owners", word: "owner", called: "an owner", id });
}

export function clientsCreditsAdd(terminal: Terminal): Command {
  const called = "an OAuth client";
  return creditsAdd(terminal, { kind: "clients", word: "client", called, id: "the id" });
}

function creditsAdd(terminal: Terminal, { kind, word, called, id }: Holder): Command {
  const command = new Command("add")
    .description(`Add units to the credits of ${called}, whatever of them is spent`)
    .argument(`<${word}>`, `${id} of the ${word}`)
    .argument("<units>", `how many: 1 to ${UNITS_MAX}`, parseWholeNumber(1, UNITS_MAX))
    .option("--limit <name>", "to the credits of this name, where there are several")
    .option("--idempotency-key <key>", "name this addition, so that it can be repeated");
  return command.action(async (holder: string, add: number, options: Options) => {
    const session = await openSession(terminal, command);
    const { limit, idempotencyKey } = options;
    const body = { add, ...(limit !== undefined && { limit }) };
    session.output.one(await session.client[kind].credits.add(holder, body, { idempotencyKey }));
  });
}
