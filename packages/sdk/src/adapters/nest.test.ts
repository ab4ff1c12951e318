import "reflect-metadata";
import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { Catch, Controller, createParamDecorator, Get, Module, UseGuards } from "@nestjs/common";
import type { ArgumentsHost, CanActivate, ExceptionFilter, Type } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import type { Principal } from "../client/operations.generated.ts";
import { fakeKeyward } from "../testing.ts";
import { READ, testAdapter, WRITE } from "./adapter.contract.ts";
import type { ServedApp } from "./adapter.contract.ts";
import { guardNest, principalOfContext } from "./nest.ts";

const Caller = createParamDecorator(principalOfContext);

interface Route {
  readonly path: string;
  readonly guards: readonly CanActivate[];
  readonly handle: (principal: Principal) => Promise<string>;
}

/** A controller with decorators applied as functions, because Node strips types and knows no decorators. */
function controllerOf(routes: readonly Route[], ...guards: readonly CanActivate[]): Type {
  // oxlint-disable-next-line typescript/no-extraneous-class -- what it has is defined below
  class Invoices {}
  for (const { path, guards, handle } of routes) {
    const name = path.slice(1);
    Object.defineProperty(Invoices.prototype, name, { value: handle, configurable: true });
    const descriptor = Object.getOwnPropertyDescriptor(Invoices.prototype, name);
    assert.ok(descriptor);
    Get(name)(Invoices.prototype, name, descriptor);
    UseGuards(...guards)(Invoices.prototype, name, descriptor);
    Caller()(Invoices.prototype, name, 0);
  }
  UseGuards(...guards)(Invoices);
  Controller()(Invoices);
  return Invoices;
}

async function serve(
  controllers: readonly Type[],
  filter = new AnswersEverything(),
): Promise<ServedApp> {
  // oxlint-disable-next-line typescript/no-extraneous-class -- Nest's modules are classes
  class App {}
  Module({ controllers: [...controllers] })(App);
  const app = await NestFactory.create(App, { logger: false, forceCloseConnections: true });
  app.useGlobalFilters(filter);
  await app.listen(0, "127.0.0.1");
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { port, close: () => app.close() };
}

/** As many apps have one: it does not look whether there is an answer already. */
class AnswersEverything implements ExceptionFilter {
  readonly seen: unknown[] = [];

  catch(error: unknown, host: ArgumentsHost): void {
    this.seen.push(error);
    host
      .switchToHttp()
      .getResponse<{ status(code: number): { json(body: object): void } }>()
      .status(500)
      .json({});
  }
}
Catch()(AnswersEverything);

testAdapter("Nest", ({ authenticator, handle }) => {
  const read = guardNest(authenticator, READ);
  const write = guardNest(authenticator, WRITE);
  const route = (path: string, ...guards: readonly CanActivate[]): Route => ({
    path,
    guards,
    handle: (principal) => handle(path, () => principal),
  });
  return serve([
    controllerOf([route("/read", read), route("/write", write), route("/broken", read)]),
    controllerOf([route("/twice", guardNest(authenticator, READ)), route("/both", write)], read),
  ]);
});

test("T38: of anything but HTTP a guard lets nothing through", async () => {
  const guard = guardNest({ authenticate: () => assert.fail("nobody should be asked") });
  const context = { getType: () => "ws", switchToHttp: () => assert.fail("this is no HTTP") };
  await assert.rejects(guard.canActivate(context), /guards HTTP alone/);
});

test("a refusal is one answer: exception filters do not see it, and the connection goes on", async (context) => {
  const filter = new AnswersEverything();
  const guard = guardNest(fakeKeyward({ keys: {} }));
  const handle = () => assert.fail("let in");
  const { port, close } = await serve(
    [controllerOf([{ path: "/invoices", guards: [guard], handle }])],
    filter,
  );
  context.after(close);
  for (let count = 0; count < 3; count++) {
    assert.equal((await fetch(`http://127.0.0.1:${port}/invoices`)).status, 401);
  }
  assert.deepEqual(filter.seen, []);
});
