// A Fastify app whose keys are Keyward's: decided about in this process, without a call to anybody.
import { readFile } from "node:fs/promises";
import { Keyward, principalOf } from "@keyward/sdk";
import { fastify } from "fastify";

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
const app = fastify();

app.get("/health", () => keyward.status());

// Every route in here needs a key; each says for itself which scopes.
await app.register(async (scope) => {
  scope.addHook("onRequest", keyward.fastify());

  const read = keyward.fastify({ scopes: ["invoices:read"] });
  scope.get("/invoices", { onRequest: read }, (request) => ({
    data: invoices.get(principalOf(request).owner) ?? [],
  }));

  const write = keyward.fastify({ scopes: ["invoices:write"] });
  scope.post("/invoices", { onRequest: write }, (request, reply) => {
    const { owner } = principalOf(request);
    const id = `inv_${crypto.randomUUID()}`;
    invoices.set(owner, [id, ...(invoices.get(owner) ?? [])]);
    return reply.code(201).send({ id });
  });
});

app.addHook("onClose", () => keyward.close());
const address = await app.listen({ port: Number(PORT), host: "127.0.0.1" });
console.error(`invoices on ${address}/invoices`);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void app.close());
