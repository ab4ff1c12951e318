// An Express app whose keys are Keyward's: decided about in this process, without a call to anybody.
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { Keyward, principalOf } from "@keyward/sdk";
import express from "express";

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
const app = express();

app.get("/health", (_request, response) => {
  response.json(keyward.status());
});

app.get("/invoices", keyward.express({ scopes: ["invoices:read"] }), (request, response) => {
  response.json({ data: invoices.get(principalOf(request).owner) ?? [] });
});

app.post("/invoices", keyward.express({ scopes: ["invoices:write"] }), (request, response) => {
  const { owner } = principalOf(request);
  const id = `inv_${crypto.randomUUID()}`;
  invoices.set(owner, [id, ...(invoices.get(owner) ?? [])]);
  response.status(201).json({ id });
});

const server = app.listen(Number(PORT), "127.0.0.1", (error) => {
  if (error !== undefined) throw error;
  const { port } = server.address() as AddressInfo;
  console.error(`invoices on http://127.0.0.1:${port}/invoices`);
});
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => server.close(() => void keyward.close()));
}
