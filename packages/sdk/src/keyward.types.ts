// What must not compile.
import type { Keyward } from "./keyward.ts";

declare const keyward: Keyward<"invoices:read" | "invoices:write">;

void keyward.verify("key", { scopes: ["invoices:read"] });
void keyward.verify("key", { scopes: { any: ["invoices:read", "invoices:write"] } });
// @ts-expect-error a scope that the api does not have
void keyward.verify("key", { scopes: ["invoice:read"] });

const verdict = await keyward.verify("key");
// @ts-expect-error whose key it is can only be read of one that was allowed (T30)
void verdict.principal.key_id;
if (verdict.outcome === "allowed") void verdict.principal.key_id;
