// Two workspaces in memory behind real HTTP, for tests of the routes that decide.
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Key } from "@keyward/core/model/records";
import type { Instant } from "@keyward/core/time";
import type { UsageCell } from "@keyward/core/usage/cell";
import {
  Feed,
  grant,
  makeApi,
  makeKey,
  makeOwner,
  makePresented,
  makeSecret,
  NOW,
} from "@keyward/sdk/testing/verifier-fixture";
import { LocalLimiter } from "@keyward/sdk/limiter/local-limiter";
import { MemoryUnitStore } from "@keyward/sdk/limiter/memory-unit-store";
import { Verifier } from "@keyward/sdk/verifier/verifier";
import { systemRandom } from "../../runtime/random.ts";
import { Callers } from "../callers.ts";
import { decidersOf } from "../decide-credential.ts";
import { BodyMessage } from "../body-message.ts";
import { WorkspaceMeters } from "../meter.ts";
import { DpopProofs } from "@keyward/sdk/verifier/dpop-proofs";
import { FailedAttempts } from "../failed-attempts.ts";
import { createVerifyRoutes } from "../routes.ts";
import { VerdictCounts } from "../verdict-counts.ts";

export interface KeyFields extends Partial<Omit<Key, "scopes">> {
  readonly scopes?: readonly string[];
}

/** A workspace with one api, `acme`, one owner, and the built-in api. */
export class TestWorkspace {
  readonly feed = new Feed();
  readonly #verifier: Verifier;
  readonly #api;
  readonly #builtIn;
  readonly #owner;

  constructor(verifier: Verifier, externalId: string) {
    const { feed } = this;
    this.#verifier = verifier;
    this.#api = makeApi(feed.workspaceId);
    this.#builtIn = makeApi(feed.workspaceId, {
      prefix: "keyward",
      name: "Keyward",
      builtIn: true,
    });
    this.#owner = makeOwner(feed.workspaceId, { externalId });
    verifier.apply([feed.api(this.#api), feed.api(this.#builtIn), feed.owner(this.#owner)]);
  }

  get apiId(): string {
    return this.#api.id;
  }

  get ownerId(): string {
    return this.#owner.id;
  }

  /** Issues a key of `acme` and gives it with its presented form. */
  issue(fields: KeyFields = {}): { readonly key: Key; readonly presented: string } {
    return this.#issue(this.#api, fields);
  }

  /** Issues a management key. */
  issueManagement(fields: KeyFields = {}): { readonly key: Key; readonly presented: string } {
    return this.#issue(this.#builtIn, { scopes: ["keys:verify"], ...fields });
  }

  change(key: Key, fields: Partial<Key>): void {
    this.#verifier.apply([this.feed.key({ ...key, ...fields })]);
  }

  #issue(api: ReturnType<typeof makeApi>, { scopes = [], ...fields }: KeyFields) {
    const presented = makePresented();
    const key = makeKey(api, this.#owner, {
      secrets: [makeSecret(presented)],
      scopes: scopes.map(grant),
      ...fields,
    });
    this.#verifier.apply([this.feed.key(key)]);
    return { key, presented };
  }
}

export class Installation {
  readonly verifier = new Verifier();
  readonly counts = new VerdictCounts();
  /** What has been counted. */
  readonly cells: UsageCell[] = [];
  readonly failures: unknown[] = [];
  readonly meter = new WorkspaceMeters({
    random: systemRandom,
    count: (_scope, { cells }) => {
      this.cells.push(...cells);
      return Promise.resolve();
    },
    onFailure: (error) => this.failures.push(error),
  });
  readonly own = new TestWorkspace(this.verifier, "customer-1");
  readonly other = new TestWorkspace(this.verifier, "customer-9");
  now: Instant = NOW;
  readonly limiter = new LocalLimiter({
    store: new MemoryUnitStore(),
    now: () => ({ monotonicUs: (this.now - NOW) * 1_000, now: this.now }),
    onStore: (error) => this.failures.push(error),
  });
  readonly #server: Server;

  constructor() {
    const routes = createVerifyRoutes({
      callers: new Callers({
        keys: this.verifier,
        verifier: this.verifier,
        trustedProxies: [],
        publicUrl: undefined,
      }),
      deciders: decidersOf(this.verifier),
      trustedProxies: [],
      meter: this.meter,
      counts: this.counts,
      clock: { now: () => this.now, monotonicMs: () => this.now - NOW },
      limiter: this.limiter,
      failedAttempts: new FailedAttempts(),
      dpopProofs: new DpopProofs(),
      random: systemRandom,
      publicUrl: undefined,
      log: { failed: (error) => this.failures.push(error) },
    });
    this.#server = createServer({ IncomingMessage: BodyMessage }, (request, response) => {
      if (routes(request, response)) return;
      response.writeHead(404).end();
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async listen(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.listen(0, "127.0.0.1", resolve);
    await promise;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    await promise;
  }
}
