import { guardNext } from "@keyward/sdk/adapters/next";
import { keyward } from "../../keyward";

const invoices = new Map<string, string[]>();

export const GET = guardNext(
  keyward,
  { scopes: ["invoices:read"] },
  (_request, _context, { owner }) => Response.json({ data: invoices.get(owner) ?? [] }),
);

export const POST = guardNext(
  keyward,
  { scopes: ["invoices:write"] },
  (_request, _context, { owner }) => {
    const id = `inv_${crypto.randomUUID()}`;
    invoices.set(owner, [id, ...(invoices.get(owner) ?? [])]);
    return Response.json({ id }, { status: 201 });
  },
);
