import { chmodSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { connect } from "node:net";

/**
 * Listens, and answers with where: `http://127.0.0.1:4141`.
 *
 * @throws Error with the `code` of the system, such as `EADDRINUSE`
 */
export async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return `http://${host.includes(":") ? `[${host}]` : host}:${portOf(server)}`;
}

/**
 * Listens on a Unix socket, that only those may open whom the mode names. A file that a process has left behind which was
 * killed is taken away; a socket at which somebody answers is not.
 *
 * @throws Error with the `code` of the system, such as `EADDRINUSE`
 */
export async function listenOnSocket(server: Server, path: string, mode: number): Promise<void> {
  if (await isLeftBehind(path)) rmSync(path);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // Nobody may open it in the moment before its mode is set; the file is made within the call.
    const before = process.umask(0o777);
    server.listen(path, () => {
      server.off("error", reject);
      resolve();
    });
    process.umask(before);
  });
  chmodSync(path, mode);
}

/** Whether there is the file of a socket at which nobody listens. */
function isLeftBehind(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ECONNREFUSED"));
  });
}

/** The port that a listening server was given. */
export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** How often connections are looked at whose last request has ended meanwhile. */
const SWEEP_EVERY_MS = 50;

/** Takes no more connections, lets the requests under way finish for so long, then cuts what is left. */
export async function stopListening(server: Server, drainMs: number): Promise<void> {
  if (!server.listening) return;
  const cut = setTimeout(() => server.closeAllConnections(), drainMs);
  // Closing ends the connections that are idle at that moment; one that becomes idle later would be kept alive.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_EVERY_MS);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  clearTimeout(cut);
  clearInterval(sweep);
}
