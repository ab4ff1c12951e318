// The gateway that is looked at, from where its clients are.
import { request as requestHttp } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { once } from "node:events";
import { text } from "node:stream/consumers";

const ANSWER_MS_MAX = 10_000;

export interface Question {
  readonly method?: string;
  /** In place of the path of the gateway's address; sent as it stands. */
  readonly path?: string;
  /** Name, value, name, value, …: sent in this spelling and order, repeated ones included. */
  readonly headers?: readonly string[];
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  /** Of headers that came more than once, all, as Node joins them. */
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export class Gateway {
  readonly #url: URL;

  constructor(url: URL) {
    this.#url = url;
  }

  /** @throws Error when there is no answer within ten seconds */
  async ask({ method = "GET", path, headers = [], body }: Question): Promise<Answer> {
    const send = this.#url.protocol === "https:" ? requestHttps : requestHttp;
    const length = body === undefined ? [] : ["Content-Length", String(Buffer.byteLength(body))];
    const request = send({
      hostname: this.#url.hostname.replace(/^\[|\]$/g, ""),
      port: this.#url.port,
      method,
      path: path ?? this.#url.pathname + this.#url.search,
      headers: ["Host", this.#url.host, "Connection", "close", ...headers, ...length],
      agent: false,
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    request.end(body);
    const [response] = (await once(request, "response")) as [IncomingMessage];
    const { statusCode = 0, headers: received } = response;
    return { status: statusCode, headers: received, body: await text(response) };
  }
}
