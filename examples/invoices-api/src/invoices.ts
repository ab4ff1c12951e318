import type { Invoice, NewInvoice } from "./invoice.ts";

const INVOICES_PER_OWNER_MAX = 10_000;

export type Created =
  | { readonly outcome: "created" | "repeated"; readonly invoice: Invoice }
  | { readonly outcome: "key_reused" | "full" };

/** The invoices of each owner, in memory: an example needs no database, and nobody sees another's. */
export class Invoices {
  readonly #byOwner = new Map<string, Map<string, Invoice>>();
  readonly #repeats = new Map<string, { readonly body: string; readonly invoice: Invoice }>();

  list(owner: string): readonly Invoice[] {
    return [...this.#of(owner).values()].reverse();
  }

  find(owner: string, id: string): Invoice | undefined {
    return this.#of(owner).get(id);
  }

  /** With an idempotency key, a repeat answers with the first invoice and makes no second one. */
  create(owner: string, input: NewInvoice, idempotencyKey: string | undefined): Created {
    const body = JSON.stringify(input);
    const repeat = JSON.stringify([owner, idempotencyKey]);
    const earlier = idempotencyKey === undefined ? undefined : this.#repeats.get(repeat);
    if (earlier && earlier.body !== body) return { outcome: "key_reused" };
    if (earlier) return { outcome: "repeated", invoice: earlier.invoice };

    const invoices = this.#of(owner);
    if (invoices.size >= INVOICES_PER_OWNER_MAX) return { outcome: "full" };
    const facts = { status: "open", created_at: new Date().toISOString() } as const;
    const invoice = { id: `inv_${crypto.randomUUID()}`, ...input, ...facts };
    invoices.set(invoice.id, invoice);
    if (idempotencyKey !== undefined) this.#repeats.set(repeat, { body, invoice });
    return { outcome: "created", invoice };
  }

  #of(owner: string): Map<string, Invoice> {
    const invoices = this.#byOwner.get(owner) ?? new Map<string, Invoice>();
    this.#byOwner.set(owner, invoices);
    return invoices;
  }
}
