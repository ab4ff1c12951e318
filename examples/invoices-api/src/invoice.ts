import { z } from "zod";

/** Money is whole cents: a fraction of a cent cannot be paid. */
export const newInvoice = z.strictObject({
  customer: z.string().trim().min(1).max(200),
  amount_cents: z.int().min(1).max(100_000_000),
  currency: z.enum(["CHF", "EUR", "GBP", "USD"]),
  memo: z.string().max(1_000).optional(),
});

export type NewInvoice = z.output<typeof newInvoice>;

export interface Invoice extends NewInvoice {
  readonly id: string;
  readonly status: "open";
  readonly created_at: string;
}
