// What decides about keys: one copy of them for the whole server, by whichever part of the app it is used.
import { readFile } from "node:fs/promises";
import { Keyward } from "@keyward/sdk";
import type { Authenticator } from "@keyward/sdk";

export type Scope = "invoices:read" | "invoices:write";

/** Next loads this file once for each part of the app, and in development again after each change. */
const shared = globalThis as { keyward?: Keyward<Scope> };

/** Not made when this file is loaded: a build loads it as well, and has nothing to follow. */
export function followKeyward(): Keyward<Scope> {
  const { KEYWARD_URL = "http://127.0.0.1:4141", KEYWARD_TOKEN_FILE = "feed.key" } = process.env;
  shared.keyward ??= new Keyward<Scope>({
    url: KEYWARD_URL,
    // Read for every connection: the key can be rotated under a running app.
    token: async () =>
      (await readFile(/* turbopackIgnore: true */ KEYWARD_TOKEN_FILE, "utf8")).trim(),
    api: "acme",
    environment: "live",
  });
  return shared.keyward;
}

export const keyward: Authenticator<Scope> = {
  authenticate: (facts, needs) => followKeyward().authenticate(facts, needs),
};
