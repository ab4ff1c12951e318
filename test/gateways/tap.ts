import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";

/** Stands between two programs, passes everything on, and remembers what the first said. */
export class Tap {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  connectionCount = 0;
  #said: Buffer[] = [];

  constructor(targetPort: number) {
    this.#server = createServer((near) => {
      this.connectionCount++;
      const far = connect(targetPort, "127.0.0.1");
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on("error", () => this.#end(near, far));
        socket.on("close", () => this.#end(near, far));
      }
      near.on("data", (chunk: Buffer) => this.#said.push(chunk));
      near.pipe(far);
      far.pipe(near);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async listen(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.listen(0, "127.0.0.1", resolve);
    await promise;
  }

  /** What was said since it was last asked. */
  takeSaid(): string {
    const said = Buffer.concat(this.#said).toString("latin1");
    this.#said = [];
    return said;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #end(near: Socket, far: Socket): void {
    for (const socket of [near, far]) {
      socket.destroy();
      this.#sockets.delete(socket);
    }
  }
}
