import type { Guard } from "@keyward/sdk/adapters/fetch";
import { Hono } from "hono";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { z } from "zod";
import { newInvoice } from "./invoice.ts";
import type { Created, Invoices } from "./invoices.ts";
import { requireScopes } from "./require-scopes.ts";
import type { Env } from "./require-scopes.ts";

const BODY_BYTES_MAX = 16_384;

export function createApp(guard: Guard, invoices: Invoices): Hono<Env> {
  const app = new Hono<Env>();
  const read = requireScopes(guard, "invoices:read");
  const write = requireScopes(guard, "invoices:write");

  app.get("/invoices", read, (context) =>
    context.json({ data: invoices.list(context.var.principal.owner) }),
  );

  app.get("/invoices/:id", read, (context) => {
    const invoice = invoices.find(context.var.principal.owner, context.req.param("id"));
    return invoice ? context.json(invoice) : problem(context, 404, "There is no such invoice");
  });

  app.post("/invoices", write, bodyLimit({ maxSize: BODY_BYTES_MAX }), async (context) => {
    const body: unknown = await context.req.json().catch(() => undefined);
    const parsed = newInvoice.safeParse(body);
    if (!parsed.success) return problem(context, 400, z.prettifyError(parsed.error));
    const { owner } = context.var.principal;
    const idempotencyKey = context.req.header("idempotency-key");
    return answer(context, invoices.create(owner, parsed.data, idempotencyKey));
  });

  app.notFound((context) => problem(context, 404, "There is nothing here"));
  return app;
}

function answer(context: Context, created: Created): Response {
  if ("invoice" in created) return context.json(created.invoice, 201);
  return created.outcome === "full"
    ? problem(context, 409, "There are as many invoices as there may be")
    : problem(context, 422, "The Idempotency-Key belongs to another invoice");
}

function problem(context: Context, status: ContentfulStatusCode, detail: string): Response {
  const headers = { "content-type": "application/problem+json" };
  return context.body(JSON.stringify({ status, detail }), status, headers);
}
