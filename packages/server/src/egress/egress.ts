// Requests to addresses that a tenant has named: the one door through which they leave (T54).
import { lookup as lookUpName } from "node:dns/promises";
import type { IncomingMessage, RequestOptions } from "node:http";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import type { Cidr } from "@keyward/core/restriction/cidr";
import { isAllowedByName, isReachable } from "./public-address.ts";

/** Of the name, and then of the whole exchange. */
export const EGRESS_TIMEOUT_MS = 5_000;
export const EGRESS_ANSWER_BYTES_MAX = 65_536;
const PORTS: readonly string[] = ["443", "8443"];

export interface EgressRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface EgressAnswer {
  /** As it came: a redirect is an answer, and is never followed. */
  readonly status: number;
  /** Names in lower case; of a repeated one the lines joined. */
  readonly headers: Readonly<Record<string, string>>;
  /** At most {@link EGRESS_ANSWER_BYTES_MAX} bytes of it, as UTF-8. */
  readonly body: string;
}

export type EgressFailureReason =
  | "url_not_allowed"
  | "address_not_allowed"
  | "not_found"
  | "connection_failed"
  | "timed_out"
  | "answer_too_large";

/** No whole answer was had. `url_not_allowed` and `address_not_allowed` were refused before anything was sent. */
export class EgressFailure extends Error {
  override readonly name = "EgressFailure";
  readonly reason: EgressFailureReason;

  constructor(reason: EgressFailureReason, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

export interface Address {
  readonly address: string;
  readonly family: number;
}

export interface EgressParts {
  /** Networks beside the public internet that may be asked, also without TLS and on any port. */
  readonly allowed: readonly Cidr[];
  /** All addresses of a name; the system's resolver if left out. */
  readonly resolve?: (hostname: string) => Promise<readonly Address[]>;
  /** {@link EGRESS_TIMEOUT_MS} if left out. */
  readonly timeoutMs?: number;
}

export class Egress {
  readonly #allowed: readonly Cidr[];
  readonly #resolve: (hostname: string) => Promise<readonly Address[]>;
  readonly #timeoutMs: number;

  constructor({
    allowed,
    timeoutMs = EGRESS_TIMEOUT_MS,
    resolve = (hostname) => lookUpName(hostname, { all: true }),
  }: EgressParts) {
    this.#allowed = allowed;
    this.#resolve = resolve;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Why a URL could never be asked, in words for whoever has written it; `undefined` when it may be. What a name leads to is
   * judged only when it is asked, and each time anew.
   */
  problemOf(text: string): string | undefined {
    const url = URL.parse(text);
    if (url === null) return "is not an absolute URL";
    if (url.username !== "" || url.password !== "")
      return "must not hold a user name or a password";
    const address = literalOf(url.hostname);
    const isNamed = address !== undefined && isAllowedByName(address, this.#allowed);
    if (isNamed && (url.protocol === "https:" || url.protocol === "http:")) return undefined;
    if (url.protocol !== "https:" && !(url.protocol === "http:" && this.#allowed.length > 0)) {
      return "must begin with https://";
    }
    if (address !== undefined && !isReachable(address, this.#allowed)) {
      return "leads to an address that is not of the public internet";
    }
    if (this.#allowed.length === 0 && !PORTS.includes(url.port || "443")) {
      return `must have one of the ports ${PORTS.join(", ")}`;
    }
    return undefined;
  }

  /** @throws EgressFailure */
  async send(request: EgressRequest): Promise<EgressAnswer> {
    const problem = this.problemOf(request.url);
    if (problem !== undefined) throw new EgressFailure("url_not_allowed", `The URL ${problem}`);
    const url = new URL(request.url);
    const addresses = await this.#addressesOf(url);
    return exchange(url, request, pinnedTo(addresses), this.#timeoutMs);
  }

  /** Every answer is judged, and the connection goes to one of those: nobody is asked a second time (DNS rebinding). */
  async #addressesOf(url: URL): Promise<readonly Address[]> {
    const literal = literalOf(url.hostname);
    const addresses =
      literal === undefined
        ? await this.#look(url.hostname)
        : [{ address: literal, family: literal.includes(":") ? 6 : 4 }];
    const isPlain = url.protocol === "http:" || !PORTS.includes(url.port || "443");
    for (const { address } of addresses) {
      const isGood = isPlain
        ? isAllowedByName(address, this.#allowed)
        : isReachable(address, this.#allowed);
      if (isGood) continue;
      const message = `${url.hostname} leads to an address that may not be asked`;
      throw new EgressFailure("address_not_allowed", message);
    }
    return addresses;
  }

  async #look(hostname: string): Promise<readonly Address[]> {
    const limit = AbortSignal.timeout(this.#timeoutMs);
    const tooLate = new Promise<never>((_, reject) => {
      limit.addEventListener("abort", () => reject(timedOut()), { once: true });
    });
    try {
      const addresses = await Promise.race([this.#resolve(hostname), tooLate]);
      if (addresses.length > 0) return addresses;
    } catch (error) {
      if (error instanceof EgressFailure) throw error;
      throw new EgressFailure("not_found", `${hostname} has no address`, error);
    }
    throw new EgressFailure("not_found", `${hostname} has no address`);
  }
}

/** An address that stands in a URL, which `URL` has already read in all its spellings; `undefined` for a name. */
function literalOf(hostname: string): string | undefined {
  if (hostname.startsWith("[")) return hostname.slice(1, -1);
  return /^[\d.]+$/.test(hostname) ? hostname : undefined;
}

function pinnedTo(addresses: readonly Address[]): LookupFunction {
  return (_hostname, { all }, callback) => {
    const [first] = addresses;
    if (all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? "", first?.family);
  };
}

function exchange(
  url: URL,
  { method, headers, body }: EgressRequest,
  lookup: LookupFunction,
  timeoutMs: number,
): Promise<EgressAnswer> {
  const options: RequestOptions = {
    method,
    headers: {
      ...headers,
      ...(body !== undefined && { "content-length": Buffer.byteLength(body) }),
    },
    lookup,
    // A connection that is kept would go to an address that was judged long ago.
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
  };
  return new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? requestHttps : requestHttp;
    const sent = send(url, options, (answer) => {
      readAnswer(answer).then(resolve, (error: unknown) => reject(failureFrom(error)));
    });
    sent.on("error", (error) => reject(failureFrom(error)));
    sent.end(body);
  });
}

async function readAnswer(answer: IncomingMessage): Promise<EgressAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > EGRESS_ANSWER_BYTES_MAX) {
      answer.destroy();
      const message = `The answer is longer than ${EGRESS_ANSWER_BYTES_MAX} bytes`;
      throw new EgressFailure("answer_too_large", message);
    }
    chunks.push(chunk);
  }
  const headers = Object.entries(answer.headersDistinct).flatMap(([name, lines = []]) => {
    return [[name, lines.join(", ")] as const];
  });
  return {
    status: answer.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString("utf8"),
  };
}

function failureFrom(error: unknown): EgressFailure {
  if (error instanceof EgressFailure) return error;
  const name = error instanceof Error ? error.name : "";
  if (name === "AbortError" || name === "TimeoutError") return timedOut();
  return new EgressFailure("connection_failed", "The connection failed", error);
}

function timedOut(): EgressFailure {
  return new EgressFailure("timed_out", "There was no answer in time");
}
