// Server-sent events of Keyward, for as long as somebody reads them. Each has its data in one line.
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { KeywardUnavailable } from "@keyward/sdk/client";
import type { Address } from "./cli.ts";

const AGAIN_MS = 1_000;
/** So often in a row nobody answers before it is given up. */
const FAILURES_MAX = 10;
const DATA = "data: ";

/**
 * Asks again whenever the stream ends, as it does from time to time.
 *
 * @throws KeywardUnavailable when nobody answers any more
 */
export async function* followEvents({ url, token }: Address, path: string): AsyncGenerator {
  for (let failures = 0; failures < FAILURES_MAX; failures++) {
    const response = await open(`${url}${path}`, token);
    if (response?.body) {
      try {
        for await (const line of createInterface({ input: Readable.fromWeb(response.body) })) {
          failures = 0;
          if (line.startsWith(DATA)) yield JSON.parse(line.slice(DATA.length));
        }
      } catch (error) {
        if (error instanceof SyntaxError) throw error;
      }
    }
    await delay(AGAIN_MS);
  }
  throw new KeywardUnavailable("network", `no answer from ${new URL(url).origin} any more`);
}

async function open(url: string, token: string): Promise<Response | undefined> {
  try {
    const headers = { accept: "text/event-stream", authorization: `Bearer ${token}` };
    const response = await fetch(url, { headers, redirect: "manual" });
    if (response.ok) return response;
    await response.body?.cancel();
    return undefined;
  } catch {
    return undefined;
  }
}
