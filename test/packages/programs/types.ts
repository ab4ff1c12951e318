// Compiled against the published types alone, which are checked as well. Nothing runs it.
import { Keyward } from "@keyward/sdk";
import { guardExpress } from "@keyward/sdk/adapters/express";
import { guardFastify } from "@keyward/sdk/adapters/fastify";
import { guardHono } from "@keyward/sdk/adapters/hono";
import { guardNest } from "@keyward/sdk/adapters/nest";
import { guardNext } from "@keyward/sdk/adapters/next";
import { guardNode } from "@keyward/sdk/adapters/node";
import { fileSpool } from "@keyward/sdk/spool";
import { fakeKeyward } from "@keyward/sdk/testing";

declare const keyward: Keyward<"invoices:read">;

void keyward.verify("key", { scopes: ["invoices:read"], minRev: 7 });
// @ts-expect-error a scope that the api does not have
void keyward.verify("key", { scopes: ["invoice:read"] });
// @ts-expect-error the same of a guard
guardHono(keyward, { scopes: ["invoice:read"] });

void [guardExpress, guardFastify, guardNest, guardNext, guardNode, fileSpool, fakeKeyward, Keyward];
