// An app with one route that is guarded and one that is not, in the framework that it is told; `/key` tells a key.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { guardFastify } from "@keyward/sdk/adapters/fastify";
import { guardHono } from "@keyward/sdk/adapters/hono";
import fastify from "fastify";
import { Hono } from "hono";
import { Population, SCOPE } from "../population.ts";
import { followPopulation } from "../sdk/population-feed.ts";
import { reportToParent } from "./report.ts";

const population = new Population({ keys: 1_000, keysPerOwner: 3, networks: ["127.0.0.0/8"] });
const keyward = await followPopulation(population);
const needs = { scopes: [SCOPE] };
const ANSWER = { invoices: [{ id: "inv_1", amount: 4_200 }] };

/** Answers the port. */
const APPS: Readonly<Record<string, () => Promise<number>>> = {
  async fastify() {
    const app = fastify();
    app.get("/key", () => population.presented(1));
    app.get("/open", () => ANSWER);
    app.get("/guarded", { onRequest: guardFastify(keyward, needs) }, () => ANSWER);
    await app.listen({ port: 0, host: "127.0.0.1" });
    return (app.server.address() as AddressInfo).port;
  },
  async hono() {
    const app = new Hono();
    app.get("/key", (context) => context.text(population.presented(1)));
    app.get("/open", (context) => context.json(ANSWER));
    app.get("/guarded", guardHono(keyward, needs), (context) => context.json(ANSWER));
    const server = createServer(getRequestListener(app.fetch));
    await once(server.listen(0, "127.0.0.1"), "listening");
    return (server.address() as AddressInfo).port;
  },
};

const [, , framework = ""] = process.argv;
const listen = APPS[framework];
if (listen === undefined) throw new Error(`no such framework: ${framework}`);
reportToParent(await listen());
