import type { TenantScope } from "../storage.ts";

/** Whose rows a transaction may see: those of one workspace, or of all. Row-level security holds it to that. */
export type Tenant = TenantScope | "*";

/** An id holds letters, digits and `_` alone; the parse is what makes sure of it. */
export function tenantIs(tenant: Tenant): string {
  if (tenant !== "*" && !/^[a-z0-9_]+$/.test(tenant)) throw new TypeError("no id of a workspace");
  return `select set_config('keyward.tenant', '${tenant}', true)`;
}
