// Stands where the application stands, so that it can be told what a gateway lets through.
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** Enough for one check; whoever else sends requests meanwhile is forgotten. */
const RECEIVED_MAX = 100;

export interface Received {
  readonly method: string;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export class Upstream {
  readonly #server: Server;
  #received: Received[] = [];

  private constructor() {
    this.#server = createServer((request, response) => void this.#receive(request, response));
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", rawHeaders } = request;
    try {
      const body = await text(request);
      if (this.#received.length < RECEIVED_MAX) this.#received.push({ method, rawHeaders, body });
      response.writeHead(200, { "content-type": "text/plain" }).end("keyward doctor\n");
    } catch {
      // The gateway went away in the middle of its request.
      response.destroy();
    }
  }

  /** @throws Error when the place is taken, by the application for one */
  static async listen(host: string, port: number): Promise<Upstream> {
    const upstream = new Upstream();
    upstream.#server.listen(port, host);
    await once(upstream.#server, "listening");
    return upstream;
  }

  /** What has come since it was last asked. */
  take(): readonly Received[] {
    const received = this.#received;
    this.#received = [];
    return received;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

export function valuesOf({ rawHeaders }: Received, lowerName: string): readonly string[] {
  return rawHeaders.filter((_, index) => {
    return index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === lowerName;
  });
}
