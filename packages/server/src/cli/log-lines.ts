// Decisions as lines for people: when, what, whose, and why.
import type { LogEntry } from "@keyward/sdk/client/operations.generated";
import { printable } from "./printable.ts";
import type { Terminal } from "./terminal.ts";

export function logLine(entry: LogEntry, terminal: Terminal): string {
  const {
    at,
    code,
    outcome,
    key,
    key_name: name,
    owner,
    method,
    path,
    network,
    more,
    trace,
  } = entry;
  const refusal = trace.at(-1);
  const words = [
    terminal.paint("dim", `${at.slice(0, 23).replace("T", " ")}Z`),
    terminal.paint(outcome === "allowed" ? "green" : "red", code),
    key === null ? "no key" : `${name ?? key}${owner === null ? "" : ` of ${owner}`}`,
    [method, path].filter((word) => word !== null).join(" "),
    network === null ? "" : `from ${network}`,
    refusal?.passed === false && refusal.detail !== null ? `(${refusal.detail})` : "",
    more === 0 ? "" : `+ ${more} like it`,
  ];
  return words
    .filter((word) => word !== "")
    .map(keepStyle)
    .join("  ");
}

/** What a terminal obeys is ours alone: the two words that are painted. */
function keepStyle(word: string, index: number): string {
  return index < 2 ? word : printable(word);
}
