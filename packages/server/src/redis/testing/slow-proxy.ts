// For tests alone: stands before a server, and takes its time with every word either way.
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import type { Ending } from "./redis-server.ts";

export class SlowProxy {
  readonly port: number;
  delayMs = 0;

  private constructor(port: number) {
    this.port = port;
  }

  static async start(t: Ending, targetPort: number): Promise<SlowProxy> {
    const sockets = new Set<Socket>();
    const server = createServer((near) => {
      const far = connect(targetPort, "127.0.0.1");
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from);
        from.on("data", (bytes) => setTimeout(() => to.write(bytes), proxy.delayMs));
        from.on("error", () => undefined);
        from.on("close", () => to.destroy());
      }
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const proxy = new SlowProxy((server.address() as AddressInfo).port);
    t.after(async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    return proxy;
  }
}
