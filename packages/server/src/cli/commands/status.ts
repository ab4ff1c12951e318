import { Command } from "commander";
import { KeywardUnavailable } from "@keyward/sdk/client";
import { openSession, urlOf, globalsOf } from "../cli.ts";
import type { Terminal } from "../terminal.ts";
import { VERSION } from "../version.ts";

const HEALTH_TIMEOUT_MS = 5_000;
const COUNT_MAX = 250;

export function status(terminal: Terminal): Command {
  const command = new Command("status").description(
    "Show whether Keyward answers, and what it holds",
  );
  return command.action(async () => {
    const url = urlOf(terminal, globalsOf(command));
    const server = await readiness(url);
    const { client, output } = await openSession(terminal, command);
    const [apis, owners, keys, workspaces] = await Promise.all([
      client.apis.list({ limit: COUNT_MAX }),
      client.owners.list({ limit: COUNT_MAX }),
      client.keys.list({ limit: COUNT_MAX }),
      client.workspaces.list({ limit: COUNT_MAX }),
    ]);
    const counts = { workspaces, apis, owners, keys };
    const shown = Object.entries(counts).map(([name, { data, next_cursor }]) => {
      return [name, next_cursor === null ? data.length : `more than ${data.length}`];
    });
    output.one({ url, server, command_line: VERSION, ...(Object.fromEntries(shown) as object) });
  });
}

/** @throws KeywardUnavailable */
async function readiness(url: string): Promise<string> {
  const answer = await fetch(new URL("readyz", url.endsWith("/") ? url : `${url}/`), {
    signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS),
    redirect: "manual",
  }).catch((cause: unknown) => {
    throw new KeywardUnavailable("network", `cannot reach Keyward at ${url}`, { cause });
  });
  const body: unknown = await answer.json().catch(() => undefined);
  if (typeof body === "object" && body !== null && "status" in body) return String(body.status);
  throw new KeywardUnavailable("unrecognised", `what answers at ${url} is not Keyward`);
}
