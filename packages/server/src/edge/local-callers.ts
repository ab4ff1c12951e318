// Who may ask an edge: see docs/decisions for why these are no management keys.
import { readFileSync } from "node:fs";
import { OperationError } from "@keyward/core/failure/failures";
import { extractCredential } from "@keyward/core/http/credentials";
import type { WorkspaceId } from "@keyward/core/id";
import { digestKey } from "@keyward/core/key/digest";
import type { Digest } from "@keyward/core/key/digest";
import { unauthenticated } from "../http/authenticate.ts";
import type { Log } from "../runtime/log.ts";
import type { Caller, CallerGate, CallerRequest } from "../verification/callers.ts";

const TOKENS_MAX = 100;
/** 128 bits, even of hexadecimal digits: nothing that could be guessed. */
const TOKEN_CHARS_MIN = 32;
const TOKEN_CHARS_MAX = 512;
const READ_EVERY_MS = 1_000;

export interface LocalCallersParts {
  /** One token a line; `undefined` where whoever can open the socket may ask. */
  readonly file: string | undefined;
  readonly workspaceId: () => WorkspaceId | undefined;
  readonly log: Pick<Log, "warning">;
}

/**
 * Knows callers by tokens of the edge's own, of which it keeps digests. The file is read again every second: a token that is
 * taken out of it is refused from then on, and a file that cannot be read lets nobody in.
 */
export class LocalCallers implements CallerGate {
  readonly #parts: LocalCallersParts;
  #text = "";
  #tokens: ReadonlySet<Digest> = new Set();
  #generation = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @throws Error when the file cannot be read, or a line is no token */
  constructor(parts: LocalCallersParts) {
    this.#parts = parts;
    if (parts.file !== undefined) this.#take(readFileSync(parts.file, "utf8"));
  }

  start(): void {
    const { file } = this.#parts;
    if (file === undefined) return;
    this.#timer ??= setInterval(() => this.#readAgain(file), READ_EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  accept({ rawHeaders }: CallerRequest): Caller {
    if (this.#parts.file !== undefined) this.#assertKnown(rawHeaders);
    const workspaceId = this.#parts.workspaceId();
    if (workspaceId !== undefined) return { workspaceId };
    throw new OperationError("unavailable", { detail: "Keyward has not answered this edge yet" });
  }

  /** Of the list of tokens. */
  revOf(): number {
    return this.#generation;
  }

  #assertKnown(rawHeaders: readonly string[]): void {
    const extraction = extractCredential(rawHeaders);
    switch (extraction.outcome) {
      case "found":
        if (this.#tokens.has(digestKey(extraction.credential))) return;
        throw unauthenticated("unknown");
      case "ambiguous":
        throw new OperationError("ambiguous_credentials");
      case "malformed":
        throw unauthenticated("malformed");
      case "missing":
        throw unauthenticated("missing_credential");
    }
  }

  #readAgain(file: string): void {
    try {
      const text = readFileSync(file, "utf8");
      if (text !== this.#text) this.#take(text);
    } catch (error) {
      if (this.#tokens.size > 0) this.#letNobodyIn(error);
    }
  }

  #letNobodyIn(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#parts.log.warning("nobody may ask: the file of callers cannot be used", { reason });
    this.#text = "";
    this.#tokens = new Set();
    this.#generation++;
  }

  #take(text: string): void {
    const lines = text.split("\n").map((line) => line.trim());
    const tokens = lines.filter((line) => line !== "" && !line.startsWith("#"));
    if (tokens.length === 0) throw new Error("the file of callers has no token");
    if (tokens.length > TOKENS_MAX) throw new Error(`more than ${TOKENS_MAX} callers`);
    if (!tokens.every(isToken)) {
      throw new Error(`a caller's token must be at least ${TOKEN_CHARS_MIN} visible characters`);
    }
    this.#tokens = new Set(tokens.map(digestKey));
    this.#text = text;
    this.#generation++;
  }
}

function isToken(text: string): boolean {
  return text.length >= TOKEN_CHARS_MIN && text.length <= TOKEN_CHARS_MAX && /^[!-~]+$/.test(text);
}
