// For tests alone: stands between Keyward and PostgreSQL, and loses the answer to a COMMIT.
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";

/** What it does with the next message that commits something. */
export type Cut = "none" | "before" | "after";

/** How long the database is given to have committed what it was told. */
const COMMITTED_MS = 300;

export class CuttingProxy {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #cut: Cut = "none";
  #text = "";
  /** How many connections were cut. */
  cutCount = 0;

  private constructor(server: Server, targetPort: number) {
    this.#server = server;
    server.on("connection", (client) => this.#relay(client, targetPort));
  }

  static async start(targetPort: number): Promise<CuttingProxy> {
    const server = createServer();
    const proxy = new CuttingProxy(server, targetPort);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  /** The same database by way of this. */
  through(databaseUrl: string): string {
    const url = new URL(databaseUrl);
    url.port = String((this.#server.address() as AddressInfo).port);
    return url.href;
  }

  /**
   * Cuts the transaction in which this text is written. `before`: the database never hears of its commit; `after`: it does,
   * and nobody is told.
   */
  cutNext(cut: Cut, text: string): void {
    this.#cut = cut;
    this.#text = text;
  }

  async stop(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #relay(client: Socket, targetPort: number): void {
    const target = connect(targetPort, "127.0.0.1");
    const end = () => {
      client.destroy();
      target.destroy();
    };
    for (const socket of [client, target]) {
      this.#open.add(socket);
      socket.on("error", end);
      socket.on("close", () => {
        this.#open.delete(socket);
        end();
      });
    }
    let isMeant = false;
    client.on("data", (bytes) => {
      isMeant ||= this.#cut !== "none" && bytes.includes(this.#text);
      if (this.#cut === "none" || !isMeant || !bytes.includes("insert into commits")) {
        target.write(bytes);
        return;
      }
      const cut = this.#cut;
      this.#cut = "none";
      this.cutCount += 1;
      if (cut === "before") {
        end();
        return;
      }
      target.removeAllListeners("data");
      target.on("data", () => {});
      target.write(bytes);
      setTimeout(end, COMMITTED_MS);
    });
    target.on("data", (bytes) => client.write(bytes));
  }
}
