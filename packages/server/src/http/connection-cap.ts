import type { Server } from "node:http";
import { cidrContains } from "@keyward/core/restriction/cidr";
import type { Cidr } from "@keyward/core/restriction/cidr";
import { networkOf, parseIp } from "@keyward/core/restriction/ip-address";

export interface ConnectionCap {
  readonly perAddressMax: number;
  /** Everybody comes through these, so they are not counted. */
  readonly exempt: readonly Cidr[];
  /** Told of each connection that was closed at once. */
  onRefused(): void;
}

/** Closes connections beyond the cap of one address, or of one /64 of IPv6, so that one caller cannot take them all (F11). */
export function capConnections(server: Server, cap: ConnectionCap): void {
  const counts = new Map<string, number>();
  server.on("connection", (socket) => {
    const ip = parseIp(socket.remoteAddress ?? "");
    if (ip === undefined || cap.exempt.some((network) => cidrContains(network, ip))) return;
    const network = networkOf(ip);
    const count = counts.get(network) ?? 0;
    if (count >= cap.perAddressMax) {
      cap.onRefused();
      socket.destroy();
      return;
    }
    counts.set(network, count + 1);
    socket.once("close", () => {
      const left = (counts.get(network) ?? 1) - 1;
      if (left === 0) counts.delete(network);
      else counts.set(network, left);
    });
  });
}
