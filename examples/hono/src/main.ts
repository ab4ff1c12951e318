// A Hono app whose keys are Keyward's: decided about in this process, without a call to anybody.
import { readFile } from "node:fs/promises";
import { serve } from "@hono/node-server";
import { Keyward } from "@keyward/sdk";
import type { KeywardVariables } from "@keyward/sdk";
import { Hono } from "hono";

type Scope = "invoices:read" | "invoices:write";

const {
  KEYWARD_URL = "http://127.0.0.1:4141",
  KEYWARD_TOKEN_FILE = "feed.key",
  PORT = "4200",
} = process.env;

const keyward = new Keyward<Scope>({
  url: KEYWARD_URL,
  // Read for every connection: the key can be rotated under a running app.
  token: async () => (await readFile(KEYWARD_TOKEN_FILE, "utf8")).trim(),
  api: "acme",
  environment: "live",
});
await keyward.ready();

const invoices = new Map<string, string[]>();
const app = new Hono<{ Variables: KeywardVariables }>();

app.get("/health", (context) => context.json(keyward.status()));

app.get("/invoices", keyward.hono({ scopes: ["invoices:read"] }), (context) =>
  context.json({ data: invoices.get(context.var.principal.owner) ?? [] }),
);

app.post("/invoices", keyward.hono({ scopes: ["invoices:write"] }), (context) => {
  const { owner } = context.var.principal;
  const id = `inv_${crypto.randomUUID()}`;
  invoices.set(owner, [id, ...(invoices.get(owner) ?? [])]);
  return context.json({ id }, 201);
});

const server = serve(
  { fetch: app.fetch, hostname: "127.0.0.1", port: Number(PORT) },
  ({ port }) => {
    console.error(`invoices on http://127.0.0.1:${port}/invoices`);
  },
);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => server.close(() => void keyward.close()));
}
