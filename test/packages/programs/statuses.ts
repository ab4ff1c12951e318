// What a guard answers: to a good key, to none, to one that lacks a scope, and when Keyward is not there.
import { createGuard } from "@keyward/sdk/adapters/fetch";
import type { Guard } from "@keyward/sdk/adapters/fetch";
import { createClient } from "@keyward/sdk/client";

export interface Surroundings {
  readonly KEYWARD_URL: string;
  readonly KEYWARD_TOKEN: string;
  /** A key that may read and not write. */
  readonly READER: string;
}

/** A port on which nobody listens. */
const NOBODY = "http://127.0.0.1:9";

export async function statusesOf(guard: Guard, reader: string): Promise<readonly number[]> {
  const key = { "x-api-key": reader };
  return [
    await statusOf(guard, key, "invoices:read"),
    await statusOf(guard, {}, "invoices:read"),
    await statusOf(guard, key, "invoices:write"),
  ];
}

export async function remoteStatuses(surroundings: Surroundings): Promise<readonly number[]> {
  const { KEYWARD_URL, KEYWARD_TOKEN: token, READER } = surroundings;
  const guardAt = (url: string) => {
    const client = createClient({ url, token, retries: 0 });
    return createGuard({ client, api: "acme", environment: "live" });
  };
  const unavailable = await statusOf(guardAt(NOBODY), { "x-api-key": READER }, "invoices:read");
  return [...(await statusesOf(guardAt(KEYWARD_URL), READER)), unavailable];
}

async function statusOf(
  guard: Guard,
  headers: Readonly<Record<string, string>>,
  scope: string,
): Promise<number> {
  const request = new Request("https://api.acme.test/invoices", { headers });
  const result = await guard(request, { scopes: [scope] });
  return result.outcome === "allowed" ? 200 : result.response.status;
}
