import { readFile } from "node:fs/promises";
import { serve } from "@hono/node-server";
import { createGuard } from "@keyward/sdk/adapters/fetch";
import { createClient } from "@keyward/sdk/client";
import { createApp } from "./app.ts";
import { Invoices } from "./invoices.ts";

const {
  KEYWARD_URL = "http://127.0.0.1:4141",
  KEYWARD_TOKEN_FILE: tokenFile,
  PORT = "4200",
} = process.env;
if (tokenFile === undefined) {
  console.error("KEYWARD_TOKEN_FILE must name a file with a management key that has keys:verify");
  process.exit(78);
}
if (!/^https?:$/.test(URL.parse(KEYWARD_URL)?.protocol ?? "")) {
  console.error("KEYWARD_URL must be an http or https URL, such as http://127.0.0.1:4141");
  process.exit(78);
}

// Read for every call: the key can be rotated under a running API.
const token = async () => (await readFile(tokenFile, "utf8")).trim();
const guard = createGuard({
  client: createClient({ url: KEYWARD_URL, token }),
  api: "acme",
  environment: "live",
  onUnavailable: (error) => {
    console.error(`no verdict: ${error instanceof Error ? error.message : "unknown"}`);
  },
});

const app = createApp(guard, new Invoices());
const server = serve(
  { fetch: app.fetch, hostname: "127.0.0.1", port: Number(PORT) },
  ({ port }) => {
    console.error(`invoices on http://127.0.0.1:${port}/invoices`);
  },
);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => server.close());
