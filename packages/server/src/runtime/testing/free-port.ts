// For tests alone: ports for programs that are told theirs.
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/** Below those that systems give to connections that go out, which would take a port between this look and its use. */
const PORT_MIN = 10_000;
const PORT_MAX = 22_000;

const given = new Set<number>();

/**
 * A port of 127.0.0.1 that nobody listens on, and that no other call in this process is given.
 *
 * @param offsets what is added to it is free as well; none if left out
 */
export async function freePort(offsets: readonly number[] = []): Promise<number> {
  for (;;) {
    const port = randomInt(PORT_MIN, PORT_MAX);
    const all = [port, ...offsets.map((offset) => port + offset)];
    if (all.some((each) => given.has(each))) continue;
    const free = await Promise.all(all.map(isFree));
    if (free.includes(false)) continue;
    for (const each of all) given.add(each);
    return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
