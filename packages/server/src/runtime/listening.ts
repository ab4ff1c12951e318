import type { Server } from "node:http";

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
