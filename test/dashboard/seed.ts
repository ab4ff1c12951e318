import type { TestServer } from "../http/test-server.ts";

/** A workspace that looks like one: two APIs, owners, a role, and keys in every state. */
export async function seed(server: TestServer) {
  const post = async (path: string, body?: object) => {
    const { status, json, text } = await server.call("POST", path, body ? { body } : {});
    if (status >= 300) throw new Error(`${path}: ${text}`);
    return json;
  };
  await post("/v1/apis", {
    name: "Acme Billing",
    prefix: "acme",
    audience: "https://api.acme.test",
    scopes: ["invoices:read", "invoices:write", "payments:read", "payments:refund", "reports:read"],
    default_lifetime_seconds: 7_776_000,
  });
  await post("/v1/apis", {
    name: "Acme Search",
    prefix: "acmesearch",
    audience: "https://search.acme.test",
    scopes: ["documents:read", "documents:index"],
  });
  await post("/v1/roles", {
    api: "acme",
    name: "bookkeeping",
    description: "Reads everything that ends up in the books",
    scopes: ["invoices:read", "payments:read"],
  });
  await post("/v1/plans", {
    name: "pro",
    description: "For those who pay",
    limits: [
      { name: "steady", kind: "rate", rate: 100, per_seconds: 60, burst: 200 },
      { name: "monthly", kind: "quota", limit: 100_000, period: "month" },
    ],
  });
  const inDays = (days: number) => new Date(server.clock.now() + days * 86_400_000).toISOString();
  const key = (name: string, owner: string, more: object = {}) =>
    post("/v1/keys", { api: "acme", name, owner, scopes: ["invoices:read"], ...more });
  const billing = await key("Nightly billing job", "cus_42", {
    scopes: ["invoices:*", "payments:read"],
    plan: "pro",
  });
  await key("Partner export", "cus_77", { expires_at: inDays(2), roles: ["bookkeeping"] });
  await key("Mobile checkout", "cus_42", {
    kind: "publishable",
    restrictions: { origins: ["https://shop.acme.test"] },
  });
  await key("Office dashboard", "ops-team", {
    expires_at: null,
    restrictions: { ips: ["203.0.113.0/24", "2001:db8::/32"] },
    metadata: { team: "operations", ticket: "OPS-118" },
  });
  const disabled = await key("Contractor laptop", "user_9", { expires_at: inDays(40) });
  await post(`/v1/keys/${disabled.id}/disable`);
  const rotating = await key("Warehouse sync", "cus_105", { expires_at: inDays(200) });
  await post(`/v1/keys/${rotating.id}/rotate`, { overlap_seconds: 3_600 });
  const revoked = await key("Leaked in a gist", "cus_77");
  await post(`/v1/keys/${revoked.id}/revoke`, { reason: "Found in a public gist" });
  await key("Staging smoke test", "ops-team", { environment: "test" });
  await post("/v1/clients", {
    name: "Invoice importer",
    owner: "svc_import",
    resources: [{ api: "acme", scopes: ["invoices:read", "invoices:write"] }],
  });
  await post("/v1/policies", {
    name: "Nothing lasts for ever",
    api: "acme",
    lifetime_seconds_max: 7_776_000,
    forbidden_scopes: ["payments:refund"],
  });
  await post("/v1/webhooks", {
    url: "https://hooks.acme.test/keyward",
    description: "The on-call channel",
    events: ["key.*", "owner.disabled"],
  });
  for (const scope of [
    ...Array<string>(12).fill("invoices:read"),
    "payments:refund",
    "reports:read",
  ]) {
    await post("/v1/verify", { credential: billing.secret, api: "acme", scopes: [scope] });
  }
  await post("/v1/verify", { credential: revoked.secret, api: "acme" });
  return { billing, rotating };
}
